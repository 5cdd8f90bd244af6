// What is on the ballot, read from the election itself and never from the page around it; and how marks on it become votes.
//
// A voter's marks: {yes: {index: "yes" | "no"}, picks: [index, in the order of choosing], points: {index: number}}.

import { fingerprint } from "./hashes.js";

/** The election is not the one whose fingerprint is published. */
export class WrongElection extends Error {}

const SUMMED = new Set(["approval", "categories", "points", "none"]);
const SHUFFLED = new Set(["approval", "categories", "points", "ranking", "knapsack"]);

const requireThat = (holds, what) => {
  if (!holds) throw new TypeError(what);
};

const labelOf = (item) => `${item.number}. ${item.title}`;

// The questions must be those that the form makes, in its order: otherwise a vote would mean something else than is shown.
const requireQuestions = (questions, form, items, categories) => {
  const left = [...questions];
  const sameAnswers = (question, listed) =>
    question?.answers.length === listed.length && listed.every((item, at) => question.answers[at] === labelOf(item));
  if (form.shuffled) {
    const question = left.shift();
    requireThat(question?.type === "NonHomomorphic" && sameAnswers(question.value, items), "the shuffled question");
  } else if (form.preference === "approval") {
    const question = left.shift();
    requireThat(question.type === undefined && !question.blank && sameAnswers(question, items), "the question");
    requireThat(question.min === 0 && question.max === form.atMost, "how many may be chosen");
  } else if (form.preference === "categories") {
    for (const category of categories) {
      const question = left.shift();
      requireThat(
        question?.type === undefined && sameAnswers(question, items.filter((item) => item.category === category)),
        "the question of a category",
      );
      requireThat(question.min === 0 && question.max === form.atMost && !question.blank, "how many of a category");
    }
  } else if (form.preference === "points") {
    const { answers, min, max, blank } = left.shift();
    requireThat(answers.length === items.length * form.perItem, "a mark per point");
    requireThat(
      answers.every((answer, at) => answer.startsWith(labelOf(items[Math.floor(at / form.perItem)]))),
      "points of other items",
    );
    requireThat(min === 0 && max === Math.min(form.atMost, answers.length) && !blank, "how many points");
  }
  if (form.majority) {
    for (const item of items) {
      const { question, answers, min, max, blank } = left.shift() ?? {};
      requireThat(question?.startsWith(labelOf(item)), "the majority question of another item");
      requireThat(answers.length === 2 && min === 1 && max === 1 && blank, "yes, no, or nothing");
    }
  }
  requireThat(left.length === 0, "a question that is not shown");
};

/** An election that binds nobody whose cosignatures would count. */
export const NO_WITNESSES = { quorum: 0, keys: [] };

/** Read the ballot: what is asked, the items with costs, the money there is. */
export const readPaper = (text, published) => {
  if (fingerprint(text) !== published) throw new WrongElection("another fingerprint");
  const { questions, assembly, uuid } = JSON.parse(text);
  const { preference, at_most: atMost, per_item: perItem, majority, order, shuffled } = assembly.ballot;
  const form = { preference, atMost, perItem, majority, shuffled };
  const items = assembly.items.map(({ id, number, title, cost_won: cost, category }, index) => ({
    index, id, number, title, cost, category,
  })); // prettier-ignore
  const categories = [...new Set(items.map((item) => item.category))];
  requireThat((shuffled ? SHUFFLED : SUMMED).has(preference), "another kind of ballot");
  requireQuestions(questions, form, items, categories);
  for (const item of items) item.label = labelOf(item);
  const { envelope_won: envelope, log_key: logKey, witnesses = NO_WITNESSES } = assembly;
  return { uuid, form, order, envelope, items, categories, logKey, witnesses };
};

/** Marks of somebody who has not begun. */
export const noMarks = () => ({ yes: {}, picks: [], points: {} });

/** The items that are marked as wanted. */
export const wanted = (paper, marks) =>
  paper.form.preference === "points"
    ? paper.items.filter((item) => marks.points[item.index] > 0)
    : marks.picks.map((index) => paper.items[index]);

/**
 * What the marks add up to, and what is to be said about them before they are locked.
 *
 * ``tooMany`` and ``overFilled`` forbid going on; everything else is for the voter to know.
 */
export const judge = (paper, marks) => {
  const { preference, atMost } = paper.form;
  const chosen = wanted(paper, marks);
  const cost = chosen.reduce((sum, item) => sum + item.cost, 0);
  const used = Object.values(marks.points).reduce((sum, points) => sum + points, 0);
  const overEnvelope = Math.max(0, cost - paper.envelope);
  const full = paper.categories
    .map((category) => ({ category, over: chosen.filter((item) => item.category === category).length - atMost }))
    .find(({ over }) => over > 0);
  const limited = preference === "approval" || preference === "ranking";
  const tooMany = limited ? Math.max(0, chosen.length - atMost) : 0;
  const counted = { approval: chosen.length, ranking: chosen.length, points: used }[preference];
  return {
    count: chosen.length,
    cost,
    used,
    left: counted === undefined ? 0 : Math.max(0, Math.min(atMost, paper.items.length * (paper.form.perItem || 1)) - counted),
    tooMany,
    fullCategory: preference === "categories" && full ? full : null,
    overEnvelope,
    overFilled: preference === "knapsack" ? overEnvelope : 0,
    abstained: paper.form.majority ? paper.items.filter((item) => !marks.yes[item.index]).length : 0,
  };
};

const preferenceVotes = ({ form, items, categories }, marks) => {
  const chosen = new Set(marks.picks);
  const mark = (item) => (chosen.has(item.index) ? 1 : 0);
  const points = (item) => marks.points[item.index] ?? 0;
  if (form.preference === "none") return [];
  if (form.shuffled) {
    if (form.preference === "points") return [items.map(points)];
    if (form.preference === "ranking") return [items.map((item) => marks.picks.indexOf(item.index) + 1)];
    return [items.map(mark)];
  }
  if (form.preference === "categories") {
    return categories.map((category) => items.filter((item) => item.category === category).map(mark));
  }
  if (form.preference === "points") {
    // The first unit first: how many people give an item anything can then be read off its units.
    return [items.flatMap((item) => Array.from({ length: form.perItem }, (_, unit) => (unit < points(item) ? 1 : 0)))];
  }
  return [items.map(mark)];
};

const MAJORITY = { yes: [0, 1, 0], no: [0, 0, 1] };
const ABSTAINED = [1, 0, 0];

/** The vote as the ballot holds it: per question its numbers. */
export const votesOf = (paper, marks) => [
  ...preferenceVotes(paper, marks),
  ...(paper.form.majority ? paper.items.map((item) => MAJORITY[marks.yes[item.index]] ?? ABSTAINED) : []),
];

/** The marks that a ballot holds: the way back from `votesOf`, for showing an opened ballot. */
export const marksOf = (paper, votes) => {
  const { form, items, categories } = paper;
  const marks = noMarks();
  const rest = [...votes];
  const take = (vote, listed) => {
    for (const [at, item] of listed.entries()) if (vote[at] > 0) marks.picks.push(item.index);
  };
  if (form.preference === "points") {
    const vote = rest.shift();
    for (const item of items) {
      const start = item.index * form.perItem;
      const units = form.shuffled ? [vote[item.index]] : vote.slice(start, start + form.perItem);
      const points = units.reduce((sum, unit) => sum + unit, 0);
      if (points) marks.points[item.index] = points;
    }
  } else if (form.preference === "ranking") {
    const vote = rest.shift();
    take(vote, items);
    marks.picks.sort((one, other) => vote[one] - vote[other]);
  } else if (form.preference === "categories" && !form.shuffled) {
    for (const category of categories) take(rest.shift(), items.filter((item) => item.category === category));
  } else if (form.preference !== "none") take(rest.shift(), items);
  if (form.majority) {
    items.forEach((item, at) => {
      const [, yes, no] = rest[at];
      if (yes) marks.yes[item.index] = "yes";
      if (no) marks.yes[item.index] = "no";
    });
  }
  return marks;
};
