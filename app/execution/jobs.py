"""What the clock does to projects."""

from datetime import datetime

from app.db.session import transaction
from app.execution.services.calling_out import escalate_overdue
from app.execution.services.figures import open_due_figures
from app.jobs.registry import every


@every(minutes=60)
def open_months(at: datetime) -> None:
    """Open last month's figures where the day has come."""
    with transaction():
        open_due_figures(at)


@every(minutes=60)
def call_out_what_is_late(at: datetime) -> None:
    """Tell the district of steps that stay undone."""
    with transaction():
        escalate_overdue(at)
