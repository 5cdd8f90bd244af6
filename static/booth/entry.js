// How a voting code comes into the booth: from the address of a letter's link, from the signed-in account, or typed.
// The code itself is kept by whoever asks; here it only passes.

import { normaliseCode } from "./codes.js";
import { at, facts, notice, say } from "./page.js";

const SHORTEST_CODE = 15;

/** Take a code out of the address (a letter's QR code, a message) before anything else happens. */
export const codeInAddress = () => {
  const text = location.hash.slice(1);
  if (text.length < SHORTEST_CODE) return null;
  history.replaceState(null, "", location.pathname + location.search);
  return text;
};

const askJson = async (address, options = {}) => {
  const response = await fetch(address, { cache: "no-store", credentials: "same-origin", redirect: "error", ...options });
  return { ok: response.ok, answer: await response.json() };
};

/** The code of the signed-in account; null, with the reason on the page, where there is none. */
export const ownCode = async () => {
  const headers = { Accept: "application/json", "X-CSRFToken": facts.csrf };
  const { ok, answer } = await askJson(facts.addresses.code, { method: "POST", headers });
  if (ok) return answer.code;
  notice("code-refused", answer.error);
  return null;
};

// Whether the code is one of this election's: the public list is asked for all that begin alike, never for this one.
// The copy without a connection cannot ask; there the box says so when the ballot is put in.
const isKnown = async (work, typed) => {
  if (facts.offline) return true;
  const credential = await work("credential", typed);
  const address = facts.addresses.credentials.replace("/00.json", `/${credential.slice(0, 2)}.json`);
  const { ok, answer } = await askJson(address, { credentials: "omit" });
  return ok && answer.includes(credential);
};

const refuse = (text) => {
  at("code-error").textContent = text;
  at("code").setAttribute("aria-invalid", text ? "true" : "false");
  if (text) at("code").focus();
  return null;
};

/**
 * The canonical code that was typed; null, with the reason on the page, where it is none of this election.
 *
 * ``known(work, code)`` tells whether it is one; usually the public list is asked.
 */
export const typedCode = async (work, text, known = isKnown) => {
  refuse("");
  if (!text.trim()) return refuse(say("codeEmpty"));
  let typed;
  try {
    typed = normaliseCode(text);
  } catch (error) {
    return refuse(say({ letters: "codeLetters", length: "codeLength", checksum: "codeChecksum" }[error.reason]));
  }
  try {
    if (!(await known(work, typed))) return refuse(say("codeUnknown"));
  } catch {
    return refuse(say("noConnection"));
  }
  at("code").value = "";
  return typed;
};
