"""SELECTs about open calls and applications."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select

from app.clock import kst_date
from app.council.models import (
    Application,
    ApplicationObjection,
    CouncilMember,
    DrawCommittee,
    DrawWitness,
    OpenCall,
)
from app.council.queries.people import NOTHING
from app.council.rules.calls import (
    IN_THE_POOL,
    ApplicationState,
    CallState,
    ObjectionState,
    Quota,
)
from app.council.rules.membership import COOLS_OFF, MemberState
from app.db.session import get_or_not_found, session
from app.errors import NotFound
from app.people.models import Person
from app.places.models import Place
from app.privacy.sealing import reveal

PAGE = 50


def quotas_of(call: OpenCall) -> list[Quota]:
    """Return a call's quotas, in their order."""
    return [
        Quota(row.feature, row.value, row.minimum, row.maximum, row.least_minimum, row.greatest_maximum)
        for row in call.quotas
    ]


def call_of(place: Place, call_id: int) -> OpenCall:
    """Return a call of a dong, drafts too.

    Raises:
        NotFound: none of this number here.
    """
    found = get_or_not_found(OpenCall, call_id)
    if found.place_id != place.id:
        raise NotFound(NOTHING)
    return found


def calls_newest_first(place: Place, *, drafts: bool) -> list[OpenCall]:
    """Return a dong's calls, with or without those that are not announced yet."""
    query = select(OpenCall).where(OpenCall.place_id == place.id).order_by(OpenCall.id.desc()).limit(100)
    if not drafts:
        query = query.where(OpenCall.state != CallState.DRAFT)
    return list(session().scalars(query))


def open_call(place: Place, at: datetime) -> OpenCall | None:
    """Return the call that takes applications now."""
    query = select(OpenCall).where(OpenCall.place_id == place.id, OpenCall.state == CallState.ANNOUNCED)
    return next((call for call in session().scalars(query.order_by(OpenCall.id.desc())) if call.is_open(at)), None)


def application_of(call: OpenCall, application_id: int) -> Application:
    """Return an application of a call.

    Raises:
        NotFound: none of this number in this call.
    """
    found = get_or_not_found(Application, application_id)
    if found.call_id != call.id:
        raise NotFound(NOTHING)
    return found


def own_application(call: OpenCall, person_id: int) -> Application | None:
    """Return somebody's own application."""
    return session().scalar(
        select(Application).where(Application.call_id == call.id, Application.person_id == person_id)
    )


def housemates(application: Application) -> tuple[str, ...]:
    """Return the numbers of other living applications that a clerk found to share the home."""
    if application.household is None:
        return ()
    query = select(Application.number).where(
        Application.call_id == application.call_id,
        Application.household == application.household,
        Application.id != application.id,
        Application.state.in_(IN_THE_POOL),
    )
    return tuple(session().scalars(query.order_by(Application.number)))


def same_address(application: Application) -> tuple[str, ...]:
    """Return the numbers of other living applications with the same address as typed: a hint to the clerk."""
    if application.household_index is None:
        return ()
    query = select(Application.number).where(
        Application.call_id == application.call_id,
        Application.household_index == application.household_index,
        Application.id != application.id,
        Application.state.in_(IN_THE_POOL),
    )
    return tuple(session().scalars(query.order_by(Application.number)))


@dataclass(frozen=True)
class Funnel:
    """How far a call has come, in numbers anybody may see."""

    received: int
    eligible: int
    waiting: int
    objections: int
    by_track: dict[str, int] = field(default_factory=dict)
    """Living applications by code of the track."""


def funnel(call: OpenCall) -> Funnel:
    """Count a call's applications."""
    counted = session().execute(
        select(Application.state, Application.track, func.count(Application.id))
        .where(Application.call_id == call.id)
        .group_by(Application.state, Application.track)
    )
    rows = [(state, track, count) for state, track, count in counted]
    out = {ApplicationState.WITHDRAWN}
    by_track: dict[str, int] = {}
    for state, track, count in rows:
        if state not in {ApplicationState.WITHDRAWN, ApplicationState.INELIGIBLE}:
            by_track[track] = by_track.get(track, 0) + count
    return Funnel(
        received=sum(count for state, _, count in rows if state not in out),
        eligible=sum(
            count
            for state, _, count in rows
            if state not in {ApplicationState.RECEIVED, ApplicationState.INELIGIBLE, ApplicationState.WITHDRAWN}
        ),
        waiting=sum(count for state, _, count in rows if state is ApplicationState.RECEIVED),
        objections=open_objections(call),
        by_track=by_track,
    )


def open_objections(call: OpenCall) -> int:
    """Return how many objections wait for an answer."""
    query = (
        select(func.count(ApplicationObjection.id))
        .join(Application, Application.id == ApplicationObjection.application_id)
        .where(Application.call_id == call.id, ApplicationObjection.state == ObjectionState.OPEN)
    )
    return session().scalar(query) or 0


def objections_to(application: Application) -> list[ApplicationObjection]:
    """Return the objections about an application, oldest first."""
    query = select(ApplicationObjection).where(ApplicationObjection.application_id == application.id)
    return list(session().scalars(query.order_by(ApplicationObjection.id)))


def draw_committee(call: OpenCall) -> DrawCommittee | None:
    """Return the committee that runs a call's draw."""
    return session().scalar(select(DrawCommittee).where(DrawCommittee.call_id == call.id))


def witnesses(call: OpenCall) -> list[DrawWitness]:
    """Return who witnesses a call's draw, in the order in which they were named."""
    query = select(DrawWitness).where(DrawWitness.call_id == call.id, DrawWitness.removed_at.is_(None))
    return list(session().scalars(query.order_by(DrawWitness.id)))


def reserves(call: OpenCall) -> list[Application]:
    """Return who may still come in from the draw, by rank."""
    query = select(Application).where(Application.call_id == call.id, Application.state == ApplicationState.RESERVE)
    return list(session().scalars(query.order_by(Application.rank, Application.number)))


def undecided(call: OpenCall) -> int:
    """Return how many applications nobody has decided about yet."""
    query = select(func.count(Application.id)).where(
        Application.call_id == call.id, Application.state == ApplicationState.RECEIVED
    )
    return session().scalar(query) or 0


def newest_dismissal(person_id: int) -> date | None:
    """Return when somebody's last seat on any council ended for a reason that keeps them away for a while."""
    query = (
        select(CouncilMember)
        .where(CouncilMember.person_id == person_id, CouncilMember.state == MemberState.ENDED)
        .order_by(CouncilMember.ended_at.desc())
    )
    for row in session().scalars(query):
        if row.end_reason is not None and row.ended_at is not None and row.end_reason in COOLS_OFF:
            return kst_date(row.ended_at)
    return None


@dataclass(frozen=True)
class Revealed:
    """What identifies an applicant, opened: for their own eyes, or for a clerk whose look is logged."""

    legal_name: str
    birth_date: date | None
    phone: str
    address: str
    motive: str
    reason: str


def revealed(application: Application) -> Revealed:
    """Open what identifies an applicant."""
    born = reveal(application, Application.birth_date)
    return Revealed(
        legal_name=reveal(application, Application.legal_name) or "",
        birth_date=date.fromisoformat(born) if born else None,
        phone=reveal(application, Application.phone) or "",
        address=reveal(application, Application.address) or "",
        motive=reveal(application, Application.motive) or "",
        reason=reveal(application, Application.reason) or "",
    )


@dataclass(frozen=True)
class ShownObjection:
    """An objection, opened."""

    id: int
    person_id: int
    state: ObjectionState
    text: str
    answer: str
    filed_at: datetime
    answer_due_at: datetime
    answered_at: datetime | None


def shown_objections(application: Application) -> list[ShownObjection]:
    """Open the objections about an application, oldest first."""
    return [
        ShownObjection(
            row.id,
            row.person_id,
            row.state,
            reveal(row, ApplicationObjection.text) or "",
            reveal(row, ApplicationObjection.answer) or "",
            row.filed_at,
            row.answer_due_at,
            row.answered_at,
        )
        for row in objections_to(application)
    ]


def application_numbered(call: OpenCall, number: str, person: Person) -> Application:
    """Return an application by its public number, if this person may know of it: a candidate's, or their own.

    Raises:
        NotFound: none, or none that they may know of.
    """
    found = session().scalar(select(Application).where(Application.call_id == call.id, Application.number == number))
    if found is None or (found.state is not ApplicationState.ELIGIBLE and found.person_id != person.id):
        raise NotFound(NOTHING)
    return found


def applications_page(call: OpenCall, *, state: ApplicationState | None, page: int) -> tuple[list[Application], int]:
    """Return one page of a call's applications by number, and how many there are in all."""
    query = select(Application).where(Application.call_id == call.id)
    count = select(func.count(Application.id)).where(Application.call_id == call.id)
    if state is not None:
        query, count = query.where(Application.state == state), count.where(Application.state == state)
    rows = session().scalars(query.order_by(Application.number).limit(PAGE).offset((page - 1) * PAGE))
    return list(rows), session().scalar(count) or 0
