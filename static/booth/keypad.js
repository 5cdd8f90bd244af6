// A keypad on the screen for hands that do not type: one kind of letter at a time, large, in the order that everybody knows.

import { at } from "./page.js";

const PADS = {
  digits: "123456789",
  capitals: "ABCDEFGHJKLMNPQRSTUVWXYZ",
  smalls: "abcdefghijkmnopqrstuvwxyz",
};
const key = (letter) => {
  const button = at("key").content.firstElementChild.cloneNode(true);
  button.textContent = letter;
  button.dataset.key = letter;
  return button;
};

/** Show the keys of one kind. */
export const showPad = (name) => {
  at("keys").replaceChildren(...[...PADS[name]].map(key));
  for (const tab of document.querySelectorAll("[data-pad]")) {
    tab.setAttribute("aria-pressed", String(tab.dataset.pad === name));
  }
};
