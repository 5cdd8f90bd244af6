// The second number on a letter: what its owner shows at a station, so that a paper is handed out against the letter and
// the letter's code is worth nothing afterwards. It follows from the code, and the code does not follow from it. Pure.

import { ALPHABET } from "../booth/codes.js";
import { digest, hex } from "../booth/hashes.js";

const FORMAT = "madang-station-slips/1";
const LETTERS = 14;
const IN_GROUPS_OF = /...(?=.)/g;

/** The slip of a code in one election: 14 letters and a checksum, as `XXX-XXX-XXX-XXX-XXX`. */
export const slipOf = (code, uuid) => {
  const value = BigInt("0x" + hex(digest(`madang|station-slip|${uuid}|${code}`))) % 58n ** BigInt(LETTERS);
  let left = value;
  let letters = ALPHABET[53 - Number(value % 53n)];
  for (let written = 0; written < LETTERS; written++) {
    letters = ALPHABET[Number(left % 58n)] + letters;
    left /= 58n;
  }
  return letters.replace(IN_GROUPS_OF, "$&-");
};

/** What the server is told of a slip: enough to know it again, too little to make one. */
const slipDigest = (slip, uuid) => hex(digest(`madang|station-slip-digest|${uuid}|${slip}`));

/** The list of all slips in the order of the public list whose fingerprint is given; ``codes`` are in that order. */
export const slipList = (codes, uuid, fingerprint) =>
  JSON.stringify({
    format: FORMAT,
    credentials: fingerprint,
    slips: codes.map((code) => slipDigest(slipOf(code, uuid), uuid)),
  });
