// Brings the ballots of a kiosk to the box, and says every half minute that the kiosk is there and what lies on it.

import { Busy, Refused, WrongReceipt, sendOnce, spread } from "./sending.js";

const EVERY_MS = 30_000;
const SOON_MS = 5_000;
const ANSWER_WITHIN_MS = 10_000;
const UNKNOWN_DEVICE = new Set([401, 403]);

/**
 * ``changed()`` is called whenever something is to be shown; ``received(tracker, receipt)`` and ``refused(tracker, text)``
 * tell what became of a ballot. ``begin(now)`` takes the server's clock from the page.
 */
export const hireCourier = ({ queue, addresses, changed, received, refused }) => {
  const state = { waiting: 0, refused: 0, connected: true, known: true, voting: true, heardAt: null };
  let offset = 0;
  let timer = null;
  let underWay = null;
  let pauseMs = SOON_MS; // before what waits is sent again: the server's own word where it had no place

  const now = () => Date.now() + offset;

  const look = async () => {
    state.waiting = (await queue.waiting()).length;
    state.refused = (await queue.refused()).length;
    changed();
  };

  const report = async () => {
    const patience = new AbortController();
    const late = setTimeout(() => patience.abort(), ANSWER_WITHIN_MS);
    try {
      const response = await fetch(addresses.report, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify({ waiting: state.waiting, refused: state.refused }),
        cache: "no-store",
        credentials: "same-origin",
        redirect: "error",
        signal: patience.signal,
      });
      if (UNKNOWN_DEVICE.has(response.status)) state.known = false;
      else if (!response.ok) throw new Error("busy");
      else {
        const answer = await response.json();
        offset = answer.now - Date.now();
        Object.assign(state, { known: true, voting: answer.voting });
      }
      Object.assign(state, { connected: true, heardAt: now() });
    } catch {
      state.connected = false;
    } finally {
      clearTimeout(late);
    }
    changed();
    return state.connected;
  };

  // A device that is known no more sends as any device does, without its secret: in time, nobody loses a vote by that.
  const send = async (row) => {
    const headers = { "X-Kiosk-Sealed": String(Math.floor(row.sealedAt)) };
    try {
      return await sendOnce({ address: addresses.ballots, credentials: "same-origin", headers, ...row });
    } catch (error) {
      if (!(error instanceof Refused) || !UNKNOWN_DEVICE.has(error.status)) throw error;
      state.known = false;
      return sendOnce({ address: addresses.anybody, ...row });
    }
  };

  const deliver = async () => {
    pauseMs = SOON_MS;
    for (const row of await queue.waiting()) {
      try {
        const receipt = await send(row);
        state.connected = true;
        await queue.done(row.tracker);
        received(row.tracker, receipt);
      } catch (error) {
        if (error instanceof Refused) {
          await queue.refuse(row, error.message);
          refused(row.tracker, error.message);
        } else if (error instanceof Busy) {
          // There is a connection, and no place: the others on this tablet would find none either.
          state.connected = true;
          pauseMs = spread(error.longest);
          break;
        } else if (!(error instanceof WrongReceipt)) {
          state.connected = false;
          break;
        }
        // A wrong receipt leaves the ballot where it is: it is sent again, and the staff's screen counts it.
      }
      await look();
    }
    await look();
  };

  const round = async () => {
    await deliver();
    await report();
  };

  /** Send what waits, now; a round that is under way is waited for and followed by another. */
  const hurry = () => {
    clearTimeout(timer);
    const before = underWay ?? Promise.resolve();
    const mine = before.then(round, round).finally(() => {
      if (underWay !== mine) return;
      underWay = null;
      timer = setTimeout(hurry, state.waiting ? pauseMs : EVERY_MS);
    });
    underWay = mine;
    return mine;
  };

  return {
    state,
    now,
    hurry,
    report,
    begin(served) {
      offset = served - Date.now();
      globalThis.addEventListener("online", hurry);
      globalThis.addEventListener("offline", () => {
        state.connected = false;
        changed();
      });
      return hurry();
    },
  };
};
