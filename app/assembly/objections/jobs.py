"""The retention clock of the link between people and credentials."""

from datetime import datetime

from app.assembly.objections.services import destroy_links_past_objections
from app.db.session import transaction
from app.jobs.registry import every


@every(hours=1)
def destroy_links(at: datetime) -> None:
    """Destroy what has served."""
    with transaction():
        destroy_links_past_objections(at)
