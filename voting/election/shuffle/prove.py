"""Shuffle ciphertexts and prove it (CHVote 1.3.2, GenShuffle and GenShuffleProof).

The permutation, the re-encryption exponents and the nonces are secrets of the shuffling trustee: they exist in this
module's local variables alone, every power of them is taken with `Group.power_secret`, and none is returned.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from voting.election.group.base import Element, Group
from voting.election.objects import Ciphertext
from voting.election.progress import Progress
from voting.election.randomness import Random
from voting.election.shuffle.objects import ShuffleProof
from voting.election.shuffle.transcript import (
    CommitmentKey,
    commitment_key,
    exponent_challenges,
    final_challenge,
    public_statement,
)

PHASES = 7
"""Loops over all ciphertexts; progress is told after each of them."""


@dataclass(frozen=True, slots=True)
class _Secrets:
    """What the shuffler knows and nobody else.

    Attributes:
        permutation: output ``i`` is the re-encryption of input ``permutation[i]``.
        reencryption: the exponent added to output ``i``.
    """

    permutation: list[int] = field(repr=False)
    reencryption: list[int] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Chain:
    """The commitment chain ``ĉ_i = g^r̂_i · ĉ_{i-1}^u'_i``, with each link opened as ``g^g_exponents · h^h_exponents``."""

    links: list[Element]
    openings: list[int] = field(repr=False)
    g_exponents: list[int] = field(repr=False)
    h_exponents: list[int] = field(repr=False)


def shuffle_and_prove(
    group: Group,
    public_key: Element,
    fingerprint: str,
    ciphertexts: Sequence[Ciphertext],
    random: Random,
    *,
    progress: Progress | None = None,
) -> tuple[tuple[Ciphertext, ...], ShuffleProof]:
    """Permute and re-encrypt the ciphertexts of one question, and prove it.

    Args:
        group: the election's group.
        public_key: the election's public key ``y``.
        fingerprint: the election's fingerprint φ (base64 without padding).
        ciphertexts: the input; an empty list is shuffled too, for a question that nobody answered.
        random: the source of every secret.
        progress: called with the phases done and `PHASES`.

    Returns:
        The output in its new order, and the proof.
    """
    size = len(ciphertexts)
    phases = iter(range(1, PHASES + 1))

    def tell() -> None:
        done = next(phases)
        if progress is not None:
            progress(done, PHASES)

    secrets = _Secrets(
        permutation=_random_permutation(size, random),
        reencryption=_scalars(group, size, random),
    )
    output = tuple(
        _reencrypt(group, public_key, ciphertexts[source], exponent)
        for source, exponent in zip(secrets.permutation, secrets.reencryption, strict=True)
    )
    tell()
    return output, _prove(group, public_key, fingerprint, ciphertexts, output, secrets, random, tell)


def _prove(
    group: Group,
    public_key: Element,
    fingerprint: str,
    before: Sequence[Ciphertext],
    after: Sequence[Ciphertext],
    secrets: _Secrets,
    random: Random,
    tell: Callable[[], None] = lambda: None,
) -> ShuffleProof:
    size, order = len(before), group.order
    key = commitment_key(group, size)
    commitments, openings = _commit_to_permutation(group, key, secrets.permutation, random)
    tell()
    statement = public_statement(before, after, commitments)
    weights = exponent_challenges(group, fingerprint, statement, size)
    permuted = [weights[source] for source in secrets.permutation]
    chain = _commit_to_chain(group, key, permuted, random)
    tell()

    # The four sums that the four single responses answer for.
    opening_sum = sum(openings)
    chain_opening = chain.g_exponents[-1] if size else 0
    weighted_opening = sum(opening * weight for opening, weight in zip(openings, weights, strict=True))
    weighted_reencryption = sum(r * weight for r, weight in zip(secrets.reencryption, permuted, strict=True))

    nonce1, nonce2, nonce3, nonce4 = _scalars(group, 4, random)
    chain_nonces = _scalars(group, size, random)
    weight_nonces = _scalars(group, size, random)

    t1 = group.generator_power_secret(nonce1)
    t2 = group.generator_power_secret(nonce2)
    t3 = _secret_multi_power(group, (group.generator, *key.generators), (nonce3, *weight_nonces))
    tell()
    t4_beta = _secret_multi_power(group, (public_key, *(c.beta for c in after)), (-nonce4, *weight_nonces))
    tell()
    t4_alpha = _secret_multi_power(group, (group.generator, *(c.alpha for c in after)), (-nonce4, *weight_nonces))
    tell()
    chain_commitments = _commit_to_links(group, key, chain, chain_nonces, weight_nonces)
    tell()

    challenge = final_challenge(
        group,
        fingerprint,
        proof_commitments=(t1, t2, t3, t4_beta, t4_alpha, *chain_commitments),
        statement=statement,
        chain=chain.links,
        public_key=public_key,
    )

    def respond(nonce: int, secret: int) -> int:
        # Unlike every other proof of the protocol, this one adds.
        return (nonce + challenge * secret) % order

    return ShuffleProof(
        t1=t1,
        t2=t2,
        t3=t3,
        t4_beta=t4_beta,
        t4_alpha=t4_alpha,
        t_chain=tuple(chain_commitments),
        s1=respond(nonce1, opening_sum),
        s2=respond(nonce2, chain_opening),
        s3=respond(nonce3, weighted_opening),
        s4=respond(nonce4, weighted_reencryption),
        s_chain=tuple(map(respond, chain_nonces, chain.openings)),
        s_weights=tuple(map(respond, weight_nonces, permuted)),
        commitments=tuple(commitments),
        chain=tuple(chain.links),
    )


def _commit_to_permutation(
    group: Group, key: CommitmentKey, permutation: Sequence[int], random: Random
) -> tuple[list[Element], list[int]]:
    """Return ``c_{π(i)} = g^{r_{π(i)}} · h_i`` in the order of the inputs, and the openings ``r``."""
    openings = _scalars(group, len(permutation), random)
    commitments: list[Element] = [group.identity] * len(permutation)
    for position, source in enumerate(permutation):
        blinding = group.generator_power_secret(openings[source])
        commitments[source] = group.multiply(blinding, key.generators[position])
    return commitments, openings


def _commit_to_chain(group: Group, key: CommitmentKey, permuted_weights: Sequence[int], random: Random) -> _Chain:
    """Commit to the product of the permuted weights, one factor a link.

    Each link is a power of the link before it, hence of ``g`` and ``h`` alone. Tracking both exponents turns every
    power of a fresh base into two of fixed ones.
    """
    order = group.order
    openings = _scalars(group, len(permuted_weights), random)
    chain = _Chain(links=[], openings=openings, g_exponents=[], h_exponents=[])
    g_exponent, h_exponent = 0, 1
    for opening, weight in zip(openings, permuted_weights, strict=True):
        g_exponent = (opening + weight * g_exponent) % order
        h_exponent = weight * h_exponent % order
        chain.g_exponents.append(g_exponent)
        chain.h_exponents.append(h_exponent)
        chain.links.append(_secret_multi_power(group, (group.generator, key.anchor), (g_exponent, h_exponent)))
    return chain


def _commit_to_links(
    group: Group, key: CommitmentKey, chain: _Chain, chain_nonces: Sequence[int], weight_nonces: Sequence[int]
) -> list[Element]:
    """Return ``t̂_i = g^ω̂_i · ĉ_{i-1}^ω'_i``, again with the link before opened as powers of ``g`` and ``h``."""
    previous_g = [0, *chain.g_exponents[:-1]]
    previous_h = [1, *chain.h_exponents[:-1]]
    return [
        _secret_multi_power(
            group,
            (group.generator, key.anchor),
            (chain_nonce + weight_nonce * g_exponent, weight_nonce * h_exponent),
        )
        for chain_nonce, weight_nonce, g_exponent, h_exponent in zip(
            chain_nonces, weight_nonces, previous_g, previous_h, strict=False
        )
    ]


def _reencrypt(group: Group, public_key: Element, ciphertext: Ciphertext, exponent: int) -> Ciphertext:
    return Ciphertext(
        alpha=group.multiply(ciphertext.alpha, group.generator_power_secret(exponent)),
        beta=group.multiply(ciphertext.beta, group.power_secret(public_key, exponent)),
    )


def _secret_multi_power(group: Group, bases: Sequence[Element], exponents: Sequence[int]) -> Element:
    """Return the product of powers with secret exponents, in constant time where the group allows it."""
    order = group.order
    return group.product(
        group.power_secret(base, exponent % order) for base, exponent in zip(bases, exponents, strict=True)
    )


def _random_permutation(size: int, random: Random) -> list[int]:
    """Return a uniform permutation (Fisher and Yates)."""
    permutation = list(range(size))
    for last in range(size - 1, 0, -1):
        other = random(last + 1)
        permutation[last], permutation[other] = permutation[other], permutation[last]
    return permutation


def _scalars(group: Group, count: int, random: Random) -> list[int]:
    return [random(group.order) for _ in range(count)]
