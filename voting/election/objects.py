"""The two smallest objects of the protocol: ciphertexts and proofs (Belenios specification §4.2–4.4)."""

from dataclasses import dataclass
from typing import Self

from voting.election.group.base import Element, Group
from voting.election.shape import Decode, read_element, read_object, read_scalar
from voting.encoding import JSON


@dataclass(frozen=True, slots=True)
class Ciphertext:
    """One encrypted value: ``{"alpha":G,"beta":G}``."""

    alpha: Element
    beta: Element

    @classmethod
    def parse(cls, value: JSON, decode: Decode) -> Self:
        """Read the object; ``decode`` reads its elements."""
        fields = read_object(value, "ciphertext", ("alpha", "beta"))
        return cls(read_element(fields["alpha"], "alpha", decode), read_element(fields["beta"], "beta", decode))

    def to_json(self, group: Group) -> JSON:
        """Return the object in canonical field order."""
        return {"alpha": group.serialize(self.alpha), "beta": group.serialize(self.beta)}

    def text(self, group: Group) -> str:
        """Return ``alpha,beta`` as it enters hashes."""
        return f"{group.serialize(self.alpha)},{group.serialize(self.beta)}"


@dataclass(frozen=True, slots=True)
class Proof:
    """``{"challenge":ℤ_q,"response":ℤ_q}``: a zero-knowledge proof, or one disjunct of one."""

    challenge: int
    response: int

    @classmethod
    def parse(cls, value: JSON, order: int) -> Self:
        """Read the object; both scalars lie below the group's order."""
        fields = read_object(value, "proof", ("challenge", "response"))
        return cls(
            read_scalar(fields["challenge"], "challenge", order), read_scalar(fields["response"], "response", order)
        )

    def to_json(self) -> JSON:
        """Return the object in canonical field order."""
        return {"challenge": str(self.challenge), "response": str(self.response)}
