// Counts a speaker's time down. The server says how many seconds are left when it draws the page; no clocks are compared.

const ends = new WeakMap();

function tick() {
  for (const clock of document.querySelectorAll(".clock[data-left]")) {
    if (!ends.has(clock)) ends.set(clock, performance.now() + Number(clock.dataset.left) * 1000);
    const left = Math.max(0, Math.ceil((ends.get(clock) - performance.now()) / 1000));
    clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    clock.classList.toggle("up", left === 0);
  }
}

tick();
setInterval(tick, 500);
