// Mixes ciphertexts and proves it, and checks what others mixed (CHVote 1.3.2; voting/SPEC.md §9). Pure.
//
// The permutation, the exponents and the nonces exist in local variables alone, and none of them is returned.

import { digest, hex } from "../booth/hashes.js";
import { randomBelow } from "../booth/randomness.js";
import { fieldsOf, readCanonical, readMember, readScalar, require } from "./shape.js";

const REASON = "badShuffle";
const listed = (texts) => texts.map((text) => `${text},`).join("");

const commitmentKey = (group, size) => ({
  anchor: group.independentGenerator(-1),
  generators: Array.from({ length: size }, (_, index) => group.independentGenerator(index)),
});

const textsOf = (group, pairs) => group.serializeAll(pairs.flat());

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
  const after = permutation.map((source, index) => [
    before[source][0].add(table.times(reencryption[index])),
    before[source][1].add(election.key.times(reencryption[index])),
  ]);
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
  const t4beta = election.key.times(-nonce4).add(folded(after.map(([, beta]) => beta)));
  const t4alpha = table.times(-nonce4).add(folded(after.map(([alpha]) => alpha)));
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

const check = (election, before, after, proof) => {
  const { group, fingerprint, publicKey } = election;
  const table = group.generatorTable();
  const size = before.length;
  const element = (text) => readMember(group, text, REASON);
  const scalar = (text) => readScalar(group, text, REASON);
  const [[t1, t2, t3, [t4beta, t4alpha], links], [s1, s2, s3, s4, chainAnswers, weightAnswers], commits, chainTexts] = proof;
  const lists = [after, links, chainAnswers, weightAnswers, commits, chainTexts];
  require(lists.every(({ length }) => length === size), REASON);
  const answers = weightAnswers.map(scalar);
  const commitments = commits.map(element);
  const chain = chainTexts.map(element);
  const { anchor, generators } = commitmentKey(group, size);
  const statement = [...textsOf(group, before), ...textsOf(group, after), ...commits];
  const weights = weightsOf(group, fingerprint, statement, size);
  const challenge = challengeOf(group, fingerprint, [t1, t2, t3, t4beta, t4alpha, ...links], statement, chainTexts, publicKey);
  const times = (point, number) => group.timesPublic(point, number);
  const folded = (points, numbers) => sum(group, points.map((point, index) => times(point, numbers[index])));
  const same = (claimed, found) => require(element(claimed).equals(found), REASON);
  const product = weights.reduce((found, weight) => group.modulo(found * weight), 1n);
  const rows = sum(group, commitments).add(sum(group, generators).negate());
  same(t1, times(rows, -challenge).add(table.times(scalar(s1))));
  const end = (chain.at(-1) ?? anchor).add(times(anchor, product).negate());
  same(t2, times(end, -challenge).add(table.times(scalar(s2))));
  const expected = times(folded(commitments, weights), -challenge);
  same(t3, expected.add(table.times(scalar(s3))).add(folded(generators, answers)));
  for (const [claimed, base, side] of [
    [t4beta, election.key, 1],
    [t4alpha, table, 0],
  ]) {
    const inputs = folded(before.map((pair) => pair[side]), weights);
    const outputs = folded(after.map((pair) => pair[side]), answers);
    same(claimed, times(inputs, -challenge).add(base.times(-scalar(s4))).add(outputs));
  }
  chain.forEach((link, index) => {
    const previous = index ? chain[index - 1] : anchor;
    const right = table.times(scalar(chainAnswers[index])).add(times(previous, answers[index]));
    require(times(link, challenge).add(element(links[index])).equals(right), REASON);
  });
};

const shuffledQuestions = ({ questions }) => questions.flatMap(({ shuffled }, index) => (shuffled ? [index] : []));

const readPairs = (group, rows) =>
  rows.map((row) =>
    row.map((each) => {
      const { alpha, beta } = fieldsOf(each, ["alpha", "beta"], REASON);
      return [readMember(group, alpha, REASON), readMember(group, beta, REASON)];
    }),
  );

/**
 * Check every shuffle of a board from the tally on; return what is to be decrypted, and who shuffled.
 *
 * ``sums`` are the pairs of the tally, per question. A mixed election whose shuffles have not ended can be verified too.
 */
export const requireShuffles = (election, trustees, events, sums) => {
  const places = shuffledQuestions(election);
  const rows = [...sums];
  const shufflers = [];
  const done = events.filter(({ type }) => type === "Shuffle");
  require(places.length > 0 || done.length === 0, REASON);
  for (const { texts, hashes } of done) {
    const { owner, payload } = fieldsOf(readCanonical(texts[1], REASON), ["owner", "payload"], REASON);
    require(payload === hashes[0] && owner >= 1 && owner <= trustees.members.length, REASON);
    require(!shufflers.includes(owner), REASON);
    const { ciphertexts, proofs } = fieldsOf(readCanonical(texts[0], REASON), ["ciphertexts", "proofs"], REASON);
    require(ciphertexts.length === places.length && proofs.length === places.length, REASON);
    const after = readPairs(election.group, ciphertexts);
    places.forEach((place, index) => check(election, rows[place], after[index], proofs[index]));
    places.forEach((place, index) => {
      rows[place] = after[index];
    });
    shufflers.push(owner);
  }
  return { rows, shuffled: places.length > 0, shufflers };
};

/** Mix a board that was just verified, as the trustee with this number; returns the text to be published. */
export const shuffleTally = ({ election, ciphertexts }, progress = () => {}) => {
  const places = shuffledQuestions(election);
  const made = places.map((place, index) =>
    mix(election, ciphertexts.rows[place], (phase) => progress(index * 6 + phase, places.length * 6)),
  );
  return JSON.stringify({
    ciphertexts: made.map(({ ciphertexts: found }) => found),
    proofs: made.map(({ proof }) => proof),
  });
};

