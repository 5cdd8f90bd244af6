"""What threshold trustees send one another, through the server that carries it (Belenios specification, "Threshold").

``polynomial``, ``vinput`` and ``voutput`` are the protocol's; `CommitmentRound` and `Complaint` are ours
(``voting/SPEC.md``, "Key ceremony"). No object is extensible. None of them holds a secret in clear.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from voting.election.group.base import Group
from voting.election.objects import Proof
from voting.election.shape import read_array, read_canonical, read_integer, read_object, read_text
from voting.election.trustees.objects import MAX_TRUSTEES, SignedMessage, TrusteePublicKey
from voting.encoding import JSON, canonical_json

MAX_BYTES = 1 << 24


@dataclass(frozen=True, slots=True)
class PolynomialMessage:
    """What a member publishes about its polynomial.

    ``{"polynomial":enc,"secrets":[enc…],"coefexps":signed,"signature":proof}``. The older tools write no signature.

    Attributes:
        polynomial: the polynomial itself, encrypted to the member that drew it, who thus need not keep it.
        secrets: for each member its share, encrypted to that member.
        coefficients: the public coefficients, signed.
        signature: over certificates and coefficients together; None in the older shape.
    """

    polynomial: str
    secrets: tuple[str, ...]
    coefficients: SignedMessage
    signature: Proof | None

    @classmethod
    def parse(cls, data: bytes, group: Group) -> Self:
        """Read the object; the encrypted parts stay texts."""
        order = ("polynomial", "secrets", "coefexps", "signature")
        value = read_canonical(data, "polynomial", max_bytes=MAX_BYTES)
        fields = read_object(value, "polynomial", order, optional=("signature",))
        return cls(
            polynomial=read_text(fields["polynomial"], "polynomial"),
            secrets=_texts(fields["secrets"], "secrets"),
            coefficients=SignedMessage.parse(fields["coefexps"], group),
            signature=Proof.parse(fields["signature"], group.order) if "signature" in fields else None,
        )

    def to_bytes(self) -> bytes:
        """Return the object in canonical form."""
        found: dict[str, JSON] = {
            "polynomial": self.polynomial,
            "secrets": list(self.secrets),
            "coefexps": self.coefficients.to_json(),
        }
        if self.signature is not None:
            found["signature"] = self.signature.to_json()
        return canonical_json(found)


@dataclass(frozen=True, slots=True)
class MemberInput:
    """All that one member needs in order to compute its key (``vinput``).

    ``{"polynomial":enc,"secrets":[enc…],"coefexps":[signed…],"signatures":[proof…]}``.

    Attributes:
        polynomial: the member's own polynomial, encrypted to itself.
        secrets: the share that each member sends to this one.
        coefficients: everybody's signed coefficients.
        signatures: everybody's signatures over certificates and coefficients; None in the older shape.
    """

    polynomial: str
    secrets: tuple[str, ...]
    coefficients: tuple[SignedMessage, ...]
    signatures: tuple[Proof, ...] | None

    @classmethod
    def parse(cls, data: bytes, group: Group) -> Self:
        """Read the object; the encrypted parts stay texts."""
        order = ("polynomial", "secrets", "coefexps", "signatures")
        value = read_canonical(data, "member's input", max_bytes=MAX_BYTES)
        fields = read_object(value, "member's input", order, optional=("signatures",))
        signatures = None
        if "signatures" in fields:
            items = read_array(fields["signatures"], "signatures")
            signatures = tuple(Proof.parse(item, group.order) for item in items)
        return cls(
            polynomial=read_text(fields["polynomial"], "polynomial"),
            secrets=_texts(fields["secrets"], "secrets"),
            coefficients=_signed(fields["coefexps"], "coefficients", group),
            signatures=signatures,
        )

    def to_bytes(self) -> bytes:
        """Return the object in canonical form."""
        found: dict[str, JSON] = {
            "polynomial": self.polynomial,
            "secrets": list(self.secrets),
            "coefexps": [signed.to_json() for signed in self.coefficients],
        }
        if self.signatures is not None:
            found["signatures"] = [signature.to_json() for signature in self.signatures]
        return canonical_json(found)


@dataclass(frozen=True, slots=True)
class MemberOutput:
    """What a member answers (``voutput``): ``{"private_key":enc,"public_key":key}``.

    The private key is encrypted to the member itself; whoever stores it (the server, a memory stick) learns nothing.
    """

    private_key: str
    public_key: TrusteePublicKey

    @classmethod
    def parse(cls, data: bytes, group: Group) -> Self:
        """Read the object; the encrypted key stays a text."""
        value = read_canonical(data, "member's output", max_bytes=MAX_BYTES)
        fields = read_object(value, "member's output", ("private_key", "public_key"))
        return cls(
            private_key=read_text(fields["private_key"], "private key"),
            public_key=TrusteePublicKey.parse(fields["public_key"], group),
        )

    def to_bytes(self, group: Group) -> bytes:
        """Return the object in canonical form."""
        return canonical_json({"private_key": self.private_key, "public_key": self.public_key.to_json(group)})


@dataclass(frozen=True, slots=True)
class CommitmentRound:
    """Everybody's commitments to their coefficients, and everybody's word of having seen all of them first.

    ``{"commitments":[signed…],"acknowledgements":[signed…]}``, both in the members' order. Kept beside the archive,
    it shows to everyone that no member could choose its coefficients after seeing another's.
    """

    commitments: tuple[SignedMessage, ...]
    acknowledgements: tuple[SignedMessage, ...]

    @classmethod
    def parse(cls, data: bytes, group: Group) -> Self:
        """Read the object."""
        value = read_canonical(data, "commitment round", max_bytes=MAX_BYTES)
        fields = read_object(value, "commitment round", ("commitments", "acknowledgements"))
        return cls(
            commitments=_signed(fields["commitments"], "commitments", group),
            acknowledgements=_signed(fields["acknowledgements"], "acknowledgements", group),
        )

    def to_bytes(self) -> bytes:
        """Return the object in canonical form."""
        return canonical_json(
            {
                "commitments": [signed.to_json() for signed in self.commitments],
                "acknowledgements": [signed.to_json() for signed in self.acknowledgements],
            }
        )


@dataclass(frozen=True, slots=True)
class Complaint:
    """Evidence that a member sent a share that does not fit its coefficients: ``{"sender","recipient","share"}``.

    The share stands as its sender signed it, so that everybody can judge between accuser and accused
    (`voting.election.trustees.ceremony.require_founded`). Publishing it gives away nothing of an honest member.

    Attributes:
        sender, recipient: member numbers, from 1.
        share: the signed text that was inside the encrypted share.
    """

    sender: int
    recipient: int
    share: SignedMessage

    @classmethod
    def parse(cls, data: bytes, group: Group) -> Self:
        """Read the object."""
        value = read_canonical(data, "complaint", max_bytes=MAX_BYTES)
        fields = read_object(value, "complaint", ("sender", "recipient", "share"))
        return cls(
            sender=read_integer(fields["sender"], "sender", least=1, most=MAX_TRUSTEES),
            recipient=read_integer(fields["recipient"], "recipient", least=1, most=MAX_TRUSTEES),
            share=SignedMessage.parse(fields["share"], group),
        )

    def to_bytes(self) -> bytes:
        """Return the object in canonical form."""
        return canonical_json({"sender": self.sender, "recipient": self.recipient, "share": self.share.to_json()})


def _texts(value: JSON, what: str) -> tuple[str, ...]:
    return tuple(read_text(item, what) for item in read_array(value, what))


def _signed(value: JSON, what: str, group: Group) -> tuple[SignedMessage, ...]:
    return tuple(SignedMessage.parse(item, group) for item in read_array(value, what))


def serialize_signed(messages: Sequence[SignedMessage]) -> bytes:
    """Return a list of signed messages in canonical form, as it enters hashes."""
    return canonical_json([signed.to_json() for signed in messages])
