// The exit number of a kiosk, known to its tablet by a slow hash only, so that staff get out without a connection.

import { sha256 } from "../vendor/noble/hashes/sha2.js";
import { pbkdf2Async } from "../vendor/noble/hashes/pbkdf2.js";
import { hex, utf8 } from "./hashes.js";

/** Whether a number is the one whose hash the kiosk was given. */
export const isPin = async (typed, { salt, hash, rounds }) =>
  hex(await pbkdf2Async(sha256, utf8(typed), utf8(salt), { c: rounds, dkLen: 32 })) === hash;
