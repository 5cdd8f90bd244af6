// Runs the booth's own modules under node for the tests: reads one JSON object from standard input, writes one.
//
// {"election": text, "make": [{"code", "votes", "random"?: [decimal]}]}      → {"made": [{ballot, tracker, opening} | {error}]}
// {"codes": [{"code", "uuid"}]}                                           → {"codes": [{secret, public, canonical} | {error}]}
// {"election": text, "open": [{"ballot", "opening"}]}                       → {"opened": [votes | {error}]}
// {"elements": [text]}                                                     → {"elements": [text | {error}]}
// {"multiples": [decimal]}                                                 → {"multiples": [text]}
// {"events": [{"parent", "height", "ballot"}]}                              → {"events": [hash]}
// {"paper": election text, "marks": [marks]}                                → {"paper": {form, order, …} | {error}, "marked": [{votes, back, sum}]}
// {"orders": {"policy", "size", "count"}}                                   → {"orders": [[index]]}
// {"proofs": [{"proof", "parent", "height", "ballot", "key", "witnesses"}]}  → {"proofs": [{size, root, cosigned} | {error}]}
// {"draws": {"size", "count"}}                                             → {"draws": [number], "scalars": [decimal]}
// {"questions": {"paper", "order"}}                                        → {"questions": [{kind, …, categories}]}
// {"cards": [text]}, {"grouped": [text]}, {"pins": {"pin", "typed"}}          → the same names, one answer each
// {"scan": [[row]]}                                                        → {"scan": [text | null]}
// {"courier": {"ballots", "answers": [{status, after?} | {cut}]}}                 → {"courier": {sent, waits, connected, waiting, refused}}
// {"qr": [text]}                                                           → {"qr": [[row]]}

import { readFileSync } from "node:fs";
import { webcrypto } from "node:crypto";

globalThis.crypto ??= webcrypto;
const booth = new URL("../../../static/booth/", import.meta.url);
const { Election, makeBallot, openBallot } = await import(new URL("ballot.js", booth));
const { normaliseCode } = await import(new URL("codes.js", booth));
const { deriveCredential } = await import(new URL("credentials.js", booth));
const { eventHash } = await import(new URL("hashes.js", booth));
const { orderOf, randomBelow } = await import(new URL("randomness.js", booth));
const group = await import(new URL("group.js", booth));

const attempt = (work) => {
  try {
    return work();
  } catch (error) {
    return { error: error.constructor.name, reason: error.reason ?? error.message };
  }
};

const listed = (numbers) => {
  if (!numbers) return group.randomScalar;
  const left = numbers.map(BigInt);
  return () => {
    if (!left.length) throw new Error("more random numbers are drawn than the contract says");
    return left.shift();
  };
};

const asked = JSON.parse(readFileSync(0, "utf8"));
const told = {};
const election = asked.election === undefined ? null : attempt(() => new Election(asked.election));
if (election?.error) told.election = election;
if (asked.make) {
  told.made = asked.make.map(({ code, votes, random }) =>
    attempt(() => makeBallot(election, code, votes, listed(random))),
  );
}
if (asked.codes) {
  told.codes = asked.codes.map(({ code, uuid }) =>
    attempt(() => {
      const { secret, public: element } = deriveCredential(code, uuid);
      return { secret: `${secret}`, public: element, canonical: normaliseCode(code) };
    }),
  );
}
if (asked.open) told.opened = asked.open.map(({ ballot, opening }) => attempt(() => openBallot(election, ballot, opening)));
if (asked.elements) {
  told.elements = asked.elements.map((text) => attempt(() => group.serializeAll([group.parseElement(text)])[0]));
}
if (asked.multiples) {
  told.multiples = group.serializeAll(asked.multiples.map((number) => group.generatorTable().times(BigInt(number))));
}
if (asked.events) told.events = asked.events.map(eventHash);
if (asked.draws) {
  told.draws = Array.from({ length: asked.draws.count }, () => randomBelow(asked.draws.size));
  told.scalars = Array.from({ length: asked.draws.count }, () => `${group.randomScalar()}`);
}
if (asked.paper !== undefined) {
  const { judge, marksOf, readPaper, votesOf } = await import(new URL("paper.js", booth));
  const { fingerprint } = await import(new URL("hashes.js", booth));
  const paper = attempt(() => readPaper(asked.paper, asked.published ?? fingerprint(asked.paper)));
  told.paper = paper;
  told.marked = (asked.marks ?? []).map((marks) => {
    const votes = votesOf(paper, marks);
    return { votes, back: marksOf(paper, votes), sum: judge(paper, marks) };
  });
}
if (asked.proofs) {
  const { requireProof } = await import(new URL("checkpoint.js", booth));
  told.proofs = asked.proofs.map(({ proof, key, witnesses, ...event }) =>
    attempt(() => requireProof(proof, event, key, witnesses)),
  );
}
if (asked.orders) {
  const { policy, size, count } = asked.orders;
  told.orders = Array.from({ length: count }, () => orderOf(policy, size));
}
if (asked.qr) {
  const { qrMatrix } = await import(new URL("qr.js", booth));
  told.qr = asked.qr.map((text) => attempt(() => qrMatrix(text)));
}
if (asked.questions) {
  const { partOf, questionsOf } = await import(new URL("questions.js", booth));
  const { paper, order } = asked.questions;
  told.questions = questionsOf(paper, order).map((each) => ({ ...each, categories: partOf(paper, each).categories }));
}
if (asked.cards) {
  const { codeOfCard } = await import(new URL("questions.js", booth));
  told.cards = asked.cards.map(codeOfCard);
}
if (asked.grouped) {
  const { grouped } = await import(new URL("letters.js", booth));
  told.grouped = asked.grouped.map(grouped);
}
if (asked.pins) {
  const { isPin } = await import(new URL("pins.js", booth));
  told.pins = await Promise.all(asked.pins.typed.map((typed) => isPin(typed, asked.pins.pin)));
}
if (asked.scan) {
  // Node takes the file for a CommonJS module, a browser for a script that leaves a global.
  const { default: read } = await import(new URL("../vendor/jsqr/jsQR.js", booth));
  const size = 4;
  told.scan = asked.scan.map((rows) => {
    const width = rows[0].length * size;
    const pixels = new Uint8ClampedArray(width * width * 4).fill(255);
    for (let y = 0; y < width; y++)
      for (let x = 0; x < width; x++)
        if (rows[Math.floor(y / size)][Math.floor(x / size)]) pixels.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    return read(pixels, width, width)?.data || null;
  });
}
if (asked.courier) {
  const { rehearse } = await import("./courier.mjs");
  told.courier = await rehearse(asked.courier);
}
process.stdout.write(JSON.stringify(told));
