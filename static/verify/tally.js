// The encrypted tally: what the trustees decrypt instead of ballots. Only the last ballot of each credential counts.

import { demand } from "./refusals.js";
import { readArray, readCanonical, readCiphertext } from "./shape.js";

/** Sums up the parts that the checking of ballots gives, in any order of parts for sums. */
export class TallySum {
  constructor(election) {
    this.election = election;
    this.columns = election.questions.map(({ shuffled, width }) =>
      shuffled ? [] : Array.from({ length: width }, () => null),
    );
    this.count = 0;
    this.weight = 0n;
  }

  merge({ columns, count, weight }) {
    const { group, questions } = this.election;
    // These texts were written by our own checks, so what they say is a member.
    const read = ([alpha, beta]) => ({ alpha: group.decode(alpha), beta: group.decode(beta), texts: [alpha, beta] });
    columns.forEach((column, place) => {
      if (questions[place].shuffled) {
        this.columns[place].push(...column.map(read));
        return;
      }
      column.forEach((texts, choice) => {
        const part = read(texts);
        const sum = this.columns[place][choice];
        this.columns[place][choice] = sum ? { alpha: sum.alpha.add(part.alpha), beta: sum.beta.add(part.beta) } : part;
      });
    });
    this.count += count;
    this.weight += BigInt(weight);
  }

  /** Per question the ciphertexts to decrypt; without any ballot, pairs of identities; those to be shuffled are sorted. */
  tally() {
    const { group, questions } = this.election;
    const { identity } = group;
    return questions.map(({ shuffled }, place) => {
      if (!shuffled) return this.columns[place].map((sum) => sum ?? { alpha: identity, beta: identity });
      const compare = (left, right) =>
        group.compare(left.texts[0], right.texts[0]) || group.compare(left.texts[1], right.texts[1]);
      return [...this.columns[place]].sort(compare).map(({ alpha, beta }) => ({ alpha, beta }));
    });
  }
}

const textsOf = (group, rows) => rows.map((row) => group.texts(row.flatMap(({ alpha, beta }) => [alpha, beta])));

/** Refuse a published tally that is not ``tally``. */
export const requireTally = (data, election, tally) => {
  const { group, questions } = election;
  const value = readCanonical(data, "encrypted tally");
  const wanted = textsOf(group, tally);
  const known = new Set(wanted.flat());
  // An element that we computed ourselves is a member; only another one has to be looked at.
  const decode = (text) => {
    if (!known.has(text)) group.parse(text);
    return text;
  };
  const found = readArray(value, "encrypted tally").map((row) =>
    readArray(row, "question of the tally").map((item) => readCiphertext(item, decode)),
  );
  const count = "the tally has another number of questions than the election";
  demand(found.length === questions.length, "AnswerShapeError", count);
  questions.forEach(({ shuffled, width }, place) => {
    const fits = shuffled || found[place].length === width;
    demand(fits, "AnswerShapeError", "the tally has another number of choices than a question");
  });
  const same = found.every((row, place) => row.flatMap(({ alpha, beta }) => [alpha, beta]).join() === wanted[place].join());
  demand(same, "TallyMismatchError", "the published tally is not the sum of the last ballots");
};
