// The page's own words and places. No text is written in scripts: the page brings its sentences, in its language.

export const facts = JSON.parse(document.getElementById("booth-facts").textContent);
export const at = (id) => document.getElementById(id);

/** A sentence of the page with its places filled in. */
export const say = (name, values = {}) =>
  facts.texts[name].replace(/\{(\w+)\}/g, (_, place) => {
    const value = values[place];
    return typeof value === "number" ? value.toLocaleString("ko-KR") : value;
  });

export const won = (amount) => say("won", { won: amount });

/** Tell a screen reader something that is seen otherwise. */
export const announce = (text) => {
  at("said").textContent = text;
};

const STEPS = { code: 0, opinions: 0, choose: 0, review: 1, locking: 2, cast: 2, sending: 2, challenge: 2, cheated: 2, receipt: 3 };

/** Show one screen, mark its step, and put the reader at its heading. */
export const show = (name) => {
  for (const screen of document.querySelectorAll("[data-screen]")) {
    screen.classList.toggle("on", screen.dataset.screen === name);
  }
  const now = STEPS[name];
  at("steps").hidden = now === undefined;
  [...at("steps").children].forEach((step, index) => {
    step.classList.toggle("done", index < now);
    if (index === now) step.setAttribute("aria-current", "step");
    else step.removeAttribute("aria-current");
  });
  document.scrollingElement.scrollTop = 0;
  document.querySelector(`[data-screen="${name}"] h2`)?.focus({ preventScroll: true });
};

/** Show or hide a notice with its text. */
export const notice = (id, text) => {
  at(id).hidden = !text;
  if (text) at(`${id}-text`).textContent = text;
};

/** A fresh copy of one of the page's templates. */
export const copyOf = (id) => at(id).content.firstElementChild.cloneNode(true);
