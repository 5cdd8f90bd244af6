// Locked ballots that have no receipt yet. They outlive the page, the browser and the tablet's battery, and hold nothing
// that anybody could read: a ballot is locked before it comes here, and no code, choice or opening ever does.

const STORE = "ballots";

const asked = (request) =>
  new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
  });

const finished = (change) =>
  new Promise((resolve, reject) => {
    change.addEventListener("complete", () => resolve());
    change.addEventListener("error", () => reject(change.error));
    change.addEventListener("abort", () => reject(change.error ?? new Error("aborted")));
  });

/** Open the queue of this tablet. */
export const openQueue = async (name = "madang-kiosk") => {
  const opening = indexedDB.open(name, 1);
  opening.addEventListener("upgradeneeded", () => opening.result.createObjectStore(STORE, { keyPath: "tracker" }));
  const base = await asked(opening);

  const change = async (work) => {
    // "strict": told that it is written when it is on the disk, not when it is in some cache on the way there.
    const transaction = base.transaction(STORE, "readwrite", { durability: "strict" });
    const done = finished(transaction);
    work(transaction.objectStore(STORE));
    await done;
  };
  const all = async () => {
    const rows = await asked(base.transaction(STORE).objectStore(STORE).getAll());
    return rows.sort((one, other) => one.sealedAt - other.sealedAt);
  };

  return {
    /** Keep a locked ballot: {tracker, ballot, key, sealedAt}. Resolves when it is on the disk. */
    put: (row) => change((store) => store.put({ ...row, refused: "" })),
    /** What waits for a receipt, oldest first. */
    waiting: async () => (await all()).filter((row) => !row.refused),
    /** What the server refused for good, with its sentence. */
    refused: async () => (await all()).filter((row) => row.refused),
    /** Its receipt is verified. */
    done: (tracker) => change((store) => store.delete(tracker)),
    /** Keep why a ballot was refused, and not the ballot. */
    refuse: ({ tracker, sealedAt }, refused) => change((store) => store.put({ tracker, sealedAt, refused, ballot: "", key: "" })),
  };
};
