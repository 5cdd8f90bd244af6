// Zero-knowledge proofs: a verifier recomputes the commitments and hashes them with a prefix that says what is proven.

import { demand } from "./refusals.js";

/** Refuse unless the challenges add up to the hash of the prefix and of the commitments' texts. */
export const requireChallenge = (group, prefix, commitments, proofs, code, message = "the proof does not hold") => {
  const sum = proofs.reduce((total, { challenge }) => total + challenge, 0n);
  demand(group.modulo(sum - group.hashToScalar(prefix + commitments)) === 0n, code, message);
};

/** Check that somebody knew the secret of ``element``. */
export const requireKnowledge = (group, element, prefix, proof, code) => {
  requireChallenge(group, prefix, group.text(group.commitment(element, proof)), [proof], code);
};

/** Check a trustee's proof of having the secret of a key. */
export const requirePossession = (group, element, proof) => {
  requireKnowledge(group, element, `pok|${group.name}|${group.text(element)}|`, proof, "PossessionProofError");
};

/** Check the signature of a trustee's message. */
export const requireSignature = (group, element, message, proof) => {
  requireKnowledge(group, element, `sigmsg|${message}|`, proof, "MessageSignatureError");
};

/** Check that ``factor = alpha^x`` for the ``x`` of ``publicKey = g^x``. */
export const requireEqualLogs = (group, { prefix, publicKey, alpha, factor, proof }, code, message) => {
  const { challenge, response } = proof;
  const first = group.table(group.generator).times(response).add(group.table(publicKey).times(challenge));
  const second = group.multiPower([alpha, factor], [response, challenge]);
  requireChallenge(group, prefix, group.texts([first, second]).join(","), [proof], code, message);
};
