// The booth: 고르기 → 확인 → 표 잠그기 → 넣기 or 검사하기 → 접수증. This file leads the voter from screen to screen.
//
// What is secret and for how long: the voting code lives in this file's memory only; the choices live in the tab until
// they are locked; the opening of a locked ballot lives in memory until the voter casts or challenges.

import { normaliseCode } from "./codes.js";
import { hireLocksmith } from "./locker.js";
import { Memory } from "./memory.js";
import { announce, at, facts, listItems, listPicks, notice, say, show, won } from "./page.js";
import { WrongElection, judge, readPaper, voteOf } from "./paper.js";
import { randomBelow } from "./randomness.js";
import { copyTracker, fillReceipt, save, saveReceipt } from "./receipt.js";
import { Refused, WrongReceipt, sendUntilReceived } from "./sending.js";

const SHORTEST_CODE = 15;
const memory = new Memory(facts.fingerprint);
let paper = null;
let work = null; // the locksmith
let code = null;
let picked = new Set(memory.content.picks ?? []);
let beginning = 0;
let opening = null;
let opened = null; // {ballot, opening} of a challenged ballot, for the files
let hurry = null;

// The voting code ---------------------------------------------------------------------------------------------------

// A code in the address (a letter's QR code, a message) is taken out of it before anything else happens.
const codeInAddress = () => {
  const text = location.hash.slice(1);
  if (text.length < SHORTEST_CODE) return null;
  history.replaceState(null, "", location.pathname + location.search);
  return text;
};

const askJson = async (address, options = {}) => {
  const response = await fetch(address, { cache: "no-store", credentials: "same-origin", redirect: "error", ...options });
  return { ok: response.ok, answer: await response.json() };
};

const ownCode = async () => {
  const headers = { Accept: "application/json", "X-CSRFToken": facts.csrf };
  const { ok, answer } = await askJson(facts.addresses.code, { method: "POST", headers });
  if (ok) return answer.code;
  notice("code-refused", answer.error);
  return null;
};

// Whether the code is one of this election's: the public list is asked for all that begin alike, never for this one.
const isKnown = async (typed) => {
  const credential = await work("credential", typed);
  const address = facts.addresses.credentials.replace("/00.json", `/${credential.slice(0, 2)}.json`);
  const { ok, answer } = await askJson(address, { credentials: "omit" });
  return ok && answer.includes(credential);
};

const refuseCode = (text) => {
  at("code-error").textContent = text;
  at("code").setAttribute("aria-invalid", text ? "true" : "false");
  if (text) at("code").focus();
};

const takeTypedCode = async (text) => {
  refuseCode("");
  if (!text.trim()) return refuseCode(say("codeEmpty"));
  let typed;
  try {
    typed = normaliseCode(text);
  } catch (error) {
    return refuseCode(say({ letters: "codeLetters", length: "codeLength", checksum: "codeChecksum" }[error.reason]));
  }
  try {
    if (!(await isKnown(typed))) return refuseCode(say("codeUnknown"));
  } catch {
    return refuseCode(say("noConnection"));
  }
  code = typed;
  at("code").value = "";
  return choose();
};

const askForCode = async (given) => {
  if (given) {
    show("code");
    return takeTypedCode(given);
  }
  if (facts.signedIn) {
    try {
      code = await ownCode();
    } catch {
      notice("code-refused", say("noConnection"));
    }
    if (code) return choose();
  } else if (picked.size) notice("code-refused", say("codeAgain"));
  return show("code");
};

// Choosing and reviewing ---------------------------------------------------------------------------------------------

const remember = () => memory.keep({ beginning, picks: [...picked] });

const tally = () => {
  const sum = judge(paper, picked);
  const box = at("tally");
  at("tally-count").textContent = say("count", { n: sum.count });
  at("tally-won").textContent = won(sum.cost);
  const warning = sum.tooMany
    ? say("tooMany", { k: paper.most, over: sum.tooMany })
    : sum.overEnvelope && say("overEnvelope", { won: sum.overEnvelope });
  box.classList.toggle("bad", sum.tooMany > 0);
  box.classList.toggle("warn", !sum.tooMany && sum.overEnvelope > 0);
  at("tally-warning").textContent = warning || "";
  at("tally-warning").hidden = !warning;
  const bar = at("tally-bar");
  bar.value = Math.min(sum.cost, paper.envelope);
  bar.setAttribute("aria-label", say("bar", { won: sum.cost, envelope: paper.envelope }));
  return sum;
};

const choose = () => {
  at("h-choose").textContent = say("choose", { k: paper.most });
  at("choices-legend").textContent = say("legend", { n: paper.items.length, k: paper.most });
  at("tally-most").textContent = say("chosen", { k: paper.most });
  at("tally-envelope").textContent = say("ofEnvelope", { won: paper.envelope });
  listItems(at("items"), paper.items, beginning, picked);
  tally();
  remember();
  show("choose");
};

const review = () => {
  const sum = tally();
  if (sum.tooMany) {
    at("tally-warning").scrollIntoView({ block: "nearest" });
    return announce(at("tally-warning").textContent);
  }
  const items = paper.items.filter((item) => picked.has(item.index));
  listPicks(at("review-picks"), at("review-none"), items);
  at("review-won").textContent = won(sum.cost);
  const advice = sum.overEnvelope
    ? [say("adviceOver", { won: sum.overEnvelope })]
    : items.length ? [say("adviceWithin", { won: paper.envelope })] : [say("adviceBlank")]; // prettier-ignore
  if (items.length && sum.left) advice.push(say("adviceMore", { n: sum.left }));
  at("review-advice").textContent = advice.join(" ");
  at("review-notice").className = `notice ${sum.overEnvelope || !items.length ? "warn" : "ok"}`;
  return show("review");
};

// Locking, challenging, casting ----------------------------------------------------------------------------------------

const showLocked = () => {
  const { ballot, tracker } = memory.content;
  at("cast-tracker").textContent = tracker;
  at("sending-tracker").textContent = tracker;
  at("cast-card").hidden = !ballot;
  at("challenge-card").hidden = !opening;
  at("challenge-gone").hidden = Boolean(opening);
  at("discard").hidden = false;
  at("cast-refused").hidden = true;
  show("cast");
};

const lock = async () => {
  show("locking");
  try {
    const made = await work("lock", code, voteOf(paper, picked));
    opening = made.opening;
    // From here on the choices are nowhere but inside the locked ballot and its opening.
    picked = new Set();
    memory.keep({ ballot: made.ballot, tracker: made.tracker });
    at("items").replaceChildren();
    at("review-picks").replaceChildren();
    showLocked();
  } catch {
    review();
    at("review-notice").className = "notice bad";
    at("review-advice").textContent = say("lockFailed");
    announce(say("lockFailed"));
  }
};

const challenge = async () => {
  const { ballot } = memory.content;
  opened = { ballot, opening };
  opening = null;
  memory.keep({}); // an opened ballot can never be cast
  try {
    const [values] = await work("open", ballot, opened.opening);
    const items = paper.items.filter((item) => values[item.index] === 1);
    picked = new Set(items.map((item) => item.index));
    listPicks(at("challenge-picks"), at("challenge-none"), items);
    at("challenge-tracker").textContent = at("cast-tracker").textContent;
    show("challenge");
  } catch {
    show("cheated");
  }
};

const chooseAnew = () => {
  opened = null;
  opening = null;
  at("challenge-picks").replaceChildren();
  memory.keep({});
  return code ? choose() : askForCode(null);
};

const refuse = (title, text) => {
  showLocked();
  at("cast-refused").hidden = false;
  at("cast-refused-title").textContent = title;
  at("cast-refused-text").textContent = text;
};

const cast = async () => {
  const { ballot, tracker } = memory.content;
  opening = null; // a cast ballot can never be opened
  memory.keep({ ballot, tracker, sending: true });
  at("sending-tracker").textContent = tracker;
  at("sending-wait").hidden = true;
  at("sending-again").hidden = true;
  show("sending");
  const onWait = (attempt, seconds, now) => {
    hurry = now;
    at("sending-text").textContent = say("waiting", { attempt, seconds });
    at("sending-wait").hidden = false;
    at("sending-again").hidden = false;
  };
  try {
    const receipt = await sendUntilReceived({ address: facts.addresses.ballots, ballot, onWait });
    memory.keep({ receipt: { ...receipt, at: new Date().toISOString() } });
    showReceipt();
  } catch (error) {
    memory.keep({ ballot, tracker });
    if (error instanceof Refused) {
      refuse(say(error.status === 409 ? "refusedClosed" : "refused"), error.message);
    } else if (error instanceof WrongReceipt) {
      refuse(say("wrongReceipt"), say("wrongReceiptText"));
    } else throw error;
  }
};

const showReceipt = () => {
  at("receipt-revote").hidden = !facts.voting || Date.now() >= Date.parse(facts.closesAt);
  fillReceipt(memory.content.receipt);
  show("receipt");
};

// Acts ----------------------------------------------------------------------------------------------------------------

const chooseLanguage = async (language) => {
  const body = new URLSearchParams({ language, next: location.pathname, csrf_token: facts.csrf });
  await fetch(facts.addresses.language, { method: "POST", body });
  location.reload();
};

const ACTS = {
  reload: () => location.reload(),
  review,
  choose,
  lock,
  cast,
  challenge,
  discard: chooseAnew,
  "choose-anew": chooseAnew,
  hurry: () => hurry?.(),
  again: () => {
    memory.keep({});
    return paper ? chooseAnew() : enter(null);
  },
  "save-ballot": () => save("ballot.json", "application/json", opened.ballot),
  "save-opening": () => save("opening.json", "application/json", opened.opening),
  copy: (button) => copyTracker(memory.content.receipt, button),
  save: () => saveReceipt(memory.content.receipt),
  print: () => globalThis.print(),
  finish: () => {
    code = null;
    memory.clear();
    location.replace(facts.addresses.assembly);
  },
};

const listen = () => {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (button) ACTS[button.dataset.act](button);
  });
  at("items").addEventListener("change", ({ target }) => {
    if (target.checked) picked.add(Number(target.value));
    else picked.delete(Number(target.value));
    tally();
    remember();
  });
  at("choices").addEventListener("submit", (event) => event.preventDefault());
  at("code-form").addEventListener("submit", (event) => {
    event.preventDefault();
    takeTypedCode(at("code").value);
  });
  at("language").addEventListener("click", ({ currentTarget }) => chooseLanguage(currentTarget.dataset.language));
  globalThis.addEventListener("hashchange", () => {
    const given = codeInAddress();
    if (given && paper && !memory.content.ballot && !memory.content.receipt) askForCode(given);
  });
  // While a ballot is on its way, closing the tab would lose the only copy.
  globalThis.addEventListener("beforeunload", (event) => {
    if (memory.content.sending) event.preventDefault();
  });
};

const trouble = (text) => {
  at("trouble-text").textContent = text;
  show("trouble");
};

// Fetch the election, check it, prepare the locksmith, and go on where this tab was left.
const enter = async (given) => {
  show("loading");
  const hired = hireLocksmith(facts.addresses.worker);
  let text;
  try {
    const response = await fetch(facts.addresses.election, { cache: "no-store", credentials: "omit", redirect: "error" });
    if (!response.ok) throw new Error("no election");
    text = await response.text();
  } catch {
    return memory.content.sending ? cast() : trouble(say("noConnection"));
  }
  try {
    paper = readPaper(text, facts.fingerprint);
    picked = new Set([...picked].filter((index) => index < paper.items.length));
    beginning = memory.content.beginning ?? randomBelow(paper.items.length);
    work = await hired;
    await work("prepare", text);
  } catch (error) {
    return trouble(say(error instanceof WrongElection ? "wrongElection" : "unreadable"));
  }
  if (memory.content.sending) return cast();
  if (memory.content.ballot) return showLocked();
  if (!facts.voting) return show("over");
  return askForCode(given);
};

const given = codeInAddress();
at("booth").hidden = false;
at("language").hidden = false;
listen();
if (memory.content.receipt) showReceipt();
else enter(given);
