// SHA-256 as the protocol writes it: fingerprints, trackers, and the chain of the board.

import { sha256 } from "../vendor/noble/hashes/sha2.js";

const encoder = new TextEncoder();

export const utf8 = (text) => encoder.encode(text);
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
export const digest = (data) => sha256(typeof data === "string" ? utf8(data) : data);

/** Unpadded base64 of SHA-256, as election fingerprints, signed hashes and trackers are written. */
export const fingerprint = (data) => btoa(String.fromCharCode(...digest(data))).replace(/=+$/, "");

/** The hash of the event that puts a ballot on the board right after ``parent``; the server must have computed the same. */
export const eventHash = ({ parent, height, ballot }) =>
  hex(digest(JSON.stringify({ parent, height, type: "Ballot", payload: hex(digest(ballot)) })));
