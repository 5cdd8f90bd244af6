"""Who may do what with the plan."""

from datetime import datetime

from app.people.models import Person
from app.people.permissions import holds, is_council, is_staff
from app.people.rules import Role
from app.places.models import Place
from app.plan.models import DepartmentReview


def can_draft(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may write the plan: council members and staff."""
    return is_council(person, place, at) or is_staff(person, place, at)


def can_freeze(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may freeze a version: staff and committee chairs."""
    return is_staff(person, place, at) or holds(person, Role.COMMITTEE_CHAIR, place, at)


def can_answer(person: Person | None, review: DepartmentReview, place: Place, at: datetime) -> bool:
    """Tell whether somebody may answer a review: the reviewer who was asked, nobody in their place.

    A reviewer sees and answers only what they were asked (experience.md §1).
    """
    asked = person is not None and person.id == review.reviewer_id
    return asked and holds(person, Role.DEPARTMENT_REVIEWER, place, at)
