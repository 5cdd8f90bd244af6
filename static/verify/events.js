// The chain of events of an election: what can happen, in which order, and the small objects that events carry.

import { demand, refuse } from "./refusals.js";
import { readCanonical, readCount, readHash, readInteger, readObject, readText } from "./shape.js";

export const MOST_TRUSTEES = 255;

/** How many data members stand before an event of each type; the last of them is the event's payload. */
export const PAYLOADS = {
  Setup: 4,
  Ballot: 1,
  EndBallots: 0,
  EncryptedTally: 2,
  Shuffle: 2,
  EndShuffles: 0,
  PartialDecryption: 2,
  Result: 1,
};

const MOVES = {
  "": ["Setup"],
  Setup: ["Ballot", "EndBallots"],
  Ballot: ["Ballot", "EndBallots"],
  EndBallots: ["EncryptedTally"],
  EncryptedTally: ["PartialDecryption"],
  PartialDecryption: ["PartialDecryption", "Result"],
  Result: [],
};

/** With NonHomomorphic questions there is at least one shuffle. */
const SHUFFLED_MOVES = {
  ...MOVES,
  EncryptedTally: ["Shuffle"],
  Shuffle: ["Shuffle", "EndShuffles"],
  EndShuffles: ["PartialDecryption"],
};

/** Read one link of the chain; a payload is there if and only if its type has one. */
export const readEvent = (data) => {
  const names = ["parent", "height", "type", "payload"];
  const fields = readObject(readCanonical(data, "event"), "event", names, ["parent", "payload"]);
  const type = readText(fields.type, "event type");
  demand(Object.hasOwn(PAYLOADS, type), "EventOrderError", "an event of an unknown type");
  const found = {
    type,
    height: readInteger(fields.height, "height"),
    parent: "parent" in fields ? readHash(fields.parent, "parent") : null,
    payload: "payload" in fields ? readHash(fields.payload, "payload") : null,
  };
  const fits = (found.payload === null) === (PAYLOADS[type] === 0);
  demand(fits, "MalformedObjectError", `an event ${type} with or without a payload`);
  return found;
};

/** Refuse events whose types are not in the order of an election. */
export const requireOrder = (kinds, isShuffled) => {
  demand(kinds.length, "IncompleteElectionError", "an archive without any event");
  let before = "";
  for (const { type, height } of kinds) {
    if (!((isShuffled ? SHUFFLED_MOVES : MOVES)[before] ?? []).includes(type)) {
      const unshuffled = ["EndShuffles", "PartialDecryption"].includes(type);
      if (isShuffled && before === "EncryptedTally" && unshuffled) {
        refuse("MissingShuffleError", "NonHomomorphic answers are to be decrypted without having been shuffled");
      }
      refuse("EventOrderError", `event ${height}: ${type} cannot follow ${before || "nothing"}`);
    }
    before = type;
  }
};

export const readSetup = (data) => {
  const names = ["election", "trustees", "credentials"];
  const fields = readObject(readCanonical(data, "setup data"), "setup data", names);
  for (const name of names) readHash(fields[name], name);
  return fields;
};

/** Which trustee made a shuffle or a partial decryption. */
export const readOwned = (data) => {
  const fields = readObject(readCanonical(data, "owner"), "owner", ["owner", "payload"]);
  return { owner: readInteger(fields.owner, "owner", 1, MOST_TRUSTEES), payload: readHash(fields.payload, "payload") };
};

/** How much stands behind a tally. */
export const readSizedTally = (data) => {
  const names = ["num_tallied", "total_weight", "encrypted_tally"];
  const fields = readObject(readCanonical(data, "size of the tally"), "size of the tally", names);
  return {
    num_tallied: readInteger(fields.num_tallied, "number of ballots"),
    total_weight: readCount(fields.total_weight, "total weight"),
    encrypted_tally: readHash(fields.encrypted_tally, "tally"),
  };
};
