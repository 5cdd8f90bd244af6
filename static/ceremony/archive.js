// Reads a downloaded board (`.bel`) and believes none of it: every member has the hash that it is named by, every event
// continues the chain, and the events come in the one order there is. Pure.

import { digest, hex } from "../booth/hashes.js";
import { readCanonical, require } from "./shape.js";

const BLOCK = 512;
const PAYLOADS = { Setup: 4, Ballot: 1, EndBallots: 0, EncryptedTally: 2, Shuffle: 2, EndShuffles: 0, PartialDecryption: 2, Result: 1 };
const NEXT = {
  undefined: ["Setup"],
  Setup: ["Ballot", "EndBallots"],
  Ballot: ["Ballot", "EndBallots"],
  EndBallots: ["EncryptedTally"],
  EncryptedTally: ["Shuffle", "PartialDecryption"],
  Shuffle: ["Shuffle", "EndShuffles"],
  EndShuffles: ["PartialDecryption"],
  PartialDecryption: ["PartialDecryption", "Result"],
  Result: [],
};

// The members of the container, one after another: name and text.
function* members(bytes) {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for (let at = 0; at < bytes.length; ) {
    require(bytes.length - at >= BLOCK, "brokenArchive");
    const header = String.fromCharCode(...bytes.subarray(at, at + BLOCK));
    const size = header.slice(124, 136);
    require(/^[0-7]{11}\0$/.test(size), "brokenArchive");
    const length = parseInt(size, 8);
    const begin = at + BLOCK;
    const body = bytes.subarray(begin, begin + length);
    require(body.length === length, "brokenArchive");
    yield { name: header.slice(0, 100).replace(/\0+$/, ""), body, text: decoder.decode(body) };
    at = begin + Math.ceil(length / BLOCK) * BLOCK;
  }
}

/** Return the events, oldest first, each with its type and the texts of its data members. */
export const readArchive = (bytes) => {
  const events = [];
  let pending = [];
  let parent;
  let first = true;
  for (const { name, body, text } of members(bytes)) {
    if (first) {
      require(name === "BELENIOS", "brokenArchive");
      first = false;
      continue;
    }
    const hash = hex(digest(body));
    const kind = name.slice(64);
    require(name.startsWith(hash) && (kind === ".data.json" || kind === ".event.json"), "brokenArchive");
    if (kind === ".data.json") {
      pending.push({ hash, text });
      continue;
    }
    const event = readCanonical(text, "brokenArchive");
    require(NEXT[events.at(-1)?.type].includes(event.type), "brokenArchive");
    require(event.height === events.length && event.parent === parent, "brokenArchive");
    require(pending.length === PAYLOADS[event.type] && event.payload === pending.at(-1)?.hash, "brokenArchive");
    events.push({ type: event.type, hash, texts: pending.map((each) => each.text), hashes: pending.map((each) => each.hash) });
    parent = hash;
    pending = [];
  }
  require(events.length > 0 && pending.length === 0, "brokenArchive");
  return events;
};
