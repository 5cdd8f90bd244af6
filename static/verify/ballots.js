// Ballots: read strictly, checked one by one, and summed up by the chunk.

import { digest, fingerprint, hex, utf8 } from "../booth/hashes.js";
import { requireChallenge } from "./proofs.js";
import { Refused, demand } from "./refusals.js";
import { readArray, readCanonical, readObject, readProof, readText } from "./shape.js";
import { textOf } from "./json.js";

// Texts stay texts until they are looked at together with their proofs.
const readTexts = (value) => {
  const fields = readObject(value, "ciphertext", ["alpha", "beta"]);
  return { alpha: readText(fields.alpha, "alpha"), beta: readText(fields.beta, "beta") };
};
const pairText = ({ alpha, beta }) => `${alpha},${beta}`;

/** A number of bytes that no honest ballot of an election exceeds. */
const largestBallot = ({ group, publicKeyText, questions }) => {
  const element = publicKeyText.length + 16;
  const proof = 2 * `${group.order}`.length + 34;
  const ciphertext = 2 * element + 24;
  return questions.reduce(
    (total, { shuffled, width, least, most }) =>
      total +
      (shuffled ? 32 + ciphertext + proof : 96 + width * (ciphertext + 4) + (2 * width + most - least + 4) * proof),
    1024 + 2 * element + proof,
  );
};

const readPair = (value, order) => {
  const items = readArray(value, "pair of proofs");
  demand(items.length === 2, "AnswerShapeError", "another number of disjuncts than two");
  return items.map((item) => readProof(item, order));
};

const readHomomorphic = (value, { blank, width, least, most }, order) => {
  const names = ["choices", "individual_proofs", "overall_proof"];
  const fields = readObject(value, "answer", blank ? [...names, "blank_proof"] : names);
  const choices = readArray(fields.choices, "choices");
  const individual = readArray(fields.individual_proofs, "individual proofs");
  const overall = readArray(fields.overall_proof, "overall proof");
  const disjuncts = most - least + (blank ? 2 : 1);
  const fits = choices.length === width && individual.length === width && overall.length === disjuncts;
  demand(fits, "AnswerShapeError", "another number of choices or proofs than the question asks for");
  return {
    choices: choices.map((item) => readTexts(item)),
    individual: individual.map((item) => readPair(item, order)),
    overall: overall.map((item) => readProof(item, order)),
    blank: blank ? readPair(fields.blank_proof, order) : null,
  };
};

const readShuffled = (value, order) => {
  const fields = readObject(value, "answer", ["choices", "proof"]);
  return { choices: readTexts(fields.choices), proof: readProof(fields.proof, order) };
};

/** Read a ballot for an election's questions; no proof is checked yet. */
const readBallot = (data, election) => {
  const value = readCanonical(data, "ballot", largestBallot(election));
  const names = ["election_uuid", "election_hash", "credential", "answers", "signature"];
  const fields = readObject(value, "ballot", names);
  const answers = readArray(fields.answers, "answers");
  const { questions, group } = election;
  const count = `${answers.length} answers to ${questions.length} questions`;
  demand(answers.length === questions.length, "AnswerShapeError", count);
  const signature = readObject(fields.signature, "signature", ["hash", "proof"]);
  const text = textOf(data);
  return {
    uuid: readText(fields.election_uuid, "election uuid"),
    electionHash: readText(fields.election_hash, "election hash"),
    credential: readText(fields.credential, "credential"),
    answers: answers.map((answer, index) =>
      (questions[index].shuffled ? readShuffled : readOne(questions[index]))(answer, group.order),
    ),
    signedHash: readText(signature.hash, "ballot hash"),
    signature: readProof(signature.proof, group.order),
    // The bytes are canonical, so the signature is the text after the last field of this name at any depth.
    ownHash: fingerprint(utf8(`${text.slice(0, text.lastIndexOf(',"signature":'))}}`)),
  };
};

const readOne = (question) => (answer, order) => readHomomorphic(answer, question, order);

const requireSome = (element) => {
  demand(!element.is0(), "IdentityElementError", "an element of a ballot is the identity");
};

const checkIndividual = (election, { choices, individual }, statement) => {
  const { group, publicKey } = election;
  const found = choices.map(({ alpha, beta }, index) =>
    group.rangeCommitments(publicKey, { alpha, beta, lowest: 0, proofs: individual[index] }),
  );
  for (const { alpha, beta } of found) [alpha, beta].forEach(requireSome);
  const texts = group.texts(found.flatMap(({ points }) => points));
  choices.forEach((choice, index) => {
    const commitments = texts.slice(4 * index, 4 * index + 4).join(",");
    const prefix = `prove|${statement}|${pairText(choice)}|`;
    const message = `choice ${index + 1}: the proof does not hold`;
    requireChallenge(group, prefix, commitments, individual[index], "IndividualProofError", message);
  });
  return found.map(({ alpha, beta }) => ({ alpha, beta }));
};

const checkOverall = (election, question, answer, ciphertexts, statement) => {
  const { group, publicKey } = election;
  const summed = question.blank ? ciphertexts.slice(1) : ciphertexts;
  const sum = { alpha: group.product(summed.map(({ alpha }) => alpha)), beta: group.product(summed.map(({ beta }) => beta)) };
  const whole = `${statement}|${answer.choices.map(pairText).join(",")}`;
  const commitments = (ciphertext, lowest, proofs) =>
    group.rangeCommitments(publicKey, { ...ciphertext, lowest, proofs, members: true }).points;
  const joined = (points) => group.texts(points).join(",");
  if (!question.blank) {
    const [alpha, beta, ...texts] = group.texts([sum.alpha, sum.beta, ...commitments(sum, question.least, answer.overall)]);
    const prefix = `prove|${whole}|${alpha},${beta}|`;
    requireChallenge(group, prefix, texts.join(","), answer.overall, "OverallProofError");
    return;
  }
  const [first] = ciphertexts;
  const [zero, zeroSum] = answer.blank;
  const [one, ...sums] = answer.overall;
  const isBlank = joined([...commitments(first, 0, [zero]), ...commitments(sum, 0, [zeroSum])]);
  requireChallenge(group, `bproof0|${whole}|`, isBlank, answer.blank, "BlankProofError");
  const isNot = joined([...commitments(first, 1, [one]), ...commitments(sum, question.least, sums)]);
  requireChallenge(group, `bproof1|${whole}|`, isNot, answer.overall, "OverallProofError");
};

/**
 * Check one ballot: it belongs to the election, its credential is on the list (``weight`` is known), it signs its own
 * hash, every element is a member and none the identity, the signature and every proof hold.
 *
 * Returns per question its ciphertexts, and the texts of two powers of fresh randomness.
 */
const checkBallot = (election, data, weight) => {
  const ballot = readBallot(data, election);
  const { group, questions } = election;
  const ours = ballot.uuid === election.uuid && ballot.electionHash === election.fingerprint;
  demand(ours, "WrongElectionError", "made for another election");
  demand(weight !== null, "UnknownCredentialError", "its credential is not on the public list");
  demand(ballot.signedHash === ballot.ownHash, "BallotHashError", "the signature names another hash");
  const statement = `${election.fingerprint}|${ballot.credential}`;
  const isSum = (_, index) => !questions[index].shuffled;
  const sums = ballot.answers.map((answer, index) =>
    isSum(answer, index) ? checkIndividual(election, answer, statement) : null,
  );
  ballot.answers.forEach((answer, index) => {
    if (sums[index]) checkOverall(election, questions[index], answer, sums[index], statement);
  });
  const credential = group.parse(ballot.credential);
  const shuffled = ballot.answers.map(({ choices }, index) =>
    sums[index] ? null : { alpha: group.parse(choices.alpha), beta: group.parse(choices.beta) },
  );
  for (const each of [credential, ...shuffled.flatMap((pair) => (pair ? [pair.alpha, pair.beta] : []))]) requireSome(each);
  const signed = group.text(group.commitment(credential, ballot.signature));
  requireChallenge(group, `sig|${ballot.ownHash}|`, signed, [ballot.signature], "BallotSignatureError");
  ballot.answers.forEach(({ choices, proof }, index) => {
    if (!shuffled[index]) return;
    const commitment = group.text(group.commitment(shuffled[index].alpha, proof));
    const prefix = `raweg|${statement}|${election.publicKeyText},${pairText(choices)}|`;
    requireChallenge(group, prefix, commitment, [proof], "RankingProofError");
  });
  const [{ choices }] = ballot.answers;
  const firstAlpha = questions[0].shuffled ? choices.alpha : choices[0].alpha;
  return { answers: sums.map((sum, index) => sum ?? shuffled[index]), nonces: [firstAlpha, signed] };
};

/**
 * Check consecutive ballots; what comes back is small and can be sent between threads.
 *
 * ``ballots`` hold the bytes, the weight of the credential as a text (null where it is unknown) and whether it counts.
 * Returns texts: per question the sum of those that count (for shuffled questions all of their ciphertexts).
 */
export const checkChunk = (election, ballots) => {
  const { group, questions, isShuffled } = election;
  const counted = [];
  const nonces = [];
  for (const { data, weight, counts, tracker } of ballots) {
    try {
      const checked = checkBallot(election, data, weight);
      nonces.push(...checked.nonces.map((text) => hex(digest(text)).slice(0, 16)));
      if (!counts) continue;
      const fits = weight === "1" || !isShuffled;
      demand(fits, "WeightError", "weights cannot be applied to NonHomomorphic questions");
      counted.push({ answers: checked.answers, weight: BigInt(weight) });
    } catch (error) {
      if (error instanceof Refused) error.locate({ tracker });
      throw error;
    }
  }
  const weighed = (element, weight) => (weight === 1n ? element : group.power(element, weight));
  const columns = questions.map(({ shuffled, width }, place) => {
    if (shuffled) return counted.map(({ answers }) => pair(group, answers[place]));
    return Array.from({ length: width }, (_, choice) => {
      const sum = (part) =>
        group.product(counted.map(({ answers, weight }) => weighed(answers[place][choice][part], weight)));
      return pair(group, { alpha: sum("alpha"), beta: sum("beta") });
    });
  });
  return { columns, nonces, count: counted.length, weight: `${counted.reduce((sum, each) => sum + each.weight, 0n)}` };
};

const pair = (group, { alpha, beta }) => group.texts([alpha, beta]);
