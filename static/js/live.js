// Keeps a live meeting fresh: the wall, the phones, the console. Without JavaScript the page reloads itself instead
// (a meta element in noscript) or by its own button.

const box = document.getElementById("live");
const PAUSE_MS = Number(box.dataset.pause || 2500);
const PAUSE_AFTER_ERROR_MS = 8000;

async function refresh() {
  let pause = PAUSE_MS;
  try {
    // Somebody who is writing or choosing is not disturbed.
    if (!box.contains(document.activeElement) || !document.activeElement.matches("input, textarea, select")) {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.getElementById("live");
      if (!next) throw new Error("nothing live");
      // Every page has a fresh token; only what people can see counts as a change.
      if (next.dataset.stamp !== box.dataset.stamp) {
        box.replaceChildren(...next.childNodes);
        box.dataset.stamp = next.dataset.stamp;
      }
      if (next.dataset.ended === "yes") return;
    }
  } catch {
    pause = PAUSE_AFTER_ERROR_MS;
  }
  // A hundred phones must not all ask in the same instant.
  setTimeout(refresh, pause * (0.8 + 0.4 * Math.random()));
}

setTimeout(refresh, PAUSE_MS);
