// Lets a kiosk's courier send ballots to a server that answers as the test says, on a clock that does not run: every wait is
// written down and ends at once.

const REPORT = "/kiosk/report";

const queueOf = (ballots) => {
  let rows = ballots.map((ballot, index) => ({ tracker: `${index}`, ballot, key: "", sealedAt: index, refused: "" }));
  return {
    waiting: async () => rows.filter((row) => !row.refused),
    refused: async () => rows.filter((row) => row.refused),
    done: async (tracker) => {
      rows = rows.filter((row) => row.tracker !== tracker);
    },
    refuse: async ({ tracker }, refused) => {
      rows = rows.map((row) => (row.tracker === tracker ? { ...row, refused } : row));
    },
  };
};

/** Answer the ballots one after another with ``answers``, until there are none left; tell what was sent and waited. */
export const rehearse = async ({ ballots, answers }) => {
  const sent = [];
  const waits = [];
  const left = [...answers];
  let next = null;
  globalThis.document = { documentElement: { lang: "ko" } };
  globalThis.addEventListener ??= () => {};
  // The patience with an answer is a timer, too: only waiting for the next round is of interest, and it is set last.
  globalThis.setTimeout = (work, milliseconds) => {
    next = { work, milliseconds };
    return next;
  };
  globalThis.clearTimeout = (timer) => {
    if (next === timer) next = null;
  };
  globalThis.fetch = async (address, { body }) => {
    if (address === REPORT) return Response.json({ now: Date.now(), voting: true });
    sent.push(body);
    const { status, after, cut } = left.shift();
    if (cut) throw new TypeError("no connection");
    return Response.json({ error: "a sentence" }, { status, headers: after ? { "Retry-After": after } : {} });
  };
  const { hireCourier } = await import(new URL("../../../static/booth/courier.js", import.meta.url));
  const seen = [];
  const courier = hireCourier({
    queue: queueOf(ballots),
    addresses: { ballots: "/kiosk/ballots", anybody: "/assembly/ballots", report: REPORT },
    changed: () => seen.push(courier?.state.connected ?? true),
    received: () => {},
    refused: () => {},
  });
  await courier.begin(Date.now());
  for (;;) {
    waits.push(next.milliseconds);
    if (!left.length) break;
    const { work } = next;
    next = null;
    await work();
  }
  const { waiting, refused } = courier.state;
  return { sent, waits, waiting, refused, wasOffline: seen.includes(false) };
};
