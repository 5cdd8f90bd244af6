// The page on which anybody counts again. All sentences stand in the page, in its language; all work is done in a worker.

import { startWorker } from "../booth/workers.js";
import { isProof, trackerIn } from "./mine.js";

const facts = JSON.parse(document.getElementById("verify-facts").textContent);
const at = (id) => document.getElementById(id);
const { lang } = document.documentElement;
const number = (amount) => Number(amount).toLocaleString(lang === "ko" ? "ko-KR" : "en-GB");
const say = (name, values = {}) =>
  facts.texts[name].replace(/\{(\w+)\}/g, (_, place) =>
    typeof values[place] === "number" ? number(values[place]) : (values[place] ?? ""),
  );

const MARKS = { passed: "✓", skipped: "–", failed: "✗", now: "…" };
const lines = [...document.querySelectorAll("#steps > li")];
let running = null;
let turn = 0; // of how many examinations: one that was cancelled while its files came must not begin after all

/** What a refusal means in plain words; the rewriting of history has the same name as a broken chain. */
const meaningOf = ({ error, step }) => {
  const name = error === "ChainError" && step === 3 ? "EarlierCopyError" : error;
  return facts.refusals[name] ?? say("refused", { step });
};

const put = (id, text) => {
  at(id).textContent = text;
};

const verdict = (id, kind, title, text) => {
  const box = at(id);
  box.hidden = false;
  box.className = `notice ${kind}`;
  box.querySelector(".t").textContent = title;
  box.querySelector(".x").textContent = text;
};

const mark = (step, outcome, detail = "") => {
  const line = lines[step - 1];
  line.dataset.outcome = outcome;
  line.querySelector(".mark").textContent = MARKS[outcome];
  line.querySelector(".said").textContent = outcome === "now" ? "" : `${say(outcome)}. `;
  line.querySelector(".detail").textContent = detail;
  line.querySelector("progress").hidden = outcome !== "now";
};

const clear = () => {
  for (const id of ["whole-verdict", "whole-more", "mine-verdict", "mine-more", "trouble"]) at(id).hidden = true;
  for (const line of lines) {
    delete line.dataset.outcome;
    for (const name of [".mark", ".said", ".detail"]) line.querySelector(name).textContent = "";
    line.querySelector("progress").hidden = true;
  }
};

/** How long it still takes, told once the pace is known. */
const timeLeft = ({ done, all }, begun) => {
  const passed = (performance.now() - begun) / 1000;
  if (passed < 1.5 || !done || done >= all) return "";
  const seconds = Math.ceil((passed * (all - done)) / done);
  return seconds > 90 ? say("minutes", { n: Math.ceil(seconds / 60) }) : say("seconds", { n: seconds });
};

const download = async (address, told) => {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const parts = [];
  let size = 0;
  const reader = answer.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(parts);
    parts.push(value);
    size += value.length;
    told(say("fetching", { mb: (size / 1_000_000).toFixed(1) }));
  }
};

const chosen = (id) => at(id).files[0] ?? null;
const isOwn = () => at("from-own").checked;

const gather = async (told) => {
  if (isOwn()) {
    const file = chosen("own-archive");
    if (!file) throw new Error("no file");
    const demands = { finished: !at("own-unfinished").checked, proofs: chosen("own-proofs") };
    return { file, demands, proofAddress: "" };
  }
  const file = await download(facts.archive, told);
  const proofs = facts.proofs ? await download(facts.proofs, () => {}) : null;
  const demands = { finished: facts.finished, proofs, fingerprint: facts.fingerprint };
  return { file, demands, proofAddress: facts.proofAddress };
};

const askedTracker = async () => {
  const receipt = chosen("receipt");
  const text = receipt ? await receipt.text() : "";
  if (isProof(text)) return { proof: text, tracker: trackerIn(at("tracker").value) };
  return { proof: "", tracker: trackerIn(at("tracker").value) || trackerIn(text) };
};

const busy = (is) => {
  for (const id of ["run-mine", "run-whole"]) at(id).disabled = is;
  at("cancel").hidden = !is;
  if (!is) {
    put("state", "");
    put("left", "");
  }
};

const stop = () => {
  running?.terminate();
  running = null;
  busy(false);
};

const wentWrong = (text, detail = "") => {
  stop();
  verdict("trouble", "warn", text, detail);
  at("trouble").focus();
};

const work = (asked, { onStep = () => {} } = {}) =>
  new Promise((resolve, reject) => {
    const worker = (running = startWorker(facts.worker));
    let begun = performance.now();
    let step = 0;
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message ?? "the worker does not start"));
    };
    worker.onmessage = ({ data }) => {
      if (data.end) resolve(data.end);
      if (data.broke) reject(new Error(data.broke));
      if (data.step) onStep(data.step);
      if (!data.progress) return;
      if (data.progress.step !== step) {
        ({ step } = data.progress);
        begun = performance.now();
        if (asked.kind === "verify") {
          mark(step, "now");
          put("said", say("stepNow", { n: step, title: facts.titles[step - 1] }));
        }
      }
      const { done, all } = data.progress;
      put("state", say("working", { n: step }));
      put("left", timeLeft(data.progress, begun));
      const bar = lines[step - 1].querySelector("progress");
      if (all) {
        bar.max = all;
        bar.value = done;
      }
    };
    worker.postMessage(asked);
  });

const rowsOf = (list, rows) => {
  list.replaceChildren(
    ...rows.flatMap(([name, value]) => {
      const term = document.createElement("dt");
      const told = document.createElement("dd");
      term.textContent = name;
      told.textContent = value;
      return [term, told];
    }),
  );
};

const witnessed = ({ cosigned: n, quorum }) => {
  if (n >= quorum) return say("witnessed", { n });
  return n ? say("someWitnesses", { n, quorum }) : say("awaitingWitnesses");
};

const showMine = ({ ballot, log, ballots, tracker }, report = null) => {
  if (!ballot && !tracker) return;
  if (!ballot) {
    verdict("mine-verdict", "bad", say("notFound"), say("notFoundText", { n: ballots }));
    at("mine-more").hidden = true;
    return;
  }
  const rows = [
    [say("myNumber"), ballot.tracker],
    [say("onBoard"), say("onBoardText", { n: ballot.height })],
    [say("inLog"), say(`log_${log.state}`, { n: log.size ?? 0 })],
    ...(log.quorum && log.cosigned !== undefined ? [[say("byWitnesses"), witnessed(log)]] : []),
    [say("counts"), ballot.counts ? say("countsText") : say("supersededText", { n: ballot.later.height })],
    [say("wholeCount"), report ? say(report.verified ? (ballot.counts ? "wholeGood" : "wholeLater") : "wholeBad") : say("wholeOpen")],
  ];
  rowsOf(at("mine-facts"), rows);
  at("mine-more").hidden = false;
  if (log.state === "wrong") verdict("mine-verdict", "bad", say("logWrong"), say("logWrongText"));
  else if (ballot.counts) verdict("mine-verdict", "ok", say("found"), say("foundText"));
  else verdict("mine-verdict", "info", say("superseded"), say("supersededAsk"));
};

const showResult = (report, questions) => {
  const told = report.result ?? [];
  at("sums").replaceChildren(
    ...told.flatMap((row, place) => {
      const { question, answers, blank, shuffled } = questions[place];
      const title = document.createElement("h4");
      title.textContent = question;
      title.lang = "ko";
      if (shuffled) {
        const line = document.createElement("p");
        line.textContent = say("shuffledResult", { n: row.length });
        return [title, line];
      }
      const list = document.createElement("dl");
      list.className = "kv";
      rowsOf(list, [...(blank ? [say("blank")] : []), ...answers].map((answer, choice) => [answer, number(row[choice])]));
      return [title, list];
    }),
  );
  at("result-box").hidden = told.length === 0;
};

const showWhole = ({ report, questions, mine, seconds }) => {
  const { failure } = report;
  if (failure?.step) mark(failure.step, "failed", meaningOf(failure));
  if (failure) {
    const which = failure.tracker ? ` ${say("whichBallot", { tracker: failure.tracker })}` : "";
    const step = failure.step ? `${say("atStep", { n: failure.step })} ` : "";
    verdict("whole-verdict", "bad", say("isWrong"), `${step}${meaningOf(failure)}${which}`);
  } else if (report.result) {
    verdict("whole-verdict", "ok", say("isRight"), say("isRightText", { n: report.ballots.cast, s: Math.ceil(seconds) }));
  } else verdict("whole-verdict", "ok", say("rightSoFar"), say("rightSoFarText", { n: report.ballots.cast }));
  const weaknesses = report.weaknesses.map(({ name }) => {
    const line = document.createElement("li");
    line.textContent = facts.weaknesses[name] ?? name;
    return line;
  });
  at("weaknesses").replaceChildren(...weaknesses);
  at("weak-box").hidden = weaknesses.length === 0;
  showResult(report, questions ?? []);
  put("expert", [...report.steps.map(({ step, title, detail }) => `${step}. ${title}: ${detail}`), expertFailure(failure)].join("\n"));
  at("whole-more").hidden = false;
  at("save").onclick = () => save(report);
  if (mine) showMine(mine, report);
};

const expertFailure = (failure) =>
  failure ? `✗ ${failure.error}${failure.step ? ` (${failure.step})` : ""}: ${failure.message}` : "VERIFIED";

const save = (report) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(report, null, 2)], { type: "application/json" }));
  link.download = "verification.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
};

const run = async (kind) => {
  clear();
  busy(true); // at once: a second press would begin a second one
  const mine = ++turn;
  const isMine = () => mine === turn;
  let asking;
  try {
    asking = await askedTracker();
  } catch (error) {
    if (isMine()) wentWrong(say("broke"), error.message);
    return;
  }
  if (!isMine()) return;
  const { proof, tracker } = asking;
  const needs = kind === "find" && !proof && !tracker;
  const mistyped = !needs && at("tracker").value.trim() !== "" && !trackerIn(at("tracker").value);
  if (needs || mistyped) {
    busy(false);
    at("tracker").setAttribute("aria-invalid", "true");
    put("tracker-error", say("noTracker"));
    at("tracker").focus();
    return;
  }
  at("tracker").removeAttribute("aria-invalid");
  put("tracker-error", "");
  put("state", say("beginning"));
  try {
    const { file, demands, proofAddress } = await gather((text) => isMine() && put("state", text));
    if (!isMine()) return;
    const more = { earlier: chosen("earlier") };
    for (const name of ["credentials", "fingerprint"]) if (at(name).value.trim()) more[name] = at(name).value.trim();
    const asked = { kind, file, demands: { ...demands, ...more }, proof, tracker, proofAddress };
    const onStep = ({ step, outcome, detail }) => {
      const good = outcome === "passed";
      mark(step, good ? "passed" : "skipped", good ? "" : (facts.skipped[detail] ?? detail));
    };
    const end = await work(asked, { onStep });
    stop();
    if (kind === "verify") showWhole(end);
    else if (end.failure) verdict("mine-verdict", "bad", say("isWrong"), meaningOf(end.failure));
    else showMine(end.mine);
    const shown = at(kind === "verify" ? "whole-verdict" : "mine-verdict");
    put("said", `${shown.querySelector(".t").textContent} ${shown.querySelector(".x").textContent}`);
    shown.focus();
  } catch (error) {
    if (!isMine()) return;
    if (error.message === "no file") wentWrong(say("noFile"));
    else wentWrong(say("broke"), error.message);
  }
};

const copy = async (button) => {
  const text = at(button.dataset.copy).textContent;
  let said = say("copied");
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    said = say("notCopied");
  }
  put("said", said);
  const label = button.querySelector(".l");
  const before = label.dataset.before ?? label.textContent;
  label.dataset.before = before;
  label.textContent = said;
  setTimeout(() => {
    label.textContent = before;
  }, 4000);
};

at("page").hidden = false;
at("run-mine").addEventListener("click", () => run("find"));
at("run-whole").addEventListener("click", () => run("verify"));
at("cancel").addEventListener("click", () => {
  turn += 1;
  stop();
  clear();
  put("said", say("cancelled"));
  at("run-whole").focus();
});
for (const button of document.querySelectorAll("[data-copy]")) button.addEventListener("click", () => copy(button));
for (const choice of document.querySelectorAll('input[name="from"]')) {
  choice.addEventListener("change", () => {
    at("own").hidden = !isOwn();
  });
}
at("own").hidden = !isOwn();
// The number comes in the part of the address that browsers do not send.
if (location.hash.length > 1) at("tracker").value = trackerIn(location.hash.slice(1));
document.body.dataset.ready = "yes";
