"""Partial decryptions, their proofs and the strong proofs beside the archive.

``{"decryption_factors":[[G,…] per question],"decryption_proofs":[[proof,…] per question]}`` with ``F = alpha^x``.

The protocol's proof hashes neither alpha nor the factor. So a trustee of ours also publishes, in a file beside the
archive, a *strong* proof per factor whose challenge covers everything that it is about (``voting/SPEC.md``, "Strong
decryption proofs")::

    {"format":"madang-strong-decryption-1","election_hash":φ,
     "decryptions":[{"owner":int,"payload":hex,"proofs":[[proof,…] per question]},…]}

in the order of the archive's partial decryptions; ``payload`` is the hash of the partial decryption that it belongs to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Self

from voting.election.definition import Election
from voting.election.errors import (
    DecryptionShapeError,
    MalformedObjectError,
    PayloadReferenceError,
    WrongElectionError,
    WrongPrivateKeyError,
)
from voting.election.group.base import Element, Group
from voting.election.objects import Ciphertext, Proof
from voting.election.proofs import (
    DecryptionPlace,
    DecryptionStatement,
    prove_decryption,
    prove_decryption_strongly,
    require_decryptions,
    require_strong_decryptions,
)
from voting.election.randomness import Random, system_random
from voting.election.shape import (
    read_array,
    read_canonical,
    read_element,
    read_hash,
    read_integer,
    read_object,
    read_text,
)
from voting.election.trustees.objects import MAX_TRUSTEES
from voting.election.trustees.structure import TrusteeMember
from voting.encoding import JSON, canonical_json, sha256

STRONG_FORMAT = "madang-strong-decryption-1"

Ciphertexts = Sequence[Sequence[Ciphertext]]
"""Per question what is decrypted: the tally, with shuffled questions in the last shuffle's order."""


@dataclass(frozen=True, slots=True)
class PartialDecryption:
    """One trustee's factors of every ciphertext, each with its proof.

    Specification: ``voting/SPEC.md`` §8.4.
    """

    factors: tuple[tuple[Element, ...], ...]
    proofs: tuple[tuple[Proof, ...], ...]

    @classmethod
    def parse(cls, data: bytes, group: Group) -> Self:
        """Read the canonical object; membership of every factor is checked.

        Raises:
            NonCanonicalObjectError, MalformedObjectError, MalformedElementError, NotInGroupError,
            MalformedScalarError: as their names say.
        """
        value = read_canonical(data, "partial decryption")
        fields = read_object(value, "partial decryption", ("decryption_factors", "decryption_proofs"))
        return cls(
            factors=tuple(
                tuple(read_element(item, "decryption factor", group.parse) for item in read_array(row, "factors"))
                for row in read_array(fields["decryption_factors"], "factors")
            ),
            proofs=_parse_proofs(fields["decryption_proofs"], group),
        )

    def to_bytes(self, group: Group) -> bytes:
        """Return the object as it stands in an archive."""
        return canonical_json(
            {
                "decryption_factors": [[group.serialize(factor) for factor in row] for row in self.factors],
                "decryption_proofs": [[proof.to_json() for proof in row] for row in self.proofs],
            }
        )

    def flat_factors(self) -> list[Element]:
        """Return the factors of all ciphertexts in one list."""
        return list(chain.from_iterable(self.factors))


@dataclass(frozen=True, slots=True)
class StrongDecryption:
    """One trustee's strong proofs, bound to one partial decryption by its hash."""

    owner: int
    payload: str
    proofs: tuple[tuple[Proof, ...], ...]

    def to_json(self) -> JSON:
        """Return the object in canonical field order."""
        rows: list[JSON] = [[proof.to_json() for proof in row] for row in self.proofs]
        return {"owner": self.owner, "payload": self.payload, "proofs": rows}


@dataclass(frozen=True, slots=True)
class StrongDecryptions:
    """The file of strong proofs. Extension rule: another format name.

    Specification: ``voting/SPEC.md`` §10.
    """

    fingerprint: str
    decryptions: tuple[StrongDecryption, ...]

    @classmethod
    def parse(cls, data: bytes, election: Election) -> Self:
        """Read the canonical file.

        Raises:
            WrongElectionError: it belongs to another election.
            MalformedObjectError, NonCanonicalObjectError, MalformedScalarError: as their names say.
        """
        value = read_canonical(data, "strong proofs")
        fields = read_object(value, "strong proofs", ("format", "election_hash", "decryptions"))
        if fields["format"] != STRONG_FORMAT:
            raise MalformedObjectError("strong proofs of an unknown format")
        fingerprint = read_text(fields["election_hash"], "election hash")
        if fingerprint != election.fingerprint:
            raise WrongElectionError("strong proofs of another election")
        found: list[StrongDecryption] = []
        for item in read_array(fields["decryptions"], "strong proofs"):
            part = read_object(item, "strong proofs", ("owner", "payload", "proofs"))
            found.append(
                StrongDecryption(
                    owner=read_integer(part["owner"], "owner", least=1, most=MAX_TRUSTEES),
                    payload=read_hash(part["payload"], "payload"),
                    proofs=_parse_proofs(part["proofs"], election.group),
                )
            )
        return cls(fingerprint, tuple(found))

    def to_bytes(self) -> bytes:
        """Return the canonical file."""
        return canonical_json(
            {
                "format": STRONG_FORMAT,
                "election_hash": self.fingerprint,
                "decryptions": [decryption.to_json() for decryption in self.decryptions],
            }
        )


def decrypt_partially(
    election: Election,
    member: TrusteeMember,
    secret: int,
    ciphertexts: Ciphertexts,
    *,
    random: Random = system_random,
) -> tuple[PartialDecryption, StrongDecryption]:
    """Make a trustee's factors with both proofs.

    Never call this for ciphertexts that somebody sends: `voting.election.ceremony.decrypt_archive` recomputes them from
    a verified archive first.

    Raises:
        WrongPrivateKeyError: the secret is not this trustee's.
    """
    group = election.group
    if group.generator_power_secret(secret) != member.public_key:
        raise WrongPrivateKeyError(f"the private key is not that of trustee {member.owner}")
    factors: list[tuple[Element, ...]] = []
    proofs: list[tuple[Proof, ...]] = []
    strong: list[tuple[Proof, ...]] = []
    for question, row in enumerate(ciphertexts):
        made = [group.power_secret(ciphertext.alpha, secret) for ciphertext in row]
        claims = [
            _claim(election, member, question, answer, ciphertext, factor)
            for answer, (ciphertext, factor) in enumerate(zip(row, made, strict=True))
        ]
        factors.append(tuple(made))
        proofs.append(tuple(prove_decryption(group, secret, claim, random=random) for claim in claims))
        strong.append(tuple(prove_decryption_strongly(group, secret, claim, random=random) for claim in claims))
    decryption = PartialDecryption(tuple(factors), tuple(proofs))
    payload = sha256(decryption.to_bytes(group)).hex()
    return decryption, StrongDecryption(member.owner, payload, tuple(strong))


def require_decryption(
    election: Election, member: TrusteeMember, decryption: PartialDecryption, ciphertexts: Ciphertexts
) -> None:
    """Check a partial decryption.

    Raises:
        DecryptionShapeError: another number of factors or proofs than of ciphertexts.
        DecryptionProofError: a proof does not hold; the message names trustee, question and ciphertext.
    """
    claims = _claims(election, member, decryption, ciphertexts)
    _require_shape(decryption.proofs, ciphertexts)
    require_decryptions(election.group, claims, list(chain.from_iterable(decryption.proofs)))


def require_strong_decryption(
    election: Election,
    member: TrusteeMember,
    decryption: PartialDecryption,
    strong: StrongDecryption,
    ciphertexts: Ciphertexts,
) -> None:
    """Check the strong proofs of a partial decryption.

    Raises:
        PayloadReferenceError: they belong to another partial decryption or trustee.
        DecryptionShapeError: another number of proofs than of ciphertexts.
        StrongDecryptionProofError: a proof does not hold.
    """
    payload = sha256(decryption.to_bytes(election.group)).hex()
    if (strong.owner, strong.payload) != (member.owner, payload):
        raise PayloadReferenceError(f"the strong proofs of trustee {member.owner} belong to something else")
    claims = _claims(election, member, decryption, ciphertexts)
    _require_shape(strong.proofs, ciphertexts)
    require_strong_decryptions(election.group, claims, list(chain.from_iterable(strong.proofs)))


def _claims(
    election: Election, member: TrusteeMember, decryption: PartialDecryption, ciphertexts: Ciphertexts
) -> list[DecryptionStatement]:
    _require_shape(decryption.factors, ciphertexts)
    return [
        _claim(election, member, question, answer, ciphertext, factor)
        for question, (row, factors) in enumerate(zip(ciphertexts, decryption.factors, strict=True))
        for answer, (ciphertext, factor) in enumerate(zip(row, factors, strict=True))
    ]


def _claim(
    election: Election, member: TrusteeMember, question: int, answer: int, ciphertext: Ciphertext, factor: Element
) -> DecryptionStatement:
    place = DecryptionPlace(election.fingerprint, member.owner, question, answer)
    return DecryptionStatement(place, member.public_key, ciphertext.alpha, factor)


def _require_shape(rows: Sequence[Sequence[object]], ciphertexts: Ciphertexts) -> None:
    if [len(row) for row in rows] != [len(row) for row in ciphertexts]:
        raise DecryptionShapeError("another number of factors or proofs than of ciphertexts")


def _parse_proofs(value: JSON, group: Group) -> tuple[tuple[Proof, ...], ...]:
    return tuple(
        tuple(Proof.parse(item, group.order) for item in read_array(row, "proofs"))
        for row in read_array(value, "proofs")
    )
