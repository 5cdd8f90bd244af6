// What a verifier asks of a group, whichever it is. Everything here is public, so time may tell what is computed.

import { Table, multiPower, sharedPowers } from "./powers.js";
import { demand } from "./refusals.js";

const MOST_TABLES = 8;

/** The base of the groups: what they have in common. `parameters` is a group of the booth. */
export class Group {
  constructor({ name, order, generator, identity, modulo, hashToScalar }) {
    Object.assign(this, { name, order, generator, identity, modulo, hashToScalar });
    this.tables = new Map();
  }

  /** Read an element and demand that it is a member of the subgroup; the identity is one. */
  parse(text) {
    const element = this.decode(text);
    this.requireMember(element);
    return element;
  }

  /** Read an element that must not be the identity either. */
  parseKey(text) {
    const element = this.parse(text);
    demand(!element.is0(), "IdentityElementError", "the identity element stands where a key is expected");
    return element;
  }

  requireMember(element) {
    const isMember = this.membershipScalar
      ? sharedPowers(this, element, [this.membershipScalar])[0].is0()
      : this.isMemberAtOnce(element);
    if (!isMember) this.outside();
  }

  text(element) {
    return this.texts([element])[0];
  }

  /** A multiple, by the table of the base where one was made. */
  power(base, scalar) {
    if (base === this.generator) return this.table(base).times(scalar);
    return multiPower(this, [base], [scalar]);
  }

  unreducedPower(base, scalar) {
    return sharedPowers(this, base, [scalar])[0];
  }

  multiPower(bases, scalars) {
    return multiPower(this, bases, scalars);
  }

  product(elements) {
    return elements.reduce((sum, each) => (sum === this.identity ? each : sum.add(each)), this.identity);
  }

  divide(left, right) {
    return left.add(right.negate());
  }

  /** The table of an element that is multiplied often: the generator, the election's key. */
  table(element) {
    const known = this.tables.get(element);
    if (known) return known;
    if (this.tables.size >= MOST_TABLES) this.tables.delete(this.tables.keys().next().value);
    const made = new Table(this, element);
    this.tables.set(element, made);
    return made;
  }

  /** ``g^response · base^challenge`` */
  commitment(base, { challenge, response }) {
    return this.table(this.generator).times(response).add(multiPower(this, [base], [challenge]));
  }

  /**
   * What a proof that a ciphertext holds ``lowest``, or the next number, … commits to: ``A0, B0, A1, B1, …``.
   *
   * ``members`` says that alpha and beta are elements known to be members; otherwise they are texts, and membership is
   * checked on the way, on the same chain of doublings.
   */
  rangeCommitments(key, { alpha, beta, lowest, proofs, members = false }) {
    if (!members) [alpha, beta] = [this.decode(alpha), this.decode(beta)];
    if (!members && !this.membershipScalar) [alpha, beta].forEach((each) => this.requireMember(each));
    const challenges = proofs.map(({ challenge }) => challenge);
    const [ofAlpha, ofBeta] = [alpha, beta].map((each) => {
      if (members || !this.membershipScalar) return sharedPowers(this, each, challenges);
      const powers = sharedPowers(this, each, [...challenges, this.membershipScalar]);
      if (!powers.pop().is0()) this.outside();
      return powers;
    });
    const [base, keys] = [this.table(this.generator), this.table(key)];
    const points = proofs.flatMap(({ challenge, response }, index) => {
      const number = BigInt(lowest + index);
      const second = keys.times(response).add(ofBeta[index]);
      return [
        base.times(response).add(ofAlpha[index]),
        number === 0n ? second : second.add(base.times(this.modulo(-number * challenge))),
      ];
    });
    return { alpha, beta, points };
  }

  /** The small numbers inside an element; total on purpose, as nobody can take a strange ballot out after the mixing. */
  extract(element, count) {
    demand(count <= this.mostEmbedded(), "UnsupportedQuestionError", "more answers than an element holds");
    let packed = this.packed(element);
    const found = [];
    for (let i = 0; i < count; i++, packed >>= 8n) found.unshift(Number(packed & 255n));
    return found;
  }
}
