"""The published objects of trustees (Belenios specification, "Verification keys", "Trustees", "Threshold").

Two shapes of a threshold structure exist. The older (tool 2.0) has neither certificate contexts nor signatures of the
certificates; it is read. The newer (2.5.1 and later; 2.0 ignores what it does not know) is read and written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from voting.election.errors import MalformedObjectError, TrusteeStructureError
from voting.election.group.base import Element, Group
from voting.election.objects import Proof
from voting.election.shape import (
    read_array,
    read_canonical,
    read_element,
    read_integer,
    read_json,
    read_object,
    read_text,
)
from voting.encoding import JSON, canonical_json

MAX_TRUSTEES = 255


@dataclass(frozen=True, slots=True)
class TrusteePublicKey:
    """``{"pok":proof,"public_key":G[,"signature":proof][,"name":str]}``: a key with a proof of knowing its secret."""

    pok: Proof
    public_key: Element
    signature: Proof | None = None
    name: str | None = None

    @classmethod
    def parse(cls, value: JSON, group: Group) -> Self:
        """Read the object and check membership; the proof is checked by `voting.election.trustees.checks`."""
        fields = read_object(
            value, "trustee key", ("pok", "public_key", "signature", "name"), optional=("signature", "name")
        )
        return cls(
            pok=Proof.parse(fields["pok"], group.order),
            public_key=read_element(fields["public_key"], "trustee key", group.parse),
            signature=Proof.parse(fields["signature"], group.order) if "signature" in fields else None,
            name=read_text(fields["name"], "trustee's name") if "name" in fields else None,
        )

    def to_json(self, group: Group) -> JSON:
        """Return the object in canonical field order."""
        found: dict[str, JSON] = {"pok": self.pok.to_json(), "public_key": group.serialize(self.public_key)}
        if self.signature is not None:
            found["signature"] = self.signature.to_json()
        if self.name is not None:
            found["name"] = self.name
        return found


@dataclass(frozen=True, slots=True)
class SignedMessage:
    """``{"message":str,"signature":proof}``: a text signed by a trustee (hash ``sigmsg|message|A``)."""

    message: str
    signature: Proof

    @classmethod
    def parse(cls, value: JSON, group: Group) -> Self:
        """Read the object; nothing is checked but its shape."""
        fields = read_object(value, "signed message", ("message", "signature"))
        return cls(read_text(fields["message"], "message"), Proof.parse(fields["signature"], group.order))

    def to_json(self) -> JSON:
        """Return the object in canonical field order."""
        return {"message": self.message, "signature": self.signature.to_json()}


@dataclass(frozen=True, slots=True)
class CertificateContext:
    """``{"group":str,"size":n,"threshold":t,"index":i}``: what a certificate was made for; the index counts from 1."""

    group: str
    size: int
    threshold: int
    index: int

    def to_json(self) -> JSON:
        """Return the object in canonical field order."""
        return {"group": self.group, "size": self.size, "threshold": self.threshold, "index": self.index}


@dataclass(frozen=True, slots=True)
class CertificateKeys:
    """The message of a certificate: ``{["context":…,]"verification":G,"encryption":G}``."""

    verification: Element
    encryption: Element
    context: CertificateContext | None = None

    @classmethod
    def parse(cls, message: str, group: Group) -> Self:
        """Read the text that was signed and check membership of both keys."""
        value = read_canonical(message.encode(), "certificate")
        fields = read_object(value, "certificate", ("context", "verification", "encryption"), optional=("context",))
        context = None
        if "context" in fields:
            inner = read_object(fields["context"], "certificate context", ("group", "size", "threshold", "index"))
            context = CertificateContext(
                group=read_text(inner["group"], "group"),
                size=read_integer(inner["size"], "size", least=1, most=MAX_TRUSTEES),
                threshold=read_integer(inner["threshold"], "threshold", least=1, most=MAX_TRUSTEES),
                index=read_integer(inner["index"], "index", least=1, most=MAX_TRUSTEES),
            )
        return cls(
            verification=read_element(fields["verification"], "verification key", group.parse),
            encryption=read_element(fields["encryption"], "encryption key", group.parse),
            context=context,
        )

    def message(self, group: Group) -> str:
        """Return the text to be signed."""
        found: dict[str, JSON] = {}
        if self.context is not None:
            found["context"] = self.context.to_json()
        found["verification"] = group.serialize(self.verification)
        found["encryption"] = group.serialize(self.encryption)
        return canonical_json(found).decode()


def parse_coefficients(message: str, group: Group, *, threshold: int | None = None) -> tuple[Element, ...]:
    """Read ``{"coefexps":[G,…]}``, the public coefficients of one trustee's polynomial, and check membership."""
    fields = read_object(read_canonical(message.encode(), "coefficients"), "coefficients", ("coefexps",))
    items = read_array(fields["coefexps"], "coefficients", length=threshold)
    return tuple(read_element(item, "coefficient", group.parse) for item in items)


def coefficients_message(coefficients: Sequence[Element], group: Group) -> str:
    """Return ``{"coefexps":[G,…]}``, the text to be signed."""
    return canonical_json({"coefexps": [group.serialize(c) for c in coefficients]}).decode()


@dataclass(frozen=True, slots=True)
class PedersenParameters:
    """A threshold structure: any ``threshold`` of its members decrypt together.

    ``{"threshold":t,"certs":[signed],"coefexps":[signed][,"signatures":[proof]],"verification_keys":[key]}``;
    ``signatures`` is ``None`` in the older shape.
    """

    threshold: int
    certs: tuple[SignedMessage, ...]
    coefexps: tuple[SignedMessage, ...]
    verification_keys: tuple[TrusteePublicKey, ...]
    signatures: tuple[Proof, ...] | None = None

    @classmethod
    def parse(cls, value: JSON, group: Group) -> Self:
        """Read either shape.

        Raises:
            TrusteeStructureError: lists of different lengths, or an impossible threshold.
        """
        order = ("threshold", "certs", "coefexps", "signatures", "verification_keys")
        fields = read_object(value, "threshold structure", order, optional=("signatures",))
        signatures = None
        if "signatures" in fields:
            items = read_array(fields["signatures"], "signatures")
            signatures = tuple(Proof.parse(item, group.order) for item in items)
        found = cls(
            threshold=read_integer(fields["threshold"], "threshold", least=1),
            certs=tuple(SignedMessage.parse(item, group) for item in read_array(fields["certs"], "certs")),
            coefexps=tuple(SignedMessage.parse(item, group) for item in read_array(fields["coefexps"], "coefexps")),
            verification_keys=tuple(
                TrusteePublicKey.parse(item, group)
                for item in read_array(fields["verification_keys"], "verification keys")
            ),
            signatures=signatures,
        )
        found.require_possible_numbers()
        return found

    @property
    def size(self) -> int:
        """The number of members."""
        return len(self.verification_keys)

    def require_possible_numbers(self) -> None:
        """Refuse lists of different lengths and a threshold that no set of members can meet.

        Raises:
            TrusteeStructureError: so.
        """
        lengths = {len(self.certs), len(self.coefexps), len(self.verification_keys)}
        if self.signatures is not None:
            lengths.add(len(self.signatures))
        if len(lengths) != 1 or not 1 <= self.threshold <= self.size <= MAX_TRUSTEES:
            raise TrusteeStructureError(f"threshold {self.threshold} over lists of {sorted(lengths)} members")

    def to_json(self, group: Group) -> JSON:
        """Return the object in canonical field order."""
        found: dict[str, JSON] = {
            "threshold": self.threshold,
            "certs": [cert.to_json() for cert in self.certs],
            "coefexps": [coefexp.to_json() for coefexp in self.coefexps],
        }
        if self.signatures is not None:
            found["signatures"] = [signature.to_json() for signature in self.signatures]
        found["verification_keys"] = [key.to_json(group) for key in self.verification_keys]
        return found


TrusteeEntry = TrusteePublicKey | PedersenParameters
"""One entry of the list of trustees: ``["Single",key]`` or ``["Pedersen",parameters]``."""


def parse_trustees(data: bytes, group: Group) -> tuple[TrusteeEntry, ...]:
    """Read the list of trustees.

    Raises:
        TrusteeStructureError: an empty list.
        ElectionRefusedError: any other malformed part, by its own class.
    """
    entries: list[TrusteeEntry] = []
    for item in read_array(read_json(data, "trustees"), "trustees"):
        kind, content = read_array(item, "trustee", length=2)
        if kind == "Single":
            entries.append(TrusteePublicKey.parse(content, group))
        elif kind == "Pedersen":
            entries.append(PedersenParameters.parse(content, group))
        else:
            raise MalformedObjectError("trustee: neither Single nor Pedersen")
    if not entries:
        raise TrusteeStructureError("an election without trustees")
    return tuple(entries)


def serialize_trustees(entries: Sequence[TrusteeEntry], group: Group) -> bytes:
    """Return the list of trustees as it stands in an archive."""
    return canonical_json(
        [["Single" if isinstance(entry, TrusteePublicKey) else "Pedersen", entry.to_json(group)] for entry in entries]
    )
