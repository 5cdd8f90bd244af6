// What trustees prove and sign (Belenios protocol version 1, and the strong decryption proofs of voting/SPEC.md). Pure.

import { proveKnowledge } from "../booth/ballot.js";
import { Refused, fieldsOf, readScalar, require, serialize } from "./shape.js";

export const readProof = (group, value, reason) => {
  const { challenge, response } = fieldsOf(value, ["challenge", "response"], reason);
  return { challenge: readScalar(group, challenge, reason), response: readScalar(group, response, reason) };
};

/** Check a proof of knowing a discrete logarithm: ``c = H(prefix, g^r X^c)``. */
export const requireKnowledge = (group, element, prefix, { challenge, response }, reason, facts) => {
  const commitment = group.generatorTable().times(response).add(group.timesPublic(element, challenge));
  require(group.hashToScalar(`${prefix}${serialize(group, commitment)}`) === challenge, reason, facts);
};

/** A trustee's public key with the proof of knowing its secret. */
export const publishKey = (group, secret) => {
  const element = serialize(group, group.generatorTable().times(secret));
  return { pok: proveKnowledge(group, secret, `pok|${group.name}|${element}|`), public_key: element };
};

export const sign = (group, signing, message) => proveKnowledge(group, signing, `sigmsg|${message}|`);

export const signed = (group, signing, message) => ({ message, signature: sign(group, signing, message) });

/** Read ``{"message","signature"}`` and check who signed it; return the message. */
export const readSigned = (group, key, value, reason, facts) => {
  const { message, signature } = fieldsOf(value, ["message", "signature"], reason);
  require(typeof message === "string", reason, facts);
  requireSignature(group, key, message, signature, reason, facts);
  return message;
};

export const requireSignature = (group, key, message, signature, reason, facts) =>
  requireKnowledge(group, key, `sigmsg|${message}|`, readProof(group, signature, reason), reason, facts);

// Prove log_g(public) = log_alpha(factor) under a prefix.
const proveEqualLogs = (group, secret, alpha, prefix) => {
  const nonce = group.randomScalar();
  const commitments = group.serializeAll([group.generatorTable().times(nonce), group.times(alpha, nonce)]);
  const challenge = group.hashToScalar(`${prefix}${commitments.join(",")}`);
  return { challenge: `${challenge}`, response: `${group.modulo(nonce - secret * challenge)}` };
};

/** A decryption factor ``alpha^x`` with the protocol's proof and the strong one. */
export const decryptOne = (group, secret, { fingerprint, owner, question, answer }, alpha) => {
  const factor = group.times(alpha, secret);
  const [key, first, made] = group.serializeAll([group.generatorTable().times(secret), alpha, factor]);
  const strongly = `strong-decrypt|1|${fingerprint}|${owner}|${question}|${answer}|${key},${first},${made},`;
  return {
    factor: made,
    proof: proveEqualLogs(group, secret, alpha, `decrypt|${fingerprint}|${key}|`),
    strong: proveEqualLogs(group, secret, alpha, strongly),
  };
};

/** The answer to a rehearsal: shows that the key is there, decrypts nothing that anybody handed over. */
export const answerRehearsal = (group, secret, electionKey, { uuid, occasion, owner }) => {
  const place = `rehearsal|1|${uuid}|${occasion}`;
  if (!/^[0-9A-Za-z:._+-]{1,128}$/.test(occasion)) throw new Refused("malformed");
  const randomness = group.hashToScalar(`${place}|randomness|${electionKey}`);
  const alpha = group.generatorTable().times(randomness);
  const { factor, strong } = decryptOne(group, secret, { fingerprint: place, owner, question: 0, answer: 0 }, alpha);
  return { owner, factor, proof: strong };
};
