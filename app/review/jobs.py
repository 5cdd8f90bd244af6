"""What the clock does to reviews."""

from datetime import datetime

from app.db.session import transaction
from app.jobs.registry import every
from app.review.services import remind


@every(minutes=60)
def remind_reviewers(at: datetime) -> None:
    """Mail departments whose answer is nearly due, or overdue."""
    with transaction():
        remind(at)
