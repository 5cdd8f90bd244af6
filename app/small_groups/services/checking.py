"""Checking whether an application may come before the council."""

from collections.abc import Collection
from datetime import datetime

from app.db.session import claim_version, session
from app.errors import RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.small_groups.models import GroupApplication
from app.small_groups.queries.applications import confirmed_count, owing
from app.small_groups.queries.rounds import phase
from app.small_groups.rules.applications import BY_HAND, SENT, Criterion, State, machine_failures, require_move
from app.small_groups.rules.rounds import Phase, require_phase, require_reason
from app.small_groups.services.loading import about, checked_by_staff, note, role_of
from app.small_groups.services.telling import tell_leader


def failures_of(row: GroupApplication, at: datetime) -> frozenset[Criterion]:
    """Return which of the criteria that need no reader an application fails now."""
    return machine_failures(
        confirmed=confirmed_count(row),
        minimum=row.round.min_people,
        asked_won=row.asked_won,
        max_won=row.round.max_won,
        is_barred=bool(owing(row.place, group_id=row.group_id, person_id=row.leader_id, at=at)),
    )


def require_checkable(row: GroupApplication, at: datetime) -> None:
    """Refuse to check what is still being written, was taken back, or is decided.

    Raises:
        RuleViolation: naming why.
    """
    require_phase(phase(row.round, at), Phase.CHECKING, Phase.DELIBERATING)
    if row.state not in SENT:
        raise RuleViolation(N_("지금은 확인할 수 없는 신청입니다."))


def check_application(
    application_id: int, *, failed: Collection[Criterion], reason: str, version: int, by: Person, at: datetime
) -> GroupApplication:
    """Say whether an application is eligible; may be corrected until the council has decided. The group is told.

    Args:
        application_id: which one.
        failed: the criteria, of those that somebody must read for, that it does not meet.
        reason: why; needed when it meets any not.
        version: which the form saw.
        by: staff outside of the group.
        at: when.

    Raises:
        NotFound, NotAllowed, Conflict: no such application; not staff, or of the group; changed meanwhile.
        RuleViolation: applications are still taken, or the council has decided.
        InvalidInput: it is not eligible, and nobody says why.
    """
    row = checked_by_staff(application_id, by, at)
    claim_version(row, version)
    require_checkable(row, at)
    found = failures_of(row, at) | (frozenset(failed) & frozenset(BY_HAND))
    state = State.INELIGIBLE if found else State.ELIGIBLE
    if found:
        require_reason(reason)
    if state is not row.state:
        require_move(row.state, state)
    row.state, row.failures, row.check_reason = state, sorted(each.value for each in found), reason if found else ""
    row.checked_by, row.checked_at = by.id, at
    session().flush()
    note(row.place, "checked", role_of(by, row.place, at), about(row), at, number=row.number, group_check=state.value)
    tell_leader(row, "checked", key=str(row.version), at=at, is_eligible=not found, reason=row.check_reason)
    return row
