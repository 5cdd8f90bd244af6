"""Everything that must hold for the published keys of trustees, single and threshold."""

from collections.abc import Sequence

from voting.election.errors import DuplicateTrusteeKeyError
from voting.election.group.base import Element, Group
from voting.election.group.errors import IdentityElementError
from voting.election.proofs import require_message_signature, require_possession
from voting.election.trustees.objects import TrusteeEntry, TrusteePublicKey
from voting.election.trustees.pedersen import require_valid_parameters


def require_trustees(entries: Sequence[TrusteeEntry], group: Group) -> None:
    """Check all trustees of an election.

    Raises:
        PossessionProofError, MessageSignatureError, CertificateError, VerificationKeyError, IdentityElementError,
        NotInGroupError, MalformedElementError, MalformedObjectError, TrusteeStructureError: as their names say.
        DuplicateTrusteeKeyError: two of them have the same key.
    """
    keys: list[Element] = []
    for entry in entries:
        if isinstance(entry, TrusteePublicKey):
            require_trustee_key(entry, group)
            keys.append(entry.public_key)
        else:
            require_valid_parameters(group, entry)
            # Members of one structure are compared there, as those of a threshold of one share their key.
            keys += {key.public_key for key in entry.verification_keys}
    if len(set(keys)) != len(keys):
        raise DuplicateTrusteeKeyError("two trustees have the same key")


def require_trustee_key(key: TrusteePublicKey, group: Group) -> None:
    """Check that a single trustee's key is not the identity, and that its owner knows the secret and signed it.

    Raises:
        IdentityElementError, PossessionProofError, MessageSignatureError: so.
    """
    if key.public_key == group.identity:
        raise IdentityElementError("a trustee's key is the identity element")
    require_possession(group, key.public_key, key.pok)
    if key.signature is not None:
        require_message_signature(group, key.public_key, group.serialize(key.public_key), key.signature)
