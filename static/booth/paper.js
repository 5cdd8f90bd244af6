// What is on the ballot, read from the election itself and never from the page around it.

import { fingerprint } from "./hashes.js";

/** The election is not the one whose fingerprint is published. */
export class WrongElection extends Error {}

/** Read the one question of the assembly: items with costs, how many may be chosen, the money there is. */
export const readPaper = (text, published) => {
  if (fingerprint(text) !== published) throw new WrongElection("another fingerprint");
  const { questions, assembly, uuid } = JSON.parse(text);
  const [question] = questions;
  if (questions.length !== 1 || question.type !== undefined || question.blank) throw new TypeError("another kind");
  if (assembly.items.length !== question.answers.length) throw new TypeError("items and answers differ");
  return {
    uuid,
    least: question.min,
    most: question.max,
    envelope: assembly.envelope_won,
    items: question.answers.map((title, index) => ({
      index,
      title,
      id: assembly.items[index].id,
      cost: assembly.items[index].cost_won,
    })),
  };
};

/** What the choices add up to, and what is to be said about them before they are locked. */
export const judge = (paper, picked) => {
  const cost = paper.items.reduce((sum, item) => (picked.has(item.index) ? sum + item.cost : sum), 0);
  return {
    count: picked.size,
    cost,
    tooMany: Math.max(0, picked.size - paper.most),
    overEnvelope: Math.max(0, cost - paper.envelope),
    left: Math.max(0, paper.most - picked.size),
  };
};

/** The vote as the ballot holds it: a zero or a one per item, in the order of the ballot. */
export const voteOf = (paper, picked) => [paper.items.map((item) => (picked.has(item.index) ? 1 : 0))];
