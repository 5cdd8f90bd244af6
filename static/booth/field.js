// Groups of numbers modulo a prime: BELENIOS-2048, for elections that older verifiers must be able to check.
//
// An element's text is its decimal number; it is a member if its q-th power is one. A scalar is a decimal number below q.
// JavaScript's big numbers are not of constant time; the secrets never leave their owner's own device.

import { digest, hex } from "./hashes.js";

const WINDOW = 6n;
const DIGITS = 2 ** Number(WINDOW);
const DECIMAL = /^(?:0|[1-9][0-9]*)$/;

/** The multiplicative inverse of a residue that is prime to the modulus. */
export const inverse = (value, modulus) => {
  let [a, b, x, y] = [value, modulus, 1n, 0n];
  while (b) {
    const quotient = a / b;
    [a, b, x, y] = [b, a - quotient * b, y, x - quotient * y];
  }
  return ((x % modulus) + modulus) % modulus;
};

/** The subgroup of an order of the numbers modulo a prime. */
export const makeGroup = (name, prime, order, base) => {
  const modulo = (number) => ((number % order) + order) % order;

  /** An element, written additively as the points of a curve are. */
  class Residue {
    constructor(value) {
      this.value = value;
    }
    add(other) {
      return new Residue((this.value * other.value) % prime);
    }
    negate() {
      return new Residue(inverse(this.value, prime));
    }
    equals(other) {
      return this.value === other.value;
    }
    is0() {
      return this.value === 1n;
    }
  }
  const identity = new Residue(1n);
  const generator = new Residue(base);

  // Four bits a step from the top; not reduced by the order, so that it also tells who is no member.
  const power = (value, exponent) => {
    const multiples = [1n];
    for (let i = 1; i < 16; i++) multiples.push((multiples[i - 1] * value) % prime);
    let found = 1n;
    for (const digit of exponent.toString(16)) {
      for (let i = 0; i < 4; i++) found = (found * found) % prime;
      found = (found * multiples[parseInt(digit, 16)]) % prime;
    }
    return found;
  };
  const times = (element, scalar) => new Residue(power(element.value, modulo(scalar)));

  /** Multiples of one element, many times: one multiplication for every six bits. */
  class FixedBase {
    constructor(element) {
      this.rows = [];
      let step = element.value;
      for (let rest = order; rest; rest >>= WINDOW) {
        const row = [1n];
        for (let i = 1; i < DIGITS; i++) row.push((row[i - 1] * step) % prime);
        this.rows.push(row);
        step = (row[DIGITS - 1] * step) % prime;
      }
    }
    times(scalar) {
      let rest = modulo(scalar);
      let found = 1n;
      for (const row of this.rows) {
        found = (found * row[Number(rest & (BigInt(DIGITS) - 1n))]) % prime;
        rest >>= WINDOW;
      }
      return new Residue(found);
    }
  }

  const parseMember = (text) => {
    if (!DECIMAL.test(text)) throw new RangeError("not a canonical number");
    const value = BigInt(text);
    if (value <= 0n || value >= prime || power(value, order) !== 1n) throw new RangeError("not an element of the group");
    return new Residue(value);
  };
  const parseElement = (text) => {
    const found = parseMember(text);
    if (found.is0()) throw new RangeError("the identity");
    return found;
  };
  const width = `${prime}`.length;
  let table = null;
  return {
    name,
    prime,
    order,
    generator,
    identity,
    elementOf: (value) => new Residue(value),
    modulo,
    randomScalar: () => modulo(BigInt("0x" + hex(globalThis.crypto.getRandomValues(new Uint8Array(64))))),
    hashToScalar: (text) => modulo(BigInt("0x" + hex(digest(text)))),
    parseElement,
    parseMember,
    serializeAll: (elements) => elements.map(({ value }) => `${value}`),
    embed: () => {
      throw new RangeError("this group holds no numbers inside an element");
    },
    mostEmbedded: 0,
    generatorTable: () => (table ??= new FixedBase(generator)),
    fixedBase: (element) => new FixedBase(element),
    times,
    timesPublic: times,
    /** By what lists are sorted: the number. */
    sortKey: (text) => text.padStart(width, "0"),
  };
};

/** 2048-bit prime, 256-bit order (the protocol's own parameters). */
export const BELENIOS_2048 = makeGroup(
  "BELENIOS-2048",
  BigInt(
    "0x" +
    "a3ef2d011fefb1b6e39e568fccdffb0fb7dc7ef3a791b6862791811d21fc35f21e6d36856b428030421f514ed40bfd4c06e0" +
    "92a495af8d79a2f85e0fb11c0ede07dd973f9c53e50930c6e82ac36de1ae3fb8c3aabfff12ce27a5022ddd8912d107435012" +
    "768a2cdd0a4091d8fa447f6c7ebc15a349fa318a6b4fe17d8d47e843a3e14dfa9b2162f4d7229abe93a188b46b006517d6f6" +
    "747ebbb29c9ec3099b607f18fb1a8bc858279aa8599411d998d3e3fada9e010840d082d8c31911acdd4a0e7992d0f18cc759" +
    "cb5de0acf66a3882555bc810941e021b6a4ccfa04ee4008f878affa2375e2999b44f6cef17d707301e59e0e6351e051ed9ce" +
    "c4157646e64f",
  ),
  BigInt("0xadb6066a73522565f4daa0f2579db7f2f0fa90c2168bc709e20263387d55c491"),
  BigInt(
    "0x" +
    "1307c1ab5f295885d7caa3a78a42415e31fd1c5807b61fb1e781878a52230a51988b98c259597f9c5a9dfd001d26ba31d9d8" +
    "976f01d95a1c8262ee68a0e92cea541e5219e0d0d094301b894236823fe1d4bc04e29f3748aefd4f10d5b1a356a8643e673f" +
    "d9d215fc8fe5fb9cf9fdb8ea88fdb1a3381a697fdf9c2458570b06d26aef1be365fdd90165f397c6b870df8c1b9e519edcee" +
    "8bb0f74b7a1615a274ba60a7ea574a61f552d2dde0ce514e0927c4ff49b1964c4a913731ae4268d60d7f22127b6cbba44d45" +
    "3ac8b72fd04e0991b7aeff04867d8724ac638f5f34100d2d47aa680d43771902743d663f42d853c041e1c91fe3823f4bcf28" +
    "4308f1d7e653",
  ),
);
