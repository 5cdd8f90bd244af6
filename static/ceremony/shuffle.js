// Mixes ciphertexts and proves it (CHVote 1.3.2; voting/SPEC.md §9); what checks it is `verify/shuffle.js`. Pure.
//
// The permutation, the exponents and the nonces exist in local variables alone, and none of them is returned.

import { digest, hex } from "../booth/hashes.js";
import { randomBelow } from "../booth/randomness.js";

const listed = (texts) => texts.map((text) => `${text},`).join("");

const commitmentKey = (group, size) => ({
  anchor: group.independentGenerator(-1),
  generators: Array.from({ length: size }, (_, index) => group.independentGenerator(index)),
});

const textsOf = (group, pairs) => group.serializeAll(pairs.flatMap(({ alpha, beta }) => [alpha, beta]));

const weightsOf = (group, fingerprint, statement, size) => {
  const seed = hex(digest(`shuffle-challenges|${fingerprint}|${listed(statement)}`));
  return Array.from({ length: size }, (_, index) =>
    group.modulo(BigInt("0x" + hex(digest(`${seed}${hex(digest(`${index}`))}`)))),
  );
};

const challengeOf = (group, fingerprint, commitments, statement, chain, key) =>
  group.hashToScalar(`shuffle-challenge|${fingerprint}|${listed([...commitments, ...statement, ...chain])}${key}`);

const sum = (group, points) => points.reduce((total, point) => total.add(point), group.identity);
const total = (group, numbers) => group.modulo(numbers.reduce((found, each) => found + each, 0n));

const permutationOf = (size) => {
  const found = Array.from({ length: size }, (_, index) => index);
  for (let last = size - 1; last > 0; last--) {
    const other = randomBelow(last + 1);
    [found[last], found[other]] = [found[other], found[last]];
  }
  return found;
};

// Mix one question; returns its new ciphertexts and the proof, as they are published.
const mix = (election, before, progress) => {
  const { group, fingerprint, publicKey } = election;
  const table = group.generatorTable();
  const size = before.length;
  const scalars = (count) => Array.from({ length: count }, group.randomScalar);
  const permutation = permutationOf(size);
  const reencryption = scalars(size);
  const after = permutation.map((source, index) => ({
    alpha: before[source].alpha.add(table.times(reencryption[index])),
    beta: before[source].beta.add(election.key.times(reencryption[index])),
  }));
  progress(1);
  const { anchor, generators } = commitmentKey(group, size);
  const fixedAnchor = group.fixedBase(anchor);
  const openings = scalars(size);
  const commitments = [];
  permutation.forEach((source, position) => {
    commitments[source] = table.times(openings[source]).add(generators[position]);
  });
  const ciphertexts = textsOf(group, after);
  const statement = [...textsOf(group, before), ...ciphertexts, ...group.serializeAll(commitments)];
  const weights = weightsOf(group, fingerprint, statement, size);
  const permuted = permutation.map((source) => weights[source]);
  progress(2);

  // Each link is a power of the one before, hence of g and h alone: both exponents are kept instead of the powers.
  const chainOpenings = scalars(size);
  const exponents = [{ g: 0n, h: 1n }];
  permuted.forEach((weight, index) => {
    const { g, h } = exponents[index];
    exponents.push({ g: group.modulo(chainOpenings[index] + weight * g), h: group.modulo(weight * h) });
  });
  const atBoth = (g, h) => table.times(g).add(fixedAnchor.times(h));
  const chain = exponents.slice(1).map(({ g, h }) => atBoth(g, h));
  progress(3);

  const [nonce1, nonce2, nonce3, nonce4] = scalars(4);
  const chainNonces = scalars(size);
  const weightNonces = scalars(size);
  const folded = (points) => sum(group, points.map((point, index) => group.times(point, weightNonces[index])));
  const t3 = table.times(nonce3).add(folded(generators));
  progress(4);
  const t4beta = election.key.times(-nonce4).add(folded(after.map(({ beta }) => beta)));
  const t4alpha = table.times(-nonce4).add(folded(after.map(({ alpha }) => alpha)));
  progress(5);
  const links = chainNonces.map((nonce, index) => {
    const { g, h } = exponents[index];
    return atBoth(nonce + weightNonces[index] * g, weightNonces[index] * h);
  });
  const first = group.serializeAll([table.times(nonce1), table.times(nonce2), t3, t4beta, t4alpha]);
  const linkTexts = group.serializeAll(links);
  const chainTexts = group.serializeAll(chain);
  const challenge = challengeOf(group, fingerprint, [...first, ...linkTexts], statement, chainTexts, publicKey);
  const respond = (nonce, secret) => `${group.modulo(nonce + challenge * secret)}`;
  const products = (left, right) => left.map((each, index) => each * right[index]);
  progress(6);
  return {
    ciphertexts: after.map((_, index) => ({ alpha: ciphertexts[2 * index], beta: ciphertexts[2 * index + 1] })),
    proof: [
      [first[0], first[1], first[2], [first[3], first[4]], linkTexts],
      [
        respond(nonce1, total(group, openings)),
        respond(nonce2, exponents[size].g),
        respond(nonce3, total(group, products(openings, weights))),
        respond(nonce4, total(group, products(reencryption, permuted))),
        chainNonces.map((nonce, index) => respond(nonce, chainOpenings[index])),
        weightNonces.map((nonce, index) => respond(nonce, permuted[index])),
      ],
      group.serializeAll(commitments),
      chainTexts,
    ],
  };
};

/** Mix a board that was just verified, question by question; returns the text to be published. */
export const shuffleTally = ({ election, ciphertexts }, progress = () => {}) => {
  const rows = ciphertexts.filter((_, place) => election.questions[place].shuffled);
  const made = rows.map((row, index) => mix(election, row, (phase) => progress(index * 6 + phase, rows.length * 6)));
  return JSON.stringify({
    ciphertexts: made.map(({ ciphertexts: found }) => found),
    proofs: made.map(({ proof }) => proof),
  });
};
