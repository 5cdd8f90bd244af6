"""Deciding anew about one application after its objection was upheld, within what its round has left."""

import hashlib
from datetime import datetime, timedelta

from app.clock import kst_date
from app.db.session import claim_version, session
from app.errors import NotAllowed, NotFound
from app.execution.services.grants import raise_grant
from app.people.models import Person
from app.places.queries import setting
from app.places.settings.process import GROUP_REPORT_DAYS
from app.small_groups.models import GrantObjection, GroupApplication
from app.small_groups.queries.applications import confirmed_count
from app.small_groups.queries.objections import left_for
from app.small_groups.queries.offices import runs_rounds
from app.small_groups.queries.rounds import people_ids
from app.small_groups.rules.applications import Ruling, State, require_move
from app.small_groups.rules.objections import Denied, Standing, require_new_ruling, require_standing
from app.small_groups.services.deliberating import Sat, Sitting, begin, left_out, require_quorums, sit
from app.small_groups.services.loading import about, locked, note, require_outside, role_of
from app.small_groups.services.objecting import NO_OBJECTION
from app.small_groups.services.rounds import NOT_RUNNER, require_execution_ahead
from app.small_groups.services.telling import tell_leader

MORE = "이의를 받아들여 더 지원하기로 함"
"""What the ledger says of money that was added."""


def require_decidable(row: GroupApplication, by: Person, at: datetime) -> GrantObjection:
    """Return the objection on which the council may decide anew.

    Raises:
        NotFound: there is none.
        NotAllowed: neither staff nor the council's secretary, or of the group.
        RuleViolation: it was not upheld, the council has decided, or the year cannot give any more.
    """
    if not runs_rounds(by, row.place, at):
        raise NotAllowed(NOT_RUNNER)
    if row.objection is None:
        raise NotFound(NO_OBJECTION)
    require_outside(by, row)
    require_standing(row.objection.standing, Standing.UPHELD)
    require_execution_ahead(row.round.cycle)
    return row.objection


def decide_anew(
    application_id: int, ruling: Ruling, sitting: Sitting, *, version: int, by: Person, at: datetime
) -> GroupApplication:
    """Write down what the council decided anew about one application; its members who must stay out are left out again.

    What the other groups of the round were granted stays theirs: only what the round has left can be given. A group that
    had something keeps at least that. Written down once.

    Args:
        application_id: which application.
        ruling: won for the whole grant, and why; 0 won: it stays refused.
        sitting: where it was decided, after the objection was upheld.
        version: of the objection, which the form saw.
        by: staff or the council's secretary, outside of the group.
        at: when.

    Raises:
        NotFound, NotAllowed, RuleViolation: as `require_decidable`; or no quorum, or more than there is left.
        Conflict: decided meanwhile.
        InvalidInput: less than before, more than was asked for, no reason, or no sitting.
    """
    row = locked(application_id)
    if row.objection is None or not runs_rounds(by, row.place, at):
        raise NotAllowed(NOT_RUNNER) if row.objection is not None else NotFound(NO_OBJECTION)
    claim_version(row.objection, version)
    found = require_decidable(row, by, at)
    sat = sit(row.place, sitting, since=found.answered_at or found.received_at, at=at)
    out = left_out(row.place, [row.id], people_ids([row.id]), at)
    if sat.meeting is not None:
        require_quorums(sat.meeting, [row.id], out)
    require_new_ruling(
        ruling, denied=Denied(row.state, row.asked_won, row.granted_won), max_won=row.round.max_won, left=left_for(row),
        confirmed=confirmed_count(row), min_people=row.round.min_people,
    )  # fmt: skip
    _give(row, ruling, sat, by, at)
    row.decision_reason, row.decided_at, row.decided_by = ruling.reason, at, by.id
    row.version += 1
    found.meeting_id, found.council = sat.meeting.id if sat.meeting is not None else None, sat.body
    found.decided_on, found.decided_at, found.decided_by = sat.on, at, by.id
    found.new_won, found.recused = row.granted_won, len(out[row.id])
    session().flush()
    note(
        row.place, "decided_anew", role_of(by, row.place, at), about(row), at, receipt=found.receipt,
        granted_won=row.granted_won, recused=found.recused,
        document_hash=hashlib.sha256(ruling.reason.encode()).hexdigest(),
    )  # fmt: skip
    tell_leader(
        row, "decided_anew", key="", at=at, won=f"{row.granted_won:,}", is_granted=bool(row.granted_won),
        reason=ruling.reason,
    )  # fmt: skip
    return row


def _give(row: GroupApplication, ruling: Ruling, sat: Sat, by: Person, at: datetime) -> None:
    more = ruling.won - row.granted_won
    if row.state is not State.GRANTED:
        new = State.GRANTED if ruling.won else State.REFUSED
        if new is not row.state:
            require_move(row.state, new)
        row.state = new
    row.granted_won = ruling.won
    if not more:
        return
    if row.project_id is None:
        days = timedelta(days=setting(row.place, GROUP_REPORT_DAYS))
        begin(row, sat, due_on=max(row.round.report_due_on, kst_date(at) + days), by=by, at=at)
    else:
        raise_grant(row.project_id, won=more, memo=MORE, approver=sat.approver, at=at)
