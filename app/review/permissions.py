"""Who may do what in a department review."""

from datetime import datetime

from app.people.models import Person
from app.people.permissions import is_staff
from app.plan.models import DepartmentReview, PlanItem
from app.plan.permissions import can_draft


def can_see_notes(person: Person | None, item: PlanItem, at: datetime) -> bool:
    """Tell whether somebody may read and write private comments: council and staff."""
    return can_draft(person, item.plan.place, at)


def can_object(person: Person | None, review: DepartmentReview, at: datetime) -> bool:
    """Tell whether somebody may object: who proposed what the item came from, and the council that wrote it."""
    if person is None:
        return False
    proposers = {origin.proposal.proposer_id for origin in review.item.origins}
    return person.id in proposers or can_draft(person, review.item.plan.place, at)


def can_decide(person: Person | None, review: DepartmentReview, at: datetime) -> bool:
    """Tell whether somebody may decide an objection: staff, but not the one who filed it (the service looks)."""
    return is_staff(person, review.item.plan.place, at)
