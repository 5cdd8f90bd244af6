"""Who may do what with small-group grants. Being secretary of the council is looked up by the caller (`queries.offices`)."""

from datetime import datetime

from app.people.models import Person
from app.people.permissions import is_council, is_staff, is_verified_resident
from app.places.models import Place
from app.small_groups.models import GroupApplication


def can_run_rounds(person: Person | None, place: Place, at: datetime, *, is_secretary: bool) -> bool:
    """Tell whether somebody may announce a round and write down what was decided: staff, or the council's secretary."""
    return is_staff(person, place, at) or (is_secretary and is_council(person, place, at))


def can_check(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may check applications, pay out, and settle: staff."""
    return is_staff(person, place, at)


def can_deliberate(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may score applications: members of the council."""
    return is_council(person, place, at)


def can_apply(person: Person | None, place: Place) -> bool:
    """Tell whether somebody may belong to a group of this dong: a resident who was verified."""
    return is_verified_resident(person, place)


def is_leader(person: Person | None, application: GroupApplication) -> bool:
    """Tell whether somebody answers for a group."""
    return person is not None and person.is_active and person.id == application.leader_id


def is_in_group(person: Person | None, application: GroupApplication) -> bool:
    """Tell whether somebody belongs to a group now: they confirmed it and have not left."""
    if person is None or not person.is_active:
        return False
    return any(row.person_id == person.id and row.left_at is None for row in application.people)


def can_read(person: Person | None, application: GroupApplication, at: datetime) -> bool:
    """Tell whether somebody may read what is not public of an application: the group; once sent in, staff and council."""
    if is_in_group(person, application):
        return True
    place = application.place
    return application.submitted_at is not None and (is_staff(person, place, at) or is_council(person, place, at))


def can_see_receipts(person: Person | None, application: GroupApplication, at: datetime) -> bool:
    """Tell whether somebody may open receipts: the group and the staff, for papers carry names."""
    return is_in_group(person, application) or is_staff(person, application.place, at)
