// The verification in a thread of its own, with helpers where the device has more than one core. Nothing is sent but one
// question to the server of the page, the same for everybody: the proof of the last ballot, for the newest signed head.

import { indexArchive, isUnreadable } from "./archive.js";
import { alone, crewOf } from "./crew.js";
import { readElection } from "./election.js";
import { requireOrder } from "./events.js";
import { compareWithLog, findBallot } from "./mine.js";
import { Refused } from "./refusals.js";
import { verifyArchive } from "./run.js";

const FEW_TASKS = 4;
const MOST_HELPERS = 8;
const PROGRESS_EVERY_MS = 100;

/** Helpers are hired when there is enough to do; on a device that cannot have any, this thread does it all. */
const lazyCrew = () => {
  const one = alone();
  let many = null;
  const size = Math.min(MOST_HELPERS, navigator.hardwareConcurrency || 1);
  const address = new URL("helper.js", import.meta.url);
  return {
    work: (data, tasks, done) => {
      if (size < 2 || tasks.length < FEW_TASKS || typeof Worker === "undefined") return one.work(data, tasks, done);
      many ??= crewOf(() => new Worker(address, { type: "module" }), size);
      return many.work(data, tasks, done);
    },
    dismiss: () => many?.dismiss(),
  };
};

let last = { step: 0, at: 0 };
const tellProgress = ({ step, done, all }) => {
  const now = performance.now();
  if (step === last.step && done < all && now - last.at < PROGRESS_EVERY_MS) return;
  last = { step, at: now };
  self.postMessage({ progress: { step, done, all } });
};

const signedHead = async (index, { proof, proofAddress }) => {
  if (proof) return proof;
  if (!proofAddress || !index.ballots.length) return null;
  const answer = await fetch(proofAddress + encodeURIComponent(index.tracker(index.ballots.length - 1))).catch(() => null);
  return answer?.ok ? answer.text() : null;
};

const lookFor = async (index, election, asked) => {
  const found = asked.tracker ? findBallot(index, asked.tracker) : null;
  const text = await signedHead(index, asked);
  const log = text ? await compareWithLog(index, text, election.logKey, election.witnesses.keys) : { state: "none" };
  const ballot = found ?? (asked.proof && log.number >= 0 ? findBallot(index, index.tracker(log.number)) : null);
  const isAhead = log.state === "ahead" && ballot && ballot.number !== log.number;
  return {
    ballot,
    // A newer head says nothing of other ballots than the one that its proof leads from.
    log: isAhead ? { state: "none" } : { ...log, quorum: election.witnesses.quorum },
    ballots: index.ballots.length,
    tracker: asked.tracker,
  };
};

const find = async (asked) => {
  let step = 1;
  try {
    const index = await indexArchive(asked.file, (done, all) => tellProgress({ step, done, all }));
    step = 2;
    const [setup] = index.ofType("Setup");
    if (!setup) throw new Refused("IncompleteElectionError", "an archive without a beginning");
    const election = readElection((await index.read(setup))[0]);
    requireOrder(index.kinds, election.isShuffled);
    const { fingerprint } = asked.demands;
    if (fingerprint && fingerprint !== election.fingerprint) {
      throw new Refused("WrongElectionError", `the election's fingerprint is ${election.fingerprint}`, { step: 4 });
    }
    return { mine: await lookFor(index, election, asked) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (!isUnreadable(error)) error.locate({ step });
    return { failure: { error: error.code, message: error.message, step: error.step, tracker: error.tracker } };
  }
};

const verify = async (asked) => {
  const crew = lazyCrew();
  const begun = performance.now();
  const tell = (step) => self.postMessage({ step });
  try {
    const { report, index, election } = await verifyArchive(asked.file, asked.demands, { crew, tell, progress: tellProgress });
    const questions = election?.questions.map(({ question, answers, blank, shuffled }) => ({ question, answers, blank, shuffled }));
    const mine = index && election ? await lookFor(index, election, asked) : null;
    return { report: report.toJson(), questions, mine, seconds: (performance.now() - begun) / 1000 };
  } finally {
    crew.dismiss();
  }
};

self.addEventListener("message", async ({ data }) => {
  try {
    self.postMessage({ end: await (data.kind === "verify" ? verify : find)(data) });
  } catch (error) {
    self.postMessage({ broke: `${error.name}: ${error.message}` });
  }
});
