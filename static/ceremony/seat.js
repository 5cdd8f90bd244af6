// A trustee's page: make a key, keep it, try it, use it on the tally that this very page has computed anew.
//
// The seed lives in this file's memory while the page is open, and in the file that its owner keeps. It is never sent.

import { announce, at, facts, say } from "../booth/page.js";
import { save } from "../booth/receipt.js";
import { bar, busy, calm, complain, look, publish, secret, shown, tell, turn } from "./desk.js";
import { hire } from "./hire.js";
import { CannotOpen, SHORTEST_PASSPHRASE, lockUp, open } from "./strongbox.js";

const FORMAT = "madang-trustee-key/1";
const EVERY_MS = 3000;

const work = hire(facts.addresses.worker);
let state = null;
let seed = null; // in use
let drawn = null; // made, and not yet shown to be kept
let isActing = false;
let looking = Promise.resolve();
let isVerified = false;

const number = () => state.seat.number;
const hasPosted = (kind) => state.posted[kind].includes(number());
const single = () => state.threshold === state.size;
const parsed = (kind) => state.messages[kind].map((body) => JSON.parse(body));
const sealed = () => (single() ? null : parsed("key")[number() - 1].private_key);
const about = () => ({ format: FORMAT, place: facts.place, uuid: state.uuid, round: state.round, number: number(), name: state.seat.name });

// Making and keeping ---------------------------------------------------------------------------------------------------

const passphraseProblem = (first, second) => {
  if (first.length < SHORTEST_PASSPHRASE) return say("shortPassphrase", { n: SHORTEST_PASSPHRASE });
  return first === second ? "" : say("otherPassphrase");
};

const make = async () => {
  const problem = passphraseProblem(at("passphrase").value, at("passphrase-again").value);
  at("passphrase-error").textContent = problem;
  if (problem) return;
  drawn = await work("seed", {});
  const file = await lockUp(drawn, at("passphrase").value, about());
  save(`${facts.file}-${say("keyFile")}-${number()}.json`, "application/json", file);
  at("seed-letters").textContent = drawn;
  at("passphrase").value = at("passphrase-again").value = "";
  turn("keep");
};

// Open the key file; only the file of this seat, this ceremony and this round is a key here.
const unlock = async (fileInput, passphraseInput) => {
  const [file] = at(fileInput).files;
  if (!file) throw new CannotOpen("no file");
  const { about: written, text } = await open(await file.text(), at(passphraseInput).value);
  const wanted = about();
  if (["format", "uuid", "round", "number"].some((name) => written[name] !== wanted[name])) throw new CannotOpen("another key");
  at(passphraseInput).value = "";
  return text;
};

const prove = async () => {
  const found = await unlock("keep-file", "keep-passphrase");
  if (found !== drawn) throw new CannotOpen("another key");
  seed = found;
  drawn = null;
  at("seed-letters").textContent = "";
  await goOn();
};

// The steps to a key ---------------------------------------------------------------------------------------------------

const base = () => ({ group: state.group, threshold: state.threshold, seed, certificates: parsed("certificate") });

const STEPS = {
  certificate: () =>
    work("certificate", { group: state.group, seed, size: state.size, threshold: state.threshold, index: number() }),
  commitment: () => work("commit", base()),
  reveal: () => work("reveal", { ...base(), commitments: parsed("commitment") }),
  async key() {
    const label = state.seat.name;
    if (single()) return work("single", { group: state.group, uuid: state.uuid, seed, label });
    const asked = { ...base(), commitments: parsed("commitment"), revealed: parsed("reveal"), label };
    const { key, complaint } = await work("key", asked);
    if (key) return key;
    state = await publish("complaint", JSON.stringify(complaint));
    return null;
  },
};

// Take every step that is mine to take, until others are awaited.
const advance = async () => {
  while (state.stage === "preparing" && state.step && seed && !state.complaint && !hasPosted(state.step)) {
    const { step } = state;
    const made = await STEPS[step]();
    if (!made) return;
    state = await publish(step, JSON.stringify(made));
  }
};

// Using it -------------------------------------------------------------------------------------------------------------

const rehearse = async () => {
  const { group, uuid, trustees, occasion } = state;
  const answer = await work("rehearse", { group, uuid, seed, trustees, occasion, sealed: sealed() });
  state = await publish("rehearsal", JSON.stringify(answer));
};

const remembered = () => `madang-trustee:${state.uuid}`;

// The fingerprint of the election as this device first saw it: a server that shows another one later is caught here.
const fingerprint = () => {
  let first = null;
  try {
    first = localStorage.getItem(remembered());
    if (!first && state.fingerprint) localStorage.setItem(remembered(), state.fingerprint);
  } catch {
    // Without storage the person compares it with the paper on the wall.
  }
  return first ?? state.fingerprint;
};

const verify = async () => {
  const response = await fetch(facts.addresses.archive, { cache: "no-store", credentials: "omit", redirect: "error" });
  if (!response.ok) throw new TypeError("no archive");
  const archive = new Uint8Array(await response.arrayBuffer());
  const found = await work("verify", { archive, fingerprint: fingerprint() }, bar("verify-bar"));
  isVerified = true;
  at("found-ballots").textContent = say("ballots", { n: found.ballots, all: found.credentials });
  at("found-tally").textContent = found.tally;
  at("found-head").textContent = found.head;
  at("found").hidden = false;
  at("verify").hidden = true;
};

const contribute = async () => {
  const made = await work("part", { seed, sealed: sealed() }, bar("verify-bar"));
  isVerified = false;
  state = await tell(
    facts.addresses.parts,
    made.shuffle
      ? { kind: "shuffle", body: made.shuffle }
      : { kind: "decryption", body: made.decryption, proofs: JSON.stringify(made.strong) },
  );
};

// What is shown --------------------------------------------------------------------------------------------------------

const mine = () => (state.awaited === "Shuffle" ? state.mixed : state.decrypted).includes(number());

const panelNow = () => {
  if (drawn) return "keep";
  if (state.stage === "preparing") {
    if (state.complaint) return "false";
    if (state.step) {
      if (!seed) return state.posted[single() ? "key" : "certificate"].includes(number()) ? "unlock" : "new";
      return "waiting";
    }
    if (hasPosted("rehearsal")) return "ready";
    return seed ? "rehearse" : "unlock";
  }
  if (state.stage === "open") return "ready";
  if (state.stage === "counted") return "finished";
  if (!state.awaited || mine()) return "thanks";
  return seed ? "count" : "unlock";
};

const STEP_NAMES = ["certificate", "commitment", "reveal", "key", "rehearsal"];

const fill = () => {
  const kinds = single() ? ["key", "rehearsal"] : STEP_NAMES;
  at("who").textContent = say("who", { number: number(), name: state.seat.name });
  const rows = state.seats.filter((each) => each.number > 0);
  at("everybody").replaceChildren(
    ...rows.map((each) => {
      const row = at("person").content.firstElementChild.cloneNode(true);
      row.querySelector(".t").textContent = say("who", { number: each.number, name: each.name });
      const done = kinds.filter((kind) => state.posted[kind].includes(each.number)).length;
      let text = say("progress", { done, all: kinds.length });
      if (state.stage === "closed") {
        const isDone = state.decrypted.includes(each.number);
        text = say(isDone ? "decrypted" : state.mixed.includes(each.number) ? "mixed" : "notYet");
      } else if (state.stage === "counted") text = say(state.decrypted.includes(each.number) ? "decrypted" : "absent");
      row.querySelector(".badge").textContent = text;
      return row;
    }),
  );
  at("needed").textContent = say("needed", { size: state.size, threshold: state.threshold });
  at("count-title").textContent = say(state.awaited === "Shuffle" ? "mixTitle" : "decryptTitle");
  at("use").lastElementChild.textContent = say(state.awaited === "Shuffle" ? "mix" : "decrypt");
  if (state.fingerprint) at("election").textContent = fingerprint();
  at("election-row").hidden = !state.fingerprint;
};

const render = () => {
  fill();
  const panel = panelNow();
  if (shown() === panel) return;
  turn(panel);
  at("found").hidden = !isVerified;
  at("verify").hidden = isVerified;
  at("verify-bar").hidden = true;
  announce(document.querySelector(`[data-panel="${panel}"] h2`)?.textContent ?? "");
};

const goOn = async () => {
  await advance();
  render();
};

const lookAgain = async () => {
  try {
    const round = state?.round;
    state = await look();
    if (round !== undefined && round !== state.round) seed = null;
    await goOn();
  } catch (error) {
    if (!state || error.reason) complain(error);
  }
};

// Look again and again, so that nobody has to reload; never while something is under way.
const watch = async () => {
  if (!isActing && !document.hidden && !drawn) {
    looking = lookAgain();
    await looking;
  }
  setTimeout(watch, EVERY_MS);
};

const ACTS = {
  make,
  prove,
  again: () => {
    drawn = null;
    turn("new");
  },
  have: () => turn("unlock"),
  unlock: async () => {
    seed = await unlock("key-file", "key-passphrase");
    await goOn();
  },
  rehearse,
  verify,
  use: contribute,
};

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-act]");
  if (!button || isActing) return;
  isActing = true;
  await busy(button, async () => {
    await looking; // a press during a look is not lost, it waits
    await ACTS[button.dataset.act]();
    if (["rehearse", "use"].includes(button.dataset.act)) await goOn();
  });
  isActing = false;
});
for (const form of document.querySelectorAll("form")) form.addEventListener("submit", (event) => event.preventDefault());

at("page").hidden = false;
if (secret) watch();
else turn("nolink");
calm();
