// Encrypts, proves and signs a ballot (Belenios protocol, crypto version 1).
//
// A homomorphic question is answered with a zero or a one per answer, of which only sums are ever opened; a
// NonHomomorphic one with a small number per answer, hidden together in one element that is shuffled before it is opened.
//
// The order in which random numbers are drawn is part of the module's contract, so that the same numbers give the same
// bytes as every other implementation: per question the randomness of each ciphertext; then, proof by proof (individual,
// blank, overall), a challenge per disjunct, a response per disjunct, the nonce; for a NonHomomorphic answer the nonce;
// last the nonce of the signature.

import { deriveCredential } from "./credentials.js";
import { groupNamed } from "./groups.js";
import { fingerprint } from "./hashes.js";

/** The votes do not answer the questions; the message does not repeat them. */
export class InvalidVote extends Error {}

/** An election that this booth cannot encrypt for. */
export class UnsupportedElection extends Error {}

/** Read an election from the bytes whose hash is its fingerprint, and prepare its key. */
export class Election {
  constructor(text) {
    const fields = JSON.parse(text);
    this.group = groupNamed(fields.group);
    if (fields.version !== 1 || !this.group) throw new UnsupportedElection("another version or group");
    this.fields = fields;
    this.uuid = fields.uuid;
    this.questions = fields.questions.map((question) => readQuestion(question, this.group));
    this.fingerprint = fingerprint(text);
    this.publicKey = fields.public_key;
    this.key = this.group.fixedBase(this.group.parseElement(fields.public_key));
  }
}

const LARGEST = 255;

const readQuestion = (question, group) => {
  if (question.type === undefined) return { ...question, shuffled: false };
  if (question.type !== "NonHomomorphic") throw new UnsupportedElection("a question of another type");
  if (question.value.answers.length > group.mostEmbedded) throw new UnsupportedElection("too many answers to be shuffled");
  return { answers: question.value.answers, question: question.value.question, shuffled: true };
};

const requireValid = (question, vote) => {
  if (question.shuffled) {
    const isSmall = (value) => Number.isInteger(value) && value >= 0 && value <= LARGEST;
    if (vote.length !== question.answers.length || !vote.every(isSmall)) throw new InvalidVote("not a small number each");
    return;
  }
  const width = question.answers.length + (question.blank ? 1 : 0);
  if (vote.length !== width || vote.some((value) => value !== 0 && value !== 1)) {
    throw new InvalidVote("not a zero or one per answer");
  }
  const chosen = vote.slice(question.blank ? 1 : 0).reduce((sum, value) => sum + value, 0);
  const isBlank = Boolean(question.blank) && vote[0] === 1;
  if (isBlank ? chosen : chosen < question.min || chosen > question.max) throw new InvalidVote("not within the bounds");
};

/** ``alpha = g^r`` and ``beta = y^r m`` of an element. */
const encryptElement = (election, element, randomness) => [
  election.group.generatorTable().times(randomness),
  election.key.times(randomness).add(element),
];

/** ``alpha = g^r`` and ``beta = y^r g^m`` of a zero or a one. */
const encrypt = (election, value, randomness) =>
  encryptElement(election, value ? election.group.generator : election.group.identity, randomness);

/** Show that whoever made ``prefix`` knows ``secret``. */
export const proveKnowledge = (group, secret, prefix, random = group.randomScalar) => {
  const nonce = random();
  const [commitment] = group.serializeAll([group.generatorTable().times(nonce)]);
  const challenge = group.hashToScalar(`${prefix}${commitment}`);
  return { challenge: `${challenge}`, response: `${group.modulo(nonce - secret * challenge)}` };
};

// Who knows the randomness of alpha knows through it what beta holds.
const answerShuffled = (election, vote, statement, random) => {
  const { group } = election;
  const randomness = random();
  const [alpha, beta] = group.serializeAll(encryptElement(election, group.embed(vote), randomness));
  const prefix = `raweg|${statement}|${election.publicKey},${alpha},${beta}|`;
  return {
    found: { choices: { alpha, beta }, proof: proveKnowledge(group, randomness, prefix, random) },
    opened: { values: vote, randomness: [`${randomness}`] },
  };
};

/**
 * Begin a proof that one disjunct's claim is true without telling which: draw its numbers and commit to them.
 *
 * ``disjuncts`` hold what the prover knows of each: its ciphertext's randomness, its message, the message claimed of it.
 * The hash comes later (`finish`), so that all commitments of a ballot are written in one go.
 */
const begin = (election, disjuncts, random) => {
  const real = disjuncts.findIndex(({ message, claimed }) => message === claimed);
  const challenges = disjuncts.map(() => random());
  const responses = disjuncts.map(() => random());
  const nonce = random();
  const commitments = disjuncts.flatMap(({ randomness, message, claimed }, index) => {
    const exponent = index === real ? nonce : responses[index] + randomness * challenges[index];
    const excess = index === real ? 0n : BigInt(message - claimed) * challenges[index];
    // The true disjunct computes its product with the identity like any other, so that it takes no other time.
    const table = election.group.generatorTable();
    return [table.times(exponent), election.key.times(exponent).add(table.times(excess))];
  });
  return { disjuncts, real, challenges, responses, nonce, commitments };
};

const finish = ({ modulo }, { disjuncts, real, challenges, responses, nonce }, total) => {
  const others = challenges.reduce((sum, challenge, index) => (index === real ? sum : sum + challenge), 0n);
  challenges[real] = modulo(total - others);
  responses[real] = modulo(nonce - disjuncts[real].randomness * challenges[real]);
  return challenges.map((challenge, index) => ({ challenge: `${challenge}`, response: `${responses[index]}` }));
};

const answer = (election, question, vote, statement, random) => {
  if (question.shuffled) return answerShuffled(election, vote, statement, random);
  const { group } = election;
  const { identity, modulo, hashToScalar, serializeAll } = group;
  const randomness = vote.map(() => random());
  const first = question.blank ? 1 : 0;
  const ciphertexts = vote.map((value, index) => encrypt(election, value, randomness[index]));
  const alphaSum = ciphertexts.slice(first).reduce((sum, [alpha]) => sum.add(alpha), identity);
  const betaSum = ciphertexts.slice(first).reduce((sum, [, beta]) => sum.add(beta), identity);
  const summed = modulo(randomness.slice(first).reduce((sum, each) => sum + each, 0n));
  const count = vote.slice(first).reduce((sum, value) => sum + value, 0);

  const known = (index, claimed) => ({ randomness: randomness[index], message: vote[index], claimed });
  const ofSum = (claimed) => ({ randomness: summed, message: count, claimed });
  const bounds = Array.from({ length: question.max - question.min + 1 }, (_, index) => ofSum(question.min + index));
  const individual = vote.map((_, index) => begin(election, [known(index, 0), known(index, 1)], random));
  const blank = question.blank ? begin(election, [known(0, 0), ofSum(0)], random) : null;
  const overall = begin(election, question.blank ? [known(0, 1), ...bounds] : bounds, random);

  const proofs = [...individual, ...(blank ? [blank] : []), overall];
  const texts = serializeAll([...ciphertexts.flat(), alphaSum, betaSum, ...proofs.flatMap((one) => one.commitments)]);
  const take = (number) => texts.splice(0, number);
  const choices = vote.map(() => {
    const [alpha, beta] = take(2);
    return { alpha, beta };
  });
  const total = take(2).join(",");
  for (const one of proofs) one.texts = take(one.commitments.length).join(",");

  const pairs = choices.map(({ alpha, beta }) => `${alpha},${beta}`);
  const whole = `${statement}|${pairs.join(",")}`;
  const found = {
    choices,
    individual_proofs: individual.map((one, index) =>
      finish(group, one, hashToScalar(`prove|${statement}|${pairs[index]}|${one.texts}`)),
    ),
  };
  if (blank) {
    found.overall_proof = finish(group, overall, hashToScalar(`bproof1|${whole}|${overall.texts}`));
    found.blank_proof = finish(group, blank, hashToScalar(`bproof0|${whole}|${blank.texts}`));
  } else {
    found.overall_proof = finish(group, overall, hashToScalar(`prove|${whole}|${total}|${overall.texts}`));
  }
  return { found, opened: { values: vote, randomness: randomness.map(String) } };
};

/**
 * Encrypt and sign a vote.
 *
 * Returns the ballot's canonical bytes as text, its tracker (to be shown before the voter decides whether to cast or to
 * challenge it) and its opening (to be shown if the voter challenges, to be dropped if the voter casts).
 */
export const makeBallot = (election, code, votes, random = election.group.randomScalar) => {
  if (votes.length !== election.questions.length) throw new InvalidVote("another number of answers");
  election.questions.forEach((question, index) => requireValid(question, votes[index]));
  const credential = deriveCredential(code, election.uuid, election.group);
  const statement = `${election.fingerprint}|${credential.public}`;
  const answers = votes.map((vote, index) => answer(election, election.questions[index], vote, statement, random));
  const unsigned = {
    election_uuid: election.uuid,
    election_hash: election.fingerprint,
    credential: credential.public,
    answers: answers.map(({ found }) => found),
  };
  const hash = fingerprint(JSON.stringify(unsigned));
  const proof = proveKnowledge(election.group, credential.secret, `sig|${hash}|`, random);
  const data = JSON.stringify({ ...unsigned, signature: { hash, proof } });
  const tracker = fingerprint(data);
  const opening = JSON.stringify({
    format: "madang-opening-1",
    election_hash: election.fingerprint,
    tracker,
    answers: answers.map(({ opened }) => opened),
  });
  return { ballot: data, tracker, opening };
};

/** An opening that does not give the ballot's ciphertexts: whatever locked the ballot cheated. */
export class WrongOpening extends Error {}

/** Encrypt an opened ballot again; return its votes per question, or refuse. */
export const openBallot = (election, data, openingText) => {
  const ballot = JSON.parse(data);
  const opening = JSON.parse(openingText);
  const refuse = (reason) => {
    throw new WrongOpening(reason);
  };
  if (opening.format !== "madang-opening-1" || opening.tracker !== fingerprint(data)) refuse("of another ballot");
  if (opening.election_hash !== election.fingerprint || ballot.election_hash !== election.fingerprint) {
    refuse("of another election");
  }
  if (opening.answers.length !== election.questions.length || ballot.answers.length !== election.questions.length) {
    refuse("another number of answers");
  }
  return opening.answers.map(({ values, randomness }, index) => {
    requireValid(election.questions[index], values);
    const exponents = randomness.map(BigInt);
    const { shuffled } = election.questions[index];
    const wanted = shuffled ? 1 : values.length;
    if (exponents.length !== wanted || exponents.some((one) => one < 0n || one >= election.group.order)) refuse("randomness");
    const again = election.group.serializeAll(
      shuffled
        ? encryptElement(election, election.group.embed(values), exponents[0])
        : values.flatMap((value, at) => encrypt(election, value, exponents[at])),
    );
    const cast = [ballot.answers[index].choices].flat().flatMap(({ alpha, beta }) => [alpha, beta]);
    if (again.join() !== cast.join()) refuse("the ciphertexts differ");
    return values;
  });
};
