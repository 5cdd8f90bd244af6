// The credential authority's page: make the codes here, keep them in a file, publish the list that says nothing about
// them, print the letters. No code and no name leaves this page but on paper and in files.

import { announce, at, facts, say } from "../booth/page.js";
import { save } from "../booth/receipt.js";
import { bar, busy, calm, complain, look, publish, secret, tell, turn } from "./desk.js";
import { hire } from "./hire.js";
import { drawSheets, findLetters, mergeTable, readPeople } from "./sheets.js";
import { slipOf } from "./slips.js";
import { CannotOpen, SHORTEST_PASSPHRASE, lockUp, open } from "./strongbox.js";

const FORMAT = "madang-voting-codes/1";
const MOST_LETTERS = 50;

const work = hire(facts.addresses.worker);
let state = null;
let made = null; // {codes, list, fingerprint, slips}
let people = [];
let isKept = false;

const fill = () => {
  at("who").textContent = say("authority", { name: state.seat.name });
  at("electors").textContent = say("electors", { n: state.electors });
  at("published").textContent = state.credentials || say("notPublished");
  at("people-count").textContent = people.length ? say("people", { n: people.length }) : "";
  const isOpen = state.stage !== "preparing";
  at("make").disabled = isOpen;
  at("closed-note").hidden = !isOpen;
  at("losses").hidden = state.stage !== "open" || !made;
  if (!made) return;
  at("made-count").textContent = say("made", { n: made.codes.length });
  at("made-fingerprint").textContent = made.fingerprint;
  at("publish").disabled = !isKept || isOpen;
  at("keep-done").hidden = !isKept;
};

const choosePeople = async ({ target }) => {
  people = target.files[0] ? readPeople(await target.files[0].text()) : [];
  // Whose letter is whose is kept with the codes: a lost letter is found in the file by its owner's name.
  if (made) isKept = false;
  at("people-error").textContent =
    people.length && people.length !== state.electors ? say("otherCount", { n: people.length, all: state.electors }) : "";
  fill();
};

const make = async () => {
  made = await work("credentials", { group: state.group, uuid: state.uuid, count: state.electors }, bar("make-bar"));
  isKept = false;
  at("make-bar").hidden = true;
  turn("made");
  fill();
};

const keep = async () => {
  const passphrase = at("passphrase").value;
  const problem =
    passphrase.length < SHORTEST_PASSPHRASE
      ? say("shortPassphrase", { n: SHORTEST_PASSPHRASE })
      : passphrase === at("passphrase-again").value
        ? ""
        : say("otherPassphrase");
  at("passphrase-error").textContent = problem;
  if (problem) return;
  const file = await lockUp(JSON.stringify({ ...made, people }), passphrase, { format: FORMAT, place: facts.place, uuid: state.uuid });
  save(`${facts.file}-${say("codesFile")}.json`, "application/json", file);
  at("passphrase").value = at("passphrase-again").value = "";
  isKept = true;
  fill();
};

const openFile = async () => {
  const [file] = at("codes-file").files;
  if (!file) throw new CannotOpen("no file");
  const { about, text } = await open(await file.text(), at("codes-passphrase").value);
  if (about.format !== FORMAT || about.uuid !== state.uuid) throw new CannotOpen("another election");
  at("codes-passphrase").value = "";
  ({ people = [], ...made } = JSON.parse(text));
  isKept = true;
  turn("made");
  fill();
  if (state.stage === "open") await lookForLosses();
};

const publishList = async () => {
  await publish("credentials", made.list);
  state = await publish("slips", made.slips);
  announce(say("publishedNow"));
  fill();
};

const print = () => {
  drawSheets(made.codes, people, facts.addresses.booth, state.uuid);
  globalThis.print();
};

// Lost letters: the station says a number, this page finds the letter in its own file and names its slip, nothing else.
const showLosses = ({ waiting, settled }) => {
  const options = waiting.map(({ number, station, at: when }) => new Option(say("loss", { n: number, station, when }), number));
  at("loss").replaceChildren(...options);
  at("loss-none").hidden = waiting.length > 0;
  at("loss-form").hidden = waiting.length === 0;
  if (!settled) return;
  at("loss-found").value = "";
  showLetters();
  at("loss-done").textContent = say(settled.state === "voted" ? "lossVoted" : "lossGranted", { n: settled.number });
};
const lookForLosses = async () => showLosses(await tell(facts.addresses.losses, {}));
const showLetters = () => {
  const found = findLetters(made.codes.length, people, at("loss-found").value).slice(0, MOST_LETTERS);
  at("loss-letter").replaceChildren(
    ...found.map(({ index, name, address }) => new Option(`${say("card", { n: index + 1 })} ${name} ${address}`.trim(), index)),
  );
};
const settle = async () => {
  const chosen = at("loss-letter").value;
  at("loss-error").textContent = chosen === "" ? say("lossWho") : "";
  if (chosen === "") return;
  const slip = slipOf(made.codes[Number(chosen)], state.uuid);
  showLosses(await tell(facts.addresses.losses, { number: at("loss").value, slip }));
};

const ACTS = {
  losses: lookForLosses,
  settle,
  make,
  keep,
  open: openFile,
  publish: publishList,
  print,
  preview: () => drawSheets(made.codes.slice(0, 1), people, facts.addresses.booth, state.uuid),
  merge: () => save(`${facts.file}-${say("mergeFile")}.csv`, "text/csv;charset=utf-8", mergeTable(made.codes, people, facts.addresses.booth, state.uuid)),
  anew: () => turn("start"),
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (button) busy(button, ACTS[button.dataset.act]).then(() => state && fill());
});
for (const form of document.querySelectorAll("form")) form.addEventListener("submit", (event) => event.preventDefault());
at("people-file").addEventListener("change", choosePeople);
at("loss-found").addEventListener("input", showLetters);
// Leaving would lose codes that are in no file yet.
globalThis.addEventListener("beforeunload", (event) => {
  if (made && !isKept) event.preventDefault();
});

const enter = async () => {
  try {
    state = await look();
    turn("start");
    fill();
  } catch (error) {
    complain(error);
  }
};

at("page").hidden = false;
calm();
if (secret) enter();
else turn("nolink");
