"""Everything that must hold for the published keys of trustees, single and threshold (voting.md facts: tool 2.0, 3.x).

For a threshold structure over members 1…n with threshold t, coefficients ``A_ik`` (member i, degree k < t):

- certificate i is signed with its own verification key and, in the newer shape, made for this group, n, t and i;
- the coefficients i are signed with that key;
- member j's key is ``Π_i Π_k A_ik^(j^k)``, and j proves to know its secret;
- in the newer shape member i also signed all certificates together with its own coefficients, and j its key.

Both shapes are checked as far as they go; a mixture of them is refused.
"""

from collections.abc import Sequence

from voting.election.errors import CertificateError, DuplicateTrusteeKeyError, VerificationKeyError
from voting.election.group.base import Element, Group
from voting.election.group.errors import IdentityElementError
from voting.election.proofs import require_message_signature, require_possession
from voting.election.trustees.objects import (
    CertificateContext,
    CertificateKeys,
    PedersenParameters,
    SignedMessage,
    TrusteeEntry,
    TrusteePublicKey,
    parse_coefficients,
)
from voting.encoding import JSON, canonical_json


def require_trustees(entries: Sequence[TrusteeEntry], group: Group) -> None:
    """Check all trustees of an election.

    Raises:
        PossessionProofError, MessageSignatureError, CertificateError, VerificationKeyError, IdentityElementError,
        NotInGroupError, MalformedElementError, MalformedObjectError: as their names say.
        DuplicateTrusteeKeyError: two of them have the same key.
    """
    keys: list[Element] = []
    for entry in entries:
        if isinstance(entry, TrusteePublicKey):
            require_trustee_key(entry, group)
            if entry.signature is not None:
                require_message_signature(group, entry.public_key, group.serialize(entry.public_key), entry.signature)
            keys.append(entry.public_key)
        else:
            require_pedersen(entry, group)
            keys += [key.public_key for key in entry.verification_keys]
    if len(set(keys)) != len(keys):
        raise DuplicateTrusteeKeyError("two trustees have the same key")


def require_trustee_key(key: TrusteePublicKey, group: Group) -> None:
    """Check that a key is not the identity and that its owner knows its secret.

    Raises:
        IdentityElementError, PossessionProofError: so.
    """
    _require_not_identity(key.public_key, group, "a trustee's key")
    require_possession(group, key.public_key, key.pok)


def require_pedersen(parameters: PedersenParameters, group: Group) -> None:
    """Check a whole threshold structure; raises as `require_trustees`."""
    parameters.require_possible_numbers()
    certificates = require_certificates(parameters.certs, group, threshold=parameters.threshold)
    if (parameters.signatures is None) != (certificates[0].context is None):
        raise CertificateError("certificates of one shape and signatures of the other")
    coefficients = published_coefficients(parameters, group)
    for certificate, signed in zip(certificates, parameters.coefexps, strict=True):
        require_message_signature(group, certificate.verification, signed.message, signed.signature)
    for index, key in enumerate(parameters.verification_keys, start=1):
        if key.public_key != verification_key(coefficients, index, group):
            raise VerificationKeyError(f"the key of member {index} does not follow from the coefficients")
        require_trustee_key(key, group)
    if parameters.signatures is None:
        return
    for certificate, signature, own in zip(certificates, parameters.signatures, coefficients, strict=True):
        message = certificates_message(parameters.certs, own, group)
        require_message_signature(group, certificate.verification, message, signature)
    for index, (certificate, key) in enumerate(zip(certificates, parameters.verification_keys, strict=True), start=1):
        if key.signature is None:
            raise CertificateError(f"the key of member {index} is not signed")
        text = group.serialize(key.public_key)
        require_message_signature(group, certificate.verification, text, key.signature)


def require_certificates(certs: Sequence[SignedMessage], group: Group, *, threshold: int) -> list[CertificateKeys]:
    """Check the certificates of all members, in order, and return their keys.

    Raises:
        CertificateError: one was made for another group, size, threshold or index, or the shapes are mixed.
        DuplicateTrusteeKeyError: two members use the same key.
        MessageSignatureError: one is not signed with its own key.
    """
    found: list[CertificateKeys] = []
    for index, cert in enumerate(certs, start=1):
        keys = CertificateKeys.parse(cert.message, group)
        expected = CertificateContext(group=group.name, size=len(certs), threshold=threshold, index=index)
        if keys.context is not None and keys.context != expected:
            raise CertificateError(f"the certificate of member {index} was made for something else")
        if found and (keys.context is None) != (found[0].context is None):
            raise CertificateError("certificates of both shapes")
        _require_not_identity(keys.verification, group, "a verification key")
        _require_not_identity(keys.encryption, group, "an encryption key")
        require_message_signature(group, keys.verification, cert.message, cert.signature)
        found.append(keys)
    used = [key for keys in found for key in (keys.verification, keys.encryption)]
    if len(set(used)) != len(used):
        raise DuplicateTrusteeKeyError("two certificates share a key")
    return found


def certificates_message(certs: Sequence[SignedMessage], coefficients: Sequence[Element], group: Group) -> str:
    """Return what a member signs in the newer shape: all certificates, and its own coefficients."""
    content: JSON = {
        "certs": [cert.to_json() for cert in certs],
        "coefexps": [group.serialize(coefficient) for coefficient in coefficients],
    }
    return "certs_sig|" + canonical_json(content).decode()


def published_coefficients(parameters: PedersenParameters, group: Group) -> list[tuple[Element, ...]]:
    """Return ``A_ik``: member by member the public coefficients, ``threshold`` each, none of them the identity."""
    found = [
        parse_coefficients(signed.message, group, threshold=parameters.threshold) for signed in parameters.coefexps
    ]
    for coefficients in found:
        for coefficient in coefficients:
            _require_not_identity(coefficient, group, "a coefficient")
    return found


def verification_key(coefficients: Sequence[Sequence[Element]], index: int, group: Group) -> Element:
    """Return ``Π_i Π_k A_ik^(index^k)``, the public key of the member with this index (from 1)."""
    return group.product(share_commitment(own, index, group) for own in coefficients)


def share_commitment(coefficients: Sequence[Element], index: int, group: Group) -> Element:
    """Return ``Π_k A_k^(index^k) = g^f(index)``, to which the share of one member for another must fit."""
    exponents = [pow(index, degree, group.order) for degree in range(len(coefficients))]
    return group.multi_power(coefficients, exponents)


def _require_not_identity(element: Element, group: Group, what: str) -> None:
    if element == group.identity:
        raise IdentityElementError(f"{what} is the identity element")
