// What a verification found: the same steps, by the same numbers, as `python -m voting verify` prints.

export const STEPS = {
  CONTAINER: 1,
  ORDER: 2,
  EARLIER: 3,
  ELECTION: 4,
  TRUSTEES: 5,
  CREDENTIALS: 6,
  BALLOTS: 7,
  TALLY: 8,
  SHUFFLES: 9,
  DECRYPTIONS: 10,
  STRONG_PROOFS: 11,
  RESULT: 12,
};

export const TITLES = [
  "The archive is complete and every byte is in its place",
  "The events are in the order of an election",
  "Nothing that was seen earlier has changed",
  "The election is well-formed",
  "The trustees know their keys, and the election's key is made of them",
  "The list of credentials is well-formed",
  "Every ballot is valid",
  "The encrypted tally is the sum of the last ballots",
  "The shuffles are correct",
  "The partial decryptions are correct",
  "The strong decryption proofs are correct",
  "The result is what was decrypted",
];

/** Filled as the verification goes on, so that it also tells how far a failed one came. */
export class Report {
  constructor(tell = () => {}) {
    this.steps = [];
    this.weaknesses = [];
    this.facts = {};
    this.failure = null;
    this.tell = tell;
  }

  get passed() {
    return this.failure === null && this.steps.length === TITLES.length;
  }

  /** Note that a step is passed, or that it does not apply; ``values`` are what a page may say in its own words. */
  note(step, detail, values = {}, outcome = "passed") {
    const found = { step, title: TITLES[step - 1], outcome, detail };
    this.steps.push(found);
    this.tell({ ...found, values });
  }

  skip(step, detail) {
    this.note(step, detail, {}, "does not apply");
  }

  warn(name, sentence) {
    this.weaknesses.push({ name, sentence });
  }

  fail({ code, message, step, tracker }) {
    this.failure = { error: code, message, step, tracker };
  }

  toJson() {
    const { passed, steps, weaknesses, failure, facts } = this;
    return { verified: passed, steps, weaknesses, failure, ...facts };
  }
}
