"""Keys with which threshold trustees sign for and encrypt to one another (Belenios specification, "PKI").

A trustee's only long-lived secret is a seed of 22 Base58 characters, short enough to be written on paper. A signing
key and a decryption key follow from it; everything else that the ceremony makes is published, or encrypted to these.
"""

import hmac
import re
from dataclasses import dataclass, field
from typing import Self

from voting.election.definition import BASE58
from voting.election.errors import CertificateError, MalformedSeedError
from voting.election.group.base import Element, Group
from voting.election.proofs import require_message_signature, sign_message
from voting.election.randomness import Random, system_random
from voting.election.trustees.objects import CertificateContext, CertificateKeys, SignedMessage
from voting.encoding import sha256

SEED_LENGTH = 22
_SEED = re.compile(f"[{BASE58}]{{{SEED_LENGTH}}}", re.ASCII)


@dataclass(frozen=True, slots=True)
class TrusteeSecrets:
    """What follows from a trustee's seed: two secret exponents. Never shown, not even by ``repr``."""

    signing: int = field(repr=False)
    decryption: int = field(repr=False)

    @classmethod
    def from_seed(cls, seed: str, group: Group) -> Self:
        """Derive both keys: SHA-256 of ``sk|SEED`` and of ``dk|SEED``, big-endian, modulo the order.

        Raises:
            MalformedSeedError: not 22 characters of Base58.
        """
        if not _SEED.fullmatch(seed):
            raise MalformedSeedError(f"a trustee's seed is {SEED_LENGTH} characters of Base58")
        return cls(signing=_derive(f"sk|{seed}", group), decryption=_derive(f"dk|{seed}", group))

    def public(self, group: Group, context: CertificateContext | None = None) -> CertificateKeys:
        """Return the public halves, as they stand in a certificate."""
        return CertificateKeys(
            verification=group.generator_power_secret(self.signing),
            encryption=group.generator_power_secret(self.decryption),
            context=context,
        )


def draw_seed(random: Random = system_random) -> str:
    """Draw a fresh seed (128 bits)."""
    return "".join(BASE58[random(len(BASE58))] for _ in range(SEED_LENGTH))


def make_certificate(
    group: Group, secrets: TrusteeSecrets, context: CertificateContext, *, random: Random = system_random
) -> SignedMessage:
    """Make the certificate that a trustee publishes in the first step of the ceremony, in the newer shape."""
    return sign(group, secrets, secrets.public(group, context).message(group), random=random)


def certificate_identifier(certificate: SignedMessage) -> str:
    """Return the name under which files keep a certificate: SHA-256 of its message, hexadecimal."""
    return sha256(certificate.message.encode()).hex()


def sign(group: Group, secrets: TrusteeSecrets, message: str, *, random: Random = system_random) -> SignedMessage:
    """Sign a message to be read by everybody."""
    return SignedMessage(message, sign_message(group, secrets.signing, message, random=random))


def require_signed(group: Group, verification: Element, signed: SignedMessage) -> None:
    """Refuse a message that the holder of a verification key did not sign.

    Raises:
        MessageSignatureError: so.
    """
    require_message_signature(group, verification, signed.message, signed.signature)


def require_own_certificate(group: Group, secrets: TrusteeSecrets, keys: CertificateKeys) -> None:
    """Refuse to go on under a certificate that was not made from one's own seed.

    Raises:
        CertificateError: a key of it is another one.
    """
    own = secrets.public(group)
    for mine, claimed in ((own.verification, keys.verification), (own.encryption, keys.encryption)):
        if not hmac.compare_digest(group.serialize(mine), group.serialize(claimed)):
            raise CertificateError("the certificate holds another key than the seed gives")


def _derive(text: str, group: Group) -> int:
    return int.from_bytes(sha256(text.encode()), "big") % group.order
