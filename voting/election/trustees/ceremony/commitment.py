"""Commit to coefficients before any are seen, then reveal them (steps 3 and 4). Pure.

A commitment is a signed ``{"format","ceremony","index","coefexps"}`` with the SHA-256 of the text that will hold the
coefficients; an acknowledgement is a signed ``{"format","ceremony","index","commitments"}`` with the SHA-256 of the
complete list. Extension rule: another ``format`` is another object; none has further fields.
"""

import re
from collections.abc import Sequence

from voting.election.errors import CoefficientCommitmentError
from voting.election.group.base import Group
from voting.election.randomness import Random, system_random
from voting.election.trustees.ceremony.messages import CommitmentRound, PolynomialMessage, serialize_signed
from voting.election.trustees.ceremony.roster import Ceremony, text_of
from voting.election.trustees.objects import PedersenParameters, SignedMessage
from voting.election.trustees.pki import TrusteeSecrets, require_signed, sign
from voting.encoding import sha256

COMMITMENT_FORMAT = "madang-coefficient-commitment/1"
ACKNOWLEDGEMENT_FORMAT = "madang-coefficient-acknowledgement/1"
_HASH_FIELD = ',"coefexps":"'
_HASH_END = re.compile(r'[0-9a-f]{64}"\}', re.ASCII)


def reveal(
    ceremony: Ceremony,
    secrets: TrusteeSecrets,
    commitments: Sequence[SignedMessage],
    message: PolynomialMessage,
    *,
    random: Random = system_random,
) -> SignedMessage:
    """Acknowledge the complete list of commitments; only now may ``message`` be published, with this signature.

    Raises:
        CoefficientCommitmentError: a commitment is missing or false, or one's own is not to this message.
        MessageSignatureError: a commitment is not its member's.
    """
    number = ceremony.number_of(secrets)
    _require_commitments(ceremony, commitments)
    if commitments[number - 1].message != commitment_text(ceremony, number, message.coefficients):
        raise CoefficientCommitmentError(f"member {number}: the commitment is to other coefficients")
    return sign(ceremony.group, secrets, _acknowledgement_text(ceremony, number, commitments), random=random)


def require_committed(ceremony: Ceremony, committed: CommitmentRound, coefficients: Sequence[SignedMessage]) -> None:
    """Refuse coefficients that were not committed to, or published before everybody had seen all commitments.

    Raises:
        CoefficientCommitmentError: naming the member.
        MessageSignatureError: a commitment or acknowledgement is not its member's.
    """
    group = ceremony.group
    _require_commitments(ceremony, committed.commitments)
    _require_count(ceremony, committed.acknowledgements, "acknowledgements")
    _require_count(ceremony, coefficients, "lists of coefficients")
    for number, (keys, acknowledgement, commitment, signed) in enumerate(
        zip(ceremony.keys, committed.acknowledgements, committed.commitments, coefficients, strict=True), start=1
    ):
        require_signed(group, keys.verification, acknowledgement)
        if acknowledgement.message != _acknowledgement_text(ceremony, number, committed.commitments):
            raise CoefficientCommitmentError(f"member {number} acknowledged another list of commitments")
        if commitment.message != commitment_text(ceremony, number, signed):
            raise CoefficientCommitmentError(f"member {number} published other coefficients than it committed to")


def require_committed_structure(group: Group, parameters: PedersenParameters, committed: CommitmentRound) -> None:
    """Refuse a published structure whose members could have chosen their coefficients late; for everybody to check.

    Raises:
        CoefficientCommitmentError, MessageSignatureError: as `require_committed`.
        ElectionRefusedError: a certificate is false, by its own class.
    """
    ceremony = Ceremony.begin(group, parameters.threshold, parameters.certs)
    require_committed(ceremony, committed, parameters.coefexps)


def _require_commitments(ceremony: Ceremony, commitments: Sequence[SignedMessage]) -> None:
    _require_count(ceremony, commitments, "commitments")
    for number, (keys, commitment) in enumerate(zip(ceremony.keys, commitments, strict=True), start=1):
        require_signed(ceremony.group, keys.verification, commitment)
        # The hash inside is judged at the reveal; its frame is judged now, so that no text of another step or
        # ceremony passes for a commitment.
        start, _, end = commitment.message.rpartition(_HASH_FIELD)
        if start != _commitment_frame(ceremony, number) or not _HASH_END.fullmatch(end):
            raise CoefficientCommitmentError(f"member {number}: no commitment of this ceremony")


def _require_count(ceremony: Ceremony, items: Sequence[object], what: str) -> None:
    if len(items) != ceremony.size:
        raise CoefficientCommitmentError(f"{len(items)} {what} of {ceremony.size} members")


def _commitment_frame(ceremony: Ceremony, number: int) -> str:
    return text_of({"format": COMMITMENT_FORMAT, "ceremony": ceremony.identifier, "index": number})[:-1]


def commitment_text(ceremony: Ceremony, number: int, coefficients: SignedMessage) -> str:
    """Return what member ``number`` signs to commit to coefficients that it has not shown yet."""
    digest = sha256(coefficients.message.encode()).hex()
    return f'{_commitment_frame(ceremony, number)}{_HASH_FIELD}{digest}"}}'


def _acknowledgement_text(ceremony: Ceremony, number: int, commitments: Sequence[SignedMessage]) -> str:
    digest = sha256(serialize_signed(commitments)).hex()
    return text_of(
        {"format": ACKNOWLEDGEMENT_FORMAT, "ceremony": ceremony.identifier, "index": number, "commitments": digest}
    )
