// Keeps the progress of a job fresh. Without JavaScript the page reloads itself instead (a meta element in noscript).

const PAUSE_MS = 2000;
const PAUSE_AFTER_ERROR_MS = 10000;

async function refresh() {
  const present = document.getElementById("progress");
  if (present.dataset.ended === "yes") return;
  let pause = PAUSE_MS;
  try {
    const answer = await fetch(location.href, { headers: { "X-Fragment": "progress" }, credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.getElementById("progress");
    if (!next) throw new Error("no progress");
    // Replace only what changed, so that a screen reader hears a new state once and not every two seconds.
    if (next.innerHTML !== present.innerHTML) present.replaceChildren(...next.childNodes);
    present.dataset.ended = next.dataset.ended;
  } catch {
    pause = PAUSE_AFTER_ERROR_MS;
  }
  setTimeout(refresh, pause);
}

setTimeout(refresh, PAUSE_MS);
