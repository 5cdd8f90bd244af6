// The prime-order subgroup of edwards25519, as a verifier needs it.

import { normalizeZ } from "../vendor/noble/curves/abstract/curve.js";
import { MOST_EMBEDDED, ORDER, PADDING_BITS, PRIME, Point, ed25519 } from "../booth/group.js";
import { Group } from "./group.js";
import { demand, refuse } from "./refusals.js";

const SIGN = 1n << 255n;

class CurveGroup extends Group {
  constructor() {
    super(ed25519);
    this.inverts = true;
    this.membershipScalar = ORDER;
    this.independentGenerator = ed25519.independentGenerator;
  }

  decode(text) {
    demand(/^[0-9a-f]{64}$/.test(text), "MalformedElementError", "a group element is not 64 lower-case hexadecimal digits");
    const number = BigInt("0x" + text);
    const y = number & (SIGN - 1n);
    // Minus zero: x is zero where y is one or minus one.
    const right = y < PRIME && !(number >= SIGN && (y === 1n || y === PRIME - 1n));
    demand(right, "MalformedElementError", "a group element is not a canonical encoding");
    try {
      return Point.fromBytes(Uint8Array.from(text.match(/../g).reverse(), (pair) => parseInt(pair, 16)));
    } catch {
      return this.outside();
    }
  }

  outside() {
    return refuse("NotInGroupError", "a point is not in the prime-order subgroup of edwards25519");
  }

  texts(elements) {
    return ed25519.serializeAll(elements);
  }

  normalized(elements) {
    return normalizeZ(Point, elements);
  }

  mostEmbedded() {
    return MOST_EMBEDDED;
  }

  packed(element) {
    return BigInt("0x" + this.text(element)) >> PADDING_BITS;
  }

  /** The order of lists: by the little-endian bytes of their texts. */
  compare(left, right) {
    const [one, other] = [left, right].map(ed25519.sortKey);
    return one < other ? -1 : one > other ? 1 : 0;
  }
}

export const curve25519 = () => new CurveGroup();
