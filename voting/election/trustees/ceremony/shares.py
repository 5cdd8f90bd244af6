"""Read the shares that members sent, and complain with evidence about false ones (step 5). Pure.

A share is a signed text that names its recipient, so a false one convicts its sender before everybody. The text does
not name the ceremony, which is one more reason to draw a fresh seed for each.
"""

from collections.abc import Sequence

from voting.election.errors import (
    ComplaintError,
    ElectionRefusedError,
    InvalidChannelMessageError,
    TrusteeStructureError,
)
from voting.election.group.base import Element, Group
from voting.election.proofs import require_message_signature
from voting.election.shape import read_canonical, read_object, read_scalar
from voting.election.trustees.ceremony.messages import Complaint, MemberInput
from voting.election.trustees.ceremony.roster import Ceremony
from voting.election.trustees.channel import open_signed, read_signed
from voting.election.trustees.objects import SignedMessage
from voting.election.trustees.pedersen import certificates_message, require_valid_coefficients, share_commitment
from voting.election.trustees.pki import TrusteeSecrets


def require_received(ceremony: Ceremony, received: MemberInput) -> list[tuple[Element, ...]]:
    """Check everybody's public messages as they reached one member, and return everybody's coefficients.

    Raises:
        TrusteeStructureError: the input is not from as many members as the ceremony has, or lacks the signatures.
        ElectionRefusedError: a signature or coefficient is false, by its own class, naming the member.
    """
    if received.signatures is None:
        raise TrusteeStructureError("the members did not sign the certificates")
    for part in (received.secrets, received.coefficients, received.signatures):
        if len(part) != ceremony.size:
            raise TrusteeStructureError(f"messages of {len(part)} members instead of {ceremony.size}")
    found: list[tuple[Element, ...]] = []
    for number, (keys, signed, signature) in enumerate(
        zip(ceremony.keys, received.coefficients, received.signatures, strict=True), start=1
    ):
        coefficients = require_valid_coefficients(ceremony.group, ceremony.threshold, number, keys, signed)
        message = certificates_message(ceremony.group, ceremony.certificates, coefficients)
        require_message_signature(ceremony.group, keys.verification, message, signature)
        found.append(coefficients)
    return found


def read_shares(
    ceremony: Ceremony, secrets: TrusteeSecrets, received: MemberInput
) -> tuple[list[int], list[Complaint]]:
    """Decrypt the shares sent to one member, and judge them.

    Returns:
        The good shares, and evidence against every member whose share does not fit its coefficients.

    Raises:
        InvalidChannelMessageError: a share cannot be read, or is not signed by its sender for this member; the message
            names the sender. That is no evidence, as it may have been spoilt on the way: have it sent again, and if it
            stays so, start anew without its sender.
        ElectionRefusedError: as `require_received`.
    """
    number = ceremony.number_of(secrets)
    coefficients = require_received(ceremony, received)
    shares: list[int] = []
    bad: list[Complaint] = []
    for sender, (text, public) in enumerate(zip(received.secrets, coefficients, strict=True), start=1):
        try:
            signed = open_signed(ceremony.group, secrets, text)
            share = _share_in(ceremony, number, sender, signed)
        except ElectionRefusedError as error:
            raise InvalidChannelMessageError(f"the share from member {sender}: {error}") from None
        if share is not None and _fits(ceremony.group, public, number, share):
            shares.append(share)
        else:
            bad.append(Complaint(sender, number, signed))
    return shares, bad


def require_founded(ceremony: Ceremony, coefficients: Sequence[SignedMessage], complaint: Complaint) -> None:
    """Refuse a complaint unless it proves that its sender cheated.

    Args:
        ceremony: the ceremony.
        coefficients: everybody's signed coefficients.
        complaint: the evidence.

    Raises:
        ComplaintError: the accused did not sign this share for the accuser, or the share is good.
        ElectionRefusedError: the accused's coefficients are malformed, by its own class.
    """
    if complaint.sender > ceremony.size or complaint.recipient > ceremony.size or len(coefficients) != ceremony.size:
        raise ComplaintError("a complaint names someone who is no member")
    sender, recipient = complaint.sender, complaint.recipient
    public = require_valid_coefficients(
        ceremony.group, ceremony.threshold, sender, ceremony.keys[sender - 1], coefficients[sender - 1]
    )
    try:
        share = _share_in(ceremony, recipient, sender, complaint.share)
    except ElectionRefusedError as error:
        raise ComplaintError(f"member {sender} did not sign this for member {recipient}: {error}") from None
    if share is not None and _fits(ceremony.group, public, recipient, share):
        raise ComplaintError(f"the share of member {sender} for member {recipient} is good")


def _share_in(ceremony: Ceremony, recipient: int, sender: int, signed: SignedMessage) -> int | None:
    """Return the share that ``sender`` signed for ``recipient``; None if what it signed is no share.

    Raises:
        ElectionRefusedError: the sender did not sign it for the recipient.
    """
    group = ceremony.group
    text = read_signed(group, ceremony.keys[recipient - 1].encryption, ceremony.keys[sender - 1].verification, signed)
    try:
        fields = read_object(read_canonical(text.encode(), "share"), "share", ("secret",))
        return read_scalar(fields["secret"], "share", group.order)
    except ElectionRefusedError:
        return None


def _fits(group: Group, coefficients: Sequence[Element], recipient: int, share: int) -> bool:
    return group.generator_power_secret(share) == share_commitment(group, coefficients, recipient)
