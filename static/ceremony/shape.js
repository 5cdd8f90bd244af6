// Refusals, and small pieces of reading that all ceremonies share. Pure.

/** Something that others published, or that the server brought, is not what it must be. ``reason`` names the sentence. */
export class Refused extends Error {
  constructor(reason, facts = {}) {
    super(reason);
    this.reason = reason;
    this.facts = facts;
  }
}

/** Refuse unless something holds. */
export const require = (holds, reason, facts) => {
  if (!holds) throw new Refused(reason, facts);
};

/** Read JSON in its one spelling: no blanks, no repeated names. */
export const readCanonical = (text, reason = "malformed") => {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refused(reason);
  }
  require(JSON.stringify(value) === text, reason);
  return value;
};

/** The fields of an object whose fields are these, in this order. */
export const fieldsOf = (value, names, reason = "malformed") => {
  require(value !== null && typeof value === "object" && Object.keys(value).join() === names.join(), reason);
  return value;
};

/** A canonical scalar below the order. */
export const readScalar = (group, text, reason = "malformed") => {
  require(typeof text === "string" && /^(?:0|[1-9][0-9]*)$/.test(text) && BigInt(text) < group.order, reason);
  return BigInt(text);
};

export const readElement = (group, text, reason = "malformed") => {
  try {
    return group.parseElement(text);
  } catch {
    throw new Refused(reason);
  }
};

export const serialize = (group, element) => group.serializeAll([element])[0];
