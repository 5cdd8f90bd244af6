// Sends a locked ballot until somebody answers. The same bytes may be sent any number of times: they give one receipt.

import { WrongProof, hashBytes, requireProof } from "./checkpoint.js";
import { eventHash, fingerprint, hex } from "./hashes.js";
import { randomBelow } from "./randomness.js";

const LONGEST_WAIT_MS = 30_000;
const ANSWER_WITHIN_MS = 20_000;

/** The server took a decision that sending again will not change; ``message`` is its sentence. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The server's receipt is not about the ballot that was sent. */
export class WrongReceipt extends Error {}

/** The server is honest about being full: ``seconds`` says when a place may be free. */
export class Busy extends Error {
  constructor(seconds) {
    super("the server is busy");
    this.seconds = Number.isFinite(seconds) ? Math.min(Math.max(seconds, 1), LONGEST_WAIT_MS / 1000) : 1;
  }

  /** Milliseconds of which half are waited for sure: never shorter than the server asked. */
  get longest() {
    return this.seconds * 2000;
  }
}

/** A wait by chance between half of ``longest`` and all of it, so that not all come at once. */
export const spread = (longest) => longest / 2 + randomBelow(Math.floor(longest / 2) + 1);

const isFinal = (status) => status >= 400 && status < 500 && status !== 408 && status !== 429;

// Without cookies: a locked ballot travels alone, so that nothing beside it says whose it is. (A kiosk says that it is one.)
const post = async (address, ballot, { credentials = "omit", headers = {} } = {}) => {
  const patience = new AbortController();
  const late = setTimeout(() => patience.abort(), ANSWER_WITHIN_MS);
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json",
        "Accept-Language": document.documentElement.lang,
        ...headers,
      },
      body: ballot,
      cache: "no-store",
      credentials,
      redirect: "error",
      referrerPolicy: "no-referrer",
      signal: patience.signal,
    });
    if (response.status === 503) throw new Busy(Number.parseInt(response.headers.get("Retry-After"), 10));
    const answer = await response.json();
    // Only our own server answers in this form; whatever a network on the way says, say "try again".
    if (isFinal(response.status) && typeof answer.error === "string") throw new Refused(response.status, answer.error);
    if (!response.ok) throw new Error("the server is busy");
    return answer;
  } finally {
    clearTimeout(late);
  }
};

/**
 * Compare a receipt with what was sent: the tracker, the event that the ballot's own bytes must give, and the way from
 * there to a head of the board's log, signed by the key that the election binds.
 */
const requireReceipt = (answer, ballot, key, witnesses) => {
  const tracker = fingerprint(ballot);
  const { height, parent, event, proof } = answer;
  if (answer.tracker !== tracker) throw new WrongReceipt("another tracker");
  if (!Number.isSafeInteger(height) || height < 1 || !/^[0-9a-f]{64}$/.test(parent)) throw new WrongReceipt("no place");
  if (event !== eventHash({ parent, height, ballot })) throw new WrongReceipt("another event");
  try {
    const seen = requireProof(String(proof), { parent, height, ballot }, key, witnesses);
    return { tracker, height, event, parent, proof, ...seen };
  } catch (error) {
    if (error instanceof WrongProof) throw new WrongReceipt(error.message);
    throw error;
  }
};

// Wait, but not when the connection has just come back, nor when the voter asks.
const pause = (milliseconds, hurry) =>
  new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      globalThis.removeEventListener("online", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    globalThis.addEventListener("online", end);
    hurry(end);
  });

/** Send once: the verified receipt, a refusal, or an error that says nothing about the ballot. */
export const sendOnce = async ({ address, ballot, key, ...options }) =>
  requireReceipt(await post(address, ballot, options), ballot, key);

/**
 * Send until there is a verified receipt, which is returned, or a refusal.
 *
 * ``onWait(attempt, seconds, now, isBusy)`` is told before every further attempt; calling ``now()`` sends at once.
 * ``isBusy`` says that the server answered and had no place. Waits are spread by chance, so that not all come at once.
 */
export const sendUntilReceived = async ({ address, ballot, key, witnesses, onWait }) => {
  for (let attempt = 1; ; attempt++) {
    let least = 0;
    try {
      return requireReceipt(await post(address, ballot), ballot, key, witnesses);
    } catch (error) {
      if (error instanceof Refused || error instanceof WrongReceipt) throw error;
      if (error instanceof Busy) least = error.longest;
    }
    const milliseconds = spread(Math.max(least, Math.min(LONGEST_WAIT_MS, 1000 * 2 ** (attempt - 1))));
    await pause(milliseconds, (now) => onWait(attempt, Math.ceil(milliseconds / 1000), now, least > 0));
  }
};

/**
 * Fetch the proof of a received ballot again: witnesses may have seen its head since. Return the receipt with what is new.
 *
 * Throws `WrongReceipt` where the new proof does not lead from the same ballot to a signed head.
 */
export const fetchAgain = async ({ address, receipt, key, witnesses }) => {
  const { tracker, parent, height } = receipt;
  const answer = await fetch(`${address}?tracker=${encodeURIComponent(tracker)}`, {
    cache: "no-store",
    credentials: "omit",
    redirect: "error",
    referrerPolicy: "no-referrer",
  });
  if (!answer.ok) throw new Error("no proof");
  const proof = await answer.text();
  try {
    const payload = hex(hashBytes(tracker));
    return { ...receipt, proof, ...requireProof(proof, { parent, height, payload }, key, witnesses) };
  } catch (error) {
    if (error instanceof WrongProof) throw new WrongReceipt(error.message);
    throw error;
  }
};
