// The prime-order subgroup of edwards25519 as the ballots write it. Field and point formulas are noble-curves'.
//
// An element's text is 64 lower-case hexadecimal digits, big-endian: RFC 8032's 32 bytes in reverse order. A scalar is a
// decimal number below L. A hash to a scalar is SHA-256 as a big-endian number, modulo L.

import { edwards } from "../vendor/noble/curves/abstract/edwards.js";
import { normalizeZ } from "../vendor/noble/curves/abstract/curve.js";
import { sha512 } from "../vendor/noble/hashes/sha2.js";
import { digest, hex } from "./hashes.js";

export const NAME = "Ed25519";
export const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
export const PRIME = 2n ** 255n - 19n;

export const Point = edwards({
  p: PRIME,
  n: ORDER,
  h: 8n,
  a: PRIME - 1n,
  d: 0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3n,
  Gx: 0x216936d3cd6e53fec0a4e231fdd6dc5c692cc7609525a7b2c9562d608f25d51an,
  Gy: 0x6666666666666666666666666666666666666666666666666666666666666658n,
});

/** The least non-negative residue: what `%` gives for negative numbers is negative. */
export const modulo = (number) => ((number % ORDER) + ORDER) % ORDER;

export const hashToScalar = (text) => modulo(BigInt("0x" + hex(digest(text))));

/** A uniform scalar: 512 bits from the system, so that reducing them leaves a bias below 2^-259. */
export const randomScalar = () => modulo(BigInt("0x" + hex(globalThis.crypto.getRandomValues(new Uint8Array(64)))));

/** Read an element that is not the identity; refuse whatever is not its one spelling or outside the subgroup. */
export const parseElement = (text) => {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new RangeError("not 64 lower-case hexadecimal digits");
  const bytes = Uint8Array.from(text.match(/../g).reverse(), (pair) => parseInt(pair, 16));
  const point = Point.fromBytes(bytes);
  if (point.is0() || !point.isTorsionFree()) throw new RangeError("not an element of the group");
  return point;
};

export const PADDING_BITS = 14n;
/** How many small numbers an element can hold. */
export const MOST_EMBEDDED = 30;

const memberAt = (number) => {
  const bytes = new Uint8Array(32);
  for (let i = 0, rest = number; i < 32; i++, rest >>= 8n) bytes[i] = Number(rest & 255n);
  try {
    const point = Point.fromBytes(bytes);
    return point.is0() || point.isTorsionFree() ? point : null;
  } catch {
    return null;
  }
};

/** Hide numbers of 0…255 in an element: packed above fourteen bits of padding, the first y that is in the subgroup. */
export const embed = (values) => {
  if (values.length > MOST_EMBEDDED) throw new RangeError("too many numbers for an element");
  const packed = values.reduce((sum, value) => (sum << 8n) | BigInt(value), 0n) << PADDING_BITS;
  // One y in sixteen is a member's, so sixteen thousand tries never run out.
  for (let padding = 0n; padding < 1n << PADDING_BITS; padding++) {
    const found = memberAt(packed + padding);
    if (found) return found;
  }
  throw new RangeError("no member within the padding");
};

/** Write many points at once: one inversion for all of them. */
export const serializeAll = (points) =>
  normalizeZ(Point, points).map((point) => {
    const { x, y } = point.toAffine(1n);
    return (y | ((x & 1n) << 255n)).toString(16).padStart(64, "0");
  });

const WINDOW = 6;
const HALF = 2 ** (WINDOW - 1);
const WINDOWS = Math.ceil(253 / WINDOW) + 1;

/**
 * Multiples of one point, many times: a table of 1…32 times 2^(6i) of it, then 44 additions per multiple and no doubling.
 *
 * Every multiple makes the same number of additions and reads every entry of each window, whatever the secret number is.
 * (JavaScript's big numbers themselves are not of constant time; the secret never leaves the voter's own device.)
 */
export class FixedBase {
  constructor(point) {
    this.table = [];
    let base = point;
    for (let window = 0; window < WINDOWS; window++) {
      let multiple = base;
      for (let i = 0; i < HALF; i++) {
        this.table.push(multiple);
        multiple = multiple.add(base);
      }
      base = this.table[this.table.length - 1].double();
    }
    // With Z = 1 everywhere the numbers in an addition are smaller, and so is its time.
    this.table = normalizeZ(Point, this.table);
  }

  /** Return ``scalar`` times the point; zero gives the identity. */
  times(scalar) {
    let rest = modulo(scalar);
    let sum = Point.ZERO;
    let thrown = Point.BASE;
    for (let window = 0; window < WINDOWS; window++) {
      let digit = Number(rest & 63n);
      rest >>= 6n;
      if (digit > HALF) {
        digit -= 2 * HALF;
        rest += 1n;
      }
      const start = window * HALF;
      const wanted = start + Math.abs(digit) - 1;
      let found = this.table[start];
      for (let i = start + 1; i < start + HALF; i++) found = i === wanted ? this.table[i] : found;
      const negative = found.negate();
      if (digit === 0) thrown = thrown.add(found);
      else sum = sum.add(digit < 0 ? negative : found);
    }
    return sum;
  }
}

export const generator = Point.BASE;
export const identity = Point.ZERO;

let table = null;
/** The generator's table, made once. */
export const generatorTable = () => (table ??= new FixedBase(generator));

const littleEndian = (bytes) => BigInt("0x" + hex(Uint8Array.from(bytes).reverse()));

/** Whether an Ed25519 signature (RFC 8032, 5.1.7, without cofactor) holds. Public data only. */
export const verifySignature = (signature, message, publicKey) => {
  if (signature.length !== 64) return false;
  const response = littleEndian(signature.slice(32));
  if (response >= ORDER) return false;
  try {
    const commitment = Point.fromBytes(signature.slice(0, 32));
    const key = Point.fromBytes(publicKey);
    const hash = sha512.create().update(signature.slice(0, 32)).update(publicKey).update(message).digest();
    const challenge = modulo(littleEndian(hash));
    return generator.multiplyUnsafe(response).equals(commitment.add(key.multiplyUnsafe(challenge)));
  } catch {
    return false;
  }
};

/** Read an element that may be the identity, as sums and factors may be. */
export const parseMember = (text) => (text === IDENTITY ? identity : parseElement(text));
const IDENTITY = serializeAll([identity])[0];

const times = (point, scalar) => {
  const reduced = modulo(scalar);
  return reduced === 0n || point.is0() ? identity : point.multiply(reduced);
};

/** Generators of which nobody knows a logarithm: eight times the first point at or above a hash (voting.md §3.3). */
const independentGenerator = (index) => {
  let candidate = BigInt("0x" + hex(digest(`ggen|${index}`))) >> 2n;
  for (let tries = 0; tries < 1024; tries++, candidate += 1n) {
    const bytes = Uint8Array.from({ length: 32 }, (_, i) => Number((candidate >> BigInt(8 * i)) & 255n));
    try {
      return Point.fromBytes(bytes).double().double().double();
    } catch {
      // Not on the curve.
    }
  }
  throw new RangeError("no point of the curve near the hash");
};

/** The group as ballots and trustees use it; `field.js` makes the same of the groups of numbers. */
export const ed25519 = {
  name: NAME,
  order: ORDER,
  generator,
  identity,
  modulo,
  randomScalar,
  hashToScalar,
  parseElement,
  parseMember,
  serializeAll,
  embed,
  mostEmbedded: MOST_EMBEDDED,
  independentGenerator,
  generatorTable,
  fixedBase: (point) => new FixedBase(point),
  /** A secret multiple of any element. */
  times,
  /** A multiple of public things: faster, and its time tells the scalar. */
  timesPublic: (point, scalar) => point.multiplyUnsafe(modulo(scalar)),
  /** By what lists are sorted: the little-endian bytes. */
  sortKey: (text) => text.match(/../g).reverse().join(""),
};
