"""Key rehearsal: trustees show, before an election opens, that they can still decrypt. Pure.

An election whose trustees have lost too many keys can never be counted (as happened to the IACR in 2025), so opening
one waits for this. A rehearsal must not become a way to have a ballot decrypted. Therefore the test ciphertext is never
handed over but derived, by everyone alike, from texts that name the election and the occasion:

    r = H("rehearsal|1|UUID|OCCASION|randomness|", y),  m = H("rehearsal|1|UUID|OCCASION|message|", y)
    alpha = g^r,  beta = y^r · g^m

Its randomness is public, so the factor with which a trustee answers tells nobody anything. What counts is the proof
beside it: a strong decryption proof with ``rehearsal|1|UUID|OCCASION`` where the fingerprint of an election stands.
A fingerprint is base64 and has no ``|``, so neither proof can pass for the other.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from voting.election.elgamal import encrypt_integer
from voting.election.errors import RehearsalError, StrongDecryptionProofError, WrongPrivateKeyError
from voting.election.group.base import Element, Group
from voting.election.objects import Ciphertext, Proof
from voting.election.proofs import (
    DecryptionPlace,
    DecryptionStatement,
    prove_decryption_strongly,
    require_strong_decryptions,
)
from voting.election.randomness import Random, system_random
from voting.election.shape import read_canonical, read_element, read_integer, read_object
from voting.election.trustees.objects import MAX_TRUSTEES
from voting.election.trustees.structure import TrusteeMember, Trustees
from voting.encoding import canonical_json

_NAME = re.compile(r"[0-9A-Za-z:._+-]{1,128}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One occasion on which trustees show their keys.

    Attributes:
        trustees: of the election to come; checked (`Trustees.require_valid`) by the caller.
        uuid: the election's identifier.
        occasion: a text that never comes twice, such as the time to the second; letters, digits and ``:._+-``.
    """

    trustees: Trustees
    uuid: str
    occasion: str

    def __post_init__(self) -> None:
        """Refuse names that could run into one another inside a hash."""
        if not (_NAME.fullmatch(self.uuid) and _NAME.fullmatch(self.occasion)):
            raise RehearsalError("a rehearsal is named by letters, digits and :._+- only")

    @property
    def group(self) -> Group:
        """The election's group."""
        return self.trustees.group

    def message(self) -> int:
        """Return the number that the test ciphertext encrypts."""
        return self._derive("message")

    def ciphertext(self) -> Ciphertext:
        """Return the test ciphertext, which everybody derives for themselves."""
        return encrypt_integer(self.group, self.trustees.election_key(), self.message(), self._derive("randomness"))

    def statement(self, member: TrusteeMember, factor: Element) -> DecryptionStatement:
        """Return what a member's answer claims."""
        place = DecryptionPlace(
            fingerprint=f"rehearsal|1|{self.uuid}|{self.occasion}", owner=member.owner, question=0, answer=0
        )
        return DecryptionStatement(place, member.public_key, self.ciphertext().alpha, factor)

    def _derive(self, what: str) -> int:
        prefix = f"rehearsal|1|{self.uuid}|{self.occasion}|{what}|"
        return self.group.hash_to_scalar(prefix, [self.trustees.election_key()])


@dataclass(frozen=True, slots=True)
class RehearsalAnswer:
    """A member's answer: ``{"owner":int,"factor":G,"proof":proof}``; not extensible."""

    owner: int
    factor: Element
    proof: Proof

    @classmethod
    def parse(cls, data: bytes, group: Group) -> Self:
        """Read the object, with membership of the factor."""
        fields = read_object(read_canonical(data, "rehearsal answer"), "rehearsal answer", ("owner", "factor", "proof"))
        return cls(
            owner=read_integer(fields["owner"], "owner", least=1, most=MAX_TRUSTEES),
            factor=read_element(fields["factor"], "factor", group.parse),
            proof=Proof.parse(fields["proof"], group.order),
        )

    def to_bytes(self, group: Group) -> bytes:
        """Return the object in canonical form."""
        return canonical_json(
            {"owner": self.owner, "factor": group.serialize(self.factor), "proof": self.proof.to_json()}
        )


def rehearse(rehearsal: Rehearsal, owner: int, secret: int, *, random: Random = system_random) -> RehearsalAnswer:
    """Answer as the member with number ``owner`` and private (or decryption) key ``secret``.

    Raises:
        WrongPrivateKeyError: the key is not that member's, or there is no such member.
    """
    group = rehearsal.group
    member = _member(rehearsal, owner)
    if member is None or group.generator_power_secret(secret) != member.public_key:
        raise WrongPrivateKeyError(f"this is not the key of trustee {owner}")
    factor = group.power_secret(rehearsal.ciphertext().alpha, secret)
    proof = prove_decryption_strongly(group, secret, rehearsal.statement(member, factor), random=random)
    return RehearsalAnswer(owner, factor, proof)


def require_answer(rehearsal: Rehearsal, answer: RehearsalAnswer) -> None:
    """Refuse an answer that does not show that its owner holds the key.

    Raises:
        RehearsalError: so.
    """
    member = _member(rehearsal, answer.owner)
    if member is None:
        raise RehearsalError(f"there is no trustee {answer.owner}")
    try:
        require_strong_decryptions(rehearsal.group, [rehearsal.statement(member, answer.factor)], [answer.proof])
    except StrongDecryptionProofError:
        raise RehearsalError(f"trustee {answer.owner} did not show that it holds its key") from None


def require_rehearsal(rehearsal: Rehearsal, answers: Sequence[RehearsalAnswer], *, everybody: bool = True) -> None:
    """Refuse to open an election unless its trustees can decrypt: each answer holds, and together they decrypt.

    Args:
        rehearsal: the occasion.
        answers: of the trustees, in any order.
        everybody: every trustee must have answered; otherwise as many as a result needs, which leaves no reserve.

    Raises:
        RehearsalError: an answer is false, there twice or missing, or the test ciphertext comes out wrong.
        NotEnoughDecryptionsError: fewer answers than a result needs.
    """
    group = rehearsal.group
    for answer in answers:
        require_answer(rehearsal, answer)
    factors = {answer.owner: [answer.factor] for answer in answers}
    if len(factors) != len(answers):
        raise RehearsalError("a trustee answered twice")
    missing = [member.owner for member in rehearsal.trustees.members if member.owner not in factors]
    if everybody and missing:
        raise RehearsalError(f"trustees without an answer: {', '.join(map(str, missing))}")
    combined = rehearsal.trustees.combine(factors)[0]
    opened = group.divide(rehearsal.ciphertext().beta, combined)
    if opened != group.power(group.generator, rehearsal.message()):
        # The answers are proven, so this can only be a structure whose key is not that of its members.
        raise RehearsalError("the trustees' keys together do not open what the election key closes")


def _member(rehearsal: Rehearsal, owner: int) -> TrusteeMember | None:
    return next((member for member in rehearsal.trustees.members if member.owner == owner), None)
