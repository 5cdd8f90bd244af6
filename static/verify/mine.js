// One voter's ballot: is it on the board, is it the one that counts, and does the board hold what the server signed?

import { WrongProof, requireProof } from "../booth/checkpoint.js";
import { hex, utf8 } from "../booth/hashes.js";
import { sha256 } from "../vendor/noble/hashes/sha2.js";
import { readPlace } from "./archive.js";

const TRACKER = /^[A-Za-z0-9+/]{43}$/;

/** The tracker in what somebody typed, pasted, scanned or saved: the number itself, the address in the QR code, a receipt. */
export const trackerIn = (text) => {
  let plain = text;
  try {
    plain = decodeURIComponent(text);
  } catch {
    // A text with a percent sign that is no address.
  }
  // A number copied from paper may be broken into groups.
  const whole = plain.replace(/\s+/g, "");
  if (whole.length === 43 && TRACKER.test(whole)) return whole;
  const words = plain.replace(/^.*[?&]tracker=/s, "").split(/[^A-Za-z0-9+/=]+/);
  return words.find((word) => TRACKER.test(word)) ?? "";
};

/** Whether a text is a proof file of the log. */
export const isProof = (text) => text.startsWith("c2sp.org/tlog-proof@v1\nindex ");

const numberIn = (proof) => Number(proof.split("\n")[1].slice("index ".length));

const join = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));

/** The bytes of every event follow from what the index keeps: they are the leaves of the log. */
const leavesOf = (index, size) => {
  const kept = new Map(index.events.map((event) => [event.height, event]));
  const ballots = new Map(index.ballots.map(({ height, hash }) => [height, { type: "Ballot", payload: hash }]));
  return Array.from({ length: size }, (_, height) => {
    const { type, payload } = kept.get(height) ?? ballots.get(height);
    const event = { ...(height ? { parent: index.hashes[height - 1] } : {}), height, type, ...(payload ? { payload } : {}) };
    return sha256(join([0], utf8(JSON.stringify(event))));
  });
};

/** The root of the Merkle tree over an archive's first ``size`` events (RFC 6962), in hexadecimal. */
export const rootOf = (index, size) => {
  const open = [];
  leavesOf(index, size).forEach((leaf, position) => {
    open.push(leaf);
    for (let rest = position; rest & 1; rest >>= 1) {
      const right = open.pop();
      open.push(sha256(join([1], open.pop(), right)));
    }
  });
  while (open.length > 1) {
    const right = open.pop();
    open.push(sha256(join([1], open.pop(), right)));
  }
  return hex(open[0]);
};

/**
 * Compare an archive with a proof that the server signed.
 *
 * Returns ``state``: "good" (the signed head is the archive's own), "ahead" (the head is newer than the archive, and the
 * proof leads to it), "wrong", with ``size`` of the head and the number of witnesses who cosigned it; ``reason`` says in
 * English what is wrong.
 */
export const compareWithLog = async (index, proof, key, witnesses = []) => {
  if (!key) return { state: "none", reason: "the election names no key of a log" };
  try {
    const height = numberIn(proof);
    const number = index.ballots.findIndex((ballot) => ballot.height === height);
    if (number < 0) return { state: "wrong", reason: `the file has no ballot at line ${height}` };
    const [offset, length] = index.ballots[number].place;
    const ballot = await readPlace(index.file, offset, length);
    const event = { parent: index.parentOf(number), height, ballot };
    const { size, root, cosigned } = requireProof(proof, event, key, witnesses);
    if (size > index.hashes.length) return { state: "ahead", size, number, cosigned: cosigned.length };
    const signed = hex(Uint8Array.from(atob(root), (letter) => letter.charCodeAt(0)));
    if (rootOf(index, size) === signed) return { state: "good", size, number, cosigned: cosigned.length };
    return { state: "wrong", size, reason: "the signed head is not that of the file's events" };
  } catch (error) {
    if (!(error instanceof WrongProof)) throw error;
    return { state: "wrong", reason: error.message };
  }
};

/** Find a ballot by its tracker among those of an archive; null where there is none. */
export const findBallot = (index, tracker) => {
  const number = index.ballots.findIndex((_, at) => index.tracker(at) === tracker);
  if (number < 0) return null;
  const { credential, height } = index.ballots[number];
  const last = index.ballots.findLastIndex((ballot) => ballot.credential === credential);
  const counts = last === number;
  const later = counts ? null : { height: index.ballots[last].height, tracker: index.tracker(last) };
  return { tracker, number, height, counts, later };
};
