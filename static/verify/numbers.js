// The groups of numbers modulo a prime, as a verifier needs them: BELENIOS-2048 and RFC-3526-2048.

import { BELENIOS_2048, makeGroup } from "../booth/field.js";
import { digest, hex } from "../booth/hashes.js";
import { Group } from "./group.js";
import { demand, refuse } from "./refusals.js";

const MODP_14 = BigInt(
  "0x" +
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd" +
    "ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed" +
    "ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f" +
    "83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b" +
    "e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa0510" +
    "15728e5a8aacaa68ffffffffffffffff",
);
const DECIMAL = /^(?:0|[1-9][0-9]*)$/;

/** Jacobi's symbol: 1 for the squares modulo a prime, at a hundredth of the cost of a power. */
const jacobi = (value, modulus) => {
  let [a, n, sign] = [value % modulus, modulus, 1];
  while (a) {
    while (!(a & 1n)) {
      a >>= 1n;
      if ((n & 7n) === 3n || (n & 7n) === 5n) sign = -sign;
    }
    [a, n] = [n, a];
    if ((a & 3n) === 3n && (n & 3n) === 3n) sign = -sign;
    a %= n;
  }
  return n === 1n ? sign : 0;
};

class NumberGroup extends Group {
  constructor(parameters, paddingBits) {
    super(parameters);
    this.inverts = false;
    this.prime = parameters.prime;
    this.cofactor = (this.prime - 1n) / this.order;
    this.paddingBits = paddingBits;
    this.digits = `${this.prime}`.length;
    this.elementOf = parameters.elementOf;
    // Squares are the subgroup of index two, and need no power to be told.
    this.membershipScalar = this.cofactor === 2n ? null : this.order;
  }

  decode(text) {
    const right = text.length <= this.digits && DECIMAL.test(text);
    demand(right, "MalformedElementError", "a group element is not canonical decimal");
    const value = BigInt(text);
    demand(value < this.prime, "MalformedElementError", "a group element is not smaller than the modulus");
    demand(value > 0n, "NotInGroupError", `a number is outside the group ${this.name}`);
    return this.elementOf(value);
  }

  isMemberAtOnce({ value }) {
    return jacobi(value, this.prime) === 1;
  }

  outside() {
    return refuse("NotInGroupError", `a number is outside the group ${this.name}`);
  }

  texts(elements) {
    return elements.map(({ value }) => `${value}`);
  }

  normalized(elements) {
    return elements;
  }

  mostEmbedded() {
    if (this.paddingBits === null) return -1;
    return Math.floor((this.prime.toString(2).length - 1 - this.paddingBits) / 8);
  }

  packed(element) {
    return element.value >> BigInt(this.paddingBits);
  }

  independentGenerator(index) {
    const value = BigInt("0x" + hex(digest(`ggen|${index}`))) % this.prime;
    return this.unreducedPower(this.elementOf(value), this.cofactor);
  }

  compare(left, right) {
    return left.length === right.length ? (left < right ? -1 : left > right ? 1 : 0) : left.length - right.length;
  }
}

export const belenios2048 = () => new NumberGroup(BELENIOS_2048, null);
export const rfc3526 = () => new NumberGroup(makeGroup("RFC-3526-2048", MODP_14, (MODP_14 - 1n) / 2n, 2n), 8);
