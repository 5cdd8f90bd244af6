"""Looking through statements: publishing, rejecting with a published reason, merging in public, taking it back."""

from datetime import datetime

from sqlalchemy import select

from app.db.session import claim_version, get_or_not_found, session
from app.deliberation.models import OpinionRound, Statement, StatementLogEntry
from app.deliberation.permissions import acting_role, can_moderate
from app.deliberation.rules import (
    LogAct,
    Reason,
    RoundState,
    StatementState,
    require_statement_move,
)
from app.deliberation.signals import statement_decided
from app.errors import InvalidInput, NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.record.services import append

NO_SUCH_STATEMENT = N_("찾으시는 의견이 없습니다.")


def publish(statement_id: int, *, version: int, by: Person, at: datetime) -> Statement:
    """Show a statement to everybody (also one whose rejection turns out wrong).

    Raises:
        NotFound, NotAllowed, Conflict: no such statement; neither council nor staff; another one decided meanwhile.
        RuleViolation: the round is over, or the statement was withdrawn.
    """
    found, statement = load(statement_id, by, at)
    claim_version(statement, version)
    _require_running(found)
    if statement.state is StatementState.MERGED:
        raise RuleViolation(N_("합친 의견은 합친 것을 되돌려 주세요."))
    require_statement_move(statement.state, StatementState.PUBLISHED)
    statement.state, statement.reason, statement.note = StatementState.PUBLISHED, None, ""
    statement.is_open, statement.decided_at = not found.is_led, at
    _decided(found, statement, LogAct.PUBLISHED, "deliberation.published", by, at)
    return statement


def reject(statement_id: int, *, reason: Reason, note: str, version: int, by: Person, at: datetime) -> Statement:
    """Keep a statement from being shown, for a reason of the published list. One that was shown leaves the analysis.

    Raises:
        NotFound, NotAllowed, Conflict: as `publish`.
        RuleViolation: it was shown and the round is over, or it was withdrawn.
        InvalidInput: "too late" while the round is running.
    """
    found, statement = load(statement_id, by, at)
    claim_version(statement, version)
    if statement.state is not StatementState.PENDING:
        _require_running(found)
    if reason is Reason.TOO_LATE and found.state is RoundState.OPEN:
        raise InvalidInput(N_("토론이 아직 열려 있어 이 까닭을 고를 수 없습니다."), field="reason")
    require_statement_move(statement.state, StatementState.REJECTED)
    statement.state, statement.reason, statement.note = StatementState.REJECTED, reason, note
    statement.is_open, statement.decided_at = False, at
    _decided(found, statement, LogAct.REJECTED, "deliberation.rejected", by, at)
    return statement


def merge(statement_id: int, *, into_number: int, version: int, by: Person, at: datetime) -> Statement:
    """Say that a statement means the same as another one, which goes on alone. No answer moves: people answer again.

    Raises:
        NotFound, NotAllowed, Conflict: as `publish`.
        RuleViolation: the round is over, or the statement is not shown.
        InvalidInput: the other one is not shown, or is the same.
    """
    found, statement = load(statement_id, by, at)
    claim_version(statement, version)
    _require_running(found)
    require_statement_move(statement.state, StatementState.MERGED)
    other = session().scalar(
        select(Statement).where(
            Statement.round_id == found.id,
            Statement.number == into_number,
            Statement.state == StatementState.PUBLISHED,
        )
    )
    if other is None or other.id == statement.id:
        raise InvalidInput(N_("올라가 있는 다른 의견의 번호를 적어 주세요."), field="into_number")
    statement.state, statement.merged_into_id = StatementState.MERGED, other.id
    statement.is_open, statement.decided_at = False, at
    _decided(found, statement, LogAct.MERGED, "deliberation.merged", by, at, other=other.number)
    return statement


def unmerge(statement_id: int, *, version: int, by: Person, at: datetime) -> Statement:
    """Take a merge back: the statement is shown again, with the answers it had.

    Raises:
        NotFound, NotAllowed, Conflict, RuleViolation: as `publish`; it was not merged.
    """
    found, statement = load(statement_id, by, at)
    claim_version(statement, version)
    _require_running(found)
    if statement.state is not StatementState.MERGED:
        raise RuleViolation(N_("합친 의견이 아닙니다."))
    statement.state, statement.merged_into_id = StatementState.PUBLISHED, None
    statement.is_open, statement.decided_at = not found.is_led, at
    _decided(found, statement, LogAct.UNMERGED, "deliberation.unmerged", by, at)
    return statement


def load(statement_id: int, by: Person, at: datetime) -> tuple[OpinionRound, Statement]:
    """Load a statement for the council's work, its round first, both locked.

    Raises:
        NotFound, NotAllowed: no such statement; neither council nor staff.
    """
    row = session().get(Statement, statement_id)
    if row is None:
        raise NotFound(NO_SUCH_STATEMENT)
    found = get_or_not_found(OpinionRound, row.round_id, lock=True)
    if not can_moderate(by, found.place, at):
        raise NotAllowed(N_("주민자치회 위원과 담당자만 의견을 살펴봅니다."))
    return found, get_or_not_found(Statement, statement_id, lock=True)


def note_in_log(
    statement: Statement,
    act: LogAct,
    *,
    role: str,
    at: datetime,
    reason: Reason | None = None,
    note: str = "",
    other_number: int | None = None,
) -> None:
    """Write a line of the round's public log."""
    session().add(
        StatementLogEntry(
            round_id=statement.round_id,
            statement_id=statement.id,
            act=act,
            reason=reason,
            note=note,
            other_number=other_number,
            role=role,
            at=at,
        )
    )
    session().flush()


def _decided(
    found: OpinionRound,
    statement: Statement,
    act: LogAct,
    recorded: str,
    by: Person,
    at: datetime,
    other: int | None = None,
) -> None:
    note_in_log(
        statement,
        act,
        role=acting_role(by, found.place, at),
        at=at,
        reason=statement.reason,
        note=statement.note,
        other_number=other,
    )
    values: dict[str, str | int] = {"number": statement.number}
    if statement.reason is not None:
        values["rejection"] = statement.reason.value
    if other is not None:
        values["other"] = other
    append(
        found.place, recorded, role=acting_role(by, found.place, at), subject=f"statement:{statement.id}", at=at,
        values={"title": found.title, **values},
    )  # fmt: skip
    statement_decided.send(statement, at=at)


def _require_running(found: OpinionRound) -> None:
    if found.state is not RoundState.OPEN:
        raise RuleViolation(N_("토론이 끝나 더는 바꿀 수 없습니다. 마지막 결과가 이미 정해졌습니다."))
