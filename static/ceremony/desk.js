// What both pages of a ceremony share: whose link it is, the requests, the panels, what went wrong in words.

import { announce, at, facts, say } from "../booth/page.js";
import { CannotOpen } from "./strongbox.js";
import { WorkFailure } from "./hire.js";

/** The server refused, and said why in a sentence. */
export class Told extends Error {}

/** The secret of this link. It stays in the address, as the link is how its owner comes back. */
export const secret = location.hash.slice(1);
globalThis.addEventListener("hashchange", () => location.reload());

/** Send something to the server; returns the state of the ceremony as it is then. */
export const tell = async (address, body) => {
  const response = await fetch(address, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json",
      "Accept-Language": document.documentElement.lang,
      "X-Ceremony-Seat": secret,
    },
    body: JSON.stringify(body),
    cache: "no-store",
    credentials: "omit",
    redirect: "error",
    referrerPolicy: "no-referrer",
  });
  const answer = await response.json();
  if (!response.ok) throw new Told(answer.error ?? say("broken"));
  return answer;
};

/** Publish a message of this seat. */
export const publish = (kind, body) => tell(facts.addresses.messages, { kind, body });
/** Ask how the ceremony stands. */
export const look = () => tell(facts.addresses.messages, {});

/** Show one panel. */
export const turn = (name) => {
  for (const panel of document.querySelectorAll("[data-panel]")) panel.hidden = panel.dataset.panel !== name;
};
export const shown = () => document.querySelector("[data-panel]:not([hidden])")?.dataset.panel;

/** Say what went wrong, in the page's words. */
export const complain = (error) => {
  let text = say("broken");
  if (error instanceof Told) text = error.message;
  else if (error instanceof CannotOpen) text = say("cannotOpen");
  else if (error instanceof WorkFailure && facts.texts[error.reason]) text = say(error.reason, error.facts);
  else if (error instanceof TypeError) text = say("noConnection");
  at("trouble").hidden = false;
  at("trouble-text").textContent = text;
  announce(text);
};
export const calm = () => {
  at("trouble").hidden = true;
};

/** Do something that takes a while: its button waits, and what goes wrong is said. */
export const busy = async (button, act) => {
  if (button) button.disabled = true;
  calm();
  try {
    return await act();
  } catch (error) {
    complain(error);
    return null;
  } finally {
    if (button) button.disabled = false;
  }
};

/** Show how far a long work is. */
export const bar = (name) => (done, all) => {
  at(name).hidden = false;
  at(name).max = all;
  at(name).value = done;
};
