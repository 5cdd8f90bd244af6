/**
 * Push a card to the right to agree, to the left to say that one worries. Fingers and pens only; the buttons and the keys
 * stay. A swipe presses the button it stands for, so that everything after it is the same.
 *
 * Against answers by mistake: the push must be long and level, must not begin at the edge of the screen, where it is the
 * browser's own gesture, and ends without an answer when the finger comes back, a second finger lands, or the page scrolls.
 */

const EDGE_PX = 24;
const STIR_PX = 12;
const LEAST_PX = 90;
const REACH = 0.35;
const LEVEL = 1.5;
const still = matchMedia("(prefers-reduced-motion: reduce)");

let push = null;

/** Return the button that letting go now would press. */
function chosen() {
  if (!push?.isMoving || Math.abs(push.dx) < Math.max(LEAST_PX, push.card.offsetWidth * REACH)) return null;
  return push.card.querySelector(`button[value="${push.dx > 0 ? 1 : -1}"]`);
}

function show() {
  const button = chosen();
  for (const each of push.card.querySelectorAll(".react button")) each.classList.toggle("would", each === button);
  // With reduced motion the card stays where it is, and only the button shows what is about to happen.
  if (!still.matches) push.card.style.transform = `translateX(${push.dx}px) rotate(${push.dx / 40}deg)`;
}

function leave() {
  if (!push) return;
  push.card.style.transform = "";
  push.card.classList.remove("pushed");
  for (const each of push.card.querySelectorAll(".would")) each.classList.remove("would");
  push = null;
}

/** Begin to listen; cards that come later are meant, too. */
export function letSwipe() {
  document.addEventListener("pointerdown", (event) => {
    if (push || !event.isPrimary || event.pointerType === "mouse") return leave();
    const card = event.target.closest?.("form[data-card]");
    if (!card || event.target.closest("button") || card.querySelector('[aria-disabled="true"]')) return;
    if (event.clientX < EDGE_PX || event.clientX > innerWidth - EDGE_PX) return;
    push = { card, id: event.pointerId, x: event.clientX, y: event.clientY, dx: 0, isMoving: false };
  });

  document.addEventListener("pointermove", (event) => {
    if (event.pointerId !== push?.id) return;
    push.dx = event.clientX - push.x;
    const dy = Math.abs(event.clientY - push.y);
    if (!push.isMoving) {
      if (Math.max(Math.abs(push.dx), dy) < STIR_PX) return;
      if (Math.abs(push.dx) < dy * LEVEL) return leave();
      push.isMoving = true;
      push.card.classList.add("pushed");
    }
    show();
  });

  document.addEventListener("pointerup", (event) => {
    if (event.pointerId !== push?.id) return;
    const button = chosen();
    const { card } = push;
    leave();
    if (button) card.requestSubmit(button);
  });

  document.addEventListener("pointercancel", leave);
}
