// What a trustee mixes or decrypts: the sum of a board that its own device has verified, and nothing else.

import { Election } from "../booth/ballot.js";
import { digest, hex } from "../booth/hashes.js";
import { alone } from "../verify/crew.js";
import { textOf } from "../verify/json.js";
import { Refused as WrongBoard } from "../verify/refusals.js";
import { STEPS } from "../verify/report.js";
import { verifyUndecrypted } from "../verify/run.js";
import { decryptOne } from "./proofs.js";
import { Refused, require, serialize } from "./shape.js";
import { describe } from "./trustees.js";

const REASONS = {
  [STEPS.ELECTION]: "otherElection",
  [STEPS.TRUSTEES]: "badTrustees",
  [STEPS.CREDENTIALS]: "badCredentials",
  [STEPS.BALLOTS]: "badBallot",
  [STEPS.TALLY]: "otherTally",
  [STEPS.SHUFFLES]: "badShuffle",
};

/**
 * Verify a board up to what is to be decrypted next, and return that.
 *
 * ``expected`` is the election's fingerprint as this trustee wrote it down when voting opened; ``progress(done, all)`` is
 * told about the ballots. Refuses a board on which anything is wrong, and a tally that is not the sum of its ballots.
 */
export const verifyBoard = async (bytes, expected, progress = () => {}) => {
  const tell = ({ step, done, all }) => step === STEPS.BALLOTS && all > 0 && progress(done, all);
  const demands = { finished: false, fingerprint: expected };
  try {
    const found = await verifyUndecrypted(new Blob([bytes]), demands, { crew: alone(), progress: tell });
    const { index, setup, ballots, credentials, ciphertexts } = found;
    const [tallied] = index.ofType("EncryptedTally");
    require(tallied, "notTallied");
    const election = new Election(textOf(setup[0]));
    const trustees = describe(election.group, found.trustees);
    const tally = hex(digest((await index.read(tallied))[0]));
    return { election, trustees, ballots, credentials, ciphertexts, tally, head: index.head };
  } catch (error) {
    if (!(error instanceof WrongBoard)) throw error;
    throw new Refused(REASONS[error.step] ?? "brokenArchive", error.tracker ? { tracker: error.tracker } : {});
  }
};

/** Decrypt a trustee's part of a board that was just verified. ``owner`` is found by the key itself. */
export const decryptTally = ({ election, trustees, ciphertexts, head }, secret) => {
  const { group, fingerprint, questions } = election;
  const own = serialize(group, group.generatorTable().times(secret));
  const owner = trustees.members.indexOf(own) + 1;
  require(owner > 0, "foreignSeed");
  const before = questions.some(({ shuffled }) => shuffled) ? "EndShuffles" : "EncryptedTally";
  require(head.type === before || head.type === "PartialDecryption", "notTime");
  const made = ciphertexts.map((row, question) =>
    row.map(({ alpha }, answer) => decryptOne(group, secret, { fingerprint, owner, question, answer }, alpha)),
  );
  const columns = (name) => made.map((row) => row.map((each) => each[name]));
  return {
    owner,
    decryption: JSON.stringify({ decryption_factors: columns("factor"), decryption_proofs: columns("proof") }),
    strong: columns("strong"),
  };
};
