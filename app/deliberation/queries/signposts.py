"""What the cycle, the dong's page, an agenda and the desk ask of opinion rounds."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.agenda.lifeline import Step
from app.agenda.models import Proposal
from app.agenda.panels import Panel
from app.agenda.queries import lead as agenda_lead
from app.cycle.dong_page import Lead, Number
from app.cycle.models import Cycle
from app.cycle.rules import Duty
from app.db.session import session
from app.deliberation.models import OpinionRound, Participant, Statement, StatementProposal
from app.deliberation.queries.rounds import open_rounds
from app.deliberation.rules import (
    CONCLUDED_WITHIN,
    LOOKED_THROUGH_WITHIN,
    PUBLIC_ROUNDS,
    RoundState,
    StatementState,
)
from app.i18n import N_
from app.people.models import Person
from app.people.permissions import is_council, is_staff
from app.people.queries.people import in_places_of
from app.places.models import Place
from app.todo import Todo


def unconcluded(cycle: Cycle) -> list[Duty]:
    """Return the duty to conclude rounds before discovery closes."""
    count = session().scalar(
        select(func.count(OpinionRound.id)).where(
            OpinionRound.cycle_id == cycle.id, OpinionRound.state.in_([RoundState.OPEN, RoundState.CLOSED])
        )
    )
    if not count:
        return []
    return [
        Duty(
            N_("맺음말이 없는 토론이 %(n)s개 있습니다."), "deliberation.index", {"slug": cycle.place.slug}, {"n": count}
        )
    ]


def lead(cycle: Cycle) -> Lead:
    """Return what can be done while the agenda is gathered: as the agenda says it, and the open rounds beside it."""
    found = agenda_lead(cycle)
    if not open_rounds(cycle.place, limit=1):
        return found
    return replace(found, second_action=N_("토론에 답하기"), second_endpoint="deliberation.index")


def numbers(cycle: Cycle) -> list[Number]:
    """Return how many people answered in the year's rounds; nothing while there was none."""
    count = session().scalar(
        select(func.count(Participant.id))
        .join(OpinionRound, OpinionRound.id == Participant.round_id)
        .where(OpinionRound.cycle_id == cycle.id, OpinionRound.state.in_(PUBLIC_ROUNDS))
    )
    return [Number(N_("토론에 답한 사람"), f"{count:,}", N_("명"))] if count else []


def life_steps(proposal: Proposal, at: datetime) -> list[Step]:
    """Return a step per round whose statements went into a proposal."""
    rows = session().execute(
        select(OpinionRound, func.count(StatementProposal.id), func.min(StatementProposal.linked_at))
        .join(Statement, Statement.round_id == OpinionRound.id)
        .join(StatementProposal, StatementProposal.statement_id == Statement.id)
        .where(StatementProposal.proposal_id == proposal.id)
        .group_by(OpinionRound.id)
        .order_by(OpinionRound.id)
    )
    return [
        Step(
            3,
            "done",
            "chat",
            N_("토론에서 나온 의견"),
            linked_at,
            N_("“%(title)s”의 의견 %(n)s개를 담았습니다."),
            {"title": found.title, "n": count},
            "deliberation.show",
            {"slug": proposal.place.slug, "round_id": found.id},
        )
        for found, count, linked_at in rows
    ]


def evidence_panel(proposal: Proposal, *, told: Collection[int] = ()) -> list[Panel]:
    """Return the statements that an agenda takes up, for its page; nothing where there are none.

    Args:
        proposal: the agenda.
        told: ids of statements that another part of the page shows already.
    """
    links = session().scalars(
        select(StatementProposal)
        .where(StatementProposal.proposal_id == proposal.id, StatementProposal.statement_id.not_in(told))
        .options(joinedload(StatementProposal.statement).joinedload(Statement.round))
        .order_by(StatementProposal.id)
        .limit(20)
    )
    found = list(links)
    return [Panel("deliberation/_evidence.html", {"links": found, "slug": proposal.place.slug})] if found else []


def todos(person: Person, at: datetime) -> list[Todo]:
    """Return statements to look through, conclusions to write, and statements that a committee was given."""
    if not person.grants:
        return []
    rows = session().execute(
        select(OpinionRound, func.count(Statement.id), func.min(Statement.submitted_at))
        .join(Place, Place.id == OpinionRound.place_id)
        .outerjoin(Statement, (Statement.round_id == OpinionRound.id) & (Statement.state == StatementState.PENDING))
        .where(
            OpinionRound.state.in_([RoundState.OPEN, RoundState.CLOSED]),
            in_places_of(person),
        )
        .group_by(OpinionRound.id)
        .order_by(OpinionRound.id)
        .limit(50)
    )
    found: list[Todo] = []
    for each, waiting, since in rows:
        if not (is_council(person, each.place, at) or is_staff(person, each.place, at)):
            continue
        arguments: dict[str, object] = {"slug": each.place.slug, "round_id": each.id}
        if waiting:
            found.append(
                Todo(
                    title=N_("토론에 낸 의견 %(n)s개 살펴보기"), action=N_("살펴보기"), endpoint="deliberation.workbench",
                    arguments=arguments, values={"n": waiting}, context=each.title,
                    due_at=since + LOOKED_THROUGH_WITHIN, place_id=each.place_id,
                )
            )  # fmt: skip
        if each.state is RoundState.CLOSED and each.closed_at is not None:
            found.append(
                Todo(
                    title=N_("토론 맺음말 쓰기"), action=N_("쓰기"), endpoint="deliberation.conclude",
                    arguments=arguments, context=each.title,
                    due_at=each.closed_at + CONCLUDED_WITHIN, place_id=each.place_id,
                )
            )  # fmt: skip
    return found + _assigned_todos(person, at)


def _assigned_todos(person: Person, at: datetime) -> list[Todo]:
    rows = session().scalars(
        select(Statement)
        .join(OpinionRound, OpinionRound.id == Statement.round_id)
        .join(Place, Place.id == OpinionRound.place_id)
        .options(joinedload(Statement.round).joinedload(OpinionRound.place))
        .where(
            Statement.due_at.is_not(None),
            Statement.handled_at.is_(None),
            Statement.state == StatementState.PUBLISHED,
            in_places_of(person),
        )
        .order_by(Statement.due_at)
        .limit(50)
    )
    return [
        Todo(
            title=N_("%(unit)s에서 볼 의견: %(text)s"), action=N_("보기"), endpoint="deliberation.statement",
            arguments={"slug": each.round.place.slug, "round_id": each.round_id, "number": each.number},
            values={"unit": each.unit, "text": each.text}, context=each.round.title,
            due_at=each.due_at, place_id=each.round.place_id,
        )
        for each in rows
        if is_council(person, each.round.place, at) or is_staff(person, each.round.place, at)
    ]  # fmt: skip
