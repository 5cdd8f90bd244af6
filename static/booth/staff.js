// The staff's way in: hold the button for three seconds, then the exit number. Works without a connection, so the number is
// compared here, by its slow hash; after five wrong ones the lock rests for a minute.

import { at, say } from "./page.js";
import { isPin } from "./pins.js";

const HOLD_MS = 3000;
const DIGITS = 6;
const MOST_WRONG = 5;
const REST_MS = 60_000;

/** Listen to staff; ``leave()`` returns to voting, ``out()`` leaves the kiosk. */
export const listenToStaff = ({ pin, courier, queue, leave, out }) => {
  let typed = "";
  let wrong = 0;
  let restUntil = 0;
  let holding = null;

  const paint = (text = "") => {
    at("pin-shown").textContent = "●".repeat(typed.length).padEnd(DIGITS, "○");
    at("pin-error").textContent = text;
  };
  const ask = () => {
    typed = "";
    paint();
    at("pin").showModal();
  };
  const hold = (event) => {
    if (event.type === "keydown" && (event.repeat || !["Enter", " "].includes(event.key))) return;
    clearTimeout(holding);
    holding = setTimeout(ask, HOLD_MS);
  };
  const release = () => clearTimeout(holding);
  for (const way of ["pointerdown", "keydown"]) at("staff").addEventListener(way, hold);
  for (const way of ["pointerup", "pointerleave", "pointercancel", "keyup", "blur"]) at("staff").addEventListener(way, release);

  const showRefused = async () => {
    const rows = await queue.refused();
    at("staff-list").replaceChildren(
      ...rows.map(({ tracker, refused }) => {
        const line = document.createElement("li");
        line.textContent = `${tracker.slice(0, 12)}… ${refused}`;
        return line;
      }),
    );
  };

  const check = async () => {
    if (Date.now() < restUntil) {
      typed = "";
      return paint(say("pinRest"));
    }
    const mine = typed;
    typed = "";
    if (await isPin(mine, pin)) {
      wrong = 0;
      at("pin").close();
      at("staff-screen").dispatchEvent(new Event("staff-enters"));
      return showRefused();
    }
    wrong += 1;
    if (wrong >= MOST_WRONG) [wrong, restUntil] = [0, Date.now() + REST_MS];
    return paint(say("pinWrong"));
  };

  const ACTS = {
    close: () => at("pin").close(),
    erase: () => {
      typed = typed.slice(0, -1);
      paint();
    },
    send: async () => {
      await courier.hurry();
      await showRefused();
    },
    leave,
    out,
  };
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    if (button.dataset.staff) ACTS[button.dataset.staff]();
    else if (button.dataset.digit && typed.length < DIGITS) {
      typed += button.dataset.digit;
      paint();
      if (typed.length === DIGITS) check();
    }
  });
};
