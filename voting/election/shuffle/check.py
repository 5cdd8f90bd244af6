"""Check the proof of a shuffle (CHVote 1.3.2, CheckShuffleProof). Pure, deterministic, public data only.

The proof holds iff five equations do. They say, in this order: the commitments hide a permutation matrix (its rows sum
to one; its product of weights is the weights' product), the permuted weights are the committed ones, and the output is
the input re-encrypted under just that permutation; and each link of the product chain is honest.
"""

from collections.abc import Sequence

from voting.election.errors import ShuffleProofError, ShuffleShapeError
from voting.election.group.base import Element, Group
from voting.election.objects import Ciphertext
from voting.election.shuffle.objects import ShuffleProof
from voting.election.shuffle.transcript import (
    commitment_key,
    exponent_challenges,
    final_challenge,
    public_statement,
)


def require_valid_shuffle(
    group: Group,
    public_key: Element,
    fingerprint: str,
    *,
    before: Sequence[Ciphertext],
    after: Sequence[Ciphertext],
    proof: ShuffleProof,
) -> None:
    """Refuse an output that is not proven to be a shuffle of the input.

    That every element belongs to the group was checked when it was parsed: an `Element` is a member. The generators
    are derived here and never taken from the proof (`commitment_key`).

    Args:
        group: the election's group.
        public_key: the election's public key ``y``.
        fingerprint: the election's fingerprint φ.
        before: the input ciphertexts of one question, in their published order.
        after: the output ciphertexts.
        proof: the published proof.

    Raises:
        ShuffleShapeError: input, output and the lists of the proof are not all of one length.
        ShuffleProofError: an equation fails; the message names it.
    """
    size = len(before)
    lists = (after, proof.t_chain, proof.s_chain, proof.s_weights, proof.commitments, proof.chain)
    if any(len(part) != size for part in lists):
        raise ShuffleShapeError(f"{size} ciphertexts went in, and the output or a list of the proof has another length")

    key = commitment_key(group, size)
    statement = public_statement(before, after, proof.commitments)
    weights = exponent_challenges(group, fingerprint, statement, size)
    challenge = final_challenge(
        group,
        fingerprint,
        proof_commitments=(proof.t1, proof.t2, proof.t3, proof.t4_beta, proof.t4_alpha, *proof.t_chain),
        statement=statement,
        chain=proof.chain,
        public_key=public_key,
    )
    weight_product = 1
    for weight in weights:
        weight_product = weight_product * weight % group.order

    commitment_product = group.product(proof.commitments)
    generator_product = group.product(key.generators)
    _require_opening(
        group,
        target=group.multiply(commitment_product, group.invert(generator_product)),
        challenge=challenge,
        response=proof.s1,
        commitment=proof.t1,
        equation="t1, the row sums of the permutation",
    )
    _require_opening(
        group,
        target=group.multiply(
            proof.chain[-1] if size else key.anchor, group.invert(group.power(key.anchor, weight_product))
        ),
        challenge=challenge,
        response=proof.s2,
        commitment=proof.t2,
        equation="t2, the product of the weights",
    )
    _require_equal(
        proof.t3,
        group.multi_power(
            (group.multi_power(proof.commitments, weights), group.generator, *key.generators),
            (-challenge % group.order, proof.s3, *proof.s_weights),
        ),
        equation="t3, the permuted weights",
    )
    for name, base, claimed, inputs, outputs in (
        ("beta", public_key, proof.t4_beta, [c.beta for c in before], [c.beta for c in after]),
        ("alpha", group.generator, proof.t4_alpha, [c.alpha for c in before], [c.alpha for c in after]),
    ):
        _require_equal(
            claimed,
            group.multi_power(
                (group.multi_power(inputs, weights), base, *outputs),
                (-challenge % group.order, -proof.s4 % group.order, *proof.s_weights),
            ),
            equation=f"t4, the re-encryption ({name})",
        )
    _require_chain(group, key.anchor, challenge, proof)


def _require_opening(
    group: Group, *, target: Element, challenge: int, response: int, commitment: Element, equation: str
) -> None:
    """Refuse unless ``commitment = target^-c · g^s``."""
    found = group.double_power(target, -challenge % group.order, group.generator, response)
    _require_equal(commitment, found, equation=equation)


def _require_chain(group: Group, anchor: Element, challenge: int, proof: ShuffleProof) -> None:
    """Refuse unless ``t̂_i = ĉ_i^-c · g^ŝ_i · ĉ_{i-1}^s'_i`` for every link, with ``ĉ_{-1} = h``.

    Compared as ``ĉ_i^c · t̂_i = g^ŝ_i · ĉ_{i-1}^s'_i``, two batches of products of two powers.
    """
    previous = (anchor, *proof.chain[:-1])
    left = group.double_powers(
        [(link, challenge, commitment, 1) for link, commitment in zip(proof.chain, proof.t_chain, strict=True)]
    )
    right = group.double_powers(
        [
            (group.generator, response, before, weight)
            for response, before, weight in zip(proof.s_chain, previous, proof.s_weights, strict=False)
        ]
    )
    for number, (claimed, found) in enumerate(zip(left, right, strict=True), start=1):
        _require_equal(claimed, found, equation=f"t̂, link {number} of the chain")


def _require_equal(claimed: Element, found: Element, *, equation: str) -> None:
    if claimed != found:
        raise ShuffleProofError(f"the proof of the shuffle fails at {equation}")
