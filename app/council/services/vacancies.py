"""Seats that are left before the term ends, and how they are filled."""

from datetime import datetime

from sqlalchemy import select

from app.clock import kst_date
from app.council.models import Application, AppointmentList, CouncilMember, Vacancy
from app.council.permissions import can_appoint, can_check_applications, can_run_council
from app.council.rules.calls import ApplicationState, require_application_move
from app.council.rules.membership import (
    BY_CLERK,
    EndReason,
    MemberState,
    VacancyState,
    is_worth_filling,
    require_member_move,
)
from app.council.services.appointing import NOT_STAFF, nominate_reserve
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import Person, RoleGrant
from app.people.services.roles import acting_role, revoke_role
from app.places.queries import setting
from app.record.services import append

TOO_LATE = N_("남은 임기가 짧아 조례에 따라 채우지 않습니다.")
SETTLED = N_("이미 처리한 빈자리입니다.")
REASON_NEEDED = N_("까닭을 한 문장 이상 적어 주세요. 누구나 읽습니다.")


def end_membership(member_id: int, *, reason: EndReason, version: int, by: Person, at: datetime) -> Vacancy:
    """Note that a member has left: resigned, lost eligibility, campaigned, missed the training, died.

    Raises:
        NotFound, NotAllowed, Conflict: no such member; not staff; changed meanwhile.
        RuleViolation: not serving.
        InvalidInput: a reason that only a vote or the clock can give.
    """
    member = get_or_not_found(CouncilMember, member_id, lock=True)
    if not can_run_council(by, member.term.council.place, at):
        raise NotAllowed(NOT_STAFF)
    claim_version(member, version)
    if reason not in BY_CLERK:
        raise InvalidInput(N_("목록에 있는 까닭 가운데 하나를 골라 주세요."), field="reason")
    return declare_vacancy(member, reason=reason, by=by, at=at)


def declare_vacancy(member: CouncilMember, *, reason: EndReason, by: Person, at: datetime) -> Vacancy:
    """End a seat and declare it empty; the caller has permitted it and holds the row.

    Where fewer months of the term are left than the ordinance asks for, it stays empty, and that is said at once.

    Raises:
        RuleViolation: not serving.
    """
    require_member_move(member.state, MemberState.ENDED)
    term, place = member.term, member.term.council.place
    member.state, member.ended_at, member.end_reason = MemberState.ENDED, at, reason
    if member.grant_id is not None:
        grant = session().get(RoleGrant, member.grant_id)
        if grant is not None and grant.is_in_force(at):
            revoke_role(grant.id, place=place, by=by, at=at)
    vacancy = Vacancy(term_id=term.id, term=term, member_id=member.id, state=VacancyState.OPEN, arisen_at=at)
    session().add(vacancy)
    session().flush()
    append(
        place, "council.seat_vacated", role=acting_role(by, place, at), subject=f"vacancy:{vacancy.id}", at=at,
        values={"end_reason": reason.value},
    )  # fmt: skip
    least = setting(place, "council.vacancy_min_months")
    if not is_worth_filling(kst_date(at), ends_on=term.ends_on, min_months=least):
        _leave(vacancy, TOO_LATE, by=by, at=at)
    return vacancy


def fill_vacancy(
    vacancy_id: int, *, number: str, call_id: int, reason: str, by: Person, at: datetime
) -> AppointmentList:
    """Give an empty seat to a reserve of a draw: they are nominated, and their list goes the way to the head.

    Which reserve it must be, and why, says the draw (`voting.lottery.replace_members`); the caller passes it on.

    Raises:
        NotFound: no such empty seat, or no such reserve.
        NotAllowed: not staff.
        RuleViolation: settled already, the term is too short, or that reserve is none any more.
    """
    vacancy = get_or_not_found(Vacancy, vacancy_id, lock=True)
    place = vacancy.term.council.place
    if not can_run_council(by, place, at):
        raise NotAllowed(NOT_STAFF)
    if vacancy.state is not VacancyState.OPEN:
        raise RuleViolation(SETTLED)
    application = _reserve(call_id, number)
    found = nominate_reserve(vacancy, application, reason=reason, by=by, at=at)
    append(
        place, "council.vacancy_filled", role=acting_role(by, place, at), subject=f"vacancy:{vacancy.id}", at=at,
        values={"candidate": number, "reason": reason},
    )  # fmt: skip
    return found


def strike_reserve(call_id: int, *, number: str, declined: bool, by: Person, at: datetime) -> Application:
    """Take a reserve off the order: they do not want the seat, or turned out not to be eligible. Never a new draw.

    Raises:
        NotFound: no such reserve.
        NotAllowed: not staff who may check applications.
        RuleViolation: no reserve any more.
    """
    application = _reserve(call_id, number)
    place = application.call.place
    if not can_check_applications(by, place, at):
        raise NotAllowed(NOT_STAFF)
    state = ApplicationState.DECLINED if declined else ApplicationState.INELIGIBLE
    require_application_move(application.state, state)
    application.state, application.settled_at = state, at
    append(
        place, "council.reserve_struck", role=acting_role(by, place, at), subject=f"application:{application.id}",
        at=at, values={"candidate": number},
    )  # fmt: skip
    return application


def leave_vacancy(vacancy_id: int, *, reason: str, by: Person, at: datetime) -> Vacancy:
    """Leave a seat empty, saying publicly why (no reserve fits; a new call follows).

    Raises:
        NotFound, NotAllowed: no such empty seat; not staff.
        RuleViolation: settled already.
        InvalidInput: no reason.
    """
    vacancy = get_or_not_found(Vacancy, vacancy_id, lock=True)
    place = vacancy.term.council.place
    if not (can_run_council(by, place, at) or can_appoint(by, place, at)):
        raise NotAllowed(NOT_STAFF)
    if vacancy.state is not VacancyState.OPEN:
        raise RuleViolation(SETTLED)
    if len(reason) < 5:
        raise InvalidInput(REASON_NEEDED, field="reason")
    _leave(vacancy, reason, by=by, at=at)
    return vacancy


def _leave(vacancy: Vacancy, reason: str, *, by: Person, at: datetime) -> None:
    place = vacancy.term.council.place
    vacancy.state, vacancy.settled_at, vacancy.reason = VacancyState.LEFT, at, reason
    append(
        place, "council.vacancy_left", role=acting_role(by, place, at), subject=f"vacancy:{vacancy.id}", at=at,
        values={"reason": reason},
    )  # fmt: skip


def _reserve(call_id: int, number: str) -> Application:
    found = session().scalar(
        select(Application)
        .where(Application.call_id == call_id, Application.number == number)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(N_("그런 번호의 예비자가 없습니다."))
    if found.state is not ApplicationState.RESERVE:
        raise RuleViolation(N_("이제 예비자가 아닙니다."))
    return found
