"""SELECTs about rounds: which there are, where they stand, what a dong has left."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.council.models import CouncilMeeting
from app.cycle.models import Cycle
from app.db.session import get_or_not_found, session
from app.errors import NotFound
from app.i18n import N_
from app.places.models import Place
from app.places.queries import setting
from app.places.settings.process import GRANT_PER_DONG, GROUPS_PER_DONG
from app.small_groups.models import (
    GrantRecusal,
    GrantRound,
    GroupApplication,
    GroupPerson,
    GroupReport,
    ScoreSheet,
)
from app.small_groups.queries.objections import kept_back
from app.small_groups.rules.applications import KEPT, PUBLIC, State
from app.small_groups.rules.reports import ReportState
from app.small_groups.rules.rounds import Left, Phase, phase_of

PAGE = 24
IN_ROUND = frozenset(State) - {State.DRAFT, State.WITHDRAWN}


def round_of(place: Place, round_id: int) -> GrantRound:
    """Return a round of a dong.

    Raises:
        NotFound: none of this number here.
    """
    found = get_or_not_found(GrantRound, round_id)
    if found.place_id != place.id:
        raise NotFound(N_("찾으시는 지원이 없습니다."))
    return found


def rounds_of(cycle: Cycle) -> list[GrantRound]:
    """Return the rounds of a year, newest first."""
    query = select(GrantRound).where(GrantRound.cycle_id == cycle.id).order_by(GrantRound.id.desc())
    return list(session().scalars(query))


def left_in(cycle: Cycle, at: datetime, *, besides: int = 0) -> Left:
    """Return what a dong may still promise in a year.

    A concluded round counts with what it gave and what objections to it could still ask of its money: nobody's objection
    comes too late because the money was promised elsewhere meanwhile.
    """
    given = (
        select(GroupApplication.round_id, func.sum(GroupApplication.granted_won), func.count(GroupApplication.id))
        .join(GrantRound, GrantRound.id == GroupApplication.round_id)
        .where(GrantRound.cycle_id == cycle.id, GroupApplication.state.in_(KEPT))
        .group_by(GroupApplication.round_id)
    )
    gave = {round_id: (int(won), int(count)) for round_id, won, count in session().execute(given)}
    held = kept_back(cycle, at)
    won, groups = setting(cycle.place, GRANT_PER_DONG), setting(cycle.place, GROUPS_PER_DONG)
    for row in rounds_of(cycle):
        if row.id == besides or row.cancelled_at is not None:
            continue
        promised = row.envelope_won, row.most_groups
        if row.concluded_at is not None:
            given_won, given_to = gave.get(row.id, (0, 0))
            kept = held.get(row.id, Left(0, 0))
            promised = min(promised[0], given_won + kept.won), min(promised[1], given_to + kept.groups)
        won, groups = won - promised[0], groups - promised[1]
    return Left(max(won, 0), max(groups, 0))


def state_counts(round_ids: list[int]) -> dict[int, dict[State, int]]:
    """Return how many applications of each state each round has."""
    query = (
        select(GroupApplication.round_id, GroupApplication.state, func.count(GroupApplication.id))
        .where(GroupApplication.round_id.in_(round_ids))
        .group_by(GroupApplication.round_id, GroupApplication.state)
    )
    found: dict[int, dict[State, int]] = {round_id: {} for round_id in round_ids}
    for round_id, state, count in session().execute(query):
        found[round_id][state] = count
    return found


def phase(grant_round: GrantRound, at: datetime) -> Phase:
    """Return where a round stands."""
    counts = state_counts([grant_round.id])[grant_round.id]
    return _phase(grant_round, counts, at)


def _phase(row: GrantRound, counts: dict[State, int], at: datetime) -> Phase:
    return phase_of(
        row.terms, is_cancelled=row.cancelled_at is not None, is_concluded=row.concluded_at is not None,
        unchecked=counts.get(State.SUBMITTED, 0), at=at,
    )  # fmt: skip


@dataclass(frozen=True)
class RoundRow:
    """A round with where it stands and how many applied."""

    round: GrantRound
    phase: Phase
    sent: int
    granted: int


def round_rows(rounds: list[GrantRound], at: datetime) -> list[RoundRow]:
    """Return rounds with where they stand, in one query more."""
    counts = state_counts([row.id for row in rounds])
    return [
        RoundRow(
            row, _phase(row, counts[row.id], at), sum(n for state, n in counts[row.id].items() if state in IN_ROUND),
            sum(n for state, n in counts[row.id].items() if state in PUBLIC),
        )
        for row in rounds
    ]  # fmt: skip


def applications_in(grant_round: GrantRound) -> list[GroupApplication]:
    """Return the applications of a round that were sent in, by number."""
    query = (
        select(GroupApplication)
        .where(GroupApplication.round_id == grant_round.id, GroupApplication.state.in_(IN_ROUND))
        .options(joinedload(GroupApplication.report))
        .order_by(GroupApplication.number)
    )
    return list(session().scalars(query))


def eligible_in(grant_round: GrantRound, *, lock: bool = False) -> list[GroupApplication]:
    """Return the applications that the council decides on, by number."""
    query = (
        select(GroupApplication)
        .where(GroupApplication.round_id == grant_round.id, GroupApplication.state == State.ELIGIBLE)
        .order_by(GroupApplication.number)
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return list(session().scalars(query))


def ineligible_in(grant_round: GrantRound) -> list[GroupApplication]:
    """Return the applications that did not come before the council, by number."""
    query = (
        select(GroupApplication)
        .where(GroupApplication.round_id == grant_round.id, GroupApplication.state == State.INELIGIBLE)
        .order_by(GroupApplication.number)
    )
    return list(session().scalars(query))


def sheets_of(application_ids: list[int]) -> dict[int, list[ScoreSheet]]:
    """Return the council's sheets by application."""
    found: dict[int, list[ScoreSheet]] = {each: [] for each in application_ids}
    for row in session().scalars(select(ScoreSheet).where(ScoreSheet.application_id.in_(application_ids))):
        found[row.application_id].append(row)
    return found


def recusals_of(application_ids: list[int]) -> dict[int, list[GrantRecusal]]:
    """Return who stood back, by application."""
    found: dict[int, list[GrantRecusal]] = {each: [] for each in application_ids}
    for row in session().scalars(select(GrantRecusal).where(GrantRecusal.application_id.in_(application_ids))):
        found[row.application_id].append(row)
    return found


def people_ids(application_ids: list[int]) -> dict[int, set[int]]:
    """Return who belongs to each group, as account numbers."""
    found: dict[int, set[int]] = {each: set() for each in application_ids}
    query = select(GroupPerson.application_id, GroupPerson.person_id).where(
        GroupPerson.application_id.in_(application_ids), GroupPerson.left_at.is_(None)
    )
    for application_id, person_id in session().execute(query):
        found[application_id].add(person_id)
    return found


def meetings_since(place_id: int, since: datetime) -> list[CouncilMeeting]:
    """Return the meetings of a dong's whole council that have opened since an instant: where it may have decided."""
    query = (
        select(CouncilMeeting)
        .where(
            CouncilMeeting.place_id == place_id,
            CouncilMeeting.committee_id.is_(None),
            CouncilMeeting.opened_at >= since,
        )
        .order_by(CouncilMeeting.opened_at.desc())
        .limit(20)
    )
    return list(session().scalars(query))


@dataclass(frozen=True)
class GroupRow:
    """A granted group for lists."""

    application: GroupApplication
    people: int
    spent_won: int | None
    """None until its report was accepted."""


@dataclass(frozen=True)
class GroupsPage:
    """One page of granted groups."""

    rows: list[GroupRow]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))


def granted_page(cycle: Cycle, *, page: int) -> GroupsPage:
    """Return the groups of a year that were granted something, by name, with the figures everybody may see."""
    where = (GrantRound.cycle_id == cycle.id, GroupApplication.state.in_(PUBLIC))
    joined = select(GroupApplication).join(GrantRound, GrantRound.id == GroupApplication.round_id).where(*where)
    rows = (
        session()
        .scalars(
            joined.options(joinedload(GroupApplication.report), joinedload(GroupApplication.round))
            .order_by(GroupApplication.name, GroupApplication.id)
            .limit(PAGE)
            .offset((page - 1) * PAGE)
        )
        .all()
    )
    counts = people_counts([row.id for row in rows])
    total = session().scalar(select(func.count()).select_from(joined.subquery())) or 0
    return GroupsPage([GroupRow(row, counts.get(row.id, 0), spent_of(row)) for row in rows], total, page)


def people_counts(application_ids: list[int]) -> dict[int, int]:
    """Return how many are in each group: those who confirmed and have not left."""
    query = (
        select(GroupPerson.application_id, func.count(GroupPerson.id))
        .where(GroupPerson.application_id.in_(application_ids), GroupPerson.left_at.is_(None))
        .group_by(GroupPerson.application_id)
    )
    return {row[0]: int(row[1]) for row in session().execute(query)}


def spent_of(application: GroupApplication) -> int | None:
    """Return what a group spent, as accepted; None before."""
    report: GroupReport | None = application.report
    return report.spent_won if report is not None and report.state is ReportState.ACCEPTED else None


def titles(ids: Collection[int]) -> dict[int, str]:
    """Return the names of granted groups, for the public record (`app.record.references`)."""
    query = select(GroupApplication.id, GroupApplication.name).where(
        GroupApplication.id.in_(ids), GroupApplication.state.in_(PUBLIC)
    )
    return {row[0]: row[1] for row in session().execute(query)}
