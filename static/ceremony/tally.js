// The sum of a board's ballots, computed anew from the ballots themselves. A trustee decrypts this and nothing else.

import { Election } from "../booth/ballot.js";
import { readArchive } from "./archive.js";
import { checkBallot } from "./checking.js";
import { decryptOne } from "./proofs.js";
import { fieldsOf, readCanonical, readElement, require, serialize } from "./shape.js";
import { requireShuffles } from "./shuffle.js";
import { readTrustees } from "./trustees.js";

const hashesOf = ({ texts }) => readCanonical(texts[3], "brokenArchive");

// The setup as it stands on the board: election, trustees, credentials that belong together.
const readSetup = (event, expected) => {
  const [electionText, trusteesText, credentialsText] = event.texts;
  const bound = fieldsOf(hashesOf(event), ["election", "trustees", "credentials"], "brokenArchive");
  require(Object.values(bound).join() === event.hashes.slice(0, 3).join(), "brokenArchive");
  const election = new Election(electionText);
  require(election.fingerprint === expected, "otherElection");
  const trustees = readTrustees(election.group, trusteesText);
  require(trustees.key === election.publicKey, "badTrustees");
  const list = readCanonical(credentialsText, "badCredentials");
  const credentials = new Set(list);
  require(credentials.size === list.length, "badCredentials");
  list.forEach((each) => readElement(election.group, each, "badCredentials"));
  return { election, trustees, credentials };
};

const add = ([alpha, beta], [otherAlpha, otherBeta]) => [alpha.add(otherAlpha), beta.add(otherBeta)];

const summed = (election, ballots) => {
  const { group } = election;
  return election.questions.map((question, index) => {
    const rows = ballots.map(({ answers }) => answers[index]);
    if (question.shuffled) return rows.map(([pair]) => pair);
    const width = question.answers.length + (question.blank ? 1 : 0);
    const zero = Array.from({ length: width }, () => [group.identity, group.identity]);
    return rows.reduce((sums, row) => sums.map((sum, choice) => add(sum, row[choice])), zero);
  });
};

const written = (group, pairs, { shuffled }) => {
  const texts = group.serializeAll(pairs.flat());
  const found = pairs.map((_, index) => ({ alpha: texts[2 * index], beta: texts[2 * index + 1] }));
  const key = ({ alpha, beta }) => group.sortKey(alpha) + group.sortKey(beta);
  const order = found.map((each, index) => ({ key: key(each), index }));
  if (shuffled) order.sort((one, other) => (one.key < other.key ? -1 : 1));
  return order.map(({ index }) => ({ value: found[index], pair: pairs[index] }));
};

/**
 * Verify a board up to its tally, and return what is to be decrypted.
 *
 * ``expected`` is the election's fingerprint as this trustee wrote it down when voting opened; ``progress(done, all)`` is
 * told about every ballot. Refuses a board on which anything is wrong, and a tally that is not the sum of its ballots.
 */
export const verifyBoard = (bytes, expected, progress = () => {}) => {
  const events = readArchive(bytes);
  const { election, trustees, credentials } = readSetup(events[0], expected);
  const { group } = election;
  const cast = events.filter(({ type }) => type === "Ballot");
  require(new Set(cast.map(({ hashes }) => hashes[0])).size === cast.length, "badBallot");
  const last = new Map();
  cast.forEach(({ texts }, index) => {
    const ballot = checkBallot(election, credentials, texts[0]);
    last.delete(ballot.credential);
    last.set(ballot.credential, ballot);
    progress(index + 1, cast.length);
  });
  const ballots = [...last.values()];
  const sums = summed(election, ballots).map((pairs, index) => written(group, pairs, election.questions[index]));
  const tally = JSON.stringify(sums.map((row) => row.map(({ value }) => value)));
  const published = events.find(({ type }) => type === "EncryptedTally");
  require(published !== undefined, "notTallied");
  require(published.texts[0] === tally, "otherTally");
  const size = fieldsOf(readCanonical(published.texts[1]), ["num_tallied", "total_weight", "encrypted_tally"], "otherTally");
  const counted = `${ballots.length},${ballots.length},${published.hashes[0]}`;
  require(Object.values(size).join() === counted, "otherTally");
  const pairs = sums.map((row) => row.map(({ pair }) => pair));
  const final = requireShuffles(election, trustees, events, pairs);
  return { election, trustees, events, ballots: ballots.length, credentials: credentials.size, ciphertexts: final };
};

/** Decrypt a trustee's part of a board that was just verified. ``owner`` is found by the key itself. */
export const decryptTally = ({ election, trustees, events, ciphertexts }, secret) => {
  const { group, fingerprint } = election;
  const own = serialize(group, group.generatorTable().times(secret));
  const owner = trustees.members.indexOf(own) + 1;
  require(owner > 0, "foreignSeed");
  const last = events.at(-1).type;
  require(last === (ciphertexts.shuffled ? "EndShuffles" : "EncryptedTally") || last === "PartialDecryption", "notTime");
  const made = ciphertexts.rows.map((row, question) =>
    row.map(([alpha], answer) => decryptOne(group, secret, { fingerprint, owner, question, answer }, alpha)),
  );
  const columns = (name) => made.map((row) => row.map((each) => each[name]));
  return {
    owner,
    decryption: JSON.stringify({ decryption_factors: columns("factor"), decryption_proofs: columns("proof") }),
    strong: columns("strong"),
  };
};
