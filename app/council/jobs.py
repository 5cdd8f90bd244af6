"""What the clock does in the council: motions lapse, applicants' details are erased."""

from datetime import datetime

from app.council.services.dismissing import lapse_due_motions
from app.council.services.erasing import erase_old_applications
from app.db.session import transaction
from app.jobs.registry import every


@every(hours=1)
def lapse_motions(at: datetime) -> None:
    """Let motions lapse whose time to gather signatures ran out."""
    with transaction():
        lapse_due_motions(at)


@every(hours=24)
def erase_applications(at: datetime) -> None:
    """Blank the details of applicants whom nobody needs any more."""
    with transaction():
        erase_old_applications(at)
