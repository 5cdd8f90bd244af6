// The credential authority's page: make the codes here, keep them in a file, publish the list that says nothing about
// them, print the letters. No code and no name leaves this page but on paper and in files.

import { announce, at, facts, say } from "../booth/page.js";
import { save } from "../booth/receipt.js";
import { bar, busy, calm, complain, look, publish, secret, turn } from "./desk.js";
import { hire } from "./hire.js";
import { drawSheets, mergeTable, readPeople } from "./sheets.js";
import { CannotOpen, SHORTEST_PASSPHRASE, lockUp, open } from "./strongbox.js";

const FORMAT = "madang-voting-codes/1";

const work = hire(facts.addresses.worker);
let state = null;
let made = null; // {codes, list, fingerprint}
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
  if (!made) return;
  at("made-count").textContent = say("made", { n: made.codes.length });
  at("made-fingerprint").textContent = made.fingerprint;
  at("publish").disabled = !isKept || isOpen;
  at("keep-done").hidden = !isKept;
};

const choosePeople = async ({ target }) => {
  people = target.files[0] ? readPeople(await target.files[0].text()) : [];
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
  const file = await lockUp(JSON.stringify(made), passphrase, { format: FORMAT, place: facts.place, uuid: state.uuid });
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
  made = JSON.parse(text);
  isKept = true;
  turn("made");
  fill();
};

const publishList = async () => {
  state = await publish("credentials", made.list);
  announce(say("publishedNow"));
  fill();
};

const print = () => {
  drawSheets(made.codes, people, facts.addresses.booth);
  globalThis.print();
};

const ACTS = {
  make,
  keep,
  open: openFile,
  publish: publishList,
  print,
  preview: () => drawSheets(made.codes.slice(0, 1), people, facts.addresses.booth),
  merge: () => save(`${facts.file}-${say("mergeFile")}.csv`, "text/csv;charset=utf-8", mergeTable(made.codes, people, facts.addresses.booth)),
  anew: () => turn("start"),
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (button) busy(button, ACTS[button.dataset.act]).then(() => state && fill());
});
for (const form of document.querySelectorAll("form")) form.addEventListener("submit", (event) => event.preventDefault());
at("people-file").addEventListener("change", choosePeople);
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
