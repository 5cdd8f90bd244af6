"""Loading what is about to be written, in one order: the round, then the application. Two writers never wait crosswise."""

from datetime import datetime

from app.db.session import get_or_not_found, session
from app.errors import NotAllowed, NotFound
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.places.models import Place
from app.record.services import append
from app.small_groups.models import GrantRound, GroupApplication
from app.small_groups.permissions import can_check, is_in_group, is_leader
from app.small_groups.queries.applications import NO_APPLICATION
from app.small_groups.rules.objections import OPEN
from voting.encoding import JSON

NOT_LEADER = N_("모임의 대표만 할 수 있습니다.")
NOT_STAFF = N_("동 담당자만 할 수 있습니다.")
OWN_GROUP = N_("내가 든 모임이라 다른 담당자가 해야 합니다.")


def locked(application_id: int) -> GroupApplication:
    """Load an application for writing, behind the lock of its round.

    Raises:
        NotFound: there is none.
    """
    get_or_not_found(GrantRound, get_or_not_found(GroupApplication, application_id).round_id, lock=True)
    found = get_or_not_found(GroupApplication, application_id, lock=True)
    session().expire(found, ["people", "report", "objection"])
    return found


def led(application_id: int, by: Person) -> GroupApplication:
    """Load an application for its leader.

    Raises:
        NotFound: none that this person knows of.
        NotAllowed: in the group, but not its leader.
    """
    found = locked(application_id)
    if is_leader(by, found):
        return found
    raise NotAllowed(NOT_LEADER) if is_in_group(by, found) else NotFound(NO_APPLICATION)


def checked_by_staff(application_id: int, by: Person, at: datetime) -> GroupApplication:
    """Load an application for staff who do not belong to the group themselves.

    Raises:
        NotFound: there is none, or it was never sent in.
        NotAllowed: not staff, or of the group.
    """
    found = locked(application_id)
    if not can_check(by, found.place, at):
        raise NotAllowed(NOT_STAFF)
    if found.submitted_at is None:
        raise NotFound(NO_APPLICATION)
    require_outside(by, found)
    return found


def require_outside(by: Person, application: GroupApplication) -> None:
    """Refuse that somebody decides about their own group.

    Raises:
        NotAllowed: they belong to it.
    """
    if is_in_group(by, application):
        raise NotAllowed(OWN_GROUP)


def lapse(row: GroupApplication, *, at: datetime) -> None:
    """End an open objection without an answer: what it is about is over."""
    found = row.objection
    if found is not None and found.standing in OPEN:
        found.lapsed_at = at
        found.version += 1
        note(row.place, "objection_lapsed", Role.RESIDENT, about(row), at, receipt=found.receipt)


def note(
    place: Place, act: str, role: str, subject: str, at: datetime, *, document_hash: str | None = None, **values: JSON
) -> None:
    """Put an act on the record; values are numbers, codes and references, never words of people."""
    append(place, f"small_groups.{act}", role=role, subject=subject, at=at, values=values, document_hash=document_hash)


def role_of(by: Person, place: Place, at: datetime) -> Role:
    """Return in which role somebody runs a round: staff, or a member of the council."""
    return by.staff_role(place, at) or Role.COUNCIL_MEMBER


def about(application: GroupApplication) -> str:
    """Return what the record calls an application."""
    return f"small_group:{application.id}"
