"""Rules of people and roles. Pure: no Flask, no database, no clock, no randomness."""

import re
import unicodedata
from datetime import date
from enum import StrEnum

from app.errors import InvalidInput
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
STAFF_BY_STRENGTH = (
    Role.OPERATOR, Role.CITY_STAFF, Role.DISTRICT_STAFF, Role.DONG_STAFF, Role.SUPPORT_OFFICER,
)  # fmt: skip
"""Which staff role speaks for somebody who holds several, strongest first."""
NEEDS_SECOND_FACTOR = STAFF | {Role.DEPARTMENT_REVIEWER, Role.AUDITOR}
COUNCIL = frozenset({Role.COUNCIL_MEMBER, Role.COMMITTEE_CHAIR})


MAY_GRANT: dict[Role, frozenset[Role]] = {
    # Who may give and take which roles, at their own place and below it. Nobody appoints their equal but the operator;
    # residents are verified, not appointed; auditors are not chosen by those they audit.
    Role.OPERATOR: frozenset(Role) - {Role.RESIDENT},
    Role.CITY_STAFF: frozenset(Role) - {Role.RESIDENT, Role.OPERATOR, Role.CITY_STAFF},
    Role.DISTRICT_STAFF: frozenset(
        {Role.COUNCIL_MEMBER, Role.COMMITTEE_CHAIR, Role.SUPPORT_OFFICER, Role.DONG_STAFF, Role.DEPARTMENT_REVIEWER}
    ),
    Role.DONG_STAFF: frozenset({Role.COUNCIL_MEMBER, Role.COMMITTEE_CHAIR}),
}


class ContactKind(StrEnum):
    """How somebody can be reached."""

    EMAIL = "email"
    PHONE = "phone"


class Factor(StrEnum):
    """What proved, beside the password, that it is them."""

    TOTP = "totp"
    PASSKEY = "passkey"
    RECOVERY_CODE = "recovery_code"
    DEMO = "demo"


class Purpose(StrEnum):
    """What a one-time secret is for."""

    SIGN_UP = "sign_up"
    RESET = "reset"
    NEW_CONTACT = "new_contact"


class RollState(StrEnum):
    """Where a voter roll stands."""

    DRAFT = "draft"
    FREEZING = "freezing"
    """Closed to changes; a job is committing to its entries."""
    FROZEN = "frozen"
    ERASED = "erased"


ROLL_MOVES: dict[RollState, frozenset[RollState]] = {
    RollState.DRAFT: frozenset({RollState.FREEZING, RollState.ERASED}),
    RollState.FREEZING: frozenset({RollState.FROZEN, RollState.DRAFT}),
    RollState.FROZEN: frozenset({RollState.ERASED}),
    RollState.ERASED: frozenset(),
}

ROLL_STATE_NAMES: dict[RollState, str] = {
    RollState.DRAFT: N_("만드는 중"),
    RollState.FREEZING: N_("확정하는 중"),
    RollState.FROZEN: N_("확정"),
    RollState.ERASED: N_("지움"),
}


class ImportState(StrEnum):
    """Where an uploaded file of a roll stands."""

    READING = "reading"
    READ = "read"
    TAKING = "taking"
    TAKEN = "taken"
    DISCARDED = "discarded"


IMPORT_MOVES: dict[ImportState, frozenset[ImportState]] = {
    ImportState.READING: frozenset({ImportState.READ, ImportState.DISCARDED}),
    ImportState.READ: frozenset({ImportState.TAKING, ImportState.DISCARDED}),
    ImportState.TAKING: frozenset({ImportState.TAKEN, ImportState.READ}),
    ImportState.TAKEN: frozenset({ImportState.DISCARDED}),
    ImportState.DISCARDED: frozenset(),
}


class Sex(StrEnum):
    """As in the roll's file; for the lottery's quota only."""

    WOMAN = "woman"
    MAN = "man"


class Basis(StrEnum):
    """Why somebody is on the roll (domain.md §2.2)."""

    RESIDENCE = "residence"
    WORK = "work"
    SCHOOL_OR_GROUP = "school_or_group"
    PERMANENT_RESIDENT = "permanent_resident"


BASIS_NAMES: dict[Basis, str] = {
    Basis.RESIDENCE: N_("주민등록"),
    Basis.WORK: N_("사업장"),
    Basis.SCHOOL_OR_GROUP: N_("학교·기관·단체"),
    Basis.PERMANENT_RESIDENT: N_("영주 외국인"),
}


class VerificationMethod(StrEnum):
    """How somebody was found to be who they say (experience.md §4); never by a resident number."""

    ROLL = "roll"
    LETTER = "letter"
    STAFF_SAW_ID = "staff_saw_id"
    PROVIDER = "provider"


VERIFICATION_NAMES: dict[VerificationMethod, str] = {
    VerificationMethod.ROLL: N_("명부와 맞추어 확인"),
    VerificationMethod.LETTER: N_("편지로 확인"),
    VerificationMethod.STAFF_SAW_ID: N_("동 주민센터에서 확인"),
    VerificationMethod.PROVIDER: N_("본인확인 기관에서 확인"),
}


def age_on(born: date, day: date) -> int:
    """Return the age in completed years (만 나이)."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


OLDEST = 120


def require_birth_date(born: date, *, today: date, youngest: int = 0) -> None:
    """Refuse a birth date that cannot be, or of somebody too young to make an account alone.

    Raises:
        InvalidInput: in the future, too long ago, or younger than ``youngest``.
    """
    if born > today or age_on(born, today) > OLDEST:
        raise InvalidInput(N_("생년월일을 다시 확인해 주세요."), field="birth_date")
    if age_on(born, today) < youngest:
        raise InvalidInput(
            N_("만 %(youngest)s세가 안 되면 보호자의 동의가 필요합니다. 보호자와 함께 동 주민센터에 말씀해 주세요."),
            field="birth_date",
            youngest=youngest,
        )


def name_order(name: str) -> tuple[tuple[bool, int, str], ...]:
    """Return what sorts names as people read them: a number in a name counts as a number, so that 2 comes before 10."""
    parts = (part for part in re.split(r"([0-9]+)", name.casefold()) if part)
    return tuple((not part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts)


def require_public_name(text: str) -> str:
    """Return a name for others to see, tidied up.

    Raises:
        InvalidInput: empty, too long, or with invisible or direction-changing characters.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not 1 <= len(name) <= 40:
        raise InvalidInput(N_("다른 사람에게 보일 이름을 40자 안으로 적어 주세요."), field="public_name")
    if any(unicodedata.category(letter) in {"Cc", "Cf", "Co", "Cs"} for letter in name):
        raise InvalidInput(N_("이름에 보이지 않는 글자가 있습니다."), field="public_name")
    return name
