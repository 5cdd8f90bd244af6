"""What the clock does to cycles."""

from datetime import datetime

from app.cycle.services import advance_due_stages
from app.db.session import transaction
from app.jobs.registry import every


@every(minutes=1)
def advance_stages(at: datetime) -> None:
    """Open and close the stages whose instant has come."""
    with transaction():
        advance_due_stages(at)
