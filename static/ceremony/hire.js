// Gives work to the worker.

import { startWorker } from "../booth/workers.js";

/** The work was refused or broke; ``reason`` names the sentence to show. */
export class WorkFailure extends Error {
  constructor({ reason, facts }) {
    super(reason);
    this.reason = reason;
    this.facts = facts;
  }
}

/** Return ``work(craft, asked, progress)``, a promise of what the craft makes. */
export const hire = (address) => {
  const worker = startWorker(address);
  const waiting = new Map();
  let last = 0;
  worker.addEventListener("error", () => {
    for (const { no } of waiting.values()) no(new WorkFailure({ reason: "broken", facts: {} }));
    waiting.clear();
  });
  worker.addEventListener("message", ({ data: { id, made, failed, done, all } }) => {
    const { yes, no, progress } = waiting.get(id) ?? {};
    if (!yes) return;
    if (done !== undefined) {
      progress(done, all);
      return;
    }
    waiting.delete(id);
    if (failed) no(new WorkFailure(failed));
    else yes(made);
  });
  return (craft, asked, progress = () => {}) =>
    new Promise((yes, no) => {
      last += 1;
      waiting.set(last, { yes, no, progress });
      worker.postMessage({ id: last, craft, asked });
    });
};
