"""Reminding groups of the report they owe: two weeks before, three days before, the day after."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.clock import kst_date
from app.db.session import session
from app.small_groups.models import GroupApplication, GroupReport
from app.small_groups.queries.applications import WITH_STAFF
from app.small_groups.rules.applications import State
from app.small_groups.rules.reports import REMIND_BEFORE, Reminder, reminder_due
from app.small_groups.services.telling import tell_leader

DAY = timedelta(days=1)


def remind_due(at: datetime, limit: int = 200) -> int:
    """Remind the leaders of groups whose report is due, each of each stage once. Repeatable.

    Returns:
        how many were reminded.
    """
    today = kst_date(at)
    query = (
        select(GroupApplication)
        .outerjoin(GroupReport, GroupReport.application_id == GroupApplication.id)
        .where(
            GroupApplication.state == State.GRANTED,
            GroupApplication.paid_on.is_not(None),
            # Exactly those to whom something is new: thousands fall due on one day, and all get their turn.
            or_(
                GroupApplication.reminded.is_(None)
                & (GroupApplication.report_due_on <= today + REMIND_BEFORE[Reminder.EARLY] * DAY),
                (GroupApplication.reminded == Reminder.EARLY)
                & (GroupApplication.report_due_on <= today + REMIND_BEFORE[Reminder.SOON] * DAY),
                (GroupApplication.reminded != Reminder.LATE)
                & (GroupApplication.report_due_on <= today + REMIND_BEFORE[Reminder.LATE] * DAY),
            ),
            or_(GroupReport.id.is_(None), GroupReport.state.not_in(WITH_STAFF)),
        )
        .options(joinedload(GroupApplication.leader), joinedload(GroupApplication.round))
        .order_by(GroupApplication.report_due_on, GroupApplication.id)
        .limit(limit)
    )
    told = 0
    for row in session().scalars(query).all():
        due_on = row.report_due_on
        said = reminder_due(due_on, today=today, said=row.reminded) if due_on is not None else None
        if due_on is None or said is None:
            continue
        row.reminded = said
        tell_leader(
            row, "report_due", key=f"{said.value}:{due_on.isoformat()}", at=at, due=due_on.isoformat(),
            is_late=said is Reminder.LATE,
        )  # fmt: skip
        told += 1
    return told
