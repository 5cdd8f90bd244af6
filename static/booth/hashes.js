// SHA-256 as the protocol writes it: fingerprints, trackers, and the chain of the board.

import { sha256 } from "../vendor/noble/hashes/sha2.js";

const encoder = new TextEncoder();

export const utf8 = (text) => encoder.encode(text);
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
export const digest = (data) => sha256(typeof data === "string" ? utf8(data) : data);

/** Unpadded base64 of SHA-256, as election fingerprints, signed hashes and trackers are written. */
export const fingerprint = (data) => btoa(String.fromCharCode(...digest(data))).replace(/=+$/, "");

/** The event that puts a ballot, or the one with the hash ``payload``, on the board right after ``parent``, byte for byte. */
export const eventBytes = ({ parent, height, ballot, payload = hex(digest(ballot)) }) =>
  utf8(JSON.stringify({ parent, height, type: "Ballot", payload }));

/** The hash of that event; the server must have computed the same. */
export const eventHash = (event) => hex(digest(eventBytes(event)));
