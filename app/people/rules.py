"""Rules of people and roles. Pure: no Flask, no database, no clock, no randomness."""

from datetime import date
from enum import StrEnum

from app.i18n import N_
from app.places.rules import PlaceKind


class Role(StrEnum):
    """What somebody is for a place (experience.md §1, domain.md §1.2)."""

    RESIDENT = "resident"
    COUNCIL_MEMBER = "council_member"
    COMMITTEE_CHAIR = "committee_chair"
    SUPPORT_OFFICER = "support_officer"
    DONG_STAFF = "dong_staff"
    DEPARTMENT_REVIEWER = "department_reviewer"
    DISTRICT_STAFF = "district_staff"
    CITY_STAFF = "city_staff"
    AUDITOR = "auditor"
    OPERATOR = "operator"


ROLE_NAMES: dict[Role, str] = {
    Role.RESIDENT: N_("주민"),
    Role.COUNCIL_MEMBER: N_("주민자치회 위원"),
    Role.COMMITTEE_CHAIR: N_("분과위원장"),
    Role.SUPPORT_OFFICER: N_("주민자치지원관"),
    Role.DONG_STAFF: N_("동 담당자"),
    Role.DEPARTMENT_REVIEWER: N_("부서 담당자"),
    Role.DISTRICT_STAFF: N_("구·군 담당자"),
    Role.CITY_STAFF: N_("시 담당자"),
    Role.AUDITOR: N_("감사"),
    Role.OPERATOR: N_("운영자"),
}

GRANTED_AT: dict[Role, frozenset[PlaceKind]] = {
    # At which level of the tree a role may be granted; it then holds for everything below, too.
    Role.RESIDENT: frozenset({PlaceKind.DONG}),
    Role.COUNCIL_MEMBER: frozenset({PlaceKind.DONG}),
    Role.COMMITTEE_CHAIR: frozenset({PlaceKind.DONG}),
    Role.SUPPORT_OFFICER: frozenset({PlaceKind.DONG, PlaceKind.DISTRICT}),
    Role.DONG_STAFF: frozenset({PlaceKind.DONG}),
    Role.DEPARTMENT_REVIEWER: frozenset({PlaceKind.DISTRICT, PlaceKind.CITY}),
    Role.DISTRICT_STAFF: frozenset({PlaceKind.DISTRICT}),
    Role.CITY_STAFF: frozenset({PlaceKind.CITY}),
    Role.AUDITOR: frozenset({PlaceKind.DONG, PlaceKind.DISTRICT, PlaceKind.CITY}),
    Role.OPERATOR: frozenset({PlaceKind.CITY, PlaceKind.DISTRICT}),
}

STAFF = frozenset({Role.SUPPORT_OFFICER, Role.DONG_STAFF, Role.DISTRICT_STAFF, Role.CITY_STAFF, Role.OPERATOR})
"""Roles that run a dong's year; their holders need a second factor."""
NEEDS_SECOND_FACTOR = STAFF | {Role.DEPARTMENT_REVIEWER, Role.AUDITOR}
COUNCIL = frozenset({Role.COUNCIL_MEMBER, Role.COMMITTEE_CHAIR})


class VerificationMethod(StrEnum):
    """How somebody was found to be who they say (experience.md §4); never by a resident number."""

    ROLL = "roll"
    LETTER = "letter"
    STAFF_SAW_ID = "staff_saw_id"
    PROVIDER = "provider"


def age_on(born: date, day: date) -> int:
    """Return the age in completed years (만 나이)."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
