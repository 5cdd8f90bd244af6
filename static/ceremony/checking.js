// Checks ballots as every verifier does: membership, signature, every proof. Public data only. Pure.

import { fingerprint } from "../booth/hashes.js";
import { readProof, requireKnowledge } from "./proofs.js";
import { Refused, fieldsOf, readCanonical, readElement, require } from "./shape.js";

const REASON = "badBallot";
const FIELDS = ["election_uuid", "election_hash", "credential", "answers", "signature"];

// What a proof's commitments must have been: the claims are that the ciphertext holds ``lowest``, the next number, …
const commitments = (election, [alpha, beta], lowest, proofs) => {
  const { group, key } = election;
  return proofs.flatMap(({ challenge, response }, index) => {
    const excess = group.timesPublic(group.generator, BigInt(lowest + index)).negate();
    return [
      group.generatorTable().times(response).add(group.timesPublic(alpha, challenge)),
      key.times(response).add(group.timesPublic(beta.add(excess), challenge)),
    ];
  });
};

const requireSum = (group, prefix, points, proofs, facts) => {
  const total = proofs.reduce((sum, { challenge }) => sum + challenge, 0n);
  const expected = group.hashToScalar(`${prefix}${group.serializeAll(points).join(",")}`);
  require(group.modulo(total) === expected, REASON, facts);
};

const readCiphertext = (group, value) => {
  const { alpha, beta } = fieldsOf(value, ["alpha", "beta"], REASON);
  return { pair: [readElement(group, alpha, REASON), readElement(group, beta, REASON)], text: `${alpha},${beta}` };
};

const checkSums = (election, question, answer, statement, facts) => {
  const { group } = election;
  const names = ["choices", "individual_proofs", "overall_proof", ...(question.blank ? ["blank_proof"] : [])];
  const fields = fieldsOf(answer, names, REASON);
  const width = question.answers.length + (question.blank ? 1 : 0);
  require(fields.choices.length === width && fields.individual_proofs.length === width, REASON, facts);
  const choices = fields.choices.map((each) => readCiphertext(group, each));
  choices.forEach(({ pair, text }, index) => {
    const proofs = fields.individual_proofs[index].map((each) => readProof(group, each, REASON));
    require(proofs.length === 2, REASON, facts);
    requireSum(group, `prove|${statement}|${text}|`, commitments(election, pair, 0, proofs), proofs, facts);
  });
  const whole = `${statement}|${choices.map(({ text }) => text).join(",")}`;
  const sum = choices
    .slice(question.blank ? 1 : 0)
    .reduce(([alpha, beta], { pair }) => [alpha.add(pair[0]), beta.add(pair[1])], [group.identity, group.identity]);
  const overall = fields.overall_proof.map((each) => readProof(group, each, REASON));
  const bounds = question.max - question.min + 1;
  require(overall.length === bounds + (question.blank ? 1 : 0), REASON, facts);
  if (question.blank) {
    const blank = fields.blank_proof.map((each) => readProof(group, each, REASON));
    require(blank.length === 2, REASON, facts);
    const first = choices[0].pair;
    const zero = [...commitments(election, first, 0, [blank[0]]), ...commitments(election, sum, 0, [blank[1]])];
    requireSum(group, `bproof0|${whole}|`, zero, blank, facts);
    const one = [
      ...commitments(election, first, 1, [overall[0]]),
      ...commitments(election, sum, question.min, overall.slice(1)),
    ];
    requireSum(group, `bproof1|${whole}|`, one, overall, facts);
  } else {
    const total = group.serializeAll(sum).join(",");
    requireSum(group, `prove|${whole}|${total}|`, commitments(election, sum, question.min, overall), overall, facts);
  }
  return choices.map(({ pair }) => pair);
};

const checkShuffled = (election, answer, statement, facts) => {
  const { group } = election;
  const { choices, proof } = fieldsOf(answer, ["choices", "proof"], REASON);
  const { pair, text } = readCiphertext(group, choices);
  const prefix = `raweg|${statement}|${election.publicKey},${text}|`;
  requireKnowledge(group, pair[0], prefix, readProof(group, proof, REASON), REASON, facts);
  return [pair];
};

/**
 * Check one ballot of the board. ``election`` is the booth's own reading of the election, ``credentials`` the public list.
 *
 * Returns the credential and, per question, its ciphertexts as pairs of points.
 */
export const checkBallot = (election, credentials, text) => {
  const facts = { tracker: fingerprint(text) };
  try {
    const ballot = fieldsOf(readCanonical(text, REASON), FIELDS, REASON);
    const { credential, signature, answers } = ballot;
    require(ballot.election_uuid === election.uuid && ballot.election_hash === election.fingerprint, REASON, facts);
    require(credentials.has(credential) && answers.length === election.questions.length, REASON, facts);
    const { hash, proof } = fieldsOf(signature, ["hash", "proof"], REASON);
    const { signature: _, ...unsigned } = ballot;
    require(hash === fingerprint(JSON.stringify(unsigned)), REASON, facts);
    const { group } = election;
    const key = readElement(group, credential, REASON);
    requireKnowledge(group, key, `sig|${hash}|`, readProof(group, proof, REASON), REASON, facts);
    const statement = `${election.fingerprint}|${credential}`;
    return {
      credential,
      answers: election.questions.map((question, index) =>
        question.shuffled
          ? checkShuffled(election, answers[index], statement, facts)
          : checkSums(election, question, answers[index], statement, facts),
      ),
    };
  } catch (error) {
    if (error instanceof Refused || !(error instanceof TypeError)) throw error;
    throw new Refused(REASON, facts);
  }
};
