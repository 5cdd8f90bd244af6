// The groups of the protocol by name, and no others (security.md T04, T26).

import { BELENIOS_2048 } from "./field.js";
import { ed25519 } from "./group.js";

/** The group with a name; nothing where nobody knows it. */
export const groupNamed = (name) => [ed25519, BELENIOS_2048].find((group) => group.name === name);
