// The booth: 고르기 → 확인 → 표 잠그기 → 넣기 or 검사하기 → 접수증. This file leads the voter from screen to screen.
//
// What is secret and for how long: the voting code lives in this file's memory only; the choices live in the tab until
// they are locked; the opening of a locked ballot lives in memory until the voter casts or challenges.

import { openChoices, openOpinions, listenToChoices, stopOf, tally } from "./choosing.js";
import { codeInAddress, ownCode, typedCode } from "./entry.js";
import { listMarks, wipe } from "./lists.js";
import { fingerprint } from "./hashes.js";
import { hireLocksmith } from "./locker.js";
import { Memory } from "./memory.js";
import { announce, at, facts, notice, say, show, won } from "./page.js";
import { NO_WITNESSES, WrongElection, judge, marksOf, noMarks, readPaper, votesOf } from "./paper.js";
import { orderOf } from "./randomness.js";
import { copyTracker, fillReceipt, save, saveProof, saveReceipt } from "./receipt.js";
import { Refused, WrongReceipt, fetchAgain, sendUntilReceived } from "./sending.js";

const memory = new Memory(facts.fingerprint);
let paper = null;
let work = null; // the locksmith
let code = null;
let marks = memory.content.marks ?? noMarks();
let order = []; // in which this voter sees the items
let opening = null;
let opened = null; // {ballot, opening} of a challenged ballot, for the files
let hurry = null;

// The voting code, choosing, reviewing ---------------------------------------------------------------------------------

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
    if (code) return begin();
  } else if (memory.content.marks) notice("code-refused", say("codeAgain"));
  return show("code");
};

const takeTypedCode = async (text) => {
  code = await typedCode(work, text);
  return code && begin();
};

const remember = () => memory.keep({ order, marks });

const begin = () => {
  remember();
  return paper.form.majority ? openOpinions(paper, order, marks) : choose();
};

const choose = () => (paper.form.preference === "none" ? review() : openChoices(paper, order, marks));

const adviceOf = (sum) => {
  const advice = [];
  if (paper.form.preference !== "none") {
    if (sum.overEnvelope) advice.push(say("adviceOver", { won: sum.overEnvelope }));
    else if (sum.count) advice.push(say("adviceWithin", { won: paper.envelope }));
    else advice.push(say("adviceBlank"));
    if (sum.count && sum.left) advice.push(say(`adviceMore_${paper.form.preference}`, { n: sum.left }));
  }
  if (sum.abstained) advice.push(say("adviceAbstained", { n: sum.abstained }));
  return advice.join(" ") || say("adviceAnswered");
};

const review = () => {
  const hasPreference = paper.form.preference !== "none";
  const sum = hasPreference ? tally(paper, marks) : judge(paper, marks);
  const stopped = stopOf(paper, sum);
  if (stopped) {
    at("tally-warning").scrollIntoView({ block: "nearest" });
    return announce(stopped);
  }
  listMarks("review", paper, marks);
  at("review-won").textContent = won(sum.cost);
  at("review-advice").textContent = adviceOf(sum);
  const isUnusual = sum.overEnvelope || sum.abstained || (hasPreference && !sum.count);
  at("review-notice").className = `notice ${isUnusual ? "warn" : "ok"}`;
  return show("review");
};

// Locking, challenging, casting ----------------------------------------------------------------------------------------

const showLocked = () => {
  const { ballot, tracker } = memory.content;
  at("cast-tracker").textContent = tracker;
  at("sending-tracker").textContent = tracker;
  at("cast-card").hidden = !ballot || facts.offline;
  at("offline-card").hidden = !facts.offline;
  at("challenge-card").hidden = !opening;
  at("challenge-gone").hidden = Boolean(opening);
  at("discard").hidden = false;
  at("cast-refused").hidden = true;
  show("cast");
};

const lock = async () => {
  show("locking");
  try {
    const made = await work("lock", code, votesOf(paper, marks));
    opening = made.opening;
    // From here on the choices are nowhere but inside the locked ballot and its opening.
    marks = noMarks();
    memory.keep({ ballot: made.ballot, tracker: made.tracker, key: paper.logKey, witnesses: paper.witnesses });
    wipe();
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
    marks = marksOf(paper, await work("open", ballot, opened.opening));
    listMarks("challenge", paper, marks);
    at("challenge-tracker").textContent = at("cast-tracker").textContent;
    show("challenge");
  } catch {
    show("cheated");
  }
};

const chooseAnew = () => {
  opened = null;
  opening = null;
  wipe();
  memory.keep({});
  return code ? begin() : askForCode(null);
};

const refuse = (title, text) => {
  showLocked();
  at("cast-refused").hidden = false;
  at("cast-refused-title").textContent = title;
  at("cast-refused-text").textContent = text;
};

const cast = async () => {
  const { ballot, tracker, key, witnesses = NO_WITNESSES } = memory.content;
  opening = null; // a cast ballot can never be opened
  memory.keep({ ballot, tracker, key, witnesses, sending: true });
  at("sending-tracker").textContent = tracker;
  at("sending-wait").hidden = true;
  at("sending-again").hidden = true;
  show("sending");
  const onWait = (attempt, seconds, now, isBusy) => {
    hurry = now;
    at("sending-why").textContent = say(isBusy ? "busy" : "noAnswer");
    at("sending-text").textContent = say(isBusy ? "queued" : "waiting", { attempt, seconds });
    at("sending-wait").hidden = false;
    at("sending-again").hidden = false;
  };
  try {
    const sent = { address: facts.addresses.ballots, ballot, key, witnesses: witnesses.keys, onWait };
    const receipt = await sendUntilReceived(sent);
    memory.keep({ receipt: { ...receipt, at: new Date().toISOString() }, key, witnesses });
    showReceipt();
  } catch (error) {
    memory.keep({ ballot, tracker, key, witnesses });
    if (error instanceof Refused) {
      refuse(say(error.status === 409 ? "refusedClosed" : "refused"), error.message);
    } else if (error instanceof WrongReceipt) {
      refuse(say("wrongReceipt"), say("wrongReceiptText"));
    } else throw error;
  }
};

const showReceipt = () => {
  at("receipt-revote").hidden = !facts.voting || Date.now() >= Date.parse(facts.closesAt);
  // A tab from before an upgrade kept neither.
  const { witnesses = NO_WITNESSES, receipt } = memory.content;
  memory.content = { ...memory.content, witnesses, receipt: { cosigned: [], ...receipt } };
  fillReceipt(memory.content);
  show("receipt");
};

// Witnesses come by themselves, every minute or so: what they have seen since is fetched, and checked, here.
const askWitnesses = async (button) => {
  const { receipt, key, witnesses } = memory.content;
  button.disabled = true;
  try {
    const again = await fetchAgain({ address: facts.addresses.proof, receipt, key, witnesses: witnesses.keys });
    memory.keep({ ...memory.content, receipt: again });
    announce(fillReceipt(memory.content));
  } catch (error) {
    announce(say(error instanceof WrongReceipt ? "wrongReceipt" : "noConnection"));
    at("receipt-witnesses").textContent = say(error instanceof WrongReceipt ? "wrongReceipt" : "noConnection");
  } finally {
    button.disabled = false;
  }
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
  begin,
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
  "save-locked": () => {
    opening = null; // a ballot that leaves this device to be cast can never be opened
    at("challenge-card").hidden = true;
    save(`${facts.file}-${say("lockedFile")}.json`, "application/json", memory.content.ballot);
  },
  "save-ballot": () => save("ballot.json", "application/json", opened.ballot),
  "save-opening": () => save("opening.json", "application/json", opened.opening),
  copy: (button) => copyTracker(memory.content.receipt, button),
  witnesses: askWitnesses,
  save: () => saveReceipt(memory.content),
  "save-proof": () => saveProof(memory.content.receipt),
  print: () => globalThis.print(),
  finish: () => {
    code = null;
    memory.clear();
    location.replace(facts.addresses.after);
  },
};

const listen = () => {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (button) ACTS[button.dataset.act](button);
  });
  listenToChoices(() => ({ paper, marks }), remember);
  at("code-form").addEventListener("submit", (event) => {
    event.preventDefault();
    takeTypedCode(at("code").value);
  });
  at("ballot-file")?.addEventListener("change", ({ target }) => paper && target.files[0] && takeFile(target.files[0]));
  at("language")?.addEventListener("click", ({ currentTarget }) => chooseLanguage(currentTarget.dataset.language));
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

// The page as a file brings the election along; nothing can be fetched there.
const readElection = async () => {
  if (facts.offline) {
    const bytes = Uint8Array.from(atob(at("election").textContent), (letter) => letter.charCodeAt(0));
    return new TextDecoder().decode(bytes);
  }
  const response = await fetch(facts.addresses.election, { cache: "no-store", credentials: "omit", redirect: "error" });
  if (!response.ok) throw new Error("no election");
  return response.text();
};

// A ballot that was locked elsewhere, in the copy of the booth that has no connection, is put in here.
const takeFile = async (file) => {
  const text = await file.text();
  try {
    if (JSON.parse(text).election_hash !== facts.fingerprint) throw new TypeError("of another election");
  } catch {
    return trouble(say("wrongFile"));
  }
  opening = null;
  memory.keep({ ballot: text, tracker: fingerprint(text), key: paper.logKey, witnesses: paper.witnesses });
  return showLocked();
};

// Fetch the election, check it, prepare the locksmith, and go on where this tab was left.
const enter = async (given) => {
  show("loading");
  const hired = hireLocksmith(facts.addresses.worker);
  let text;
  try {
    text = await readElection();
  } catch {
    return memory.content.sending ? cast() : trouble(say("noConnection"));
  }
  try {
    paper = readPaper(text, facts.fingerprint);
    order = memory.content.order ?? orderOf(paper.order, paper.items.length);
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
if (!facts.offline) at("language").hidden = false;
listen();
if (memory.content.receipt) showReceipt();
else enter(given);
