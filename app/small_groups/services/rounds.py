"""Announcing a round of grants, changing it, calling it off."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.cycle.models import Cycle
from app.cycle.rules import Stage, StageState, require_not_over
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.places.models import Place
from app.places.queries import setting
from app.places.settings.process import GROUP_MIN_MEMBERS
from app.plan.rules import FundSource
from app.small_groups.models import GrantRound, GroupApplication
from app.small_groups.queries.offices import runs_rounds
from app.small_groups.queries.rounds import left_in
from app.small_groups.rules.applications import ALIVE
from app.small_groups.rules.rounds import Terms, require_change, require_reason, require_terms
from app.small_groups.services.loading import note, role_of
from app.small_groups.services.telling import tell_leader

NOT_RUNNER = N_("동 담당자와 주민자치회 간사만 할 수 있습니다.")


@dataclass(frozen=True)
class Words:
    """What a round says: its name, its text, the article it rests on, and whose money it is."""

    title: str
    text: str
    legal_basis: str
    source: FundSource


def announce_round(cycle: Cycle, words: Words, terms: Terms, *, once: str, by: Person, at: datetime) -> GrantRound:
    """Announce a round; the same form sent twice announces one.

    Raises:
        NotAllowed: neither staff nor the council's secretary.
        RuleViolation: the year is over, or its execution has closed.
        InvalidInput: terms that contradict themselves, lie in the past, or promise more than the dong has.
    """
    _require_runner(by, cycle.place, at)
    get_or_not_found(Cycle, cycle.id, lock=True)  # two rounds at once do not both promise the last of the money
    known = session().scalar(select(GrantRound).where(GrantRound.once == once))
    if known is not None:
        return known
    require_announceable(cycle)
    require_terms(terms, left=left_in(cycle, at))
    if terms.closes_at <= at:
        raise InvalidInput(N_("마지막 날이 이미 지났습니다."), field="last_day")
    row = GrantRound(
        place_id=cycle.place_id, cycle_id=cycle.id, once=once, title=words.title, text=words.text,
        legal_basis=words.legal_basis, source=words.source, envelope_won=terms.envelope_won, max_won=terms.max_won,
        most_groups=terms.most_groups, min_people=setting(cycle.place, GROUP_MIN_MEMBERS), opens_at=terms.opens_at,
        closes_at=terms.closes_at, starts_on=terms.starts_on, ends_on=terms.ends_on, report_due_on=terms.report_due_on,
        announced_by=by.id, announced_at=at,
    )  # fmt: skip
    session().add(row)
    session().flush()
    note(
        cycle.place, "announced", role_of(by, cycle.place, at), f"grant_round:{row.id}", at, title=row.title,
        limit_won=row.envelope_won, most=row.most_groups,
    )  # fmt: skip
    return row


def edit_round(round_id: int, words: Words, terms: Terms, *, version: int, by: Person, at: datetime) -> GrantRound:
    """Change a round; once it takes applications, only its words and a later closing.

    Raises:
        NotFound, NotAllowed, Conflict: no such round; not one who runs it; changed meanwhile.
        RuleViolation: it has closed or was called off, or more is changed than may be.
        InvalidInput: as `announce_round`.
    """
    cycle_id = get_or_not_found(GrantRound, round_id).cycle_id
    get_or_not_found(Cycle, cycle_id, lock=True)
    row = _running(round_id, version=version, by=by, at=at)
    require_change(row.terms, terms, at=at)
    if words.source is not row.source and at >= row.opens_at:
        raise RuleViolation(N_("신청을 받기 시작한 뒤에는 글을 고치거나 마감을 늦추기만 할 수 있습니다."))
    require_terms(terms, left=left_in(row.cycle, at, besides=row.id))
    if terms.closes_at <= at:
        raise InvalidInput(N_("마지막 날이 이미 지났습니다."), field="last_day")
    row.title, row.text, row.legal_basis, row.source = words.title, words.text, words.legal_basis, words.source
    row.envelope_won, row.max_won, row.most_groups = terms.envelope_won, terms.max_won, terms.most_groups
    row.opens_at, row.closes_at, row.starts_on = terms.opens_at, terms.closes_at, terms.starts_on
    row.ends_on, row.report_due_on = terms.ends_on, terms.report_due_on
    note(row.place, "changed", role_of(by, row.place, at), f"grant_round:{row.id}", at, title=row.title)
    return row


def cancel_round(round_id: int, *, reason: str, version: int, by: Person, at: datetime) -> GrantRound:
    """Call a round off before the council has decided; whoever applied is told why.

    Raises:
        NotFound, NotAllowed, Conflict: as `edit_round`.
        RuleViolation: it is decided, or was called off already.
        InvalidInput: no reason.
    """
    row = get_or_not_found(GrantRound, round_id, lock=True)
    _require_runner(by, row.place, at)
    claim_version(row, version)
    require_cancellable(row)
    require_reason(reason)
    row.cancelled_at, row.cancel_reason = at, reason
    note(
        row.place, "cancelled", role_of(by, row.place, at), f"grant_round:{row.id}", at, title=row.title, reason=reason
    )
    living = select(GroupApplication).where(GroupApplication.round_id == row.id, GroupApplication.state.in_(ALIVE))
    for application in session().scalars(living):
        tell_leader(application, "cancelled", key="", at=at, reason=reason)
    return row


def require_execution_ahead(cycle: Cycle) -> None:
    """Refuse to give money in a year whose projects are closed: nobody could settle it any more.

    Raises:
        RuleViolation: execution has closed.
    """
    if cycle.stage(Stage.EXECUTION).state is StageState.CLOSED:
        raise RuleViolation(N_("실행 단계가 끝난 해에는 지원할 수 없습니다. 다음 해에 알려 주세요."))


def _running(round_id: int, *, version: int, by: Person, at: datetime) -> GrantRound:
    row = get_or_not_found(GrantRound, round_id, lock=True)
    _require_runner(by, row.place, at)
    claim_version(row, version)
    require_changeable(row, at)
    return row


def require_announceable(cycle: Cycle) -> None:
    """Refuse a new round in a year that cannot give any more.

    Raises:
        RuleViolation: the year is over, or its execution has closed.
    """
    require_not_over(is_over=cycle.is_over)
    require_execution_ahead(cycle)


def require_changeable(row: GrantRound, at: datetime) -> None:
    """Refuse to change a round that takes no applications any more.

    Raises:
        RuleViolation: it is so.
    """
    if row.cancelled_at is not None or row.closes_at <= at:
        raise RuleViolation(N_("신청을 마감한 지원은 고칠 수 없습니다."))


def require_cancellable(row: GrantRound) -> None:
    """Refuse to call off a round that has ended.

    Raises:
        RuleViolation: it is decided, or was called off already.
    """
    if row.cancelled_at is not None or row.concluded_at is not None:
        raise RuleViolation(N_("이미 끝난 지원입니다."))


def _require_runner(by: Person, place: Place, at: datetime) -> None:
    if not runs_rounds(by, place, at):
        raise NotAllowed(NOT_RUNNER)
