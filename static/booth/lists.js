// Draws what a voter chooses from and what they chose. Every word comes from the page.

import { at, copyOf, say, won } from "./page.js";
import { wanted } from "./paper.js";

const SHORT = 90;

// What the plan says of an item: a short text belongs to the choice itself, a longer one opens under it.
const describe = (line, item, card) => {
  const about = document.querySelector(`[data-about="${CSS.escape(item.id)}"]`);
  if (!about) return;
  if (about.children.length === 1 && about.textContent.trim().length <= SHORT) {
    const text = copyOf("short");
    text.textContent = about.textContent.trim();
    card.insertBefore(text, card.lastElementChild);
    return;
  }
  const more = copyOf("about");
  more.querySelector(".vh").textContent = `: ${item.label}`;
  more.querySelector("div").append(...about.cloneNode(true).childNodes);
  line.classList.add("choice-more");
  line.append(more);
};

const fill = (line, item) => {
  line.dataset.index = item.index;
  line.querySelector(".t").textContent = item.label;
  line.querySelector(".won").textContent = won(item.cost);
  return line;
};

const checkable = (item, marks) => {
  const line = fill(copyOf("item"), item);
  const box = line.querySelector("input");
  box.value = item.index;
  box.checked = marks.picks.includes(item.index);
  describe(line, item, line.querySelector("label"));
  return line;
};

const countable = (item) => {
  const line = fill(copyOf("item-points"), item);
  line.querySelector("[role=group]").setAttribute("aria-label", item.label);
  for (const [act, name] of [["give", "givePoint"], ["take", "takePoint"]]) {
    line.querySelector(`[data-points="${act}"]`).setAttribute("aria-label", say(name, { title: item.label }));
  } // prettier-ignore
  describe(line, item, line.querySelector(".choice"));
  return line;
};

/** Show on every item how many points it has, and whether it can get another one. */
export const paintPoints = (paper, marks, left) => {
  for (const line of at("items").querySelectorAll("[data-index]")) {
    const points = marks.points[line.dataset.index] ?? 0;
    line.querySelector("output").textContent = say("points", { n: points });
    line.querySelector(".choice").classList.toggle("marked", points > 0);
    line.querySelector('[data-points="take"]').setAttribute("aria-disabled", String(points === 0));
    line.querySelector('[data-points="give"]').setAttribute("aria-disabled", String(left === 0 || points === paper.form.perItem));
  }
};

/** Show the places that were given: on the items, and as a list that can be changed. */
export const paintRanking = (paper, marks) => {
  for (const line of at("items").querySelectorAll("[data-index]")) {
    const place = marks.picks.indexOf(Number(line.dataset.index)) + 1;
    const badge = line.querySelector(".rank-badge");
    badge.hidden = place === 0;
    badge.textContent = place ? say("place", { n: place }) : "";
  }
  at("ranking-none").hidden = marks.picks.length > 0;
  at("ranking").replaceChildren(
    ...marks.picks.map((index, place) => {
      const item = paper.items[index];
      const line = copyOf("ranked");
      line.dataset.index = index;
      line.querySelector(".rank-badge").textContent = say("place", { n: place + 1 });
      line.querySelector(".t").textContent = item.label;
      for (const [move, name] of [["up", "moveUp"], ["down", "moveDown"], ["off", "moveOff"]]) {
        const button = line.querySelector(`[data-move="${move}"]`);
        button.setAttribute("aria-label", say(name, { title: item.label }));
        const stuck = (move === "up" && place === 0) || (move === "down" && place === marks.picks.length - 1);
        button.setAttribute("aria-disabled", String(stuck));
      } // prettier-ignore
      return line;
    }),
  );
};

/** List every item as a choice, in this voter's order; by category where the ballot asks by category. */
export const drawItems = (paper, order, marks) => {
  const make = paper.form.preference === "points" ? countable : checkable;
  const groupOf = (category) => {
    const group = copyOf("group");
    const listed = order.map((index) => paper.items[index]).filter((item) => category === null || item.category === category);
    const title = group.querySelector("h3");
    if (category === null) title.remove();
    else title.textContent = say("category", { name: category || say("otherCategory"), k: paper.form.atMost });
    group.querySelector("ul").append(...listed.map((item) => make(item, marks)));
    return group;
  };
  const groups = paper.form.preference === "categories" ? paper.categories : [null];
  at("items").replaceChildren(...groups.map(groupOf));
};

/** Ask for every item whether it should be done at all. */
export const drawOpinions = (paper, order, marks) => {
  at("opinions").replaceChildren(
    ...order.map((index) => {
      const item = paper.items[index];
      const line = fill(copyOf("opinion"), item);
      for (const choice of line.querySelectorAll("input")) {
        choice.name = `opinion-${index}`;
        choice.checked = marks.yes[index] === choice.value;
      }
      const card = line.querySelector(".yes-no");
      describe(line, item, card);
      return line;
    }),
  );
};

/** List what was marked, with what it costs. */
export const listMarks = (name, paper, marks) => {
  const { preference, majority } = paper.form;
  const chosen = wanted(paper, marks);
  at(`${name}-picks`).replaceChildren(
    ...chosen.map((item, place) => {
      const line = copyOf("pick");
      line.querySelector(".t").textContent = item.label;
      line.querySelector(".won").textContent = won(item.cost);
      const note = line.querySelector(".rank-badge");
      if (preference === "ranking") note.textContent = say("place", { n: place + 1 });
      else if (preference === "points") note.textContent = say("points", { n: marks.points[item.index] });
      else note.remove();
      return line;
    }),
  );
  at(`${name}-none`).hidden = chosen.length > 0 || preference === "none";
  at(`${name}-preference`).hidden = preference === "none";
  at(`${name}-majority`).hidden = !majority;
  at(`${name}-opinions`).replaceChildren(
    ...(majority ? paper.items : []).map((item) => {
      const line = copyOf("opinion-pick");
      const answer = marks.yes[item.index] ?? "blank";
      line.dataset.answer = answer;
      line.querySelector(".t").textContent = item.label;
      line.querySelector(".answer").textContent = say(answer);
      return line;
    }),
  );
};

/** Take what was marked off the page. */
export const wipe = () => {
  for (const id of ["items", "opinions", "ranking", "review-picks", "review-opinions", "challenge-picks", "challenge-opinions"]) {
    at(id).replaceChildren();
  }
};
