// Notices that nobody is there any more: a warning that counts down, then the end.

/**
 * Watch for signs of life; call ``warn(seconds)`` every second of the last ones, ``calm()`` when somebody is there again, and
 * ``end()`` once. ``limits()`` gives {quiet, warning} in seconds, or null while nothing can be lost.
 */
export const watchIdleness = ({ limits, warn, calm, end }) => {
  let last = Date.now();
  let warning = false;
  const alive = () => {
    last = Date.now();
    if (warning) calm();
    warning = false;
  };
  // While the warning stands, only its own button tells that somebody is there: if it vanished under the finger that comes
  // down, the touch would end on whatever lies below.
  const notice = () => warning || alive();
  const look = () => {
    const now = limits();
    if (!now) return alive();
    const quiet = (Date.now() - last) / 1000;
    if (quiet >= now.quiet + now.warning) {
      alive();
      return end();
    }
    if (quiet < now.quiet) return null;
    warning = true;
    return warn(Math.ceil(now.quiet + now.warning - quiet));
  };
  for (const sign of ["pointerdown", "keydown", "input", "scroll"]) document.addEventListener(sign, notice, { capture: true, passive: true });
  setInterval(look, 1000);
  return alive;
};
