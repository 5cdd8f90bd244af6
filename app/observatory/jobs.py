"""What the clock does for the observatory."""

from datetime import datetime

from app.db.session import transaction
from app.jobs.registry import every
from app.observatory.services.counting import BATCH, count_again, stale_cycles


@every(minutes=1)
def count_what_changed(at: datetime) -> None:
    """Count the years in which something was recorded, and every running year once a day; a hundred per transaction."""
    while True:
        with transaction():
            counted = count_again(stale_cycles(at), at=at)
        if counted < BATCH:
            return
