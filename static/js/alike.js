// While a title is typed, shows which proposals say nearly the same. Without JavaScript they are shown on sending.

const PAUSE_MS = 350;
const SHORTEST = 4;

const box = document.getElementById("alike");
const title = document.getElementById("title");
const seen = document.getElementById("seen");
let timer = 0;
let asked = "";

async function ask() {
  const typed = title.value.trim();
  if (typed === asked) return;
  asked = typed;
  if (typed.length < SHORTEST) {
    box.replaceChildren();
    return;
  }
  const answer = await fetch(`${box.dataset.address}?title=${encodeURIComponent(typed)}`, { credentials: "same-origin" });
  if (!answer.ok || typed !== asked) return;
  const fragment = new DOMParser().parseFromString(await answer.text(), "text/html");
  const next = fragment.body;
  // Replaced only when the list changed, so that a screen reader hears a new list once and not every letter.
  if (next.textContent.trim() !== box.textContent.trim()) box.replaceChildren(...next.childNodes);
  if (seen && box.querySelector("li")) seen.value = "1";
}

if (box && title) {
  title.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => ask().catch(() => {}), PAUSE_MS);
  });
}
