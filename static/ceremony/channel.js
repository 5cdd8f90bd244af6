// Signed and encrypted texts from member to member: AES-256-GCM with a key from an ElGamal exchange (voting/SPEC.md).

import { digest, hex, utf8 } from "../booth/hashes.js";
import { readSigned, signed } from "./proofs.js";
import { Refused, fieldsOf, readCanonical, readElement, require, serialize } from "./shape.js";

const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

const cipherOf = async (group, shared, alpha) => ({
  key: await globalThis.crypto.subtle.importKey("raw", digest(`key|${serialize(group, shared)}`), "AES-GCM", false, [
    "encrypt",
    "decrypt",
  ]),
  parameters: { name: "AES-GCM", iv: digest(`iv|${alpha}`) },
});

const encrypt = async (group, recipient, plaintext) => {
  const randomness = group.randomScalar();
  const shared = group.generatorTable().times(group.randomScalar());
  const [alpha, beta] = group.serializeAll([
    group.generatorTable().times(randomness),
    group.times(recipient, randomness).add(shared),
  ]);
  const { key, parameters } = await cipherOf(group, shared, alpha);
  const data = new Uint8Array(await globalThis.crypto.subtle.encrypt(parameters, key, utf8(plaintext)));
  return JSON.stringify({ algorithm: "AES-GCM", alpha, beta, data: hex(data) });
};

/** Sign a text for one recipient and encrypt it to them. */
export const send = (group, signing, recipient, message) => {
  const inner = JSON.stringify({ recipient: serialize(group, recipient), message });
  return encrypt(group, recipient, JSON.stringify(signed(group, signing, inner)));
};

/** Decrypt a message to the signed text inside, which nobody has judged yet. */
export const openSigned = async (group, decryption, text, facts) => {
  const names = ["algorithm", "alpha", "beta", "data"];
  const { algorithm, alpha, beta, data } = fieldsOf(readCanonical(text, "unreadableShare"), names, "unreadableShare");
  require(algorithm === "AES-GCM" && /^(?:[0-9a-f]{2})*$/.test(data), "unreadableShare", facts);
  const first = readElement(group, alpha, "unreadableShare");
  const second = readElement(group, beta, "unreadableShare");
  const shared = second.add(group.times(first, decryption).negate());
  const { key, parameters } = await cipherOf(group, shared, alpha);
  try {
    const plain = await globalThis.crypto.subtle.decrypt(parameters, key, unhex(data));
    return readCanonical(new TextDecoder().decode(plain), "unreadableShare");
  } catch {
    throw new Refused("unreadableShare", facts);
  }
};

/** The text that ``sender`` signed for ``recipient`` (public keys). */
export const readFor = (group, recipient, sender, value, facts) => {
  const inner = readCanonical(readSigned(group, sender, value, "unreadableShare", facts), "unreadableShare");
  const { recipient: named, message } = fieldsOf(inner, ["recipient", "message"], "unreadableShare");
  require(named === serialize(group, recipient), "unreadableShare", facts);
  return message;
};
