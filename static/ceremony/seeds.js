// What a trustee keeps: 22 characters, short enough for a sheet of paper. Everything else follows from them.

import { ALPHABET } from "../booth/codes.js";
import { digest, hex } from "../booth/hashes.js";
import { randomBelow } from "../booth/randomness.js";

const SEED_LENGTH = 22;

/** Fresh letters, each of the alphabet equally likely. */
export const drawLetters = (count) => Array.from({ length: count }, () => ALPHABET[randomBelow(ALPHABET.length)]).join("");

export const drawSeed = () => drawLetters(SEED_LENGTH);

/** Keys by which a member signs for, and receives from, the others (the protocol's derivation). */
export const memberSecrets = (group, seed) => {
  const derive = (label) => group.modulo(BigInt("0x" + hex(digest(`${label}|${seed}`))));
  return { signing: derive("sk"), decryption: derive("dk") };
};

/** A uniform scalar that follows from a seed: 512 bits, so that reducing them leaves no bias to speak of. */
export const derivedScalar = (group, seed, label) =>
  group.modulo(BigInt("0x" + [0, 1].map((part) => hex(digest(`madang|${label}|${part}|${seed}`))).join("")));
