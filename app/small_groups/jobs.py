"""What the clock does for small groups."""

from datetime import datetime

from app.db.session import transaction
from app.jobs.registry import every
from app.small_groups.services.reminding import remind_due


@every(minutes=60)
def remind_of_reports(at: datetime) -> None:
    """Remind groups of the report they owe."""
    with transaction():
        remind_due(at)
