"""What seats publish: every message is checked as its readers will check it, before it is kept.

The server could be left out of these checks, as every browser makes them again; they keep one mistaken message from
stopping everybody else.
"""

from datetime import datetime

from app.assembly.rules import AssemblyState
from app.assembly.services.electing import electorate
from app.assembly.stations.rules.slips import SlipList
from app.ceremony.models import Ceremony, Seat, SeatMessage
from app.ceremony.queries import Standing, messages, standing
from app.ceremony.rules import AUTHORITY, OF_AUTHORITY, MessageKind
from app.ceremony.services.seating import ALREADY_OPEN, record
from app.db.session import get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from voting import PublicCredentials, Trustees, VotingError, group_named
from voting.election.group.base import Group
from voting.election.shape import read_canonical, read_object
from voting.election.trustees.ceremony.commitment import require_committed
from voting.election.trustees.ceremony.keys import assemble
from voting.election.trustees.ceremony.messages import CommitmentRound, Complaint, MemberOutput, PolynomialMessage
from voting.election.trustees.ceremony.roster import Ceremony as KeyCeremony
from voting.election.trustees.ceremony.shares import require_founded
from voting.election.trustees.objects import CertificateContext, CertificateKeys, SignedMessage, TrusteePublicKey
from voting.election.trustees.pki import require_signed
from voting.election.trustees.rehearsal import Rehearsal, RehearsalAnswer, require_answer
from voting.encoding import JSON, canonical_json, sha256

MOST_BYTES = 8 * 1024 * 1024
SEATED = "trustee"


class RefusedMessage(InvalidInput):  # noqa: N818
    """A message does not hold; nothing was kept."""


def publish(ceremony_id: int, seat_id: int, kind: MessageKind, body: str, *, at: datetime) -> Ceremony:
    """Keep what a seat publishes, inside a transaction; the same again changes nothing.

    Raises:
        NotFound: no such ceremony or seat.
        NotAllowed: not this seat's to publish.
        RuleViolation: not now, or something else was published already.
        RefusedMessage: it does not hold.
    """
    ceremony = get_or_not_found(Ceremony, ceremony_id, lock=True)
    seat = get_or_not_found(Seat, seat_id)
    if (kind in OF_AUTHORITY) != (seat.number == AUTHORITY) or seat.ceremony_id != ceremony.id:
        raise NotAllowed(N_("이 자리에서 할 일이 아닙니다."))
    if ceremony.assembly.state is not AssemblyState.PREPARING:
        raise RuleViolation(ALREADY_OPEN)
    known = messages(ceremony)[kind].get(seat.number)
    if known is not None and known.body == body:
        return ceremony
    if known is not None and kind not in OF_AUTHORITY | {MessageKind.REHEARSAL}:
        raise RuleViolation(N_("이 단계는 이미 마쳤습니다. 다시 하려면 모두가 처음부터 해야 합니다."))
    try:
        _require_fitting(ceremony, seat, kind, body)
    except VotingError:
        raise RefusedMessage(N_("보낸 내용이 맞지 않아 받지 않았습니다. 화면을 새로 열어 다시 해 주세요.")) from None
    if known is None:
        lasting = kind in OF_AUTHORITY
        known = SeatMessage(
            ceremony_id=ceremony.id,
            seat_id=seat.id,
            kind=kind,
            round=0 if lasting else ceremony.round,
            body=body,
            posted_at=at,
        )
        session().add(known)
    known.body, known.posted_at = body, at
    session().flush()
    _go_on(ceremony, seat, kind, body, at=at)
    return ceremony


def key_ceremony(ceremony: Ceremony, stand: Standing) -> KeyCeremony:
    """Return the kernel's view of a threshold ceremony whose certificates are all there.

    Raises:
        ElectionRefusedError: a certificate does not hold.
    """
    group = group_named(ceremony.group)
    return KeyCeremony.begin(group, ceremony.threshold, _signed(stand, MessageKind.CERTIFICATE, group))


def rehearsal_of(ceremony: Ceremony) -> Rehearsal:
    """Return the occasion on which trustees show their keys."""
    trustees = Trustees.parse(ceremony.trustees.encode(), group_named(ceremony.group))
    return Rehearsal(trustees, ceremony.uuid, ceremony.occasion)


def _require_fitting(ceremony: Ceremony, seat: Seat, kind: MessageKind, body: str) -> None:
    stand, group = standing(ceremony), group_named(ceremony.group)
    value = read_canonical(body.encode(), "message", max_bytes=MOST_BYTES)
    match kind:
        case MessageKind.CREDENTIALS:
            _require_list(ceremony, body, group)
            return
        case MessageKind.SLIPS:
            _require_slips(ceremony, stand, body)
            return
        case MessageKind.REHEARSAL:
            _require_rehearsed(ceremony, seat, body, group)
            return
        case MessageKind.COMPLAINT:
            _require_complaint(ceremony, seat, stand, body, group)
            return
    if stand.step is not kind:
        raise RuleViolation(N_("아직 이 단계를 할 때가 아닙니다. 다른 열쇠 지기를 기다립니다."))
    match kind:
        case MessageKind.CERTIFICATE:
            _require_certificate(ceremony, seat, value, group)
        case MessageKind.COMMITMENT:
            _require_own(key_ceremony(ceremony, stand), seat, SignedMessage.parse(value, group))
        case MessageKind.REVEAL:
            _require_revealed(ceremony, seat, stand, value, group)
        case MessageKind.KEY:
            _require_key(ceremony, seat, body, value, group)


def _require_certificate(ceremony: Ceremony, seat: Seat, value: JSON, group: Group) -> None:
    signed = SignedMessage.parse(value, group)
    keys = CertificateKeys.parse(signed.message, group)
    if keys.context != CertificateContext(group.name, ceremony.size, ceremony.threshold, seat.number):
        raise RefusedMessage(N_("다른 자리의 증서입니다."))
    require_signed(group, keys.verification, signed)


def _require_own(held: KeyCeremony, seat: Seat, signed: SignedMessage) -> None:
    require_signed(held.group, held.keys[seat.number - 1].verification, signed)


def _require_revealed(ceremony: Ceremony, seat: Seat, stand: Standing, value: JSON, group: Group) -> None:
    fields = read_object(value, "revealed", ("acknowledgement", "polynomial"))
    held = key_ceremony(ceremony, stand)
    _require_own(held, seat, SignedMessage.parse(fields["acknowledgement"], group))
    polynomial = PolynomialMessage.parse(canonical_json(fields["polynomial"]), group)
    _require_own(held, seat, polynomial.coefficients)
    if len(polynomial.secrets) != ceremony.size or polynomial.signature is None:
        raise RefusedMessage(N_("모두에게 보낼 조각이 다 있지 않습니다."))


def _require_key(ceremony: Ceremony, seat: Seat, body: str, value: JSON, group: Group) -> None:
    if ceremony.threshold < ceremony.size:
        output = MemberOutput.parse(body.encode(), group)
        name = output.public_key.name
    else:
        key = TrusteePublicKey.parse(value, group)
        Trustees(group, (key,)).require_valid()
        name = key.name
    if name != seat.name:
        raise RefusedMessage(N_("열쇠의 이름이 이 자리의 이름과 다릅니다."))


def _require_list(ceremony: Ceremony, body: str, group: Group) -> None:
    listed = PublicCredentials.parse(body.encode(), group)
    wanted = electorate(ceremony.assembly).count
    if listed.is_weighted or listed.to_bytes() != body.encode():
        raise RefusedMessage(N_("투표 번호 명단의 모양이 다릅니다."))
    if len(listed.weights) != wanted:
        raise RefusedMessage(
            N_("투표 번호가 %(made)s개입니다. 명부에는 %(wanted)s명이 있습니다."),
            made=len(listed.weights),
            wanted=wanted,
        )
    # The board's order must not be the order of the letters: sorting is what hides whose code is whose.
    parsed = [group.sort_key(group.parse(text)) for text in listed.weights]
    if parsed != sorted(parsed):
        raise RefusedMessage(N_("투표 번호 명단의 차례가 맞지 않습니다."))


def _require_slips(ceremony: Ceremony, stand: Standing, body: str) -> None:
    listed = SlipList.parse(body.encode())
    if listed.credentials != stand.credentials_fingerprint or not listed.credentials:
        raise RefusedMessage(N_("투표소 번호가 올린 명단의 것이 아닙니다. 공개 명단을 다시 올려 주세요."))
    wanted = electorate(ceremony.assembly).count
    if len(listed.digests) != wanted:
        raise RefusedMessage(
            N_("투표 번호가 %(made)s개입니다. 명부에는 %(wanted)s명이 있습니다."),
            made=len(listed.digests),
            wanted=wanted,
        )


def _require_rehearsed(ceremony: Ceremony, seat: Seat, body: str, group: Group) -> None:
    if not ceremony.trustees:
        raise RuleViolation(N_("열쇠를 다 만든 뒤에 시험합니다."))
    answer = RehearsalAnswer.parse(body.encode(), group)
    if answer.owner != seat.number:
        raise RefusedMessage(N_("다른 열쇠 지기의 열쇠입니다."))
    require_answer(rehearsal_of(ceremony), answer)


def _require_complaint(ceremony: Ceremony, seat: Seat, stand: Standing, body: str, group: Group) -> None:
    if MessageKind.REVEAL not in stand.bodies:
        raise RuleViolation(N_("아직 이 단계를 할 때가 아닙니다. 다른 열쇠 지기를 기다립니다."))
    complaint = Complaint.parse(body.encode(), group)
    if complaint.recipient != seat.number:
        raise NotAllowed(N_("이 자리에서 할 일이 아닙니다."))
    coefficients = [polynomial.coefficients for polynomial in _polynomials(stand, group)]
    require_founded(key_ceremony(ceremony, stand), coefficients, complaint)


def _go_on(ceremony: Ceremony, seat: Seat, kind: MessageKind, body: str, *, at: datetime) -> None:
    """Do what a message makes possible: check the round, put the key together, open the rehearsal."""
    stand, group = standing(ceremony), group_named(ceremony.group)
    digest = sha256(body.encode()).hex()
    if kind is MessageKind.CREDENTIALS:
        listed = PublicCredentials.parse(body.encode(), group)
        record(
            ceremony,
            "listed",
            role=SEATED,
            at=at,
            document_hash=digest,
            n=len(listed.weights),
            fingerprint=listed.fingerprint,
        )
    elif kind is MessageKind.REHEARSAL:
        record(ceremony, "rehearsed", role=SEATED, at=at, document_hash=digest, seat=seat.number)
    elif kind is MessageKind.COMPLAINT:
        record(ceremony, "complained", role=SEATED, at=at, document_hash=digest, seat=seat.number)
    elif kind is MessageKind.KEY and stand.step is None:
        ceremony.trustees = _assembled(ceremony, stand, group).to_bytes().decode()
        ceremony.occasion = at.strftime("%Y-%m-%dT%H:%M:%SZ") + f".{ceremony.round}"
        record(
            ceremony,
            "keyed",
            role=SEATED,
            at=at,
            document_hash=sha256(ceremony.trustees.encode()).hex(),
            n=ceremony.size,
        )


def _assembled(ceremony: Ceremony, stand: Standing, group: Group) -> Trustees:
    """Put the published list together and check it as every verifier will.

    Raises:
        RefusedMessage: somebody's part does not fit the others'; the ceremony begins anew.
    """
    try:
        if ceremony.threshold == ceremony.size:
            keys = tuple(
                TrusteePublicKey.parse(read_canonical(body.encode(), "key"), group)
                for body in stand.bodies[MessageKind.KEY]
            )
            found = Trustees(group, keys)
        else:
            outputs = [MemberOutput.parse(body.encode(), group) for body in stand.bodies[MessageKind.KEY]]
            polynomials = _polynomials(stand, group)
            held = key_ceremony(ceremony, stand)
            require_committed(held, committed_round(stand, group), [each.coefficients for each in polynomials])
            found = Trustees(group, (assemble(held, polynomials, outputs),))
        found.require_valid()
    except VotingError:
        raise RefusedMessage(
            N_("열쇠 조각들이 서로 맞지 않습니다. 동 담당자에게 알려 처음부터 다시 해 주세요.")
        ) from None
    return found


def committed_round(stand: Standing, group: Group) -> CommitmentRound:
    """Return everybody's commitments and acknowledgements, to be kept beside the archive."""
    acknowledged = [
        SignedMessage.parse(_fields(body)["acknowledgement"], group) for body in stand.bodies[MessageKind.REVEAL]
    ]
    return CommitmentRound(tuple(_signed(stand, MessageKind.COMMITMENT, group)), tuple(acknowledged))


def _polynomials(stand: Standing, group: Group) -> list[PolynomialMessage]:
    return [
        PolynomialMessage.parse(canonical_json(_fields(body)["polynomial"]), group)
        for body in stand.bodies[MessageKind.REVEAL]
    ]


def _fields(body: str) -> dict[str, JSON]:
    value = read_canonical(body.encode(), "revealed", max_bytes=MOST_BYTES)
    return read_object(value, "revealed", ("acknowledgement", "polynomial"))


def _signed(stand: Standing, kind: MessageKind, group: Group) -> list[SignedMessage]:
    return [SignedMessage.parse(read_canonical(body.encode(), "signed"), group) for body in stand.bodies[kind]]
