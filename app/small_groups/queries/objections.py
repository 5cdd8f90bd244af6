"""SELECTs about objections: those of a round, what a round has left for a new decision, what must be kept for them."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from app.assembly.objections.rules import Finding
from app.cycle.models import Cycle
from app.db.session import session
from app.small_groups.models import GrantObjection, GrantRound, GroupApplication
from app.small_groups.rules.applications import KEPT
from app.small_groups.rules.objections import OBJECTABLE
from app.small_groups.rules.rounds import Left


def objections_in(grant_round: GrantRound) -> list[GrantObjection]:
    """Return the objections to what was decided in a round, by number of the application."""
    query = (
        select(GrantObjection)
        .join(GroupApplication, GroupApplication.id == GrantObjection.application_id)
        .where(GroupApplication.round_id == grant_round.id)
        .options(joinedload(GrantObjection.application), joinedload(GrantObjection.meeting))
        .order_by(GroupApplication.number)
    )
    return list(session().scalars(query))


def is_waiting() -> ColumnElement[bool]:
    """Return the condition that an objection waits for its answer."""
    return and_(GrantObjection.finding.is_(None), GrantObjection.lapsed_at.is_(None))


def is_upheld() -> ColumnElement[bool]:
    """Return the condition that the council is to decide anew."""
    return and_(
        GrantObjection.finding == Finding.UPHELD,
        GrantObjection.decided_at.is_(None),
        GrantObjection.lapsed_at.is_(None),
    )


def open_objections(cycle: Cycle) -> int:
    """Return how many objections of a year wait for an answer or for a new decision."""
    query = (
        select(func.count(GrantObjection.id))
        .join(GroupApplication, GroupApplication.id == GrantObjection.application_id)
        .join(GrantRound, GrantRound.id == GroupApplication.round_id)
        .where(GrantRound.cycle_id == cycle.id, or_(is_waiting(), is_upheld()))
    )
    return session().scalar(query) or 0


def left_for(application: GroupApplication) -> Left:
    """Return what a round has for one application when the grants of all its others are taken off."""
    query = select(func.coalesce(func.sum(GroupApplication.granted_won), 0), func.count(GroupApplication.id)).where(
        GroupApplication.round_id == application.round_id,
        GroupApplication.id != application.id,
        GroupApplication.state.in_(KEPT),
    )
    won, groups = session().execute(query).one()
    row = application.round
    return Left(max(row.envelope_won - int(won), 0), max(row.most_groups - int(groups), 0))


def kept_back(cycle: Cycle, at: datetime) -> dict[int, Left]:
    """Return, by decided round, what objections that are open or may still come could ask of it at most."""
    may_come = and_(GrantObjection.id.is_(None), GrantRound.objections_until > at)
    query = (
        select(GroupApplication, GrantRound)
        .join(GrantRound, GrantRound.id == GroupApplication.round_id)
        .outerjoin(GrantObjection, GrantObjection.application_id == GroupApplication.id)
        .where(
            GrantRound.cycle_id == cycle.id,
            GrantRound.concluded_at.is_not(None),
            GroupApplication.state.in_(OBJECTABLE),
            GroupApplication.granted_won < GroupApplication.asked_won,
            or_(may_come, is_waiting_here(), is_upheld()),
        )
    )
    found: dict[int, Left] = {}
    for row, grant_round in session().execute(query):
        known = found.get(row.round_id, Left(0, 0))
        claimed = min(row.asked_won, grant_round.max_won) - row.granted_won
        found[row.round_id] = Left(known.won + max(claimed, 0), known.groups + (not row.granted_won))
    return found


def is_waiting_here() -> ColumnElement[bool]:
    """Return `is_waiting` for a query in which there may be no objection at all."""
    return and_(GrantObjection.id.is_not(None), is_waiting())
