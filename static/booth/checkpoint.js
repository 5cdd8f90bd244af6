// Checks the proof that a ballot stands on the board: its Merkle path (RFC 6962) to a head of the log that the server
// signed (C2SP tlog-proof, checkpoint, signed-note), and which witnesses cosigned that head (C2SP tlog-cosignature). Whoever
// signs two heads that do not fit together is caught by both.

import { verifySignature } from "./group.js";
import { sha256 } from "../vendor/noble/hashes/sha2.js";
import { eventBytes, hex, utf8 } from "./hashes.js";

/** The proof does not lead from the ballot to a head signed by the log's key. */
export class WrongProof extends Error {}

const HEADER = "c2sp.org/tlog-proof@v1";

const requireThat = (holds, what) => {
  if (!holds) throw new WrongProof(what);
};

const bytesOf = (text) => {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    throw new WrongProof("not base64");
  }
};

const join = (...parts) => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

const leafHash = (entry) => sha256(join(Uint8Array.of(0), entry));
const nodeHash = (left, right) => sha256(join(Uint8Array.of(1), left, right));

/** The root that a leaf and its path give in a tree of ``size`` leaves (RFC 9162, 2.1.3.2). */
const rootOf = (leaf, index, size, path) => {
  let [number, last, sum] = [index, size - 1, leaf];
  for (const sister of path) {
    requireThat(last > 0, "a path that is too long");
    if (number % 2 === 1 || number === last) {
      sum = nodeHash(sister, sum);
      while (number % 2 === 0 && number > 0) [number, last] = [number / 2, Math.floor(last / 2)];
    } else sum = nodeHash(sum, sister);
    [number, last] = [Math.floor(number / 2), Math.floor(last / 2)];
  }
  requireThat(last === 0, "a path that is too short");
  return sum;
};

/** The bytes of a tracker or another hash in base64, with or without its padding. */
export const hashBytes = (text) => bytesOf(text.padEnd(Math.ceil(text.length / 4) * 4, "="));

const partsOf = (key) => key.split("+").map((part, at, all) => (at < 2 ? part : all.slice(2).join("+")));

const requireSigned = (text, signatures, key) => {
  const [name, id, material] = partsOf(key);
  const line = signatures.find((each) => each.startsWith(`— ${name} `));
  requireThat(line, "not signed by the log");
  const signed = bytesOf(line.slice(name.length + 3));
  const publicKey = bytesOf(material);
  requireThat(hex(signed.slice(0, 4)) === id && publicKey[0] === 1 && publicKey.length === 33, "another key");
  requireThat(verifySignature(signed.slice(4), utf8(text), publicKey.slice(1)), "a signature that does not hold");
};

// Which of the witnesses' keys cosigned. A signature of a known key that does not hold makes the whole head worthless.
const cosignersOf = (text, signatures, keys) =>
  keys.flatMap((key) => {
    const [name, id, material] = partsOf(key);
    const publicKey = bytesOf(material);
    const signed = signatures
      .filter((line) => line.startsWith(`— ${name} `))
      .map((line) => bytesOf(line.slice(name.length + 3)))
      .find((bytes) => hex(bytes.slice(0, 4)) === id);
    if (!signed) return [];
    requireThat(publicKey[0] === 4 && publicKey.length === 33 && signed.length === 76, "a witness's signature out of form");
    const seconds = signed.slice(4, 12).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
    const message = utf8(`cosignature/v1\ntime ${seconds}\n${text}`);
    requireThat(verifySignature(signed.slice(12), message, publicKey.slice(1)), "a witness's signature that does not hold");
    return [{ name, at: Number(seconds) }];
  });

/**
 * Check a proof for the event that holds a ballot; return the size and the root of the signed head, and who cosigned it.
 *
 * ``key`` is the log's key, ``witnesses`` are the keys of witnesses, both as the election binds them.
 */
export const requireProof = (proof, event, key, witnesses = []) => {
  const { height } = event;
  const [head, text, block] = proof.split("\n\n");
  const [header, numbered, ...path] = head.split("\n");
  requireThat(header === HEADER && numbered === `index ${height}` && block, "no proof of this ballot");
  const [origin, sizeText, root] = text.split("\n");
  const size = Number(sizeText);
  requireThat(origin === key.split("+")[0] && Number.isSafeInteger(size) && size > height, "another log");
  requireSigned(`${text}\n`, block.split("\n"), key);
  const cosigned = cosignersOf(`${text}\n`, block.split("\n"), witnesses);
  const found = rootOf(leafHash(eventBytes(event)), height, size, path.map(bytesOf));
  requireThat(hex(found) === hex(bytesOf(root)), "another root");
  return { size, root, cosigned };
};
