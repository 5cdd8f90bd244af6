"""The published objects of a shuffle (Belenios specification, "Shuffles").

``{"ciphertexts":[[…] per NonHomomorphic question],"proofs":[… per NonHomomorphic question]}``, each proof being
``[[t1,t2,t3,[t4β,t4α],[t̂…]],[s1,s2,s3,s4,[ŝ…],[s'…]],[c…],[ĉ…]]``. Nothing is extensible: another number of items
anywhere is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from voting.election.group.base import Element, Group
from voting.election.objects import Ciphertext
from voting.election.shape import Decode, read_array, read_canonical, read_element, read_object, read_scalar
from voting.encoding import JSON, canonical_json


@dataclass(frozen=True, slots=True)
class ShuffleProof:
    """The proof for one question of N ciphertexts.

    Attributes:
        t1, t2, t3, t4_beta, t4_alpha, t_chain: commitments of the proof; N in ``t_chain``.
        s1, s2, s3, s4, s_chain, s_weights: responses, ``s = ω + c·x``; N in each list.
        commitments: the permutation commitment ``c``, N elements in the order of the inputs.
        chain: the commitment chain ``ĉ``, N elements.
    """

    t1: Element
    t2: Element
    t3: Element
    t4_beta: Element
    t4_alpha: Element
    t_chain: tuple[Element, ...]
    s1: int
    s2: int
    s3: int
    s4: int
    s_chain: tuple[int, ...]
    s_weights: tuple[int, ...]
    commitments: tuple[Element, ...]
    chain: tuple[Element, ...]

    @classmethod
    def parse(cls, value: JSON, group: Group, *, size: int | None = None, decode: Decode | None = None) -> Self:
        """Read the proof, with membership of every element and the range of every scalar.

        Args:
            value: the JSON value.
            group: the election's group.
            size: the number of ciphertexts, where it is known.
            decode: reads an element; ``group.parse`` unless given.

        Raises:
            MalformedObjectError: another shape, or lists that are not all of one length.
            MalformedElementError, NotInGroupError, MalformedScalarError: a part is not what it should be.
        """
        read = decode or group.parse

        def elements(part: JSON, what: str) -> tuple[Element, ...]:
            return tuple(read_element(item, what, read) for item in read_array(part, what, length=size))

        def scalars(part: JSON, what: str) -> tuple[int, ...]:
            return tuple(read_scalar(item, what, group.order) for item in read_array(part, what, length=size))

        t_part, s_part, c_part, chain_part = read_array(value, "shuffle proof", length=4)
        if size is None:
            size = len(read_array(c_part, "permutation commitment"))
        t1, t2, t3, t4, t_chain = read_array(t_part, "commitments of a shuffle proof", length=5)
        t4_beta, t4_alpha = read_array(t4, "t4", length=2)
        s1, s2, s3, s4, s_chain, s_weights = read_array(s_part, "responses of a shuffle proof", length=6)
        return cls(
            t1=read_element(t1, "t1", read),
            t2=read_element(t2, "t2", read),
            t3=read_element(t3, "t3", read),
            t4_beta=read_element(t4_beta, "t4", read),
            t4_alpha=read_element(t4_alpha, "t4", read),
            t_chain=elements(t_chain, "t̂"),
            s1=read_scalar(s1, "s1", group.order),
            s2=read_scalar(s2, "s2", group.order),
            s3=read_scalar(s3, "s3", group.order),
            s4=read_scalar(s4, "s4", group.order),
            s_chain=scalars(s_chain, "ŝ"),
            s_weights=scalars(s_weights, "s'"),
            commitments=elements(c_part, "permutation commitment"),
            chain=elements(chain_part, "commitment chain"),
        )

    def to_json(self, group: Group) -> JSON:
        """Return the proof as nested arrays."""

        def elements(part: Sequence[Element]) -> JSON:
            return [group.serialize(element) for element in part]

        def scalars(part: Sequence[int]) -> JSON:
            return [str(scalar) for scalar in part]

        return [
            [
                *(group.serialize(element) for element in (self.t1, self.t2, self.t3)),
                elements((self.t4_beta, self.t4_alpha)),
                elements(self.t_chain),
            ],
            [
                *(str(scalar) for scalar in (self.s1, self.s2, self.s3, self.s4)),
                scalars(self.s_chain),
                scalars(self.s_weights),
            ],
            elements(self.commitments),
            elements(self.chain),
        ]


@dataclass(frozen=True, slots=True)
class Shuffle:
    """One trustee's shuffle of all NonHomomorphic questions, in the order of the questions."""

    ciphertexts: tuple[tuple[Ciphertext, ...], ...]
    proofs: tuple[ShuffleProof, ...]

    @classmethod
    def parse(cls, data: bytes, group: Group) -> Self:
        """Read the object; membership of every element, output ciphertexts included, is checked.

        Raises:
            MalformedObjectError: another shape, or another number of proofs than of lists of ciphertexts.
            NonCanonicalObjectError: another spelling of the same object.
            MalformedElementError, NotInGroupError, MalformedScalarError: a part is not what it should be.
        """
        fields = read_object(read_canonical(data, "shuffle"), "shuffle", ("ciphertexts", "proofs"))
        ciphertexts = tuple(
            tuple(Ciphertext.parse(item, group.parse) for item in read_array(question, "shuffled ciphertexts"))
            for question in read_array(fields["ciphertexts"], "shuffled questions")
        )
        proofs = read_array(fields["proofs"], "proofs of a shuffle", length=len(ciphertexts))
        return cls(
            ciphertexts=ciphertexts,
            proofs=tuple(
                ShuffleProof.parse(proof, group, size=len(question))
                for proof, question in zip(proofs, ciphertexts, strict=True)
            ),
        )

    def to_bytes(self, group: Group) -> bytes:
        """Return the object as it stands in an archive."""
        return canonical_json(
            {
                "ciphertexts": [[c.to_json(group) for c in question] for question in self.ciphertexts],
                "proofs": [proof.to_json(group) for proof in self.proofs],
            }
        )
