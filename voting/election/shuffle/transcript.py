"""What the proof of a shuffle hashes, and its commitment key. Pure.

SPEC of the protocol, "Shuffle algorithms": ⟦x⟧ writes a list with a comma after *every* element, the last included.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from voting.election.group.base import Element, Group
from voting.election.objects import Ciphertext
from voting.encoding import sha256


@dataclass(frozen=True, slots=True)
class CommitmentKey:
    """Generators of which nobody knows a logarithm to the base of another one.

    Attributes:
        anchor: ``h``, the start of the commitment chain (``ggen|-1``).
        generators: ``h_0 … h_{N-1}``, one for each ciphertext (``ggen|i``).
    """

    anchor: Element
    generators: tuple[Element, ...]


def commitment_key(group: Group, size: int) -> CommitmentKey:
    """Derive the commitment key for ``size`` ciphertexts.

    Both prover and verifier call this: a key out of the prover's hands could hide a trapdoor with which any
    permutation argument can be forged (Lewis, Pereira and Teague on the Swiss Post system, 2019). So no format
    carries generators, and there is nothing to read.
    """
    return CommitmentKey(
        anchor=group.independent_generator(-1),
        generators=tuple(group.independent_generator(index) for index in range(size)),
    )


def public_statement(
    before: Sequence[Ciphertext], after: Sequence[Ciphertext], commitments: Sequence[Element]
) -> list[Element]:
    """Return the elements of ``str_c`` = ⟦e⟧⟦e'⟧⟦c⟧ in order: input, output, permutation commitment."""
    elements: list[Element] = []
    for ciphertext in (*before, *after):
        elements += (ciphertext.alpha, ciphertext.beta)
    elements += commitments
    return elements


def exponent_challenges(group: Group, fingerprint: str, statement: Iterable[Element], size: int) -> list[int]:
    """Return ``u_0 … u_{N-1}``, the weights with which the verifier folds the ciphertexts.

    ``u_i`` = SHA-256(H ‖ hex(SHA-256(i))) mod q, where H = hex(SHA-256("shuffle-challenges|" ‖ φ ‖ "|" ‖ str_c)).
    """
    text = "".join(f"{group.serialize(element)}," for element in statement)
    seed = sha256(f"shuffle-challenges|{fingerprint}|{text}".encode()).hex()
    return [
        int.from_bytes(sha256(f"{seed}{sha256(str(index).encode()).hex()}".encode()), "big") % group.order
        for index in range(size)
    ]


def final_challenge(
    group: Group,
    fingerprint: str,
    *,
    proof_commitments: Iterable[Element],
    statement: Iterable[Element],
    chain: Iterable[Element],
    public_key: Element,
) -> int:
    """Return ``c``, which binds every element that prover and verifier speak of.

    The public key stands last and without a comma, so the lists before it keep theirs by joining.
    """
    elements = (*proof_commitments, *statement, *chain, public_key)
    return group.hash_to_scalar(f"shuffle-challenge|{fingerprint}|", elements)
