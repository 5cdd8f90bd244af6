"""Who may see and try again a job. Predicates: they answer, services refuse."""

from datetime import datetime

from app.jobs.models import Job
from app.people.models import Person
from app.people.permissions import is_staff
from app.places.models import Place


def can_see_job(person: Person | None, job: Job, place: Place | None, at: datetime) -> bool:
    """Tell whether somebody may see a job: who asked for it, and the staff of its place."""
    if person is None or not person.is_active:
        return False
    return job.requested_by == person.id or (place is not None and is_staff(person, place, at))
