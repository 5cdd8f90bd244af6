"""What the clock does for open data."""

from datetime import datetime

from app.db.session import transaction
from app.jobs.registry import every
from app.opendata.tokens.services import remind_of_ends


@every(minutes=60)
def remind_of_tokens(at: datetime) -> None:
    """Tell the makers of tokens that end soon."""
    with transaction():
        remind_of_ends(at)
