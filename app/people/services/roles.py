"""Giving and taking roles."""

from datetime import datetime

from app.db.session import get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import Person, RoleGrant
from app.people.permissions import grantable_roles
from app.people.queries.sign_ins import person_of_contact, read_contact
from app.people.rules import Role
from app.people.services import messages
from app.places.models import Place
from app.record.services import append

MAY_NOT = N_("이 역할을 주거나 거둘 권한이 없습니다.")


def grant_role(
    place: Place,
    role: Role,
    person: Person,
    *,
    by: Person | None,
    at: datetime,
    ends_at: datetime | None = None,
    department: str | None = None,
) -> RoleGrant:
    """Give somebody a role at a place and below it; ``by`` is None for a command on the server.

    Raises:
        NotAllowed: no right to give this role here.
        InvalidInput: it ends before it begins, or a reviewer without a department.
        RuleViolation: the person holds it already, or their account is closed.
    """
    if by is not None and role not in grantable_roles(by, place, at):
        raise NotAllowed(MAY_NOT)
    if not person.is_active:
        raise RuleViolation(N_("닫은 계정입니다."))
    if ends_at is not None and ends_at <= at:
        raise InvalidInput(N_("끝나는 날은 오늘보다 뒤여야 합니다."), field="last_day")
    department = require_department(role, department)
    held = [grant for grant in person.grants if grant.place_id == place.id and grant.role is role]
    if any(grant.is_in_force(at) and grant.department == department for grant in held):
        raise RuleViolation(N_("이미 이 역할을 맡고 있습니다."))
    grant = RoleGrant(
        person_id=person.id,
        place_id=place.id,
        role=role,
        department=department,
        granted_by=by.id if by else None,
        granted_at=at,
        ends_at=ends_at,
    )
    session().add(grant)
    session().flush()
    session().expire(person, ["grants"])
    messages.notify(person, "role_granted", key=str(grant.id), at=at)
    append(
        place,
        "people.role_granted",
        role=acting_role(by, place, at),
        subject=f"grant:{grant.id}",
        at=at,
        values={"granted": role.value},
    )
    return grant


def grant_to_contact(  # noqa: D417
    place: Place,
    role: Role,
    contact: str,
    *,
    by: Person,
    at: datetime,
    ends_at: datetime | None = None,
    department: str | None = None,
) -> RoleGrant:
    """Give a role to the account with a contact, typed in full: staff cannot browse accounts.

    Raises:
        NotAllowed, RuleViolation: as `grant_role`.
        InvalidInput: no account has this contact, or it is none.
    """
    if role not in grantable_roles(by, place, at):
        raise NotAllowed(MAY_NOT)
    read_contact(contact)
    person = person_of_contact(contact)
    if person is None or not person.is_active:
        raise InvalidInput(N_("이 연락처로 만든 계정이 없습니다. 아래의 초대 메일을 보내 주세요."), field="contact")
    return grant_role(place, role, person, by=by, at=at, ends_at=ends_at, department=department)


def revoke_role(grant_id: int, *, place: Place, by: Person, at: datetime) -> RoleGrant:
    """Take a role away; it stays in the history.

    Raises:
        NotFound: there is no such grant at this place.
        NotAllowed: no right to take this role here.
        RuleViolation: it is over already, or it is the last operator.
    """
    grant = get_or_not_found(RoleGrant, grant_id, lock=True)
    if grant.place_id != place.id:
        raise NotFound(N_("찾으시는 것이 없습니다."))
    if grant.role not in grantable_roles(by, place, at):
        raise NotAllowed(MAY_NOT)
    if not grant.is_in_force(at):
        raise RuleViolation(N_("이미 끝난 역할입니다."))
    if grant.person_id == by.id and grant.role is Role.OPERATOR:
        raise RuleViolation(N_("자기 운영자 역할은 스스로 거둘 수 없습니다. 다른 운영자에게 부탁해 주세요."))
    grant.revoked_at, grant.revoked_by = at, by.id
    session().flush()
    append(
        place,
        "people.role_revoked",
        role=acting_role(by, place, at),
        subject=f"grant:{grant.id}",
        at=at,
        values={"granted": grant.role.value},
    )
    return grant


def require_department(role: Role, department: str | None) -> str | None:
    """Return the department of a reviewer, tidied up; None for every other role.

    Raises:
        InvalidInput: a reviewer without one.
    """
    if role is not Role.DEPARTMENT_REVIEWER:
        return None
    text = " ".join((department or "").split())
    if not 2 <= len(text) <= 80:
        raise InvalidInput(N_("부서 이름을 적어 주세요."), field="department")
    return text


def acting_role(by: Person | None, place: Place, at: datetime) -> str:
    """Return in which role somebody acts at a place, for the record."""
    return Role.OPERATOR if by is None else by.staff_role(place, at) or Role.OPERATOR
