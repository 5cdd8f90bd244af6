// Voting codes: the voter's secret, from which the signing key of the ballot is derived in the browser.

import { generatorTable, digest, hex, modulo, serializeAll, utf8 } from "./group.js";
import { pbkdf2 } from "../vendor/noble/hashes/pbkdf2.js";
import { sha256 } from "../vendor/noble/hashes/sha2.js";

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const NEW = [5, 6, 5, 6];
const OLD = [3, 3, 3, 3, 3];
// Spaces, and what keyboards and word processors make of a dash.
const SEPARATORS = /[\s\-\u2010-\u2014\u2212]+/g;

/** A code that cannot be one: ``reason`` is "letters", "length" or "checksum". */
export class MistypedCode extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

const dashed = (letters, sizes) => {
  let start = 0;
  return sizes.map((size) => letters.slice(start, (start += size))).join("-");
};

/** The canonical spelling of a code as typed; the dashes are part of the secret, so they are put back. */
export const normaliseCode = (text) => {
  const letters = text.replace(SEPARATORS, "");
  if ([...letters].some((letter) => !ALPHABET.includes(letter))) throw new MistypedCode("letters");
  if (letters.length === 22) return dashed(letters, NEW);
  if (letters.length !== 15) throw new MistypedCode("length");
  let value = 0n;
  for (const letter of letters.slice(0, 14)) value = value * 58n + BigInt(ALPHABET.indexOf(letter));
  if ((value + BigInt(ALPHABET.indexOf(letters[14]))) % 53n !== 0n) throw new MistypedCode("checksum");
  return dashed(letters, OLD);
};

/** The private exponent and the public credential of a code in one election. */
export const deriveCredential = (code, uuid) => {
  const canonical = normaliseCode(code);
  const bytes =
    canonical.length === 19
      ? hex(pbkdf2(sha256, utf8(canonical), utf8(uuid), { c: 1000, dkLen: 32 }))
      : [0, 1].map((part) => hex(digest(`derive_credential|${uuid}|${part}|${canonical}`))).join("");
  const secret = modulo(BigInt("0x" + bytes));
  return { secret, public: serializeAll([generatorTable().times(secret)])[0] };
};
