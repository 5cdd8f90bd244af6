// Starts the page's worker, and no other script: where the browser guards script addresses (Trusted Types), the first
// address that is asked for is the only one that may become a worker.

let own = null;
const policy = globalThis.trustedTypes?.createPolicy("madang-booth", {
  createScriptURL: (asked) => {
    if (asked !== own) throw new TypeError("another script");
    return asked;
  },
});

export const startWorker = (address) => {
  own ??= address;
  return new Worker(policy ? policy.createScriptURL(address) : address, { type: "module" });
};
