// Choosing: what a touch or a key on the lists does to the voter's marks, and what is said about them.

import { drawItems, drawOpinions, paintPoints, paintRanking } from "./lists.js";
import { announce, at, say, show, won } from "./page.js";
import { judge } from "./paper.js";

/** Say what the marks add up to; return it. */
export const tally = (paper, marks) => {
  const sum = judge(paper, marks);
  const { preference, atMost } = paper.form;
  const counting = preference === "points" ? "countPoints" : "count";
  at("tally-count").textContent = say(counting, { n: preference === "points" ? sum.used : sum.count });
  at("tally-most").textContent = say(`chosen_${preference}`, { k: atMost, left: sum.left });
  at("tally-won").textContent = won(sum.cost);
  at("tally-envelope").textContent = say("ofEnvelope", { won: paper.envelope });
  const stopped = stopOf(paper, sum);
  const warning = stopped || (sum.overEnvelope && say("overEnvelope", { won: sum.overEnvelope }));
  at("tally").classList.toggle("bad", Boolean(stopped));
  at("tally").classList.toggle("warn", !stopped && sum.overEnvelope > 0);
  at("tally-warning").textContent = warning || "";
  at("tally-warning").hidden = !warning;
  const bar = at("tally-bar");
  bar.value = Math.min(sum.cost, paper.envelope);
  bar.setAttribute("aria-label", say("bar", { won: sum.cost, envelope: paper.envelope }));
  if (preference === "points") paintPoints(paper, marks, sum.left);
  if (preference === "ranking") paintRanking(paper, marks);
  return sum;
};

/** What has to be changed before the ballot can be locked, as a sentence; nothing otherwise. */
export const stopOf = (paper, sum) => {
  if (sum.tooMany) return say("tooMany", { k: paper.form.atMost, over: sum.tooMany });
  if (sum.fullCategory) {
    const { category, over } = sum.fullCategory;
    return say("tooManyOf", { name: category || say("otherCategory"), k: paper.form.atMost, over });
  }
  return sum.overFilled ? say("overFilled", { won: sum.overFilled }) : "";
};

/** Open the page of the preference. */
export const openChoices = (paper, order, marks) => {
  const { preference, atMost: k, perItem, majority } = paper.form;
  const values = { k, n: paper.items.length, each: perItem, won: paper.envelope };
  at("h-choose").textContent = say(`choose_${preference}`, values);
  at("choices-legend").textContent = say(`legend_${preference}`, values);
  at("how-choose").textContent = say(`how_${preference}`, values);
  at("ranking-card").hidden = preference !== "ranking";
  at("back-to-opinions").hidden = !majority;
  drawItems(paper, order, marks);
  tally(paper, marks);
  show("choose");
};

/** Open the page where every item is approved or rejected. */
export const openOpinions = (paper, order, marks) => {
  drawOpinions(paper, order, marks);
  countOpinions(paper, marks);
  show("opinions");
};

const countOpinions = (paper, marks) => {
  at("opinions-count").textContent = say("answered", {
    n: Object.keys(marks.yes).length,
    all: paper.items.length,
  });
};

const POINTS = { give: 1, take: -1 };

const givePoints = (paper, marks, button) => {
  if (button.getAttribute("aria-disabled") === "true") {
    const { left } = judge(paper, marks);
    return announce(say(left === 0 ? "noPointsLeft" : "noMoreForThis", { each: paper.form.perItem }));
  }
  const { index } = button.closest("[data-index]").dataset;
  marks.points[index] = (marks.points[index] ?? 0) + POINTS[button.dataset.points];
  if (!marks.points[index]) delete marks.points[index];
};

const MOVES = { up: -1, down: 1 };

const move = (paper, marks, button) => {
  if (button.getAttribute("aria-disabled") === "true") return null;
  const kind = button.dataset.move;
  const index = Number(button.closest("[data-index]").dataset.index);
  const from = marks.picks.indexOf(index);
  const title = paper.items[index].label;
  if (kind === "off") {
    marks.picks.splice(from, 1);
    const box = at("items").querySelector(`input[value="${index}"]`);
    box.checked = false;
    announce(say("movedOff", { title }));
    return () => (at("ranking").querySelectorAll('[data-move="off"]')[Math.min(from, marks.picks.length - 1)] ?? box).focus();
  }
  const to = from + MOVES[kind];
  marks.picks.splice(from, 1);
  marks.picks.splice(to, 0, index);
  announce(say("moved", { title, place: to + 1 }));
  // The list is drawn again; whoever pressed the key goes on from the same button of the same item.
  return () => at("ranking").querySelector(`[data-index="${index}"] [data-move="${kind}"]`).focus();
};

/** Listen to everything by which marks change; ``now`` gives the paper and the marks, ``changed`` is told afterwards. */
export const listenToChoices = (now, changed) => {
  at("items").addEventListener("change", ({ target }) => {
    const { paper, marks } = now();
    const index = Number(target.value);
    if (target.checked) marks.picks.push(index);
    else marks.picks.splice(marks.picks.indexOf(index), 1);
    tally(paper, marks);
    changed();
  });
  at("opinions").addEventListener("change", ({ target }) => {
    const { paper, marks } = now();
    marks.yes[target.closest("[data-index]").dataset.index] = target.value;
    countOpinions(paper, marks);
    changed();
  });
  at("choices").addEventListener("click", ({ target }) => {
    const button = target.closest("[data-points], [data-move]");
    if (!button) return;
    const { paper, marks } = now();
    const after = button.dataset.points ? givePoints(paper, marks, button) : move(paper, marks, button);
    tally(paper, marks);
    if (typeof after === "function") after();
    changed();
  });
  at("choices").addEventListener("submit", (event) => event.preventDefault());
};
