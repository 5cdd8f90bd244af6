// "Where did my share go?": the voter says here what they voted for. It never leaves this page: what is fetched is the same
// for everybody and is fetched before anything is chosen; the controls have no names and belong to no form that is sent.

import { rounded, spend } from "./share.js";

const facts = JSON.parse(document.getElementById("share-facts").textContent);
const at = (id) => document.getElementById(id);
const say = (name, values = {}) => facts.texts[name].replace(/\{(\w+)\}/g, (_, place) => values[place]);
const number = (amount) => amount.toLocaleString("ko-KR");
const controls = [...document.querySelectorAll("[data-project]")];
const items = new Map(facts.items.map((item) => [item.id, item]));
let trace = null;

/** The choices as a ballot of election.json, or null when the ballot paper did not allow them. */
const ballotOf = () => {
  const marked = controls
    .map((control) => ({
      project: control.dataset.project,
      mark: control.type === "checkbox" ? Number(control.checked) : Number(control.value),
    }))
    .filter(({ mark }) => mark > 0);
  const most = facts.most;
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  switch (facts.preference) {
    case "ranking": {
      marked.sort((a, b) => a.mark - b.mark);
      // Ranks without a gap and without two of a kind.
      if (marked.some(({ mark }, place) => mark !== place + 1)) return null;
      return { choices: marked.map(({ project }) => project), points: [] };
    }
    case "points":
      if (sum(marked.map(({ mark }) => mark)) > most) return null;
      return { choices: marked.map(({ project }) => project), points: marked.map(({ mark }) => mark) };
    case "knapsack":
      if (sum(marked.map(({ project }) => items.get(project).cost)) > most) return null;
      break;
    case "categories": {
      const chosen = Map.groupBy
        ? Map.groupBy(marked, ({ project }) => items.get(project).category)
        : marked.reduce((groups, each) => {
            const category = items.get(each.project).category;
            return groups.set(category, [...(groups.get(category) ?? []), each]);
          }, new Map());
      if ([...chosen.values()].some((group) => group.length > most)) return null;
      break;
    }
    case "approval":
      if (marked.length > most) return null;
      break;
    default: // only yes and no: any number of them
  }
  return { choices: marked.map(({ project }) => project), points: [] };
};

const listed = (id, projects) => {
  at(`${id}-box`).hidden = projects.length === 0;
  at(id).replaceChildren(
    ...projects.map((project) => {
      const line = at("line").content.firstElementChild.cloneNode(true);
      line.querySelector(".t").textContent = items.get(project).title;
      line.querySelector(".why").textContent = items.get(project).reason[document.documentElement.lang] ?? "";
      return line;
    }),
  );
};

const showPayments = ({ unit, start, left, payments }) => {
  const won = (units) => say("won", { won: number(rounded(units, unit)) });
  const percent = (units) => say("percent", { n: number(rounded(units * 100n, start || 1n)) });
  at("rounds").replaceChildren(
    ...payments.map((payment) => {
      const row = at("round").content.firstElementChild.cloneNode(true);
      const put = (name, text) => (row.querySelector(`.${name}`).textContent = text);
      put("rank", payment.round);
      put("t", items.get(payment.project).title);
      put("paid", payment.paid === 0n ? say("nothingLeft") : `${won(payment.paid)} (${percent(payment.paid)})`);
      put("all", payment.paid > 0n && payment.paid < payment.due ? say("gaveAll") : "");
      put("left", won(payment.left));
      return row;
    }),
  );
  at("rounds-box").hidden = payments.length === 0;
  at("share-used").hidden = false;
  at("share-used").textContent = say(payments.length ? "used" : "unused", {
    share: won(start),
    paid: won(start - left),
    left: won(left),
  });
};

const show = () => {
  const ballot = ballotOf();
  const chosen = ballot?.choices ?? [];
  at("not-allowed").hidden = ballot !== null;
  at("answer").hidden = chosen.length === 0;
  at("nothing-chosen").hidden = ballot === null || chosen.length > 0;
  if (!chosen.length) return;
  const funded = chosen.filter((project) => items.get(project).funded);
  at("summary").textContent = say("summary", { chosen: number(chosen.length), funded: number(funded.length) });
  const bought = new Set(trace?.purchases.map(({ project }) => project));
  if (trace) showPayments(spend(trace, ballot));
  listed("granted", trace ? funded.filter((project) => !bought.has(project)) : funded);
  listed(
    "missed",
    chosen.filter((project) => !items.get(project).funded),
  );
};

const clear = () => {
  for (const control of controls) {
    if (control.type === "checkbox") control.checked = false;
    else control.value = "0";
  }
  show();
};

// Fonts come in pieces, when a letter is first seen: a sentence that only some choices bring up would tell the server of
// them. So every letter that may appear is fetched beforehand, for everybody alike.
const fetchLetters = async () => {
  const family = getComputedStyle(document.body).fontFamily;
  const letters = `0123456789,.%() ${JSON.stringify(facts)}${at("own").textContent}${at("round").innerHTML}`;
  await Promise.allSettled([400, 700].map((weight) => document.fonts.load(`${weight} 16px ${family}`, letters)));
};

const begin = async () => {
  at("own").hidden = false;
  await fetchLetters();
  try {
    if (facts.trace) {
      const answer = await fetch(facts.trace, { credentials: "omit", referrerPolicy: "no-referrer" });
      if (!answer.ok) throw new Error(String(answer.status));
      trace = await answer.json();
    }
  } catch {
    at("not-read").hidden = false;
    return;
  }
  at("choices").hidden = false;
  for (const control of controls) control.addEventListener("change", show);
  at("clear").addEventListener("click", clear);
  // A browser that comes back to the page may have kept the marks; a shared device must not show them.
  clear();
  at("own").dataset.ready = "yes";
};

await begin();
