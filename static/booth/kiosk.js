// The kiosk: the booth on a tablet that many people use one after another. It is made of the booth's own parts; new is that
// it asks one thing at a time, keeps nothing of a voter, and sends what is locked later where there is no connection.
//
// What is secret and for how long: everything of a voter lives in `voter` and on the screen, and both are emptied by `wipe`.
// The one thing that outlives a voter is the locked ballot in the queue (queue.js), which nobody can read.

import { listenToChoices, openChoices, openOpinions, stopOf, tally } from "./choosing.js";
import { hireCourier } from "./courier.js";
import { adviceFor, clearMarks } from "./marking.js";
import { typedCode } from "./entry.js";
import { watchIdleness } from "./idle.js";
import { showPad } from "./keypad.js";
import { CODE_LETTERS, grouped } from "./letters.js";
import { listMarks, wipe as wipeLists } from "./lists.js";
import { hireLocksmith } from "./locker.js";
import { announce, at, facts, notice, say, show } from "./page.js";
import { WrongElection, judge, marksOf, noMarks, readPaper, votesOf } from "./paper.js";
import { qrPath } from "./qr.js";
import { codeOfCard, partOf, questionsOf } from "./questions.js";
import { openQueue } from "./queue.js";
import { orderOf } from "./randomness.js";
import { findAddress } from "./receipt.js";
import { openScanner } from "./scanner.js";
import { listenToStaff } from "./staff.js";
import { canSpeak, hush, speak } from "./voice.js";

const kiosk = JSON.parse(at("kiosk-facts").textContent);
Object.assign(facts.texts, kiosk.texts);
const { idle } = kiosk;
const SEND_WITHIN_MS = 12_000;

const nobody = () => ({ code: null, letters: "", marks: noMarks(), order: [], step: 0, locked: null, opening: null });
let voter = nobody();
let paper = null;
let work = null; // the locksmith
let codes = null; // every public credential of the election
let queue = null;
let courier = null;
let screen = "loading";
let closeCamera = null;
let facing = "user";
let stay = null; // tells the watch that somebody is there
let leaving = null; // counts down to the next voter

// Screens --------------------------------------------------------------------------------------------------------------

const go = (name) => {
  hush();
  at("read").setAttribute("aria-pressed", "false");
  closeCamera?.();
  closeCamera = null;
  screen = name;
  document.documentElement.dataset.at = name;
  show(name);
};

const clock = () => courier.now();
const isOver = () => clock() >= Date.parse(facts.closesAt);
const isTooLate = () => clock() >= Date.parse(kiosk.graceEndsAt);

const paint = () => {
  const { waiting, connected, known, refused } = courier.state;
  at("badge").hidden = waiting === 0 && connected;
  at("badge").classList.toggle("off", !connected);
  at("badge-text").textContent = waiting ? say("waitingHere", { n: waiting }) : say("offline");
  at("staff-waiting").textContent = say("pieces", { n: waiting });
  at("staff-refused").textContent = say("pieces", { n: refused });
  at("staff-heard").textContent = connected ? say("connected") : say("offline");
  at("start-off").hidden = connected;
  at("language").hidden = !connected;
  if ((!known || isOver()) && ["start", "loading"].includes(screen)) {
    at("over-text").textContent = known ? "" : say("unknownDevice");
    go("over");
  }
  at("over-waiting").hidden = waiting === 0;
  at("over-waiting-text").textContent = say("waitingHere", { n: waiting });
  at("over-advice").textContent = say(!isOver() ? "sendSoon" : isTooLate() ? "sentTooLate" : "sendUntil");
  at("over-refused").hidden = refused === 0;
  at("over-refused-text").textContent = say("refusedHere", { n: refused });
};

// A voter ------------------------------------------------------------------------------------------------------------

const start = () => {
  voter = nobody();
  if (isOver() || !courier.state.known || !facts.voting) {
    go("over");
    return paint();
  }
  go("start");
  return paint();
};

const known = async (locksmith, typed) => codes.has(await locksmith("credential", typed));

const paintCode = () => {
  at("code").value = voter.letters;
  at("code-shown").textContent = grouped(voter.letters);
  at("code-count").textContent = say("codeCount", { n: voter.letters.length, all: CODE_LETTERS });
};

const askForCode = () => {
  showPad("digits");
  paintCode();
  at("code-error").textContent = "";
  go("code");
};

const takeCode = async (text) => {
  const mine = voter;
  const code = await typedCode(work, text, known);
  if (!code || mine !== voter) return false;
  Object.assign(voter, { code, letters: "", order: orderOf(paper.order, paper.items.length) });
  paintCode();
  ask(0);
  return true;
};

const scan = async () => {
  at("scan-error").textContent = "";
  go("scan");
  try {
    const stop = await openScanner(at("camera"), facing, async (text) => {
      at("scan-error").textContent = "";
      if (await takeCode(codeOfCard(text))) return;
      // The reason stands on the screen for typed codes; here it is said where the voter looks.
      at("scan-error").textContent = at("code-error").textContent;
    });
    if (screen === "scan") closeCamera = stop;
    else stop();
  } catch {
    if (screen !== "scan") return;
    askForCode();
    at("code-error").textContent = say("noCamera");
  }
};

const pressKey = (letter) => {
  if (voter.letters.length < CODE_LETTERS) voter.letters += letter;
  at("code-error").textContent = "";
  paintCode();
  if (voter.letters.length === CODE_LETTERS) takeCode(voter.letters);
};

// Questions ------------------------------------------------------------------------------------------------------------

const questions = () => questionsOf(paper, voter.order);
const part = () => partOf(paper, questions()[voter.step] ?? {});

const ask = (step) => {
  const all = questions();
  if (step < 0) return askForCode();
  if (step >= all.length) return review();
  voter.step = step;
  const question = all[step];
  if (question.kind === "opinion") openOpinions(paper, [question.index], voter.marks);
  else openChoices(part(), voter.order, voter.marks);
  const name = question.kind === "opinion" ? "opinions" : "choose";
  at(`${name}-step`).textContent = say("question", { n: step + 1, all: all.length });
  Object.assign(at(`${name}-progress`), { max: all.length, value: step + 1 });
  return go(name);
};

const next = () => {
  const question = questions()[voter.step];
  const stopped = question.kind === "choose" ? stopOf(part(), tally(part(), voter.marks)) : "";
  if (!stopped) return ask(voter.step + 1);
  at("tally-warning").scrollIntoView({ block: "nearest" });
  return announce(stopped);
};

const review = () => {
  const sum = judge(paper, voter.marks);
  voter.step = questions().length;
  listMarks("review", paper, voter.marks);
  at("review-advice").textContent = adviceFor(paper, sum);
  go("review");
};

// Locking, checking, putting in ------------------------------------------------------------------------------------------

const lock = async () => {
  if (isOver()) return start();
  const mine = voter;
  go("locking");
  try {
    const made = await work("lock", voter.code, votesOf(paper, voter.marks));
    if (mine !== voter) return null;
    voter.opening = made.opening;
    voter.locked = { tracker: made.tracker, ballot: made.ballot, key: paper.logKey, sealedAt: clock() };
    // From here on the choices are nowhere but inside the locked ballot and its opening.
    voter.marks = noMarks();
    clearMarks();
    drawTracker("cast");
    return go("cast");
  } catch {
    if (mine !== voter) return null;
    review();
    at("review-advice").textContent = say("lockFailed");
    return announce(say("lockFailed"));
  }
};

const challenge = async () => {
  const { ballot } = voter.locked;
  const { opening } = voter;
  Object.assign(voter, { locked: null, opening: null }); // an opened ballot can never be cast
  const mine = voter;
  try {
    const votes = await work("open", ballot, opening);
    if (mine !== voter) return null;
    listMarks("challenge", paper, marksOf(paper, votes));
    return go("challenge");
  } catch {
    if (mine !== voter) return null;
    return go("cheated");
  }
};

const chooseAnew = () => {
  Object.assign(voter, { marks: noMarks(), locked: null, opening: null });
  clearMarks();
  ask(0);
};

const drawTracker = (name) => {
  const { tracker } = voter.locked;
  at(`${name}-tracker`).textContent = tracker.match(/.{1,6}/g).join(" ");
  const drawing = at(`${name}-qr`);
  if (!drawing) return;
  const { path, width } = qrPath(findAddress(tracker));
  drawing.setAttribute("viewBox", `0 0 ${width} ${width}`);
  drawing.querySelector("path").setAttribute("d", path);
};

const showEnd = (name) => {
  if (name !== "refused") drawTracker(name);
  voter.code = null;
  go(name);
  leave(name === "receipt" ? idle.receipt : idle.queued);
};

const cast = async () => {
  const mine = voter;
  const { locked } = voter;
  voter.opening = null; // a cast ballot can never be opened
  voter.code = null;
  go("sending");
  try {
    await queue.put(locked);
  } catch {
    at("cast-failed").hidden = false;
    return go("cast");
  }
  const late = setTimeout(() => mine === voter && screen === "sending" && showEnd("queued"), SEND_WITHIN_MS);
  await courier.hurry();
  clearTimeout(late);
  if (mine === voter && screen === "sending") showEnd("queued");
  return null;
};

// The courier brings these, sometimes while the voter still stands there, mostly not.
const received = (tracker, receipt) => {
  if (voter.locked?.tracker !== tracker || !["sending", "queued"].includes(screen)) return;
  at("receipt-height").textContent = say("height", { n: receipt.height });
  showEnd("receipt");
};

const refused = (tracker, text) => {
  if (voter.locked?.tracker !== tracker || !["sending", "queued"].includes(screen)) return;
  at("refused-text").textContent = text;
  showEnd("refused");
};

// The end of a voter -----------------------------------------------------------------------------------------------------

const wipe = () => {
  hush();
  closeCamera?.();
  closeCamera = null;
  clearInterval(leaving);
  voter = nobody();
  wipeLists();
  clearMarks();
  paintCode();
  for (const name of ["cast", "receipt", "queued"]) {
    at(`${name}-tracker`).textContent = "";
    at(`${name}-qr`)?.querySelector("path").removeAttribute("d");
  }
  for (const id of ["receipt-height", "refused-text", "code-error", "scan-error", "said"]) at(id).textContent = "";
  at("cast-failed").hidden = true;
  delete document.documentElement.dataset.contrast;
  at("contrast").setAttribute("aria-pressed", "false");
  if (at("still-there").open) at("still-there").close();
  document.activeElement?.blur();
};

const speakLanguage = async (language) => {
  const body = new URLSearchParams({ language, next: location.pathname, csrf_token: facts.csrf });
  await fetch(facts.addresses.language, { method: "POST", body });
  location.replace(location.pathname);
};

// The page itself is taken anew where it can be: nothing of one voter's page is left for the next. Without a connection it
// stays, emptied.
const startAnew = async () => {
  wipe();
  go("loading");
  if (!(await courier.report())) return start();
  if (document.documentElement.lang !== kiosk.language) return speakLanguage(kiosk.language);
  return location.replace(location.pathname);
};

const leave = (seconds) => {
  clearInterval(leaving);
  const end = Date.now() + seconds * 1000;
  const tick = () => {
    const left = Math.ceil((end - Date.now()) / 1000);
    for (const each of document.querySelectorAll("[data-left]")) each.textContent = say("nextIn", { n: Math.max(0, left) });
    if (left > 0) return;
    clearInterval(leaving);
    startAnew();
  };
  tick();
  leaving = setInterval(tick, 1000);
};

const ENDS = new Set(["receipt", "queued", "refused"]);
const UNTOUCHED = new Set(["start", "over", "loading", "trouble", "sending", "locking", "staff"]);

const warn = (seconds) => {
  at("still-there-left").textContent = say("nextIn", { n: seconds });
  if (!at("still-there").open) at("still-there").showModal();
};

const calm = () => at("still-there").open && at("still-there").close();

// Acts -------------------------------------------------------------------------------------------------------------------

const read = () => {
  const isReading = at("read").getAttribute("aria-pressed") === "true";
  if (isReading) hush();
  else speak(document.querySelector(`[data-screen="${screen}"]`), () => at("read").setAttribute("aria-pressed", "false"));
  at("read").setAttribute("aria-pressed", String(!isReading));
};

const paintVoice = () => {
  at("read").hidden = !canSpeak();
};

const ACTS = {
  reload: () => location.replace(location.pathname),
  scan: () => {
    document.documentElement.requestFullscreen?.().catch(() => {});
    scan();
  },
  type: () => {
    document.documentElement.requestFullscreen?.().catch(() => {});
    askForCode();
  },
  turn: () => {
    facing = facing === "user" ? "environment" : "user";
    scan();
  },
  erase: () => {
    voter.letters = voter.letters.slice(0, -1);
    paintCode();
  },
  next,
  back: () => ask(voter.step - 1),
  "from-start": () => ask(0),
  lock,
  cast,
  challenge,
  "choose-anew": chooseAnew,
  home: startAnew,
  finish: startAnew,
  longer: () => leave(idle.longer),
  stay: () => stay(),
  read,
  contrast: () => {
    const isHigh = document.documentElement.dataset.contrast === "high";
    if (isHigh) delete document.documentElement.dataset.contrast;
    else document.documentElement.dataset.contrast = "high";
    at("contrast").setAttribute("aria-pressed", String(!isHigh));
  },
  language: () => speakLanguage(at("language").dataset.language),
};

const listen = () => {
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    if (button.dataset.act) ACTS[button.dataset.act](button);
    else if (button.dataset.pad) showPad(button.dataset.pad);
    else if (button.dataset.key) pressKey(button.dataset.key);
  });
  listenToChoices(() => ({ paper: part(), marks: voter.marks }), () => {});
  at("code-form").addEventListener("submit", (event) => {
    event.preventDefault();
    takeCode(codeOfCard(at("code").value));
  });
  at("code").addEventListener("input", () => {
    // A keyboard, or a reader that types what it sees.
    voter.letters = codeOfCard(at("code").value).replace(/[\s-]/g, "").slice(0, CODE_LETTERS);
    at("code-shown").textContent = grouped(voter.letters);
  });
  for (const way of ["contextmenu", "dragstart", "selectstart"]) document.addEventListener(way, (event) => event.preventDefault());
  // There is no way back to another page, nor to another voter's.
  history.replaceState(null, "", location.pathname);
  globalThis.addEventListener("popstate", () => history.pushState(null, "", location.pathname));
  globalThis.addEventListener("pageshow", ({ persisted }) => persisted && location.replace(location.pathname));
  globalThis.addEventListener("pagehide", wipe);
  globalThis.speechSynthesis?.addEventListener?.("voiceschanged", paintVoice);
  paintVoice();
  at("staff-screen").addEventListener("staff-enters", () => {
    wipe();
    go("staff");
  });
  listenToStaff({ pin: kiosk.pin, courier, queue, leave: () => startAnew(), out: () => location.replace(kiosk.out) });
  stay = watchIdleness({
    limits: () => (UNTOUCHED.has(screen) || ENDS.has(screen) ? null : idle),
    warn,
    calm,
    end: startAnew,
  });
};

const trouble = (text) => {
  at("trouble-text").textContent = text;
  go("trouble");
};

const fetched = async (address) => {
  const response = await fetch(address, { cache: "no-store", credentials: "same-origin", redirect: "error" });
  if (!response.ok) throw new Error("no answer");
  return response.text();
};

const enter = async () => {
  go("loading");
  const hired = hireLocksmith(facts.addresses.worker);
  try {
    queue = await openQueue();
    globalThis.navigator.storage?.persist?.().catch(() => {});
  } catch {
    return trouble(say("noStorage"));
  }
  courier = hireCourier({ queue, addresses: kiosk.addresses, changed: paint, received, refused });
  const first = courier.begin(kiosk.now);
  listen();
  let text;
  try {
    text = await fetched(facts.addresses.election);
    codes = new Set(JSON.parse(await fetched(kiosk.addresses.credentials)));
  } catch {
    await first;
    return trouble(say("noConnection"));
  }
  try {
    paper = readPaper(text, facts.fingerprint);
    work = await hired;
    await work("prepare", text);
  } catch (error) {
    return trouble(say(error instanceof WrongElection ? "wrongElection" : "unreadable"));
  }
  await first;
  return start();
};

at("booth").hidden = false;
enter();
