// The credential authority's work: draw voting codes and the public list that says nothing about them. Pure.

import { normaliseCode } from "../booth/codes.js";
import { deriveCredential } from "../booth/credentials.js";
import { fingerprint } from "../booth/hashes.js";
import { drawLetters } from "./seeds.js";
import { slipList } from "./slips.js";

const CODE_LETTERS = 22;

/** A fresh voting code: 22 letters, 128 bits. */
const drawCode = () => normaliseCode(drawLetters(CODE_LETTERS));

/**
 * One code for each elector, and the public list in its published order, which is no elector's.
 *
 * Returns ``{codes, list, fingerprint, slips}``; the list is the text that the board will hold, ``slips`` lets stations
 * know the letters again (`slips.js`).
 */
export const generateCredentials = (group, uuid, count, progress = () => {}) => {
  const codes = [];
  const publics = [];
  for (let made = 1; made <= count; made++) {
    const code = drawCode();
    codes.push(code);
    publics.push(deriveCredential(code, uuid, group).public);
    progress(made, count);
  }
  const keyed = publics.map((text, index) => ({ text, code: codes[index], key: group.sortKey(text) }));
  keyed.sort((one, other) => (one.key < other.key ? -1 : 1));
  const list = JSON.stringify(keyed.map(({ text }) => text));
  const ordered = keyed.map(({ code }) => code);
  return { codes, list, fingerprint: fingerprint(list), slips: slipList(ordered, uuid, fingerprint(list)) };
};
