// The ceremony's mathematics in a thread of its own, with word of how far it is.

import { crafts } from "./craft.js";

const EVERY_MS = 100;

self.addEventListener("message", async ({ data: { id, craft, asked } }) => {
  let last = 0;
  const progress = (done, all) => {
    if (performance.now() - last < EVERY_MS && done < all) return;
    last = performance.now();
    self.postMessage({ id, done, all });
  };
  try {
    self.postMessage({ id, made: await crafts[craft](asked, progress) });
  } catch (error) {
    self.postMessage({ id, failed: { reason: error.reason ?? "broken", facts: error.facts ?? {} } });
  }
});
