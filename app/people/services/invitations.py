"""Offering a role by mail: a link for one person, one role, one place, fourteen days."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select

from app.db.session import get_or_not_found, session
from app.errors import Conflict, NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import Contact, Invitation, Person
from app.people.passwords import hash_password, require_good_password
from app.people.permissions import grantable_roles
from app.people.queries.sign_ins import INDEX_OF
from app.people.rules import ROLE_NAMES, ContactKind, Role, require_public_name
from app.people.services import messages
from app.people.services.roles import MAY_NOT, grant_role, require_department
from app.people.services.sign_up import add_contact
from app.people.signals import invitation_accepted
from app.places.models import Place
from app.privacy.rules import normal_email
from app.privacy.sealing import index_of, reveal, seal

LASTS = timedelta(days=14)
GONE = N_("이 초대는 이미 썼거나 기간이 지났거나 거두어졌습니다. 초대한 사람에게 다시 부탁해 주세요.")


def invite(
    place: Place, role: Role, email: str, *, by: Person, at: datetime, department: str | None = None, locale: str = "ko"
) -> Invitation:
    """Send an invitation.

    Raises:
        NotAllowed: no right to give this role here.
        InvalidInput: no e-mail address, or a reviewer without a department.
    """
    if role not in grantable_roles(by, place, at):
        raise NotAllowed(MAY_NOT)
    normal = normal_email(email)
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        place_id=place.id,
        role=role,
        department=require_department(role, department),
        token_hash=_hash(token),
        invited_by=by.id,
        created_at=at,
        expires_at=at + LASTS,
    )
    seal(invitation, Invitation.email, normal)
    session().add(invitation)
    session().flush()
    messages.send(
        "invitation",
        kind=ContactKind.EMAIL,
        to=normal,
        key=str(invitation.id),
        values={
            "token": token,
            "role": ROLE_NAMES[role],
            "place": place.name_en if locale == "en" else place.name,
            "department": invitation.department or "",
        },
        locale=locale,
        place_id=place.id,
        at=at,
        lasts=LASTS,
    )
    return invitation


def withdraw(invitation_id: int, *, place: Place, by: Person, at: datetime) -> None:
    """Take an invitation back.

    Raises:
        NotFound, NotAllowed: there is none of this number here; no right to give its role.
        RuleViolation: it was accepted or is over.
    """
    invitation = get_or_not_found(Invitation, invitation_id, lock=True)
    if invitation.place_id != place.id:
        raise NotFound(N_("찾으시는 것이 없습니다."))
    if invitation.role not in grantable_roles(by, place, at):
        raise NotAllowed(MAY_NOT)
    if not invitation.is_open(at):
        raise RuleViolation(GONE)
    invitation.withdrawn_at = at
    seal(invitation, Invitation.email, None)


def open_invitation(token: str, *, at: datetime, lock: bool = False) -> Invitation:
    """Return the invitation of a link.

    Raises:
        NotFound: there is none, or it no longer works.
    """
    query = select(Invitation).where(Invitation.token_hash == _hash(token))
    found = session().scalar(query.with_for_update() if lock else query)
    if found is None or not found.is_open(at):
        raise NotFound(GONE)
    return found


def prepare_account(public_name: str, password: str) -> tuple[str, str]:
    """Check what a new account needs; return its name and the stored password. Slow on purpose.

    Raises:
        InvalidInput: one of them cannot be taken.
    """
    name = require_public_name(public_name)
    require_good_password(password, about=[name], field="new_password")
    return name, hash_password(password)


def accept_with_new_account(token: str, prepared: tuple[str, str], *, locale: str, at: datetime) -> Person:
    """Make an account whose contact is the invited address (the link proved it) and give it the role.

    Raises:
        NotFound: the link no longer works.
        Conflict: the address has an account: its owner signs in and accepts with it.
    """
    invitation = open_invitation(token, at=at, lock=True)
    email = reveal(invitation, Invitation.email) or ""
    if has_account(invitation):
        raise Conflict(N_("이 주소로 만든 계정이 있습니다. 그 계정으로 로그인한 뒤 링크를 다시 열어 주세요."))
    name, password_hash = prepared
    person = Person(public_name=name, password_hash=password_hash, locale=locale, created_at=at)
    session().add(person)
    session().flush()
    add_contact(person, ContactKind.EMAIL, email, at=at)
    _accept(invitation, person, at=at)
    return person


def accept(token: str, *, by: Person, at: datetime) -> Invitation:
    """Give the role to somebody who is signed in.

    Raises:
        NotFound: the link no longer works.
        RuleViolation: they hold the role already.
    """
    invitation = open_invitation(token, at=at, lock=True)
    _accept(invitation, get_or_not_found(Person, by.id), at=at)
    return invitation


def has_account(invitation: Invitation) -> bool:
    """Tell whether the invited address has an account."""
    email = reveal(invitation, Invitation.email)
    if email is None:
        return False
    found = select(Contact.id).where(
        Contact.kind == ContactKind.EMAIL, Contact.value_index == index_of(INDEX_OF[ContactKind.EMAIL], email)
    )
    return session().scalar(found) is not None


def _accept(invitation: Invitation, person: Person, *, at: datetime) -> None:
    inviter = get_or_not_found(Person, invitation.invited_by)
    # The inviter's right is looked at again: an invitation does not outlive it.
    grant_role(invitation.place, invitation.role, person, by=inviter, at=at, department=invitation.department)
    invitation.accepted_at, invitation.accepted_by = at, person.id
    invitation_accepted.send(invitation, person=person)
    seal(invitation, Invitation.email, None)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
