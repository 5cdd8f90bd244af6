// Keeps a live meeting fresh: the wall, the phones, the console. Without JavaScript the page reloads itself instead
// (a meta element in noscript) or by its own button.

const box = document.getElementById("live");
const PAUSE_MS = Number(box.dataset.pause || 2500);
const PAUSE_AFTER_ERROR_MS = 8000;
const SOON_MS = 300;

const LONGEST_PRESS_MS = 3000;

// While a finger or a button of the mouse is down, what lies under it must not change: the press would be lost.
let pressedAt = -Infinity;
const press = (at) => (event) => {
  pressedAt = box.contains(event.target) ? at() : -Infinity;
};
document.addEventListener("pointerdown", press(() => performance.now()), { capture: true, passive: true });
for (const sign of ["pointerup", "pointercancel"]) {
  document.addEventListener(sign, press(() => -Infinity), { capture: true, passive: true });
}

// Somebody who is writing, choosing or pressing is not disturbed.
const isWriting = () => box.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");
const isBusy = () => isWriting() || performance.now() - pressedAt < LONGEST_PRESS_MS;

// The same thing before and after: by the form it belongs to, its kind and its name, or else by its words.
const nameOf = (each) => {
  const to = each.form?.getAttribute("action") ?? each.getAttribute("href") ?? "";
  const is = each.name ? `${each.name}=${/^(checkbox|radio|submit)$/.test(each.type) ? each.value : ""}` : each.textContent.trim();
  return `${each.localName} ${to} ${is}`;
};
const found = (selector, name) => [...box.querySelectorAll(selector)].find((each) => nameOf(each) === name);

const FIELDS = "input:not([type=hidden]), textarea, select";
const isChanged = (field) => {
  if (/^(checkbox|radio)$/.test(field.type)) return field.checked !== field.defaultChecked;
  if (field.localName === "select") return [...field.options].some((option) => option.selected !== option.defaultSelected);
  return field.value !== field.defaultValue;
};

/** Put the new content in the place of the old one; what was typed, unfolded and focused stays as it is. */
function replace(next) {
  const typed = [...box.querySelectorAll(FIELDS)].filter(isChanged);
  const unfolded = [...box.querySelectorAll("details[open] > summary")].map(nameOf);
  const focused = box.contains(document.activeElement) ? nameOf(document.activeElement) : "";
  box.replaceChildren(...next.childNodes);
  for (const old of typed) {
    const field = found(FIELDS, nameOf(old));
    if (!field) continue;
    if (/^(checkbox|radio)$/.test(field.type)) field.checked = old.checked;
    else field.value = old.value;
  }
  for (const name of unfolded) found("summary", name)?.parentElement.setAttribute("open", "");
  if (focused) found("a, button, summary", focused)?.focus({ preventScroll: true });
}

async function refresh() {
  let pause = PAUSE_MS;
  try {
    if (!isBusy()) {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.getElementById("live");
      if (!next) throw new Error("nothing live");
      // Every page has a fresh token; only what people can see counts as a change.
      if (next.dataset.stamp !== box.dataset.stamp) {
        if (isBusy()) {
          pause = SOON_MS; // somebody began while the answer was on its way
        } else {
          replace(next);
          box.dataset.stamp = next.dataset.stamp;
        }
      }
      if (next.dataset.ended === "yes" && next.dataset.stamp === box.dataset.stamp) return;
    }
  } catch {
    pause = PAUSE_AFTER_ERROR_MS;
  }
  // A hundred phones must not all ask in the same instant.
  setTimeout(refresh, pause * (0.8 + 0.4 * Math.random()));
}

setTimeout(refresh, PAUSE_MS);
