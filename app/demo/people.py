"""The people of the demonstration: one ready account per role and dong, and residents who only exist to be counted."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.db.session import transaction
from app.people.models import Person, RoleGrant, Verification
from app.people.rules import Role, VerificationMethod
from app.places.models import Place
from app.places.rules import PlaceKind

SHOWN = "gwansan"
"""The dong whose ready accounts stand on the sign-in page for every role; other dongs offer their clerk."""


@dataclass(frozen=True)
class Cast:
    """Who acts in a dong."""

    staff: Person
    chair: Person
    reviewer: Person
    resident: Person


def cast_of(place: Place, at: datetime) -> Cast:
    """Make the ready accounts of a dong."""
    shown = place.slug == SHOWN
    above = place.parent or place
    if shown:
        _holder("관산동 주민자치지원관", Role.SUPPORT_OFFICER, place, at, ready=True)
        _holder("관산동 감사", Role.AUDITOR, place, at, ready=True)
        _holder("관산동 위원", Role.COUNCIL_MEMBER, place, at, ready=True)
        _holder("고양시 담당자", Role.DISTRICT_STAFF, above, at, ready=True)
        _holder("고양시 운영자", Role.OPERATOR, above, at, ready=True)
        city = above.parent
        if city is not None:
            _holder(f"{city.name} 담당자", Role.CITY_STAFF, city, at, ready=True)
    return Cast(
        staff=_holder(f"{place.name} 담당자", Role.DONG_STAFF, place, at, ready=True),
        chair=_holder(f"{place.name} 분과위원장", Role.COMMITTEE_CHAIR, place, at, ready=shown),
        reviewer=_reviewer(above, at, ready=shown),
        resident=_resident(f"{place.name} 주민", place, at, ready=True),
    )


def make_residents(place: Place, count: int, at: datetime) -> list[Person]:
    """Make verified residents without a way to sign in; the ready one comes first."""
    with transaction() as current:
        known = list(
            current.scalars(
                select(Person)
                .join(Verification, Verification.person_id == Person.id)
                .where(Verification.place_id == place.id)
            )
        )
        # Who came later goes on counting: no two neighbours have one name.
        new = [
            Person(public_name=f"{place.name} 이웃 {number}", created_at=at)
            for number in range(max(1, len(known)), count)
        ]
        current.add_all(new)
        current.flush()
        current.add_all(
            Verification(person_id=person.id, place_id=place.id, method=VerificationMethod.ROLL, verified_at=at)
            for person in new
        )
    return known + new


def _holder(name: str, role: Role, place: Place, at: datetime, *, ready: bool) -> Person:
    with transaction() as current:
        person = Person(public_name=name, is_demo=ready, created_at=at)
        current.add(person)
        current.flush()
        current.add(RoleGrant(person_id=person.id, place_id=place.id, role=role, granted_at=at))
    return person


def _reviewer(above: Place, at: datetime, *, ready: bool) -> Person:
    """Reviewers belong to a district or city; one serves all its dongs."""
    at_home = above if above.kind is not PlaceKind.DONG else above.parent or above
    with transaction() as current:
        found = current.scalar(
            select(Person)
            .join(RoleGrant, RoleGrant.person_id == Person.id)
            .where(RoleGrant.role == Role.DEPARTMENT_REVIEWER, RoleGrant.place_id == at_home.id)
            .limit(1)
        )
    return found or _holder(f"{at_home.name} 공원녹지과", Role.DEPARTMENT_REVIEWER, at_home, at, ready=ready)


def head_of(place: Place, at: datetime) -> Person:
    """Return who answers for the head of the district or city above a dong."""
    above = place.parent or place
    role = Role.DISTRICT_STAFF if above.kind is PlaceKind.DISTRICT else Role.CITY_STAFF
    with transaction() as current:
        found = current.scalar(
            select(Person)
            .join(RoleGrant, RoleGrant.person_id == Person.id)
            .where(RoleGrant.role == role, RoleGrant.place_id == above.id)
            .limit(1)
        )
    return found or _holder(f"{above.name} 담당자", role, above, at, ready=False)


def _resident(name: str, place: Place, at: datetime, *, ready: bool) -> Person:
    with transaction() as current:
        person = Person(public_name=name, is_demo=ready, created_at=at)
        current.add(person)
        current.flush()
        current.add(
            Verification(person_id=person.id, place_id=place.id, method=VerificationMethod.ROLL, verified_at=at)
        )
    return person
