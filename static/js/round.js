/**
 * Opinion cards without a full page load: the answer is sent, the deck of the answered page takes the old one's place,
 * and the focus goes to the next card. Everything works the same without this module, as plain forms.
 *
 * While the focus is inside the card, the left and right arrow keys move between the three answers. A finger may push the
 * card aside instead of pressing a button (swipe.js); whatever was answered last can be taken back from the next card.
 */

import { letSwipe } from "./swipe.js";

const deck = () => document.getElementById("deck");

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-card], form[data-undo]");
  if (!form || !event.submitter) return;
  event.preventDefault();
  const data = new FormData(form, event.submitter);
  const buttons = form.querySelectorAll("button");
  for (const button of buttons) button.setAttribute("aria-disabled", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body: data, redirect: "follow" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.getElementById("deck");
    if (!next) throw new Error("the answer is another page");
    // What somebody has begun to write beside the card stays.
    const typed = deck().querySelector("textarea")?.value;
    deck().replaceWith(next);
    const field = deck().querySelector("textarea");
    if (field && typed) field.value = typed;
    count();
    const heading = document.getElementById("refused") || document.getElementById("card");
    heading?.focus({ preventScroll: true });
    heading?.scrollIntoView({ block: "nearest" });
  } catch {
    // The network or the page is another one than expected: send it as a plain form, exactly once more.
    const value = document.createElement("input");
    value.type = "hidden";
    value.name = event.submitter.name;
    value.value = event.submitter.value;
    if (value.name) form.append(value);
    form.submit();
  }
});

document.addEventListener("click", (event) => {
  // A second tap while the first is on its way would only send the same answer again.
  if (event.target.closest('form[data-card] button[aria-disabled="true"]')) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const group = event.target.closest?.("form[data-card] .react");
  if (!step || !group) return;
  const buttons = [...group.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement);
  if (at < 0) return;
  event.preventDefault();
  buttons[(at + step + buttons.length) % buttons.length].focus();
});

/** Show beside the field how many letters are left of what it takes. */
function count() {
  for (const field of document.querySelectorAll("textarea[data-most]")) {
    const hint = document.getElementById(`${field.id}-hint`);
    if (!hint || field.dataset.counted) continue;
    field.dataset.counted = "1";
    const output = document.createElement("span");
    output.className = "count";
    hint.append(" ", output);
    const show = () => {
      const length = [...field.value.normalize("NFC").trim()].length;
      output.textContent = length ? `${length} / ${field.dataset.most}` : "";
      output.classList.toggle("over", length > Number(field.dataset.most));
    };
    field.addEventListener("input", show);
    show();
  }
}

count();
letSwipe();
