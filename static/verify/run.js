// The verification of an election from its archive alone, step by step (voting/SPEC.md, "Verification").
//
// Nothing is believed that can be recomputed. The first refusal ends it; any other error is a failure too. No page, no
// network, no clock: what works in many threads is handed in as a crew.

import { fingerprint } from "../booth/hashes.js";
import { indexArchive, isUnreadable, requireContinuesCopy } from "./archive.js";
import {
  readDecryption,
  readResult,
  readStrongProofs,
  requireDecryption,
  requireResult,
  requireStrongDecryption,
  resultToJson,
} from "./decryption.js";
import { readCredentials, readElection } from "./election.js";
import { readOwned, readSizedTally, requireOrder } from "./events.js";
import { Refused, demand, refuse } from "./refusals.js";
import { Report, STEPS } from "./report.js";
import { readShuffle, requireShuffle } from "./shuffle.js";
import { TallySum, requireTally } from "./tally.js";
import { Trustees } from "./trustees.js";

const BALLOTS_A_CHUNK = 8;
const ELEMENTS_A_CHUNK = 64;

/** What may be demanded beyond the protocol; files are Blobs. */
const DEMANDS = {
  finished: true,
  strongDecryption: null,
  leastShuffles: 1,
  proofs: null,
  earlier: null,
  heads: [],
  trackers: [],
  credentials: null,
  fingerprint: null,
};

const chunked = (items, size) =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));

const listed = (owners) => owners.join(", ") || "none";

class Verification {
  constructor(file, demands, { crew, report, progress }) {
    Object.assign(this, { file, demands: { ...DEMANDS, ...demands }, crew, report });
    this.tellProgress = progress;
  }

  /** Take the steps, in order, up to ``last``; a refusal is thrown, with its step. */
  async run(last = STEPS.RESULT) {
    const takes = {
      [STEPS.CONTAINER]: this.container,
      [STEPS.ORDER]: this.order,
      [STEPS.EARLIER]: this.earlier,
      [STEPS.ELECTION]: this.readElection,
      [STEPS.TRUSTEES]: this.readTrustees,
      [STEPS.CREDENTIALS]: this.readCredentials,
      [STEPS.BALLOTS]: this.ballots,
      [STEPS.TALLY]: this.checkTally,
      [STEPS.SHUFFLES]: this.shuffles,
      [STEPS.DECRYPTIONS]: this.partialDecryptions,
      [STEPS.STRONG_PROOFS]: this.strongProofs,
      [STEPS.RESULT]: this.result,
    };
    for (const [number, take] of Object.entries(takes)) {
      if (Number(number) > last) return;
      this.step = Number(number);
      this.progress(0, 0);
      try {
        await take.call(this);
      } catch (error) {
        if (error instanceof Refused && !isUnreadable(error)) error.locate({ step: this.step });
        throw error;
      }
    }
  }

  progress(done, all) {
    this.tellProgress({ step: this.step, done, all });
  }

  async container() {
    this.index = await indexArchive(this.file, (done, all) => this.progress(done, all));
    const { head } = this.index;
    demand(head, "IncompleteElectionError", "an archive without any event");
    this.report.facts.head = { height: head.height, hash: head.hash };
    const count = head.height + 1;
    this.report.note(STEPS.CONTAINER, `${count} events, head ${head.hash}`, { count, head: head.hash });
  }

  async order() {
    const [setup] = this.index.ofType("Setup");
    if (setup) {
      this.setup = await this.index.read(setup);
      this.election = readElection(this.setup[0]);
    }
    requireOrder(this.index.kinds, Boolean(setup) && this.election.isShuffled);
    const { type } = this.index.head;
    this.report.facts.stage = type;
    this.report.note(STEPS.ORDER, `the last event is ${type}`, { type });
  }

  async earlier() {
    const { earlier, heads } = this.demands;
    const details = [];
    if (earlier) {
      const added = await requireContinuesCopy(this.file, earlier);
      details.push(`continues the earlier copy, ${added} bytes were added`);
    }
    for (const [height, hash] of heads) {
      demand(this.index.hashes[height] === hash, "ChainError", `event ${height} is not the one that was noted`);
      details.push(`event ${height} is the one that was noted`);
    }
    if (details.length) this.report.note(STEPS.EARLIER, details.join("; "));
    else this.report.skip(STEPS.EARLIER, "no earlier copy and no noted event were given");
  }

  async readElection() {
    const { election, demands, report } = this;
    const { uuid, fingerprint: found, name, group, questions } = election;
    const same = demands.fingerprint === null || demands.fingerprint === found;
    demand(same, "WrongElectionError", `the election's fingerprint is ${found}, not the one given`);
    Object.assign(report.facts, { uuid, fingerprint: found, name, group: group.name });
    const detail = `${uuid}, fingerprint ${found}, ${group.name}, ${questions.length} questions`;
    report.note(STEPS.ELECTION, detail, { fingerprint: found, group: group.name, count: questions.length });
  }

  async readTrustees() {
    const { group, publicKey } = this.election;
    this.trustees = new Trustees(this.setup[1], group);
    this.trustees.requireValid();
    const fits = this.trustees.electionKey().equals(publicKey);
    demand(fits, "ElectionKeyMismatchError", "the election's key is not made of its trustees' keys");
    const { entries, members } = this.trustees;
    const parts = entries.map(({ threshold, members: { length } }) => `${threshold} of ${length}`);
    if (entries.length === 1 && entries[0].members.length === 1) {
      this.report.warn("single-trustee", "One trustee alone can decrypt every ballot.");
    }
    const detail = `${members.size} trustees; decryption takes ${parts.join(" and ")}`;
    const needed = entries.reduce((sum, { threshold }) => sum + threshold, 0);
    this.report.note(STEPS.TRUSTEES, detail, { count: members.size, needed });
  }

  async readCredentials() {
    const data = this.setup[2];
    const { demands, election, report } = this;
    const found = fingerprint(data);
    const same = demands.credentials === null || demands.credentials === found;
    demand(same, "CredentialListMismatchError", `the list's fingerprint is ${found}, not the one given`);
    this.weights = readCredentials(data);
    await this.requireEach("credentials", [...this.weights.keys()]);
    const isWeighted = [...this.weights.values()].some((weight) => weight !== 1n);
    const fits = !(election.isShuffled && isWeighted);
    demand(fits, "WeightError", "weights cannot be applied to NonHomomorphic questions");
    if (demands.credentials === null) {
      const sentence = "The list of credentials was not compared with the fingerprint that its authority published.";
      report.warn("credentials-not-compared", sentence);
    }
    const count = this.weights.size;
    report.facts.credentials = { count, fingerprint: found };
    report.note(STEPS.CREDENTIALS, `${count} credentials, fingerprint ${found}`, { count, fingerprint: found });
  }

  /** Let the crew look at many texts of elements. */
  async requireEach(craft, texts, isOfStep = true) {
    let done = 0;
    const parts = chunked(texts, ELEMENTS_A_CHUNK).map((part) => ({ craft, part }));
    await this.crew.work(this.setup[0], parts, ({ part }) => {
      done += part.length;
      if (isOfStep) this.progress(done, texts.length);
    });
  }

  async ballots() {
    const { index, election, report } = this;
    const seen = new Set();
    index.ballots.forEach(({ hash }, number) => {
      if (seen.has(hash)) {
        throw new Refused("RepeatedBallotError", "the same ballot is cast a second time", { tracker: index.tracker(number) });
      }
      seen.add(hash);
    });
    const counted = index.lastBallots();
    const told = index.ballots.map(({ place, credential }, number) => ({
      place,
      weight: this.weights.has(credential) ? `${this.weights.get(credential)}` : null,
      counts: counted[number],
      tracker: index.tracker(number),
    }));
    this.total = new TallySum(election);
    const nonces = [];
    const parts = chunked(told, BALLOTS_A_CHUNK).map((part) => ({ craft: "ballots", file: this.file, part }));
    let done = 0;
    const sums = await this.crew.work(this.setup[0], parts, ({ part }) => {
      done += part.length;
      this.progress(done, told.length);
    });
    for (const sum of sums) {
      this.total.merge(sum);
      nonces.push(...sum.nonces);
    }
    const repeated = nonces.length - new Set(nonces).size;
    if (repeated) {
      // Two signatures with one nonce give the secret away.
      report.warn("repeated-randomness", `${repeated} ballots were made with repeated randomness.`);
    }
    this.requireTrackers(counted);
    const [cast, count] = [index.ballots.length, this.total.count];
    report.facts.ballots = { cast, counted: count, weight: Number(this.total.weight) };
    report.note(STEPS.BALLOTS, `${cast} ballots, ${count} of them the last of their credential`, { cast, count });
  }

  requireTrackers(counted) {
    const places = new Map(this.index.ballots.map((_, number) => [this.index.tracker(number), number]));
    for (const tracker of this.demands.trackers) {
      if (!places.has(tracker)) throw new Refused("BallotNotFoundError", "no such ballot in the archive", { tracker });
      if (!counted[places.get(tracker)]) {
        throw new Refused("SupersededBallotError", "a later ballot of the same voter counts instead", { tracker });
      }
    }
  }

  async checkTally() {
    const { total, index, report } = this;
    this.ciphertexts = total.tally();
    const [tallied] = index.ofType("EncryptedTally");
    if (!tallied) return report.skip(STEPS.TALLY, "there is no tally yet");
    const [data, sizeData] = await index.read(tallied);
    const size = readSizedTally(sizeData);
    const count = `${size.num_tallied} ballots are claimed, ${total.count} count`;
    demand(size.num_tallied === total.count, "BallotCountError", count);
    const weight = `a weight of ${size.total_weight} is claimed, it is ${total.weight}`;
    demand(size.total_weight === total.weight, "TotalWeightError", weight);
    requireTally(data, this.election, this.ciphertexts);
    const detail = `${size.num_tallied} ballots of total weight ${size.total_weight}`;
    return report.note(STEPS.TALLY, detail, { count: size.num_tallied, weight: `${size.total_weight}` });
  }

  async shuffles() {
    const { election, index, report, trustees } = this;
    const seen = [];
    if (!election.isShuffled) return report.skip(STEPS.SHUFFLES, "no question needs one");
    const places = election.questions.flatMap(({ shuffled }, place) => (shuffled ? [place] : []));
    const published = index.ofType("Shuffle");
    for (const [position, event] of published.entries()) {
      const [data, ownerData] = await index.read(event);
      const { owner } = readOwned(ownerData);
      const known = trustees.members.has(owner) && !seen.includes(owner);
      const message = `shuffle ${position + 1}: trustee ${owner} is unknown or has shuffled already`;
      demand(known, "ShuffleOwnerError", message);
      seen.push(owner);
      const members = (texts) => this.requireEach("members", texts, false);
      const { ciphertexts, proofs } = await readShuffle(data, election.group, members);
      const fits = ciphertexts.length === places.length;
      demand(fits, "ShuffleShapeError", "a shuffle of another number of questions");
      places.forEach((place, at) => {
        requireShuffle(election, this.ciphertexts[place], ciphertexts[at], proofs[at]);
        this.ciphertexts[place] = ciphertexts[at];
      });
      this.progress(position + 1, published.length);
    }
    const ended = index.ofType("EndShuffles").length > 0;
    const least = this.demands.leastShuffles;
    const enough = !ended || seen.length >= Math.max(1, least);
    demand(enough, "MissingShuffleError", `${seen.length} shuffles, at least ${least} are demanded`);
    if (ended && seen.length === 1) {
      report.warn("single-shuffle", "One trustee alone shuffled, and can link answers to ballots.");
    }
    const outcome = seen.length ? "passed" : "does not apply";
    const detail = `${seen.length} shuffles by trustees ${listed(seen)}`;
    return report.note(STEPS.SHUFFLES, detail, { count: seen.length, owners: listed(seen) }, outcome);
  }

  async partialDecryptions() {
    const { election, index, report, trustees } = this;
    this.decryptions = new Map();
    const refused = new Map();
    const published = index.ofType("PartialDecryption");
    for (const [position, event] of published.entries()) {
      const [data, ownerData] = await index.read(event);
      const { owner } = readOwned(ownerData);
      const known = trustees.members.has(owner) && !this.decryptions.has(owner) && !refused.has(owner);
      demand(known, "DecryptionOwnerError", `trustee ${owner} is unknown or has decrypted already`);
      try {
        const decryption = readDecryption(data, election.group);
        requireDecryption(election, trustees.members.get(owner), decryption, this.ciphertexts);
        this.decryptions.set(owner, decryption);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        refused.set(owner, error);
      }
      this.progress(position + 1, published.length);
    }
    const owners = [...refused.keys()].sort((left, right) => left - right);
    if (owners.length && !trustees.canDoWithout(refused)) throw refused.get(owners[0]);
    for (const owner of owners) {
      // One member of a threshold structure must not be able to stop a result that enough others give.
      const { code, message } = refused.get(owner);
      const problem = `is false and was not counted (${code}: ${message})`;
      report.warn("false-partial-decryption", `The partial decryption of trustee ${owner} ${problem}.`);
    }
    if (!this.decryptions.size) return report.skip(STEPS.DECRYPTIONS, "there is none yet");
    const found = listed([...this.decryptions.keys()]);
    return report.note(STEPS.DECRYPTIONS, `by trustees ${found}`, { owners: found });
  }

  async strongProofs() {
    const { demands, election, report } = this;
    const demanded = demands.strongDecryption ?? election.demandsStrongDecryption;
    if (!this.decryptions.size) return report.skip(STEPS.STRONG_PROOFS, "nothing is decrypted yet");
    if (!demands.proofs) {
      const message = "this election demands strong decryption proofs, and none were given";
      demand(!demanded, "MissingStrongProofError", message);
      const sentence = "The decryption proofs do not bind the ciphertexts and factors that they are about.";
      report.warn("no-strong-decryption-proofs", sentence);
      return report.skip(STEPS.STRONG_PROOFS, "none were given, and the election demands none");
    }
    const data = new Uint8Array(await demands.proofs.arrayBuffer());
    const strong = readStrongProofs(data, election);
    const owners = strong.map(({ owner }) => owner);
    const missing = [...this.decryptions.keys()].filter((owner) => !owners.includes(owner)).sort((a, b) => a - b);
    demand(!missing.length, "MissingStrongProofError", `trustee ${missing[0]} gave no strong decryption proof`);
    if (owners.join() !== [...this.decryptions.keys()].join()) {
      refuse("PayloadReferenceError", "the strong proofs are not those of the archive's partial decryptions");
    }
    strong.forEach((part, position) => {
      const member = this.trustees.members.get(part.owner);
      requireStrongDecryption(election, member, this.decryptions.get(part.owner), part, this.ciphertexts);
      this.progress(position + 1, strong.length);
    });
    return report.note(STEPS.STRONG_PROOFS, `by trustees ${listed(owners)}`, { owners: listed(owners) });
  }

  async result() {
    const { demands, election, index, report } = this;
    const [announced] = index.ofType("Result");
    if (!announced) {
      const message = "the archive is right as far as it goes, but has no result";
      demand(!demands.finished, "IncompleteElectionError", message);
      return report.skip(STEPS.RESULT, "there is none yet");
    }
    const [data] = await index.read(announced);
    const result = readResult(data, election);
    requireResult(election, this.trustees, this.ciphertexts, this.decryptions, result, this.total.weight);
    report.facts.result = resultToJson(result);
    const short = new TextDecoder().decode(data);
    return report.note(STEPS.RESULT, data.length <= 400 ? short : `${data.length} bytes`);
  }
}

/**
 * Verify an election from its archive (a Blob). Returns the report and what the verification came to know.
 *
 * Nothing is thrown for a wrong archive: the report's failure says what is wrong. An error that is no refusal is thrown.
 */
export const verifyArchive = async (file, demands, { crew, tell, progress = () => {} }) => {
  const report = new Report(tell);
  const verification = new Verification(file, demands, { crew, report, progress });
  try {
    await verification.run();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    report.fail(error);
  }
  return { report, index: verification.index ?? null, election: verification.election ?? null };
};

/**
 * Verify an archive as far as its ciphertexts are final: everything but their decryption. A refusal is thrown.
 *
 * Returns what was read and computed on the way; ``ciphertexts`` are what is to be decrypted, or shuffled next.
 */
export const verifyUndecrypted = async (file, demands, { crew, progress }) => {
  const verification = new Verification(file, demands, { crew, report: new Report(), progress });
  await verification.run(STEPS.SHUFFLES);
  const { index, setup, election, trustees, total, weights, ciphertexts } = verification;
  return { index, setup, election, trustees, ballots: total.count, credentials: weights.size, ciphertexts };
};
