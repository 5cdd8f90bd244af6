"""SELECTs about objections."""

from datetime import datetime

from sqlalchemy import func, select

from app.assembly.models import Assembly
from app.assembly.objections.models import LinkDestruction, ResultObjection
from app.assembly.objections.rules import Destroyed
from app.assembly.stations.queries import channel_result
from app.cycle.models import Cycle
from app.cycle.rules import Duty
from app.db.session import get_or_not_found, session
from app.errors import NotFound
from app.i18n import N_
from app.people.models import Person
from app.people.permissions import is_staff
from app.places.models import Place
from app.todo import Todo
from voting.encoding import parse_json

MAX_CERTIFICATE = 16 * 1024


def objections_to(assembly: Assembly) -> list[ResultObjection]:
    """Return the objections to a result, oldest first."""
    query = select(ResultObjection).where(ResultObjection.assembly_id == assembly.id).order_by(ResultObjection.number)
    return list(session().scalars(query))


def objection_of(place: Place, objection_id: int) -> ResultObjection:
    """Return an objection of a dong.

    Raises:
        NotFound: none of this number here.
    """
    found = get_or_not_found(ResultObjection, objection_id)
    if found.assembly.place_id != place.id:
        raise NotFound(N_("찾으시는 것이 없습니다."))
    return found


def objections_until(assembly: Assembly) -> datetime | None:
    """Return the instant from which no objection is taken, as fixed at the count; None before it."""
    row = channel_result(assembly)
    return row.objections_until if row is not None else None


def unanswered(assembly: Assembly) -> int:
    """Return how many objections wait for an answer."""
    query = select(func.count(ResultObjection.id)).where(
        ResultObjection.assembly_id == assembly.id, ResultObjection.answered_at.is_(None)
    )
    return session().scalar(query) or 0


def destruction_of(assembly: Assembly) -> LinkDestruction | None:
    """Return the certificate that the link to people is destroyed; None while it is kept."""
    return session().get(LinkDestruction, assembly.id)


def destroyed_by(destruction: LinkDestruction) -> dict[Destroyed, int]:
    """Return how much of each kind a certificate names; nothing of one that names no kinds."""
    read = parse_json(destruction.certificate.encode(), max_bytes=MAX_CERTIFICATE)
    counts = read.get("destroyed") if isinstance(read, dict) else None
    if not isinstance(counts, dict):
        return {}
    return {kind: number for kind in Destroyed if isinstance(number := counts.get(kind.value), int)}


# What the cycle and the desk ask


def undone(cycle: Cycle) -> list[Duty]:
    """Return the objections that the assembly's stage still owes an answer."""
    query = (
        select(func.count(ResultObjection.id))
        .join(Assembly)
        .where(Assembly.cycle_id == cycle.id, ResultObjection.answered_at.is_(None))
    )
    waiting = session().scalar(query) or 0
    if not waiting:
        return []
    text = N_("결과에 대한 이의 %(n)s건에 답해야 합니다.")
    return [Duty(text, "objections.index", {"slug": cycle.place.slug}, {"n": waiting})]


def todos(person: Person, at: datetime) -> list[Todo]:
    """Return the objections that this person has to answer."""
    query = select(ResultObjection).where(ResultObjection.answered_at.is_(None)).order_by(ResultObjection.id)
    return [
        Todo(title=N_("이의에 답하기"), action=N_("답하기"), endpoint="objections.answer",
             arguments={"slug": row.assembly.place.slug, "objection_id": row.id}, context=row.title,
             due_at=row.due_at, place_id=row.assembly.place_id)
        for row in session().scalars(query)
        if is_staff(person, row.assembly.place, at)
    ]  # fmt: skip
