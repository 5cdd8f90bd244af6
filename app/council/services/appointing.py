"""From the draw to the seat: the list goes to the head, the head appoints, the result is published, each with its clock."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select

from app.clock import kst_midnight
from app.council.models import Application, AppointmentList, CouncilMember, CouncilTerm, OpenCall, Vacancy
from app.council.permissions import can_appoint, can_check_applications, can_run_council
from app.council.rules.calls import ApplicationState, CallState, require_application_move, require_call_move
from app.council.rules.membership import (
    ListState,
    MemberState,
    Origin,
    VacancyState,
    add_months,
    days_after,
    require_list_move,
    require_member_move,
)
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.people.services.roles import acting_role, grant_role
from app.places.queries import setting
from app.privacy.sealing import reveal
from app.record.services import append

NOT_STAFF = N_("이 동네를 맡은 담당자만 할 수 있습니다.")
NOT_HEAD = N_("위촉은 구청장(시장·군수)을 대신하는 구·군 담당자가 합니다.")


def record_draw(
    call_id: int,
    *,
    selected: Sequence[str],
    ranked: Sequence[str],
    document_hash: str,
    by: Person,
    at: datetime,
) -> AppointmentList:
    """Take over what a draw decided: who is nominated, who is a reserve and in which order, and when the list is due.

    Called by the draw in its own transaction; once a call is drawn, a second result is refused.

    Args:
        call_id: the call.
        selected: numbers of those drawn.
        ranked: numbers of all candidates in public rank; those not selected become reserves in this order.
        document_hash: SHA-256 (hex) of the published result.
        by: who ran the draw.
        at: when the draw ended; the clocks of the ordinance begin here.

    Raises:
        NotFound, NotAllowed: no such call; neither staff.
        RuleViolation: the call is not frozen.
        InvalidInput: the numbers are not exactly the candidates, or not as many as there are seats.
    """
    call = get_or_not_found(OpenCall, call_id, lock=True)
    if not can_run_council(by, call.place, at):
        raise NotAllowed(NOT_STAFF)
    require_call_move(call.state, CallState.DRAWN)
    rows = {
        row.number: row
        for row in session().scalars(
            select(Application)
            .where(Application.call_id == call.id, Application.state == ApplicationState.ELIGIBLE)
            .with_for_update()
        )
    }
    chosen = set(selected)
    if sorted(ranked) != sorted(rows) or len(chosen) != len(selected) or not chosen <= set(rows):
        raise InvalidInput(N_("추첨 결과가 확정한 후보 명단과 다릅니다."))
    if len(chosen) != min(call.seats, len(rows)):
        raise InvalidInput(N_("뽑힌 사람이 자리 수와 다릅니다."))
    call.state, call.drawn_at = CallState.DRAWN, at
    found = _list(call.term, call, Origin.DRAWN, once=f"draw:{call.id}", at=at)
    for place_in_rank, number in enumerate(ranked, start=1):
        row = rows[number]
        row.rank = place_in_rank
        row.state = ApplicationState.SELECTED if number in chosen else ApplicationState.RESERVE
        if number in chosen:
            _nominate(row, found, Origin.DRAWN, at=at)
    session().flush()
    append(
        call.place, "council.drawn", role=acting_role(by, call.place, at), subject=f"open_call:{call.id}", at=at,
        values={"count": len(chosen), "reserves": len(rows) - len(chosen)}, document_hash=document_hash,
    )  # fmt: skip
    return found


def nominate_reserve(
    vacancy: Vacancy, application: Application, *, reason: str, by: Person, at: datetime
) -> AppointmentList:
    """Put a reserve on a list of their own, to take an empty seat. `vacancies.fill_vacancy` decides whether."""
    require_application_move(application.state, ApplicationState.SELECTED)
    found = _list(vacancy.term, application.call, Origin.RESERVE, once=f"vacancy:{vacancy.id}:{application.id}", at=at)
    member = _nominate(application, found, Origin.RESERVE, at=at)
    application.state = ApplicationState.SELECTED
    vacancy.state, vacancy.settled_at, vacancy.reason = VacancyState.FILLED, at, reason
    vacancy.successor_id = member.id
    return found


def nominate_renewed(
    term: CouncilTerm, members: Sequence[CouncilMember], *, by: Person, at: datetime
) -> AppointmentList:
    """Put members of the last term, who go on without a draw, on the list of the next term."""
    found = _list(term, None, Origin.RENEWED, once=f"renewal:{term.id}:{at.isoformat()}", at=at)
    for old in members:
        session().add(
            CouncilMember(
                term_id=term.id, person_id=old.person_id, list_id=found.id, name=old.name, track=old.track,
                origin=Origin.RENEWED, state=MemberState.NOMINATED, sex=old.sex, age_band=old.age_band, area=old.area,
                renewals=old.renewals + 1, created_at=at,
            )
        )  # fmt: skip
    session().flush()
    return found


def send_list(list_id: int, *, version: int, by: Person, at: datetime) -> AppointmentList:
    """Send the list of people to appoint to the head; the clock of the appointment begins.

    Raises:
        NotFound, NotAllowed, Conflict: no such list; not staff who may see names; changed meanwhile.
        RuleViolation: it was sent already, or nobody is on it.
    """
    found = get_or_not_found(AppointmentList, list_id, lock=True)
    place = found.term.council.place
    if not can_check_applications(by, place, at):
        raise NotAllowed(NOT_STAFF)
    claim_version(found, version)
    require_list_move(found.state, ListState.SENT)
    count = len(_nominees(found))
    if not count:
        raise RuleViolation(N_("명단에 남은 사람이 없습니다."))
    found.state, found.sent_at = ListState.SENT, at
    found.appoint_due_at = days_after(at, setting(place, "council.appoint_days"))
    append(
        place, "council.list_sent", role=acting_role(by, place, at), subject=f"appointment_list:{found.id}", at=at,
        values={"count": count},
    )  # fmt: skip
    return found


def appoint(list_id: int, *, starts_on: date, version: int, by: Person, at: datetime) -> AppointmentList:
    """Appoint everybody on a list, in the name of the head: they sit from ``starts_on`` until the term ends.

    Members with an account get the role of a council member; its end is the term's.

    Raises:
        NotFound, NotAllowed, Conflict: no such list; not acting for the head; changed meanwhile.
        RuleViolation: the list was not sent, or is appointed already.
        InvalidInput: the day lies outside the term.
    """
    found = get_or_not_found(AppointmentList, list_id, lock=True)
    place, term = found.term.council.place, found.term
    if not can_appoint(by, place, at):
        raise NotAllowed(NOT_HEAD)
    claim_version(found, version)
    require_list_move(found.state, ListState.APPOINTED)
    starts_on = max(starts_on, term.starts_on)  # a council drawn before its term sits from the term's first day
    if not term.is_running(starts_on):
        raise InvalidInput(N_("위촉하는 날은 임기 안이어야 합니다."), field="starts_on")
    nominees = _nominees(found)
    for member in nominees:
        _seat(member, starts_on=starts_on, by=by, at=at)
    found.state, found.appointed_at = ListState.APPOINTED, at
    found.publish_due_at = days_after(at, setting(place, "council.publish_days"))
    if found.call_id is not None:
        _conclude(get_or_not_found(OpenCall, found.call_id, lock=True), at=at)
    append(
        place, "council.appointed", role=acting_role(by, place, at), subject=f"appointment_list:{found.id}", at=at,
        values={"count": len(nominees), "number": term.number, "day": starts_on.isoformat()},
    )  # fmt: skip
    return found


def publish_appointment(list_id: int, *, version: int, by: Person, at: datetime) -> AppointmentList:
    """Make public who was appointed; from then on the council's page names them.

    Raises:
        NotFound, NotAllowed, Conflict: no such list; not staff; changed meanwhile.
        RuleViolation: nobody is appointed yet, or it is published already.
    """
    found = get_or_not_found(AppointmentList, list_id, lock=True)
    place = found.term.council.place
    if not can_run_council(by, place, at):
        raise NotAllowed(NOT_STAFF)
    claim_version(found, version)
    require_list_move(found.state, ListState.PUBLISHED)
    found.state, found.published_at = ListState.PUBLISHED, at
    append(
        place, "council.appointment_published", role=acting_role(by, place, at),
        subject=f"appointment_list:{found.id}", at=at,
        values={"count": sum(member.state is MemberState.SERVING for member in found.members)},
    )  # fmt: skip
    return found


def decline_seat(member_id: int, *, by: Person, at: datetime) -> Vacancy:
    """Give the seat back before the appointment: by the person, or by a clerk whom they told.

    Raises:
        NotFound: no such member.
        NotAllowed: neither the person nor a clerk.
        RuleViolation: appointed already, or declined before.
    """
    member = get_or_not_found(CouncilMember, member_id, lock=True)
    place = member.term.council.place
    if by.id != member.person_id and not can_check_applications(by, place, at):
        raise NotAllowed(N_("본인이나 담당자만 할 수 있습니다."))
    require_member_move(member.state, MemberState.DECLINED)
    member.state, member.ended_at = MemberState.DECLINED, at
    _settle(member, ApplicationState.DECLINED, at=at)
    vacancy = Vacancy(term_id=member.term_id, member_id=member.id, state=VacancyState.OPEN, arisen_at=at)
    session().add(vacancy)
    session().flush()
    append(
        place, "council.seat_declined", role=Role.RESIDENT if by.id == member.person_id else acting_role(by, place, at),
        subject=f"council_member:{member.id}", at=at,
    )  # fmt: skip
    return vacancy


def _list(term: CouncilTerm, call: OpenCall | None, origin: Origin, *, once: str, at: datetime) -> AppointmentList:
    due = days_after(at, setting(term.council.place, "council.list_to_head_days"))
    found = AppointmentList(
        term_id=term.id, term=term, call_id=call.id if call else None, origin=origin, state=ListState.DRAWN, once=once,
        decided_at=at, send_due_at=due,
    )  # fmt: skip
    session().add(found)
    session().flush()
    return found


def _nominate(row: Application, on: AppointmentList, origin: Origin, *, at: datetime) -> CouncilMember:
    names: Mapping[str, str] = {track.code: track.name for track in row.call.tracks}
    member = CouncilMember(
        term_id=on.term_id, person_id=row.person_id, application_id=row.id, list_id=on.id,
        name=(reveal(row, Application.legal_name) or row.number)[:40], track=names.get(row.track, row.track),
        origin=origin, state=MemberState.NOMINATED, sex=row.sex, age_band=row.age_band, area=row.area, created_at=at,
    )  # fmt: skip
    session().add(member)
    session().flush()
    return member


def _nominees(found: AppointmentList) -> list[CouncilMember]:
    rows = session().scalars(
        select(CouncilMember)
        .where(CouncilMember.list_id == found.id, CouncilMember.state == MemberState.NOMINATED)
        .order_by(CouncilMember.id)
        .with_for_update()
    )
    return list(rows)


def _seat(member: CouncilMember, *, starts_on: date, by: Person, at: datetime) -> None:
    require_member_move(member.state, MemberState.SERVING)
    term, place = member.term, member.term.council.place
    member.state, member.appointed_at = MemberState.SERVING, at
    member.starts_on, member.ends_on = starts_on, term.ends_on
    if setting(place, "council.training_when") == "after":
        member.training_due_on = add_months(starts_on, setting(place, "council.training_after_months"))
    _settle(member, ApplicationState.APPOINTED, at=at)
    if member.person is not None and member.person.is_active:
        held = [g for g in member.person.grants if g.place_id == place.id and g.role is Role.COUNCIL_MEMBER]
        if not any(grant.is_in_force(at) for grant in held):
            ends_at = kst_midnight(term.ends_on + timedelta(days=1))
            if ends_at > at:
                grant = grant_role(place, Role.COUNCIL_MEMBER, member.person, by=by, at=at, ends_at=ends_at)
                member.grant_id = grant.id


def _settle(member: CouncilMember, state: ApplicationState, *, at: datetime) -> None:
    if member.application_id is None:
        return
    row = get_or_not_found(Application, member.application_id, lock=True)
    require_application_move(row.state, state)
    row.state, row.settled_at = state, at


def _conclude(call: OpenCall, *, at: datetime) -> None:
    """A call is concluded once nobody who was drawn still waits for their seat."""
    waiting = session().scalar(
        select(Application.id)
        .where(Application.call_id == call.id, Application.state == ApplicationState.SELECTED)
        .limit(1)
    )
    if call.state is CallState.DRAWN and waiting is None:
        call.state, call.concluded_at = CallState.CONCLUDED, at
