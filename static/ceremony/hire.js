// Gives work to the worker.

/** The work was refused or broke; ``reason`` names the sentence to show. */
export class WorkFailure extends Error {
  constructor({ reason, facts }) {
    super(reason);
    this.reason = reason;
    this.facts = facts;
  }
}

// Where the browser guards script addresses (Trusted Types), only the worker's own address may become one.
const trusted = (address) =>
  globalThis.trustedTypes
    ? globalThis.trustedTypes
        .createPolicy("madang-booth", {
          createScriptURL: (asked) => {
            if (asked !== address) throw new TypeError("another script");
            return asked;
          },
        })
        .createScriptURL(address)
    : address;

/** Return ``work(craft, asked, progress)``, a promise of what the craft makes. */
export const hire = (address) => {
  const worker = new Worker(trusted(address), { type: "module" });
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
