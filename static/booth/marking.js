// What the kiosk says about marks before they are locked, and how every trace of them is taken off its page.

import { at, say } from "./page.js";

/** What is to be known before locking, as one text. */
export const adviceFor = (paper, sum) => {
  const advice = [];
  if (paper.form.preference !== "none") {
    if (!sum.count) advice.push(say("adviceBlank"));
    else if (sum.overEnvelope) advice.push(say("adviceOver", { won: sum.overEnvelope }));
    if (sum.count && sum.left) advice.push(say(`adviceMore_${paper.form.preference}`, { n: sum.left }));
  }
  if (sum.abstained) advice.push(say("adviceAbstained", { n: sum.abstained }));
  return advice.join(" ") || say("adviceReady");
};

const TEXTS = [
  "tally-count", "tally-most", "tally-won", "tally-envelope", "tally-warning", "opinions-count", "review-advice", "review-won",
  "opinions-step", "choose-step", "h-choose", "choices-legend", "how-choose",
]; // prettier-ignore
const LISTS = ["items", "opinions", "ranking", "review-picks", "review-opinions", "challenge-picks", "challenge-opinions"];

/** Take what was marked, and all that was said about it, off the page. */
export const clearMarks = () => {
  for (const id of LISTS) at(id).replaceChildren();
  for (const id of TEXTS) if (at(id)) at(id).textContent = "";
  at("tally").classList.remove("bad", "warn");
  at("tally-warning").hidden = true;
  at("tally-bar").value = 0;
  at("tally-bar").removeAttribute("aria-label");
};
