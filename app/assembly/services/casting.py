"""Casting: a checked ballot, durably on the board, before anybody is told so."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.assembly.models import Assembly, BoardRecord, CastBallot, VotingCode
from app.assembly.services.board import append_record, bound_window, context_of
from app.assembly.services.confirming import confirm_cast
from app.assembly.services.inclusion import proof_of
from app.assembly.stations.queries import has_voted_online, is_struck
from app.db.session import get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.privacy.sealing import reveal
from voting import Event, EventType, VotingError, check_ballot, tracker_of

MAX_BALLOT_BYTES = 256 * 1024


@dataclass(frozen=True)
class Receipt:
    """What a voter keeps: the tracker, and where the ballot stands on the board."""

    tracker: str
    height: int
    event: str
    """SHA-256 of the event: the chain's head right after this ballot."""
    parent: str
    """SHA-256 of the event before: with it the voter's device computes ``event`` from the bytes that it sent."""
    proof: str
    """The ``.tlog-proof`` file: the way from the event to a signed head of the board's log."""


class RefusedBallot(InvalidInput):  # noqa: N818
    """The ballot does not hold; nothing was stored."""


class VotesOnPaper(RuleViolation):
    """The voter was checked in at a station (`app.assembly.stations`); nothing was stored."""


def examine(assembly: Assembly, data: bytes, *, at: datetime) -> None:
    """Check a ballot before any lock is taken, so that wrong ballots cost others nothing.

    Bytes that are on the board already pass: somebody who lost the answer asks again, after the end too.

    Raises:
        RuleViolation: voting is not open.
        RefusedBallot: anything about the ballot is wrong.
    """
    if len(data) > MAX_BALLOT_BYTES:
        raise RefusedBallot(N_("투표지가 너무 큽니다."))
    if _known(assembly, tracker_of(data)) is not None:
        return
    _require_voting(assembly, at)
    try:
        check_ballot(context_of(assembly), data)
    except VotingError:
        raise RefusedBallot(N_("투표지를 확인할 수 없어 넣지 않았습니다. 다시 잠가 주세요.")) from None


def cast_ballot(assembly_id: int, data: bytes, *, at: datetime) -> Receipt:
    """Put a ballot on the board, inside a transaction; the same bytes again give the same receipt.

    A later ballot with the same code replaces the earlier one in the count; both stay on the board.

    Args:
        assembly_id: which assembly.
        data: the ballot's canonical bytes, examined already (`examine`).
        at: when it arrived; the closing instant itself is too late.

    Raises:
        RuleViolation: voting is not open.
        RefusedBallot: it does not hold, or its contents were cast before under another signature.
        VotesOnPaper: its voter was handed a paper before: whichever was recorded first counts.
    """
    assembly = get_or_not_found(Assembly, assembly_id, lock=True)
    tracker = tracker_of(data)
    known = _known(assembly, tracker)
    if known is not None:
        return _receipt(assembly, tracker, _event(assembly, known.height))
    _require_voting(assembly, at)
    try:
        checked = check_ballot(context_of(assembly), data)
    except VotingError:
        raise RefusedBallot(N_("투표지를 확인할 수 없어 넣지 않았습니다. 다시 잠가 주세요.")) from None
    if is_struck(assembly, checked.credential):
        raise VotesOnPaper(N_("투표소에서 용지를 받으셨습니다. 온라인 표는 넣지 않았고, 종이에 적으신 것을 셉니다."))
    is_revote = has_voted_online(assembly, [checked.credential])
    record = append_record(assembly, EventType.BALLOT, (data,))
    session().add(
        CastBallot(
            assembly_id=assembly.id,
            tracker=tracker,
            content=checked.content,
            credential=checked.credential,
            height=record.event.height,
        )
    )
    session().flush()
    confirm_cast(assembly, checked.credential, tracker, is_revote=is_revote, at=at)
    return _receipt(assembly, tracker, record.event)


def code_for(assembly: Assembly, person: Person, *, at: datetime) -> str:
    """Return a signed-in voter's own voting code, for their booth alone.

    Raises:
        RuleViolation: voting is not open.
        NotAllowed: there is no code for this account.
    """
    _require_voting(assembly, at)
    row = session().scalar(
        select(VotingCode).where(VotingCode.assembly_id == assembly.id, VotingCode.person_id == person.id)
    )
    code = reveal(row, VotingCode.code) if row is not None else None
    if code is None:
        raise NotAllowed(
            N_("투표를 열 때 주민으로 확인된 분만 온라인으로 투표합니다. 투표소에서는 종이로 할 수 있습니다.")
        )
    return code


def _require_voting(assembly: Assembly, at: datetime) -> None:
    if not assembly.is_voting(at) or not _is_bound_time(assembly, at):
        raise RuleViolation(N_("지금은 투표하는 때가 아닙니다."))


def _is_bound_time(assembly: Assembly, at: datetime) -> bool:
    """Tell whether an instant lies in the window that the election binds: moving it in the database gains nobody a ballot."""
    opens_at, closes_at = bound_window(assembly)
    return opens_at <= at < closes_at


def _known(assembly: Assembly, tracker: str) -> CastBallot | None:
    return session().scalar(
        select(CastBallot).where(CastBallot.assembly_id == assembly.id, CastBallot.tracker == tracker)
    )


def _event(assembly: Assembly, height: int) -> Event:
    text = (
        session()
        .scalars(select(BoardRecord.event).where(BoardRecord.assembly_id == assembly.id, BoardRecord.height == height))
        .one()
    )
    return Event.parse(text.encode())


def _receipt(assembly: Assembly, tracker: str, event: Event) -> Receipt:
    return Receipt(
        tracker=tracker,
        height=event.height,
        event=event.hash,
        parent=event.parent or "",
        proof=proof_of(assembly, event.height),
    )
