"""Who takes part in a key ceremony (step 2). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from voting.election.errors import CertificateError
from voting.election.group.base import Group
from voting.election.trustees.ceremony.messages import serialize_signed
from voting.election.trustees.objects import CertificateKeys, SignedMessage
from voting.election.trustees.pedersen import require_valid_certificates
from voting.election.trustees.pki import TrusteeSecrets
from voting.encoding import JSON, canonical_json, sha256


@dataclass(frozen=True, slots=True)
class Ceremony:
    """A ceremony whose certificates have been checked.

    Attributes:
        group: the group of the election to come.
        threshold: how many members will be needed.
        certificates: everybody's certificate, in the members' order.
        keys: the keys in them.
    """

    group: Group
    threshold: int
    certificates: tuple[SignedMessage, ...]
    keys: tuple[CertificateKeys, ...]

    @classmethod
    def begin(cls, group: Group, threshold: int, certificates: Sequence[SignedMessage]) -> Self:
        """Check all certificates.

        Raises:
            ElectionRefusedError: by its own class, naming the member (`require_valid_certificates`).
        """
        keys = require_valid_certificates(group, threshold, certificates)
        return cls(group, threshold, tuple(certificates), tuple(keys))

    @property
    def size(self) -> int:
        """The number of members."""
        return len(self.keys)

    @property
    def identifier(self) -> str:
        """What binds messages to this ceremony: SHA-256 of all certificates, which name group, size and threshold."""
        return sha256(serialize_signed(self.certificates)).hex()

    def number_of(self, secrets: TrusteeSecrets) -> int:
        """Return the member number (from 1) of the holder of these secrets.

        Raises:
            CertificateError: no certificate is from this seed.
        """
        own = secrets.public(self.group)
        for number, keys in enumerate(self.keys, start=1):
            if (keys.verification, keys.encryption) == (own.verification, own.encryption):
                return number
        raise CertificateError("no certificate of this ceremony was made from this seed")


def text_of(content: Mapping[str, JSON]) -> str:
    """Return a JSON object as the text that is signed or encrypted."""
    return canonical_json(dict(content)).decode()
