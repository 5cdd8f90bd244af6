// The locksmith in a thread of its own, so that the page stays alive while a ballot is locked.

import { crafts } from "./locksmith.js";

self.addEventListener("message", ({ data: { id, craft, material } }) => {
  try {
    self.postMessage({ id, made: crafts[craft](...material) });
  } catch (error) {
    self.postMessage({ id, failed: { name: error.constructor.name, reason: error.reason ?? "" } });
  }
});
self.postMessage({ id: "ready" });
