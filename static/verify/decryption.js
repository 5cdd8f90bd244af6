// Partial decryptions with their proofs, the strong proofs beside the archive, and the result that follows.

import { digest, hex } from "../booth/hashes.js";
import { MOST_TRUSTEES } from "./events.js";
import { requireEqualLogs } from "./proofs.js";
import { demand, refuse } from "./refusals.js";
import {
  countToJson,
  readArray,
  readCanonical,
  readCount,
  readElement,
  readHash,
  readInteger,
  readObject,
  readProof,
  readText,
} from "./shape.js";

const STRONG_FORMAT = "madang-strong-decryption-1";

const readProofs = (value, order) =>
  readArray(value, "proofs").map((row) => readArray(row, "proofs").map((item) => readProof(item, order)));

/** Read one trustee's factors of every ciphertext, each with its proof. */
export const readDecryption = (data, group) => {
  const names = ["decryption_factors", "decryption_proofs"];
  const fields = readObject(readCanonical(data, "partial decryption"), "partial decryption", names);
  const factors = readArray(fields.decryption_factors, "factors").map((row) =>
    readArray(row, "factors").map((item) => readElement(item, "decryption factor", (text) => group.parse(text))),
  );
  return { factors, proofs: readProofs(fields.decryption_proofs, group.order), hash: hex(digest(data)) };
};

const requireShape = (rows, ciphertexts) => {
  const fits = rows.length === ciphertexts.length && rows.every(({ length }, at) => length === ciphertexts[at].length);
  demand(fits, "DecryptionShapeError", "another number of factors or proofs than of ciphertexts");
};

const eachFactor = ({ group }, { owner, publicKey }, { factors }, proofs, ciphertexts, code, prefixOf) => {
  requireShape(factors, ciphertexts);
  requireShape(proofs, ciphertexts);
  const key = group.text(publicKey);
  ciphertexts.forEach((row, question) =>
    row.forEach(({ alpha }, answer) => {
      const factor = factors[question][answer];
      const prefix = prefixOf({ key, question, answer, alpha, factor });
      const message = `trustee ${owner}, question ${question + 1}, ciphertext ${answer + 1}`;
      requireEqualLogs(group, { prefix, publicKey, alpha, factor, proof: proofs[question][answer] }, code, message);
    }),
  );
};

/** Check a partial decryption of the trustee ``member``. */
export const requireDecryption = (election, member, decryption, ciphertexts) => {
  const { fingerprint } = election;
  const prefix = ({ key }) => `decrypt|${fingerprint}|${key}|`;
  eachFactor(election, member, decryption, decryption.proofs, ciphertexts, "DecryptionProofError", prefix);
};

/** Read the file of strong proofs: per partial decryption its owner, the hash that it is bound to, and the proofs. */
export const readStrongProofs = (data, election) => {
  const value = readCanonical(data, "strong proofs");
  const fields = readObject(value, "strong proofs", ["format", "election_hash", "decryptions"]);
  demand(fields.format === STRONG_FORMAT, "MalformedObjectError", "strong proofs of an unknown format");
  const hash = readText(fields.election_hash, "election hash");
  demand(hash === election.fingerprint, "WrongElectionError", "strong proofs of another election");
  return readArray(fields.decryptions, "strong proofs").map((item) => {
    const part = readObject(item, "strong proofs", ["owner", "payload", "proofs"]);
    return {
      owner: readInteger(part.owner, "owner", 1, MOST_TRUSTEES),
      payload: readHash(part.payload, "payload"),
      proofs: readProofs(part.proofs, election.group.order),
    };
  });
};

/** Check the strong proofs of a partial decryption: their challenge covers all that they are about. */
export const requireStrongDecryption = (election, member, decryption, strong, ciphertexts) => {
  const { group, fingerprint } = election;
  const { owner } = member;
  const bound = strong.owner === owner && strong.payload === decryption.hash;
  demand(bound, "PayloadReferenceError", `the strong proofs of trustee ${owner} belong to something else`);
  const prefix = ({ key, question, answer, alpha, factor }) => {
    const elements = [key, ...group.texts([alpha, factor])].join(",");
    return `strong-decrypt|1|${fingerprint}|${owner}|${question}|${answer}|${elements},`;
  };
  eachFactor(election, member, decryption, strong.proofs, ciphertexts, "StrongDecryptionProofError", prefix);
};

const readRanks = (value, count) => {
  const items = readArray(value, "decrypted ballot");
  const message = "a decrypted ballot has another number of ranks than the question has answers";
  demand(items.length === count, "ResultShapeError", message);
  return items.map((item) => readCount(item, "rank"));
};

/** Read the published result: per question its counts, or one list of numbers per ballot. */
export const readResult = (data, { questions }) => {
  const rows = readArray(readObject(readCanonical(data, "result"), "result", ["result"]).result, "result");
  const fits = rows.length === questions.length;
  demand(fits, "ResultShapeError", "the result has another number of questions than the election");
  return rows.map((row, place) => {
    const items = readArray(row, "result of a question");
    const { shuffled, width, answers } = questions[place];
    if (shuffled) return items.map((item) => readRanks(item, answers.length));
    demand(items.length === width, "ResultShapeError", "the result has another number of choices than a question");
    return items.map((item) => readCount(item, "count"));
  });
};

/** The result as the archive writes it. */
export const resultToJson = (result) =>
  result.map((row) => row.map((item) => (Array.isArray(item) ? item.map(countToJson) : countToJson(item))));

/** Refuse a published result that is not what was decrypted. Needs no discrete logarithm. */
export const requireResult = (election, trustees, ciphertexts, decryptions, result, totalWeight) => {
  const { group, questions } = election;
  const factors = new Map([...decryptions].map(([owner, { factors: rows }]) => [owner, rows.flat()]));
  const combined = trustees.combine(factors);
  let next = 0;
  const messages = ciphertexts.map((row) => row.map(({ beta }) => group.divide(beta, combined[next++])));
  questions.forEach(({ shuffled, answers }, place) => {
    const row = messages[place];
    const claimed = result[place];
    const many = `question ${place + 1}: ${claimed.length} decrypted ballots instead of ${row.length}`;
    demand(row.length === claimed.length, "ResultShapeError", many);
    row.forEach((message, position) => {
      const where = `question ${place + 1}, choice ${position + 1}`;
      const value = claimed[position];
      if (!shuffled && value > totalWeight) refuse("ResultMismatchError", `${where}: more than all votes together`);
      const right = shuffled
        ? group.extract(message, answers.length).join() === value.join()
        : message.equals(group.power(group.generator, value));
      demand(right, "ResultMismatchError", `${where}: not what was decrypted`);
    });
  });
};
