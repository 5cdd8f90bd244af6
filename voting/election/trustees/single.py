"""A trustee who holds a whole key."""

from dataclasses import dataclass, field
from typing import Self

from voting.election.errors import WrongPrivateKeyError
from voting.election.group.base import Group
from voting.election.proofs import prove_possession
from voting.election.randomness import Random, system_random
from voting.election.shape import read_canonical, read_scalar
from voting.election.trustees.objects import TrusteePublicKey
from voting.encoding import canonical_json, sha256


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """The secret exponent of a trustee. Never shown: ``repr`` is empty of it.

    Specification: ``voting/SPEC.md`` §8.
    """

    secret: int = field(repr=False)

    @classmethod
    def parse(cls, data: bytes, group: Group) -> Self:
        """Read a ``.privkey`` file, ``"<decimal>"``.

        Raises:
            MalformedScalarError, MalformedObjectError: it is none.
            WrongPrivateKeyError: zero.
        """
        secret = read_scalar(read_canonical(data.rstrip(b"\n"), "private key"), "private key", group.order)
        if secret == 0:
            raise WrongPrivateKeyError("the private key is zero")
        return cls(secret)

    def to_bytes(self) -> bytes:
        """Return the ``.privkey`` file."""
        return canonical_json(str(self.secret))


def generate_trustee_key(
    group: Group, *, name: str | None = None, random: Random = system_random
) -> tuple[PrivateKey, TrusteePublicKey]:
    """Return a fresh private key and its public one with the proof of possession.

    Specification: ``voting/SPEC.md`` §8.2.
    """
    secret = 1 + random(group.order - 1)
    return PrivateKey(secret), publish_trustee_key(group, secret, name=name, random=random)


def publish_trustee_key(
    group: Group, secret: int, *, name: str | None = None, random: Random = system_random
) -> TrusteePublicKey:
    """Return the public key of a secret exponent with a proof of possession."""
    public = group.generator_power_secret(secret)
    return TrusteePublicKey(pok=prove_possession(group, secret, public, random=random), public_key=public, name=name)


def key_identifier(key: TrusteePublicKey, group: Group) -> str:
    """Return the short name of a key that trustees compare aloud: 8 hexadecimal digits of its hash, upper case."""
    return sha256(group.serialize(key.public_key).encode()).hex()[:8].upper()
