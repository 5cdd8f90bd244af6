// The voter's key: derived in the browser from the voting code, which never leaves it.

import { pbkdf2 } from "../vendor/noble/hashes/pbkdf2.js";
import { sha256 } from "../vendor/noble/hashes/sha2.js";
import { normaliseCode } from "./codes.js";
import { ed25519 } from "./group.js";
import { digest, hex, utf8 } from "./hashes.js";

/** The private exponent and the public credential of a code in one election. */
export const deriveCredential = (code, uuid, group = ed25519) => {
  const canonical = normaliseCode(code);
  const bytes =
    canonical.length === 19
      ? hex(pbkdf2(sha256, utf8(canonical), utf8(uuid), { c: 1000, dkLen: 32 }))
      : [0, 1].map((part) => hex(digest(`derive_credential|${uuid}|${part}|${canonical}`))).join("");
  const secret = group.modulo(BigInt("0x" + bytes));
  return { secret, public: group.serializeAll([group.generatorTable().times(secret)])[0] };
};
