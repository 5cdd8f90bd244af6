"""What the worker does for itself every day."""

from datetime import datetime

from app.db.session import transaction
from app.jobs.registry import every
from app.jobs.services import purge_ended


@every(hours=24)
def forget_old_jobs(at: datetime) -> None:
    """Delete the rows of jobs that ended long ago."""
    with transaction():
        purge_ended(at=at)
