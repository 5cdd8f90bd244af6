// Keeps the moving part of a draw fresh, in the hall and at home. Without JavaScript the page reloads itself instead.

const PAUSE_MS = 2000;
const PAUSE_AFTER_ERROR_MS = 8000;
const BETWEEN_SEATS_MS = 350;

/** Let the drawn numbers appear one after another in the hall; at once for who wants less motion. */
function unveil(part) {
  if (!part.closest(".hall") || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  [...part.querySelectorAll(".seats li")].forEach((seat, at) => {
    seat.classList.add("soon");
    setTimeout(() => seat.classList.remove("soon"), BETWEEN_SEATS_MS * (at + 1));
  });
}

async function refresh() {
  const present = document.getElementById("live");
  if (!present || present.dataset.over === "yes") return;
  let pause = PAUSE_MS;
  try {
    const answer = await fetch(location.href, { headers: { "X-Fragment": "live" }, credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.getElementById("live");
    if (!next) throw new Error("no live part");
    if (next.dataset.over === "yes" && !present.closest(".hall")) {
      location.reload(); // the result brings sections of its own
      return;
    }
    if (next.innerHTML !== present.innerHTML) {
      present.replaceChildren(...next.childNodes);
      if (next.dataset.over === "yes") unveil(present);
    }
    present.dataset.over = next.dataset.over;
  } catch {
    pause = PAUSE_AFTER_ERROR_MS;
  }
  setTimeout(refresh, pause);
}

setTimeout(refresh, PAUSE_MS);
