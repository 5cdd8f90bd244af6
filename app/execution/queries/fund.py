"""SELECTs of the village fund."""

from sqlalchemy import func, select

from app.cycle.models import Cycle
from app.db.session import get_or_not_found, session
from app.errors import NotFound
from app.execution.models import MoneyEntry, Pledge, Project
from app.execution.rules.fund import Fund, PledgeState
from app.execution.rules.ledger import EntryKind
from app.execution.rules.projects import ProjectKind
from app.i18n import N_
from app.places.models import Place

MOST = 500
"""How many pledges the page lists, the newest."""


def fund_of(cycle: Cycle) -> Fund | None:
    """Add up the village fund of a year; None when nothing was ever pledged to it."""
    rows = session().execute(
        select(Pledge.state, func.sum(Pledge.amount_won), func.sum(Pledge.received_won))
        .where(Pledge.cycle_id == cycle.id)
        .group_by(Pledge.state)
    )
    sums = {row[0]: (int(row[1]), int(row[2])) for row in rows}
    if not sums:
        return None
    projects = session().scalars(
        select(Project).where(Project.cycle_id == cycle.id, Project.kind == ProjectKind.VILLAGE_FUND)
    )
    balances = [project.balance for project in projects]
    return Fund(
        promised_won=sums.get(PledgeState.PROMISED, (0, 0))[0],
        received_won=sums.get(PledgeState.RECEIVED, (0, 0))[1],
        allocated_won=sum(balance.planned_won - balance.returned_won for balance in balances),
        paid_won=sum(balance.paid_won for balance in balances),
    )


def allocations_of(cycle: Cycle) -> list[tuple[Project, int]]:
    """Return the year's projects of the fund with what was planned for each."""
    planned = (
        select(MoneyEntry.project_id, func.sum(MoneyEntry.amount_won).label("won"))
        .where(MoneyEntry.kind.in_([EntryKind.PLANNED, EntryKind.CHANGED]))
        .group_by(MoneyEntry.project_id)
        .subquery()
    )
    query = (
        select(Project, planned.c.won)
        .join(planned, planned.c.project_id == Project.id)
        .where(Project.cycle_id == cycle.id, Project.kind == ProjectKind.VILLAGE_FUND)
        .order_by(Project.id)
    )
    return [(row[0], int(row[1])) for row in session().execute(query)]


def pledges_of(cycle: Cycle, *, most: int = MOST) -> list[Pledge]:
    """Return the pledges of a year, newest first."""
    query = select(Pledge).where(Pledge.cycle_id == cycle.id).order_by(Pledge.id.desc()).limit(most)
    return list(session().scalars(query))


def pledge_of(place: Place, pledge_id: int) -> Pledge:
    """Return a pledge to a dong.

    Raises:
        NotFound: there is none here.
    """
    found = get_or_not_found(Pledge, pledge_id)
    if found.place_id != place.id:
        raise NotFound(N_("찾으시는 약속이 없습니다."))
    return found
