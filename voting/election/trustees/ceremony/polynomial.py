"""Draw a polynomial, and hand its parts to the members (steps 3 and 5). Pure."""

from collections.abc import Sequence

from voting.election.errors import TrusteeStructureError
from voting.election.group.base import Element
from voting.election.objects import Proof
from voting.election.proofs import sign_message
from voting.election.randomness import Random, system_random
from voting.election.trustees.ceremony.commitment import commitment_text
from voting.election.trustees.ceremony.messages import MemberInput, PolynomialMessage
from voting.election.trustees.ceremony.roster import Ceremony, text_of
from voting.election.trustees.channel import Cipher, send
from voting.election.trustees.objects import SignedMessage, coefficients_message
from voting.election.trustees.pedersen import certificates_message, evaluate
from voting.election.trustees.pki import TrusteeSecrets, sign


def draw_polynomial(
    ceremony: Ceremony, secrets: TrusteeSecrets, *, cipher: Cipher = Cipher.GCM, random: Random = system_random
) -> tuple[SignedMessage, PolynomialMessage]:
    """Draw a polynomial; return the commitment to publish now, and the message to keep back until all have committed.

    The message may be kept anywhere that others cannot read; all secrets in it are encrypted.
    """
    group, number = ceremony.group, ceremony.number_of(secrets)
    own = ceremony.keys[number - 1]
    # A coefficient of zero would publish the identity, which everybody refuses.
    polynomial = [1 + random(group.order - 1) for _ in range(ceremony.threshold)]
    coefficients = tuple(group.generator_power_secret(coefficient) for coefficient in polynomial)

    def seal(recipient: Element, content: str) -> str:
        return send(group, secrets, recipient, content, cipher=cipher, random=random)

    signed = sign(group, secrets, coefficients_message(coefficients, group), random=random)
    statement = certificates_message(group, ceremony.certificates, coefficients)
    message = PolynomialMessage(
        polynomial=seal(own.encryption, text_of({"polynomial": [str(a) for a in polynomial]})),
        secrets=tuple(
            seal(keys.encryption, text_of({"secret": str(evaluate(polynomial, index, group.order))}))
            for index, keys in enumerate(ceremony.keys, start=1)
        ),
        coefficients=signed,
        signature=sign_message(group, secrets.signing, statement, random=random),
    )
    return sign(group, secrets, commitment_text(ceremony, number, signed), random=random), message


def member_input(ceremony: Ceremony, polynomials: Sequence[PolynomialMessage], number: int) -> MemberInput:
    """Collect what one member needs from everybody's published messages. The server does this; nobody trusts it.

    Raises:
        TrusteeStructureError: a message is missing, has shares for another number of members, or is unsigned.
    """
    signatures = require_complete(ceremony, polynomials)
    return MemberInput(
        polynomial=polynomials[number - 1].polynomial,
        secrets=tuple(message.secrets[number - 1] for message in polynomials),
        coefficients=tuple(message.coefficients for message in polynomials),
        signatures=signatures,
    )


def require_complete(ceremony: Ceremony, polynomials: Sequence[PolynomialMessage]) -> tuple[Proof, ...]:
    """Return everybody's signatures, if everybody sent a signed message with a share for everybody.

    Raises:
        TrusteeStructureError: naming the member who did not.
    """
    if len(polynomials) != ceremony.size:
        raise TrusteeStructureError(f"{len(polynomials)} polynomials of {ceremony.size} members")
    signatures: list[Proof] = []
    for number, message in enumerate(polynomials, start=1):
        if len(message.secrets) != ceremony.size:
            raise TrusteeStructureError(
                f"member {number} sent {len(message.secrets)} shares to {ceremony.size} members"
            )
        if message.signature is None:
            raise TrusteeStructureError(f"member {number} did not sign the certificates")
        signatures.append(message.signature)
    return tuple(signatures)
