"""Compute one's key, put the published structure together, and open the key again (steps 5 and 6). Pure."""

from collections.abc import Sequence

from voting.election.errors import (
    ElectionRefusedError,
    InvalidShareError,
    TrusteeStructureError,
    VerificationKeyError,
    WrongPrivateKeyError,
)
from voting.election.group.base import Element, Group
from voting.election.proofs import prove_possession, sign_message
from voting.election.randomness import Random, system_random
from voting.election.shape import read_array, read_canonical, read_object, read_scalar
from voting.election.trustees.ceremony.commitment import require_committed
from voting.election.trustees.ceremony.messages import CommitmentRound, MemberInput, MemberOutput, PolynomialMessage
from voting.election.trustees.ceremony.polynomial import require_complete
from voting.election.trustees.ceremony.roster import Ceremony, text_of
from voting.election.trustees.ceremony.shares import read_shares, require_received
from voting.election.trustees.channel import Cipher, receive, send
from voting.election.trustees.objects import MAX_TRUSTEES, CertificateKeys, PedersenParameters, TrusteePublicKey
from voting.election.trustees.pedersen import require_valid_parameters, verification_key
from voting.election.trustees.pki import TrusteeSecrets


def compute_key(
    ceremony: Ceremony,
    secrets: TrusteeSecrets,
    received: MemberInput,
    committed: CommitmentRound | None,
    *,
    name: str | None = None,
    cipher: Cipher = Cipher.GCM,
    random: Random = system_random,
) -> MemberOutput:
    """Check everything received, and compute this member's key.

    Args:
        ceremony: the ceremony.
        secrets: this member's.
        received: what `member_input` collected.
        committed: the commitment round; None only where the others use tools that know no such round.
        name: a name to stand beside the public key.
        cipher: of the message to oneself that holds the private key.
        random: randomness.

    Raises:
        InvalidShareError: shares that do not fit their senders' coefficients; the message names the senders, and
            `read_shares` gives the evidence.
        InvalidChannelMessageError: a share cannot be read; the message names its sender.
        CoefficientCommitmentError: coefficients differ from the commitments.
        ElectionRefusedError: any other false part, by its own class.
    """
    group, number = ceremony.group, ceremony.number_of(secrets)
    own = ceremony.keys[number - 1]
    all_coefficients = require_received(ceremony, received)
    if committed is not None:
        require_committed(ceremony, committed, received.coefficients)
    _require_own_polynomial(ceremony, secrets, received.polynomial, all_coefficients[number - 1])

    shares, bad = read_shares(ceremony, secrets, received)
    if bad:
        senders = ", ".join(str(complaint.sender) for complaint in bad)
        raise InvalidShareError(f"the share for member {number} does not fit the coefficients of member {senders}")
    key = sum(shares) % group.order
    public = verification_key(group, all_coefficients, number)
    return MemberOutput(
        private_key=send(
            group, secrets, own.encryption, text_of({"decryption_key": str(key)}), cipher=cipher, random=random
        ),
        public_key=TrusteePublicKey(
            pok=prove_possession(group, key, public, random=random),
            public_key=public,
            signature=sign_message(group, secrets.signing, group.serialize(public), random=random),
            name=name,
        ),
    )


def assemble(
    ceremony: Ceremony, polynomials: Sequence[PolynomialMessage], outputs: Sequence[MemberOutput]
) -> PedersenParameters:
    """Put together the threshold structure to be published, and check it as every verifier will.

    Raises:
        ElectionRefusedError: a message is missing or something is false, by its own class.
    """
    signatures = require_complete(ceremony, polynomials)
    if len(outputs) != ceremony.size:
        raise TrusteeStructureError(f"{len(outputs)} outputs of {ceremony.size} members")
    parameters = PedersenParameters(
        threshold=ceremony.threshold,
        certs=ceremony.certificates,
        coefexps=tuple(message.coefficients for message in polynomials),
        verification_keys=tuple(output.public_key for output in outputs),
        signatures=signatures,
    )
    require_valid_parameters(ceremony.group, parameters)
    return parameters


def open_decryption_key(
    group: Group, secrets: TrusteeSecrets, parameters: PedersenParameters, text: str
) -> tuple[int, int]:
    """Open a member's encrypted decryption key with its seed, and check it against the published structure.

    Args:
        group: the election's group.
        secrets: from the member's seed.
        parameters: the published structure.
        text: the encrypted key (``.dkey``, the ``private_key`` of a `MemberOutput`).

    Returns:
        The member number inside the structure (from 1), and the decryption key.

    Raises:
        WrongPrivateKeyError: the seed belongs to no member, or the key is not the one whose public half is published.
        InvalidChannelMessageError: the encrypted key is not readable with this seed.
        MessageSignatureError: it was not encrypted by the member itself.
    """
    own = secrets.public(group)
    certified = [CertificateKeys.parse(certificate.message, group) for certificate in parameters.certs]
    pairs = [(keys.verification, keys.encryption) for keys in certified]
    if (own.verification, own.encryption) not in pairs:
        raise WrongPrivateKeyError("the seed belongs to no member of this structure")
    number = 1 + pairs.index((own.verification, own.encryption))
    fields = read_object(
        read_canonical(receive(group, secrets, own.verification, text).encode(), "decryption key"),
        "decryption key",
        ("decryption_key",),
    )
    # The older tools write the plain sum of the shares, each below the order.
    key = read_scalar(fields["decryption_key"], "decryption key", MAX_TRUSTEES * group.order) % group.order
    if group.generator_power_secret(key) != parameters.verification_keys[number - 1].public_key:
        raise WrongPrivateKeyError(f"the decryption key is not that of member {number}")
    return number, key


def _require_own_polynomial(
    ceremony: Ceremony, secrets: TrusteeSecrets, text: str, coefficients: Sequence[Element]
) -> None:
    """Refuse to go on unless the coefficients published under one's name come from the polynomial one drew.

    Raises:
        VerificationKeyError: they do not, or what came back is not one's polynomial.
    """
    group, own = ceremony.group, secrets.public(ceremony.group)
    try:
        content = read_canonical(receive(group, secrets, own.verification, text).encode(), "polynomial")
        fields = read_object(content, "polynomial", ("polynomial",))
        items = read_array(fields["polynomial"], "polynomial", length=ceremony.threshold)
        polynomial = [read_scalar(item, "coefficient", group.order) for item in items]
    except ElectionRefusedError as error:
        raise VerificationKeyError(f"what came back is not one's own polynomial: {error}") from None
    if tuple(map(group.generator_power_secret, polynomial)) != tuple(coefficients):
        raise VerificationKeyError("the coefficients published under one's own name are not one's own")
