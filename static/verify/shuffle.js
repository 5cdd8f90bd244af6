// Shuffles: their published objects, and the check of their proofs (CHVote 1.3.2, CheckShuffleProof).

import { digest, hex } from "../booth/hashes.js";
import { demand } from "./refusals.js";
import { readArray, readCanonical, readCiphertext, readElement, readObject, readScalar } from "./shape.js";

const readShuffleProof = (value, group, size, decode) => {
  const elements = (part, what) => readArray(part, what, size).map((item) => readElement(item, what, decode));
  const scalars = (part, what) => readArray(part, what, size).map((item) => readScalar(item, what, group.order));
  const [ts, ss, commitments, chain] = readArray(value, "shuffle proof", 4);
  const [t1, t2, t3, t4, tChain] = readArray(ts, "commitments of a shuffle proof", 5);
  const [t4Beta, t4Alpha] = readArray(t4, "t4", 2);
  const [s1, s2, s3, s4, sChain, sWeights] = readArray(ss, "responses of a shuffle proof", 6);
  return {
    t1: readElement(t1, "t1", decode),
    t2: readElement(t2, "t2", decode),
    t3: readElement(t3, "t3", decode),
    t4Beta: readElement(t4Beta, "t4", decode),
    t4Alpha: readElement(t4Alpha, "t4", decode),
    tChain: elements(tChain, "t̂"),
    s1: readScalar(s1, "s1", group.order),
    s2: readScalar(s2, "s2", group.order),
    s3: readScalar(s3, "s3", group.order),
    s4: readScalar(s4, "s4", group.order),
    sChain: scalars(sChain, "ŝ"),
    sWeights: scalars(sWeights, "s'"),
    commitments: elements(commitments, "permutation commitment"),
    chain: elements(chain, "commitment chain"),
  };
};

/** Read one trustee's shuffle of all NonHomomorphic questions; ``members`` checks many texts for membership. */
export const readShuffle = async (data, group, members) => {
  const fields = readObject(readCanonical(data, "shuffle"), "shuffle", ["ciphertexts", "proofs"]);
  const texts = [];
  const decode = (text) => {
    texts.push(text);
    return group.decode(text);
  };
  const ciphertexts = readArray(fields.ciphertexts, "shuffled questions").map((question) =>
    readArray(question, "shuffled ciphertexts").map((item) => readCiphertext(item, decode)),
  );
  const proofs = readArray(fields.proofs, "proofs of a shuffle", ciphertexts.length).map((proof, place) =>
    readShuffleProof(proof, group, ciphertexts[place].length, decode),
  );
  await members(texts);
  return { ciphertexts, proofs };
};

const opens = (group, { target, challenge, response, commitment }, equation) => {
  const found = group.multiPower([target], [-challenge]).add(group.table(group.generator).times(response));
  requireEqual(commitment, found, equation);
};

const requireEqual = (claimed, found, equation) => {
  demand(claimed.equals(found), "ShuffleProofError", `the proof of the shuffle fails at ${equation}`);
};

/** Refuse an output that is not proven to be a shuffle of the input. Every element is known to be a member. */
export const requireShuffle = (election, before, after, proof) => {
  const { group, publicKey, publicKeyText, fingerprint } = election;
  const { modulo, generator } = group;
  const size = before.length;
  const lists = [after, proof.tChain, proof.sChain, proof.sWeights, proof.commitments, proof.chain];
  const fits = lists.every(({ length }) => length === size);
  demand(fits, "ShuffleShapeError", `${size} ciphertexts went in, and the output or a list of the proof has another length`);
  // The generators are derived here and never taken from anybody: whoever chose them could forge any permutation.
  const anchor = group.independentGenerator(-1);
  const generators = before.map((_, index) => group.independentGenerator(index));
  const flat = (pairs) => pairs.flatMap(({ alpha, beta }) => [alpha, beta]);
  const listed = (elements) => group.texts(elements).map((text) => `${text},`).join("");
  const statement = listed([...flat(before), ...flat(after), ...proof.commitments]);

  const seed = hex(digest(`shuffle-challenges|${fingerprint}|${statement}`));
  const weights = before.map((_, index) => group.hashToScalar(seed + hex(digest(`${index}`))));
  const { t1, t2, t3, t4Beta, t4Alpha } = proof;
  const committed = listed([t1, t2, t3, t4Beta, t4Alpha, ...proof.tChain]);
  const last = `${listed(proof.chain)}${publicKeyText}`;
  const challenge = group.hashToScalar(`shuffle-challenge|${fingerprint}|${committed}${statement}${last}`);
  const product = weights.reduce((found, weight) => modulo(found * weight), 1n);

  const rows = group.divide(group.product(proof.commitments), group.product(generators));
  opens(group, { target: rows, challenge, response: proof.s1, commitment: t1 }, "t1, the row sums of the permutation");
  const end = group.divide(size ? proof.chain[size - 1] : anchor, group.power(anchor, product));
  opens(group, { target: end, challenge, response: proof.s2, commitment: t2 }, "t2, the product of the weights");
  const folded = group.multiPower(proof.commitments, weights);
  const permuted = group.multiPower([folded, generator, ...generators], [-challenge, proof.s3, ...proof.sWeights]);
  requireEqual(t3, permuted, "t3, the permuted weights");
  for (const [part, base, claimed] of [
    ["beta", publicKey, t4Beta],
    ["alpha", generator, t4Alpha],
  ]) {
    const inputs = group.multiPower(before.map((pair) => pair[part]), weights);
    const outputs = after.map((pair) => pair[part]);
    const found = group.multiPower([inputs, base, ...outputs], [-challenge, -proof.s4, ...proof.sWeights]);
    requireEqual(claimed, found, `t4, the re-encryption (${part})`);
  }
  proof.chain.forEach((link, index) => {
    const previous = index ? proof.chain[index - 1] : anchor;
    const left = group.multiPower([link], [challenge]).add(proof.tChain[index]);
    const right = group.power(generator, proof.sChain[index]).add(group.multiPower([previous], [proof.sWeights[index]]));
    requireEqual(left, right, `t̂, link ${index + 1} of the chain`);
  });
};
