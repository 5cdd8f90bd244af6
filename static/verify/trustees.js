// Trustees: their published keys with everything that must hold for them, single and threshold (Pedersen), and the
// combination of their decryption factors.

import { inverse } from "../booth/field.js";
import { MOST_TRUSTEES } from "./events.js";
import { requirePossession, requireSignature } from "./proofs.js";
import { Refused, demand, refuse } from "./refusals.js";
import {
  readArray,
  readCanonical,
  readElement,
  readInteger,
  readJson,
  readObject,
  readProof,
  readText,
} from "./shape.js";

const readKey = (value, group) => {
  const fields = readObject(value, "trustee key", ["pok", "public_key", "signature", "name"], ["signature", "name"]);
  return {
    pok: readProof(fields.pok, group.order),
    publicKey: readElement(fields.public_key, "trustee key", (text) => group.parse(text)),
    signature: "signature" in fields ? readProof(fields.signature, group.order) : null,
    name: "name" in fields ? readText(fields.name, "trustee's name") : null,
  };
};

const readSigned = (value, group) => {
  const fields = readObject(value, "signed message", ["message", "signature"]);
  const message = readText(fields.message, "message");
  return { message, signature: readProof(fields.signature, group.order), json: value };
};

const readThreshold = (value, group) => {
  const names = ["threshold", "certs", "coefexps", "signatures", "verification_keys"];
  const fields = readObject(value, "threshold structure", names, ["signatures"]);
  const signatures =
    "signatures" in fields
      ? readArray(fields.signatures, "signatures").map((item) => readProof(item, group.order))
      : null;
  const found = {
    threshold: readInteger(fields.threshold, "threshold", 1),
    certs: readArray(fields.certs, "certs").map((item) => readSigned(item, group)),
    coefexps: readArray(fields.coefexps, "coefexps").map((item) => readSigned(item, group)),
    keys: readArray(fields.verification_keys, "verification keys").map((item) => readKey(item, group)),
    signatures,
  };
  const size = found.keys.length;
  const lists = [found.certs, found.coefexps, ...(signatures ? [signatures] : [])];
  const possible = lists.every(({ length }) => length === size) && found.threshold <= size && size <= MOST_TRUSTEES;
  demand(possible, "TrusteeStructureError", `threshold ${found.threshold} over lists of other lengths`);
  return found;
};

const readEntry = (item, group) => {
  const [kind, content] = readArray(item, "trustee", 2);
  if (kind === "Single") return { isSingle: true, threshold: 1, keys: [readKey(content, group)] };
  if (kind === "Pedersen") return { isSingle: false, ...readThreshold(content, group) };
  return refuse("MalformedObjectError", "trustee: neither Single nor Pedersen");
};

const readCertificate = (message, group) => {
  const names = ["context", "verification", "encryption"];
  const fields = readObject(readCanonical(message, "certificate"), "certificate", names, ["context"]);
  let context = null;
  if ("context" in fields) {
    const inner = readObject(fields.context, "certificate context", ["group", "size", "threshold", "index"]);
    context = { group: readText(inner.group, "group") };
    for (const name of ["size", "threshold", "index"]) context[name] = readInteger(inner[name], name, 1, MOST_TRUSTEES);
  }
  return {
    verification: readElement(fields.verification, "verification key", (text) => group.parse(text)),
    encryption: readElement(fields.encryption, "encryption key", (text) => group.parse(text)),
    context,
  };
};

const readCoefficients = (message, group, threshold) => {
  const fields = readObject(readCanonical(message, "coefficients"), "coefficients", ["coefexps"]);
  const items = readArray(fields.coefexps, "coefficients", threshold);
  return items.map((item) => readElement(item, "coefficient", (text) => group.parse(text)));
};

/** Run a check of one member; a refusal says which member it is about. */
const naming = (number, check) => {
  try {
    check();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new Refused(error.code, `member ${number}: ${error.message}`);
  }
};

const requireDistinct = (group, elements, what) => {
  const texts = new Set(group.texts(elements));
  demand(texts.size === elements.length, "DuplicateTrusteeKeyError", `two members have the same ${what}`);
};

const requireCertificates = (group, { threshold, certs, signatures }) => {
  const isOld = signatures === null;
  const keys = certs.map(({ message, signature }, position) => {
    const number = position + 1;
    const found = readCertificate(message, group);
    const { context } = found;
    demand((context === null) === isOld, "TrusteeStructureError", `member ${number}: certificates of two shapes are mixed`);
    const fits =
      isOld ||
      (context.group === group.name &&
        context.size === certs.length &&
        context.threshold === threshold &&
        context.index === number);
    demand(fits, "CertificateError", `member ${number}: the certificate is for another group, size, threshold or index`);
    const some = !found.verification.is0() && !found.encryption.is0();
    demand(some, "IdentityElementError", `member ${number}: the certificate holds the identity element`);
    naming(number, () => requireSignature(group, found.verification, message, signature));
    return found;
  });
  const all = keys.flatMap(({ verification, encryption }) => [verification, encryption]);
  requireDistinct(group, all, "certificate keys");
  return keys;
};

/** A member's public key as it follows from everybody's coefficients: by Horner's rule in the exponent. */
const derivedKey = (group, coefficients, index) =>
  group.product(
    coefficients.map((row) =>
      row.reduceRight((value, each) => group.power(value, BigInt(index)).add(each), group.identity),
    ),
  );

const requireThreshold = (group, entry) => {
  const keys = requireCertificates(group, entry);
  const coefficients = entry.coefexps.map(({ message, signature }, position) => {
    naming(position + 1, () => requireSignature(group, keys[position].verification, message, signature));
    const row = readCoefficients(message, group, entry.threshold);
    const some = !row.some((each) => each.is0());
    demand(some, "IdentityElementError", `member ${position + 1}: a coefficient is the identity element`);
    return row;
  });
  entry.signatures?.forEach((signature, position) => {
    const content = { certs: entry.certs.map(({ json }) => json), coefexps: group.texts(coefficients[position]) };
    const message = `certs_sig|${JSON.stringify(content)}`;
    naming(position + 1, () => requireSignature(group, keys[position].verification, message, signature));
  });
  const isOld = entry.signatures === null;
  entry.keys.forEach(({ publicKey, pok, signature }, position) => {
    const number = position + 1;
    demand(!publicKey.is0(), "IdentityElementError", `member ${number}: the key is the identity element`);
    const follows = publicKey.equals(derivedKey(group, coefficients, number));
    demand(follows, "VerificationKeyError", `member ${number}: the key does not follow from the coefficients`);
    demand((signature === null) === isOld, "TrusteeStructureError", `member ${number}: keys of two shapes are mixed`);
    naming(number, () => requirePossession(group, publicKey, pok));
    if (signature === null) return;
    naming(number, () => requireSignature(group, keys[position].verification, group.text(publicKey), signature));
  });
  // With a threshold of one the polynomials are constant, and all members rightly hold the same key.
  if (entry.threshold > 1) requireDistinct(group, entry.keys.map(({ publicKey }) => publicKey), "keys");
  entry.share = group.product(coefficients.map(([first]) => first));
  demand(!entry.share.is0(), "IdentityElementError", "the members' keys cancel each other out");
};

const requireSingle = (group, entry) => {
  const [{ publicKey, pok, signature }] = entry.keys;
  demand(!publicKey.is0(), "IdentityElementError", "a trustee's key is the identity element");
  requirePossession(group, publicKey, pok);
  if (signature) requireSignature(group, publicKey, group.text(publicKey), signature);
  entry.share = publicKey;
};

/** ``λ = Π k / (k − index)`` modulo the order, over the other chosen members. */
const lagrange = ({ order, modulo }, indexes, index) => {
  let [top, bottom] = [1n, 1n];
  for (const other of indexes) {
    if (other === index) continue;
    top = modulo(top * BigInt(other));
    bottom = modulo(bottom * BigInt(other - index));
  }
  return modulo(top * inverse(bottom, order));
};

/** The published list of trustees, numbered from 1 over the flattened list. */
export class Trustees {
  constructor(data, group) {
    this.group = group;
    this.entries = readArray(readJson(data, "trustees"), "trustees").map((item) => readEntry(item, group));
    demand(this.entries.length, "TrusteeStructureError", "an election without trustees");
    let owner = 0;
    for (const entry of this.entries) {
      entry.members = entry.keys.map(({ publicKey, name }, position) => {
        owner += 1;
        return { owner, publicKey, name, index: position + 1 };
      });
    }
    this.members = new Map(this.entries.flatMap(({ members }) => members.map((member) => [member.owner, member])));
  }

  /** Check every proof, signature and derived key. */
  requireValid() {
    const keys = [];
    for (const entry of this.entries) {
      (entry.isSingle ? requireSingle : requireThreshold)(this.group, entry);
      keys.push(...new Set(this.group.texts(entry.keys.map(({ publicKey }) => publicKey))));
    }
    demand(new Set(keys).size === keys.length, "DuplicateTrusteeKeyError", "two trustees have the same key");
  }

  /** The key of the election, of checked trustees. */
  electionKey() {
    return this.group.product(this.entries.map(({ share }) => share));
  }

  /** Whether the other trustees are enough for a result. */
  canDoWithout(owners) {
    return this.entries.every(
      ({ members, threshold }) => members.filter(({ owner }) => !owners.has(owner)).length >= threshold,
    );
  }

  /** Combine one factor per ciphertext of each owner into ``alpha^x`` of each ciphertext. */
  combine(factors) {
    const { group } = this;
    const bases = [];
    const exponents = [];
    for (const { members, threshold, isSingle } of this.entries) {
      // More than a threshold needs are ignored from the highest number down, so that everybody computes the same.
      const present = members.filter(({ owner }) => factors.has(owner)).slice(0, threshold);
      const numbers = members.map(({ owner }) => owner).join(", ");
      const enough = present.length === threshold;
      const message = `of trustees ${numbers}, ${present.length} decrypted; it takes ${threshold}`;
      demand(enough, "NotEnoughDecryptionsError", message);
      const indexes = present.map(({ index }) => index);
      for (const { owner, index } of present) {
        bases.push(factors.get(owner));
        exponents.push(isSingle ? 1n : lagrange(group, indexes, index));
      }
    }
    return bases[0].map((_, place) => group.multiPower(bases.map((row) => row[place]), exponents));
  }
}
