"""Who may do what with the resource survey."""

from datetime import datetime

from app.people.models import Person
from app.people.permissions import is_council, is_staff, is_verified_resident
from app.places.models import Place
from app.survey.models import CommunityResource
from app.survey.rules import ResourceState


def can_survey(person: Person | None, place: Place, at: datetime, *, in_group: bool) -> bool:
    """Tell whether somebody works on the survey: the planning group (``in_group``), the council, staff.

    They see what waits, check what others wrote, and return it.
    """
    if person is None or not person.is_active:
        return False
    return in_group or is_council(person, place, at) or is_staff(person, place, at)


def can_add(person: Person | None, place: Place, at: datetime, *, in_group: bool, adders: str) -> bool:
    """Tell whether somebody may add a resource: who surveys, or every verified resident (setting ``survey.adders``)."""
    if can_survey(person, place, at, in_group=in_group):
        return True
    return adders == "residents" and is_verified_resident(person, place)


def can_see(person: Person | None, resource: CommunityResource, at: datetime, *, in_group: bool) -> bool:
    """Tell whether somebody may read a resource: everybody what is public, the rest who surveys or who added it."""
    if resource.state is ResourceState.PUBLIC:
        return True
    if person is not None and person.id == resource.added_by and resource.state is not ResourceState.REMOVED:
        return True
    return can_survey(person, resource.place, at, in_group=in_group)


def can_edit(person: Person | None, resource: CommunityResource, at: datetime, *, in_group: bool) -> bool:
    """Tell whether somebody may change a resource: who surveys; who added it, until it is public."""
    if resource.state is ResourceState.REMOVED:
        return False
    if can_survey(person, resource.place, at, in_group=in_group):
        return True
    mine = person is not None and person.is_active and person.id == resource.added_by
    return mine and resource.state is not ResourceState.PUBLIC


def can_check(person: Person | None, resource: CommunityResource, at: datetime, *, in_group: bool) -> bool:
    """Tell whether somebody may make a resource public: who surveys, but not who wrote it."""
    return (
        person is not None
        and resource.state is ResourceState.PROPOSED
        and resource.changed_by != person.id
        and can_survey(person, resource.place, at, in_group=in_group)
    )


def can_import(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may take a list in: the council and staff."""
    return is_council(person, place, at) or is_staff(person, place, at)


def can_set_ground(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may give the ground of the maps: staff."""
    return is_staff(person, place, at)
