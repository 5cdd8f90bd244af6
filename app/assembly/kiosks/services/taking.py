"""What a kiosk sends: ballots, and signs of life; and what becomes of both at the end.

Under the lock of the assembly, as every ballot and every check-in (`casting.cast_ballot`): the two-way lock holds here, too.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete

from app.assembly.kiosks import queries
from app.assembly.kiosks.models import Kiosk, KioskBallot, KioskTotal
from app.assembly.kiosks.rules import MOST_WAITING, KioskState, arrival, keep_open
from app.assembly.models import Assembly
from app.assembly.queries import ballot_by_tracker
from app.assembly.rules import AssemblyState
from app.assembly.services import casting
from app.assembly.services.board import context_of
from app.assembly.services.casting import Receipt
from app.db.session import get_or_not_found, session
from app.errors import NotAllowed
from app.i18n import N_
from voting import tracker_of
from voting.encoding import JSON, canonical_json

FORMAT = "madang-kiosks-1"
UNKNOWN_DEVICE = N_("이 태블릿은 등록한 키오스크가 아닙니다.")


def grace_of(assembly: Assembly) -> timedelta:
    """Return how long after the end late ballots of kiosks are taken, as the election binds it; none where it says nothing."""
    bound = context_of(assembly).election.extensions.get("assembly")
    minutes = bound.get("kiosk_grace_minutes") if isinstance(bound, dict) else None
    return timedelta(minutes=minutes if isinstance(minutes, int) else 0)


def examine_at_kiosk(assembly: Assembly, data: bytes, *, sealed_at: datetime | None, at: datetime) -> None:
    """Check a ballot before any lock is taken; bytes that are on the board already pass, whenever they come.

    Raises:
        RuleViolation: it is too late (`rules.arrival`).
        RefusedBallot: anything about the ballot is wrong.
    """
    if ballot_by_tracker(assembly, tracker_of(data)) is None:
        at = judge(assembly, sealed_at=sealed_at, at=at)
    casting.examine(assembly, data, at=at)


def cast_at_kiosk(kiosk_id: int, data: bytes, *, sealed_at: datetime | None, at: datetime) -> Receipt:
    """Put a ballot that a kiosk sends on the board; the same bytes again give the same receipt and count once.

    Args:
        kiosk_id: whose device sent it.
        data: the ballot's bytes, examined already.
        sealed_at: when the kiosk says that it locked it; matters after the end only.
        at: when it came.

    Raises:
        NotAllowed: the device was revoked meanwhile.
        RuleViolation: too late (`rules.arrival`), or its voter was handed a paper before.
        RefusedBallot: it does not hold.
    """
    kiosk = get_or_not_found(Kiosk, kiosk_id)
    assembly = get_or_not_found(Assembly, kiosk.assembly_id, lock=True)
    kiosk = get_or_not_found(Kiosk, kiosk_id, lock=True)
    if kiosk.state is not KioskState.IN_USE:
        raise NotAllowed(UNKNOWN_DEVICE)
    tracker = tracker_of(data)
    if ballot_by_tracker(assembly, tracker) is not None:
        return casting.cast_ballot(assembly.id, data, at=at)
    judged = judge(assembly, sealed_at=sealed_at, at=at)
    receipt = casting.cast_ballot(assembly.id, data, at=judged)
    ballot = ballot_by_tracker(assembly, tracker)
    if ballot is not None:
        session().add(KioskBallot(ballot_id=ballot.id, assembly_id=assembly.id))
    kiosk.taken += 1
    kiosk.late += judged != at
    session().flush()
    return receipt


def judge(assembly: Assembly, *, sealed_at: datetime | None, at: datetime) -> datetime:
    """Return the instant by which a ballot of a kiosk is judged (`rules.arrival`).

    Raises:
        RuleViolation: it is too late.
    """
    return arrival(at=at, sealed_at=sealed_at, closes_at=assembly.closes_at, grace=grace_of(assembly)).at


def report(kiosk_id: int, *, waiting: int, refused: int, at: datetime) -> Kiosk:
    """Note a sign of life, with what lies on the tablet.

    Raises:
        NotAllowed: the device was revoked.
    """
    kiosk = get_or_not_found(Kiosk, kiosk_id, lock=True)
    if kiosk.state is not KioskState.IN_USE:
        raise NotAllowed(UNKNOWN_DEVICE)
    kiosk.seen_at = at
    kiosk.waiting = min(max(waiting, 0), MOST_WAITING)
    kiosk.refused = min(max(refused, 0), MOST_WAITING)
    return kiosk


def kiosks_awaited(assembly: Assembly, at: datetime) -> int:
    """Return how many kiosks keep the box from being closed at this instant."""
    signs = queries.signs_of(assembly)
    if not signs:
        return 0
    return keep_open(signs, at=at, closes_at=assembly.closes_at, grace=grace_of(assembly))


def keep_kiosks(assembly: Assembly) -> None:
    """Keep with the result what came from kiosks, and forget which ballots they were."""
    kiosks = queries.kiosks_of(assembly)
    if not kiosks:
        return
    voters = queries.kiosk_voters(assembly)
    listed: list[JSON] = [
        {
            "name": kiosk.name,
            "station": kiosk.station.name,
            "ballots": kiosk.taken,
            "late": kiosk.late,
            "refused": kiosk.refused,
            "unsent": kiosk.waiting,
        }
        for kiosk in kiosks
    ]
    statement = canonical_json(
        {
            "format": FORMAT,
            "fingerprint": assembly.fingerprint,
            "grace_minutes": int(grace_of(assembly).total_seconds() // 60),
            "voters": voters,
            "kiosks": listed,
        }
    )
    session().execute(delete(KioskBallot).where(KioskBallot.assembly_id == assembly.id))
    session().merge(KioskTotal(assembly_id=assembly.id, voters=voters, statement=statement.decode()))
    session().flush()


def is_taking(assembly: Assembly, at: datetime) -> bool:
    """Tell whether a kiosk of the assembly has anything to do: voting, or bringing late ballots."""
    return assembly.state is AssemblyState.OPEN and at < assembly.closes_at + grace_of(assembly)
