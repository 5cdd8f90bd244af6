// The groups of the protocol by name, and no others: parameters never come from an archive.

import { curve25519 } from "./curve.js";
import { belenios2048, rfc3526 } from "./numbers.js";
import { refuse } from "./refusals.js";

const MAKERS = { Ed25519: curve25519, "BELENIOS-2048": belenios2048, "RFC-3526-2048": rfc3526 };
const made = new Map();

export const groupNamed = (name) => {
  if (!Object.hasOwn(MAKERS, name)) refuse("UnknownGroupError", "a group that is none of the three");
  if (!made.has(name)) made.set(name, MAKERS[name]());
  return made.get(name);
};
