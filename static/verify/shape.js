// Reading the shapes of JSON objects strictly: exact fields, exact order, exact types.

import { Refused, demand, refuse } from "./refusals.js";

export { readCanonical, readJson } from "./json.js";

const MOST_INTEGER = 2 ** 30 - 1;
const WEIGHT = /^(?:0|[1-9][0-9]{0,17})$/;
const DECIMAL = /^(?:0|[1-9][0-9]*)$/;

const malformed = (message) => refuse("MalformedObjectError", message);
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** The object, if its fields are ``fields`` in this order, of which only the ``optional`` ones may be absent. */
export const readObject = (value, what, fields, optional = []) => {
  if (!isObject(value)) malformed(`${what}: not an object`);
  const wanted = fields.filter((field) => field in value || !optional.includes(field));
  if (Object.keys(value).join("\n") !== wanted.join("\n")) {
    malformed(`${what}: other fields, or in another order, than ${fields.join(", ")}`);
  }
  return value;
};

/** The object of any fields, of which some must be there. */
export const readFields = (value, what, required) => {
  if (!isObject(value)) malformed(`${what}: not an object`);
  for (const field of required) if (!(field in value)) malformed(`${what} without ${field}`);
  return value;
};

export const readArray = (value, what, length = null) => {
  if (!Array.isArray(value)) malformed(`${what}: not an array`);
  if (length !== null && value.length !== length) malformed(`${what}: ${value.length} items instead of ${length}`);
  return value;
};

export const readText = (value, what) => (typeof value === "string" ? value : malformed(`${what}: not a string`));

export const readBoolean = (value, what) => (typeof value === "boolean" ? value : malformed(`${what}: not a boolean`));

export const readInteger = (value, what, least = 0, most = MOST_INTEGER) => {
  if (!Number.isInteger(value)) malformed(`${what}: not an integer`);
  if (value < least || value > most) malformed(`${what}: ${value} is not in ${least}…${most}`);
  return value;
};

/** A weight or a sum of weights: a JSON integer up to 2^30 − 1, above that a canonical decimal text. */
export const readCount = (value, what) => {
  if (typeof value !== "string") return BigInt(readInteger(value, what));
  if (!WEIGHT.test(value) || BigInt(value) <= BigInt(MOST_INTEGER)) malformed(`${what}: not a canonical count`);
  return BigInt(value);
};

/** A weight or a sum of weights as the protocol writes it. */
export const countToJson = (count) => (count <= BigInt(MOST_INTEGER) ? Number(count) : `${count}`);

/** A scalar: a text of canonical decimal below the order. */
export const readScalar = (value, what, order) => {
  if (typeof value !== "string" || value.length > 1300 || !DECIMAL.test(value)) {
    throw new Refused("MalformedScalarError", `${what}: not a canonical decimal number`);
  }
  const found = BigInt(value);
  demand(found < order, "MalformedScalarError", `${what}: a number is out of range`);
  return found;
};

/** A SHA-256 hash in lower-case hexadecimal. */
export const readHash = (value, what) => {
  const text = readText(value, what);
  return /^[0-9a-f]{64}$/.test(text) ? text : malformed(`${what}: not 32 bytes of lower-case hexadecimal`);
};

export const readElement = (value, what, decode) => {
  demand(typeof value === "string", "MalformedElementError", `${what}: not a string`);
  return decode(value);
};

/** ``{"challenge":ℤ_q,"response":ℤ_q}``: a proof, or one disjunct of one. */
export const readProof = (value, order) => {
  const fields = readObject(value, "proof", ["challenge", "response"]);
  return {
    challenge: readScalar(fields.challenge, "challenge", order),
    response: readScalar(fields.response, "response", order),
  };
};

/** ``{"alpha":G,"beta":G}``. */
export const readCiphertext = (value, decode) => {
  const fields = readObject(value, "ciphertext", ["alpha", "beta"]);
  return { alpha: readElement(fields.alpha, "alpha", decode), beta: readElement(fields.beta, "beta", decode) };
};
