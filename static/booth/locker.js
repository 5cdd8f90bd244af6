// Hands work to the locksmith: in a worker when the browser can, otherwise in the page.

import { startWorker } from "./workers.js";

/** The locksmith could not do it; ``name`` is the class of what went wrong there. */
export class LockFailure extends Error {
  constructor({ name, reason }) {
    super(name);
    this.name = name;
    this.reason = reason;
  }
}

const READY_WITHIN_MS = 15_000;

const inWorker = (address) =>
  new Promise((resolve, reject) => {
    const worker = startWorker(address);
    const waiting = new Map();
    let last = 0;
    const late = setTimeout(() => reject(new Error("the worker does not answer")), READY_WITHIN_MS);
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      clearTimeout(late);
      reject(new Error("the worker does not start"));
      for (const { no } of waiting.values()) no(new LockFailure({ name: "WorkerLost", reason: "" }));
      waiting.clear();
    });
    worker.addEventListener("message", ({ data: { id, made, failed } }) => {
      if (id === "ready") {
        clearTimeout(late);
        resolve((craft, ...material) =>
          new Promise((yes, no) => {
            last += 1;
            waiting.set(last, { yes, no });
            worker.postMessage({ id: last, craft, material });
          }),
        ); // prettier-ignore
        return;
      }
      const { yes, no } = waiting.get(id);
      waiting.delete(id);
      if (failed) no(new LockFailure(failed));
      else yes(made);
    });
  });

const inPage = async () => {
  const { crafts } = await import("./locksmith.js");
  return async (craft, ...material) => {
    // Let the page paint what it says about the wait before the work begins.
    await new Promise((resolve) => setTimeout(resolve, 50));
    try {
      return crafts[craft](...material);
    } catch (error) {
      throw new LockFailure({ name: error.constructor.name, reason: error.reason ?? "" });
    }
  };
};

/** Return ``work(craft, ...material)``, a promise of what the craft makes. */
export const hireLocksmith = async (address) => {
  try {
    return await inWorker(address);
  } catch {
    return inPage();
  }
};
