// Voting codes as people type them.

/** The Base58 letters, in the order of their values. */
export const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
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
