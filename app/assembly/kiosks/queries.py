"""SELECTs about kiosks."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from app.assembly.kiosks.models import Kiosk, KioskBallot, KioskTotal
from app.assembly.kiosks.rules import MISSED_AFTER, KioskState, Sign, is_missed
from app.assembly.models import Assembly, CastBallot
from app.assembly.rules import AssemblyState
from app.clock import kst_date
from app.cycle.models import Cycle
from app.cycle.rules import Duty
from app.db.session import get_or_not_found, session
from app.errors import NotFound
from app.i18n import N_
from app.people.models import Person
from app.people.permissions import is_staff
from app.places.models import Place
from app.todo import Todo
from voting.encoding import sha256


def kiosks_of(assembly: Assembly) -> list[Kiosk]:
    """Return the kiosks of an assembly in the order in which they were registered, with their stations."""
    return list(session().scalars(select(Kiosk).where(Kiosk.assembly_id == assembly.id).order_by(Kiosk.id)))


def kiosk_of(place: Place, kiosk_id: int) -> Kiosk:
    """Return a kiosk of a dong.

    Raises:
        NotFound: none of this number here.
    """
    found = get_or_not_found(Kiosk, kiosk_id)
    if found.assembly.place_id != place.id:
        raise NotFound(N_("찾으시는 것이 없습니다."))
    return found


def kiosk_by_device(secret: str) -> Kiosk | None:
    """Return the kiosk whose device this secret is; None for a stranger's or a revoked one's."""
    if not secret:
        return None
    query = select(Kiosk).where(Kiosk.device_hash == sha256(secret.encode()).hex(), Kiosk.state == KioskState.IN_USE)
    return session().scalar(query)


def signs_of(assembly: Assembly) -> list[Sign]:
    """Return the last sign of life of every kiosk in use."""
    query = select(Kiosk.seen_at, Kiosk.waiting).where(
        Kiosk.assembly_id == assembly.id, Kiosk.state == KioskState.IN_USE
    )
    return [Sign(seen_at, waiting) for seen_at, waiting in session().execute(query)]


def held_ballots(assembly: Assembly) -> int:
    """Return how many locked ballots lie on tablets, as these last said; those of revoked ones included."""
    query = select(func.sum(Kiosk.waiting)).where(Kiosk.assembly_id == assembly.id)
    return session().scalar(query) or 0


def kiosk_voters(assembly: Assembly) -> int:
    """Return how many people's last ballot came from a kiosk: of a counted vote, as it was kept."""
    kept = session().get(KioskTotal, assembly.id)
    if kept is not None:
        return kept.voters
    later = aliased(CastBallot)
    is_last = ~(
        select(later.id)
        .where(
            later.is_of(assembly),
            later.credential == CastBallot.credential,
            later.height > CastBallot.height,
        )
        .exists()
    )
    query = (
        select(func.count(CastBallot.id))
        .join(KioskBallot, KioskBallot.ballot_id == CastBallot.id)
        .where(CastBallot.assembly_id == assembly.id, is_last)
    )
    return session().scalar(query) or 0


def stored_statement(assembly: Assembly) -> Mapping[str, str]:
    """Return the file about a counted assembly's kiosks by its name; nothing where there were none."""
    row = session().get(KioskTotal, assembly.id)
    return {"kiosks.json": row.statement} if row is not None else {}


# What the cycle and the desk ask


def undone(cycle: Cycle) -> list[Duty]:
    """Return the kiosks that still hold ballots of a vote that is not counted."""
    query = (
        select(Kiosk)
        .join(Assembly, Assembly.id == Kiosk.assembly_id)
        .where(Assembly.cycle_id == cycle.id, Assembly.state == AssemblyState.OPEN)
        .where(Kiosk.state == KioskState.IN_USE, Kiosk.waiting > 0)
        .order_by(Kiosk.id)
    )
    return [
        Duty(
            N_("키오스크 “%(name)s”에 보내지 못한 표 %(n)s장이 있습니다. 연결해 주세요."),
            "kiosks.index",
            {"slug": cycle.place.slug},
            {"name": row.name, "n": row.waiting},
        )
        for row in session().scalars(query)
    ]


def todos(person: Person, at: datetime) -> list[Todo]:
    """Return the kiosks that this person has to look after: ballots lie on them, or nothing is heard of them today."""
    query = (
        select(Kiosk)
        .join(Assembly, Assembly.id == Kiosk.assembly_id)
        .where(Assembly.state == AssemblyState.OPEN, Assembly.opens_at <= at, Kiosk.state == KioskState.IN_USE)
        .where(or_(Kiosk.waiting > 0, Kiosk.seen_at.is_(None), Kiosk.seen_at < at - MISSED_AFTER))
        .order_by(Kiosk.id)
    )
    return [
        Todo(title=title, action=N_("보기"), endpoint="kiosks.index", arguments={"slug": row.assembly.place.slug},
             values=values, context=row.name, due_at=row.assembly.closes_at, place_id=row.assembly.place_id)
        for row in session().scalars(query)
        if is_staff(person, row.assembly.place, at)
        for title, values in _owed(row, at)
    ]  # fmt: skip


def _owed(kiosk: Kiosk, at: datetime) -> Iterator[tuple[str, dict[str, object]]]:
    assembly = kiosk.assembly
    days = {kst_date(assembly.closes_at), *([kst_date(kiosk.seen_at)] if kiosk.seen_at is not None else [])}
    if kiosk.waiting:
        yield N_("키오스크에 남은 표 %(n)s장 보내기"), {"n": kiosk.waiting}
    if is_missed(kiosk.seen_at, at, is_day_of_use=kst_date(at) in days):
        yield N_("소식이 끊긴 키오스크 살펴보기"), {}
