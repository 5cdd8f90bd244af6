"""The mathematics of threshold trustees, and what must hold for a published structure. Pure, public data only.

Member i of n drew a polynomial ``f_i`` of degree t − 1 and published ``A_ik = g^a_ik`` for each coefficient. Member j's
decryption key is ``Σ_i f_i(j)``, so its public half follows from the published coefficients alone, as does the key to
which ballots are encrypted: ``Π_i A_i0``. (T. P. Pedersen, "A threshold cryptosystem without a trusted party", 1991;
Belenios specification, "Threshold".)
"""

from collections.abc import Callable, Collection, Sequence

from voting.election.errors import (
    CertificateError,
    DuplicateTrusteeKeyError,
    ElectionRefusedError,
    TrusteeStructureError,
    VerificationKeyError,
)
from voting.election.group.base import Element, Group
from voting.election.group.errors import IdentityElementError
from voting.election.proofs import require_message_signature, require_possession
from voting.election.trustees.objects import (
    CertificateContext,
    CertificateKeys,
    PedersenParameters,
    SignedMessage,
    parse_coefficients,
)
from voting.election.trustees.pki import require_signed
from voting.encoding import JSON, canonical_json


def evaluate(polynomial: Sequence[int], at: int, order: int) -> int:
    """Return ``f(at)`` modulo the order; coefficients from the constant one upward."""
    value = 0
    for coefficient in reversed(polynomial):
        value = (value * at + coefficient) % order
    return value


def share_commitment(group: Group, coefficients: Sequence[Element], index: int) -> Element:
    """Return ``g^f(index) = Π_k A_k^(index^k)`` from the public coefficients, by Horner's rule in the exponent."""
    value = group.identity
    for coefficient in reversed(coefficients):
        value = group.multiply(group.power(value, index), coefficient)
    return value


def verification_key(group: Group, all_coefficients: Sequence[Sequence[Element]], index: int) -> Element:
    """Return member ``index``'s public key (``index`` from 1), as it follows from everybody's coefficients."""
    return group.product([share_commitment(group, coefficients, index) for coefficients in all_coefficients])


def lagrange_coefficient(indexes: Collection[int], index: int, order: int) -> int:
    """Return ``λ = Π_{k ≠ index} k / (k − index)`` modulo the order, over the chosen member numbers."""
    numerator, denominator = 1, 1
    for other in indexes:
        if other != index:
            numerator = numerator * other % order
            denominator = denominator * (other - index) % order
    return numerator * pow(denominator, -1, order) % order


def public_coefficients(parameters: PedersenParameters, group: Group) -> list[tuple[Element, ...]]:
    """Read everybody's public coefficients out of the signed messages.

    Raises:
        ElectionRefusedError: a message is no list of exactly ``threshold`` members of the group.
    """
    return [parse_coefficients(signed.message, group, threshold=parameters.threshold) for signed in parameters.coefexps]


def structure_key(group: Group, all_coefficients: Sequence[Sequence[Element]]) -> Element:
    """Return the structure's share of the election key: ``Π_i A_i0``."""
    return group.product([coefficients[0] for coefficients in all_coefficients])


def require_valid_parameters(group: Group, parameters: PedersenParameters) -> list[tuple[Element, ...]]:
    """Check everything that a published threshold structure claims; return everybody's public coefficients.

    Stricter than the reference tools in that two members may not have the same key, no coefficient and no key may be
    the identity, and the two published shapes may not be mixed.

    Raises:
        TrusteeStructureError: impossible numbers, or a mixture of the older and the newer shape.
        CertificateError: a certificate was made for another group, size, threshold or index.
        DuplicateTrusteeKeyError: two members share a key.
        IdentityElementError: a key or coefficient is the identity.
        MessageSignatureError: a signature does not hold.
        VerificationKeyError: a member's key does not follow from the coefficients.
        PossessionProofError: a member's proof of possession does not hold.
    """
    parameters.require_possible_numbers()
    keys = require_valid_certificates(group, parameters.threshold, parameters.certs, old=parameters.signatures is None)
    coefficients = [
        require_valid_coefficients(group, parameters.threshold, number, key, signed)
        for number, (key, signed) in enumerate(zip(keys, parameters.coefexps, strict=True), start=1)
    ]
    _require_certificate_signatures(group, parameters, keys, coefficients)
    _require_verification_keys(group, parameters, keys, coefficients)
    if structure_key(group, coefficients) == group.identity:
        raise IdentityElementError("the members' keys cancel each other out")
    return coefficients


def require_valid_certificates(
    group: Group, threshold: int, certificates: Sequence[SignedMessage], *, old: bool = False
) -> list[CertificateKeys]:
    """Check the members' certificates, and return their keys.

    Args:
        group: the group of the ceremony.
        threshold: how many members are to be needed.
        certificates: in the members' order.
        old: they are in the older shape, which does not say what a certificate was made for.

    Raises:
        ElectionRefusedError: as `require_valid_parameters` says of certificates.
    """
    size = len(certificates)
    if not 1 <= threshold <= size:
        raise TrusteeStructureError(f"threshold {threshold} of {size} members")
    keys: list[CertificateKeys] = []
    for number, certificate in enumerate(certificates, start=1):
        with_number = f"member {number}"
        found = CertificateKeys.parse(certificate.message, group)
        expected = None if old else CertificateContext(group.name, size, threshold, number)
        if (found.context is None) != old:
            raise TrusteeStructureError(f"{with_number}: certificates of the older and the newer shape are mixed")
        if found.context != expected:
            raise CertificateError(f"{with_number}: the certificate is for another group, size, threshold or index")
        if group.identity in {found.verification, found.encryption}:
            raise IdentityElementError(f"{with_number}: the certificate holds the identity element")
        _naming(number, require_signed, group, found.verification, certificate)
        keys.append(found)
    # Nor may one member's encryption key be another's verification key: nobody honest draws the same key twice.
    _require_distinct([key for pair in keys for key in (pair.verification, pair.encryption)], "certificate keys")
    return keys


def require_valid_coefficients(
    group: Group, threshold: int, number: int, key: CertificateKeys, signed: SignedMessage
) -> tuple[Element, ...]:
    """Check one member's signed coefficients, and return them.

    Raises:
        MessageSignatureError: the member did not sign them.
        IdentityElementError: one is the identity, which lowers the degree or makes the constant public.
        ElectionRefusedError: not exactly ``threshold`` members of the group.
    """
    _naming(number, require_signed, group, key.verification, signed)
    coefficients = parse_coefficients(signed.message, group, threshold=threshold)
    if group.identity in coefficients:
        raise IdentityElementError(f"member {number}: a coefficient is the identity element")
    return coefficients


def certificates_message(group: Group, certificates: Sequence[SignedMessage], coefficients: Sequence[Element]) -> str:
    """Return what a member signs to say: with these certificates in view I published these coefficients of mine."""
    content: JSON = {
        "certs": [certificate.to_json() for certificate in certificates],
        "coefexps": [group.serialize(coefficient) for coefficient in coefficients],
    }
    return f"certs_sig|{canonical_json(content).decode()}"


def _require_certificate_signatures(
    group: Group,
    parameters: PedersenParameters,
    keys: Sequence[CertificateKeys],
    all_coefficients: Sequence[Sequence[Element]],
) -> None:
    if parameters.signatures is None:
        return
    for number, (key, signature, coefficients) in enumerate(
        zip(keys, parameters.signatures, all_coefficients, strict=True), start=1
    ):
        message = certificates_message(group, parameters.certs, coefficients)
        _naming(number, require_message_signature, group, key.verification, message, signature)


def _require_verification_keys(
    group: Group,
    parameters: PedersenParameters,
    keys: Sequence[CertificateKeys],
    all_coefficients: Sequence[Sequence[Element]],
) -> None:
    old = parameters.signatures is None
    for number, (key, published) in enumerate(zip(keys, parameters.verification_keys, strict=True), start=1):
        if published.public_key == group.identity:
            raise IdentityElementError(f"member {number}: the key is the identity element")
        if published.public_key != verification_key(group, all_coefficients, number):
            raise VerificationKeyError(f"member {number}: the key does not follow from the coefficients")
        if (published.signature is None) != old:
            raise TrusteeStructureError(f"member {number}: keys of the older and the newer shape are mixed")
        _naming(number, require_possession, group, published.public_key, published.pok)
        if published.signature is not None:
            message = group.serialize(published.public_key)
            _naming(number, require_message_signature, group, key.verification, message, published.signature)
    if parameters.threshold > 1:
        # With a threshold of one the polynomials are constant, and all members rightly hold the same key.
        _require_distinct([published.public_key for published in parameters.verification_keys], "keys")


def _require_distinct(elements: Sequence[Element], what: str) -> None:
    if len(set(elements)) != len(elements):
        raise DuplicateTrusteeKeyError(f"two members have the same {what}")


def _naming(number: int, check: Callable[..., None], *arguments: object) -> None:
    """Run a check of one member; a refusal says which member it is about."""
    try:
        check(*arguments)
    except ElectionRefusedError as error:
        raise type(error)(f"member {number}: {error}") from None
