"""Periodic work of witnesses."""

from datetime import datetime

from app.assembly.witnesses.services.heads import offer_due_heads
from app.db.session import transaction
from app.jobs.registry import every


@every(minutes=1)
def offer_heads(at: datetime) -> None:
    """Put the newest heads before the witnesses."""
    with transaction():
        offer_due_heads(at)
