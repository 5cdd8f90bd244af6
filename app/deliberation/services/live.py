"""What a live meeting does with a round: opens and closes single statements, enters sheets of paper."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from app.db.session import get_or_not_found, session
from app.deliberation.models import OpinionRound, Participant, Statement
from app.deliberation.permissions import acting_role, can_facilitate
from app.deliberation.rules import Answer, LogAct, StatementState, is_taking_answers
from app.deliberation.services.answering import put
from app.deliberation.services.moderating import NO_SUCH_STATEMENT, note_in_log
from app.errors import InvalidInput, NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.record.services import append


def open_statement(statement_id: int, *, by: Person, at: datetime) -> Statement:
    """Take answers to a published statement from now on. Opening an open one changes nothing.

    Raises:
        NotFound, NotAllowed: no such statement; neither council nor staff.
        RuleViolation: the round takes no answers, or the statement is not published.
    """
    return _turn(statement_id, is_open=True, by=by, at=at)


def close_statement(statement_id: int, *, by: Person, at: datetime) -> Statement:
    """Take no more answers to a statement; those given count.

    Raises:
        NotFound, NotAllowed, RuleViolation: as `open_statement`.
    """
    return _turn(statement_id, is_open=False, by=by, at=at)


def enter_sheets(round_id: int, sheets: Sequence[Mapping[int, Answer]], *, once: str, by: Person, at: datetime) -> int:
    """Enter answers that came on paper: each sheet is one participant without an account, never a verified one.

    Args:
        round_id: which round.
        sheets: per sheet the answers by statement number; unanswered ones are left out.
        once: the form's key: the same batch sent twice is entered once.
        by: who enters them.
        at: when.

    Returns:
        how many sheets this call entered (0 where the batch was entered before).

    Raises:
        NotFound, NotAllowed: no such round; neither council nor staff.
        RuleViolation: the round takes no answers.
        InvalidInput: a number that names no published statement.
    """
    found = get_or_not_found(OpinionRound, round_id, lock=True)
    if not can_facilitate(by, found.place, at):
        raise NotAllowed(N_("종이로 받은 답은 위원과 담당자가 적습니다."))
    if not is_taking_answers(found.state, closes_at=found.closes_at, at=at):
        raise RuleViolation(N_("이 토론은 지금 답을 받지 않습니다."))
    rows = session().execute(
        select(Statement.number, Statement.id).where(
            Statement.round_id == found.id, Statement.state == StatementState.PUBLISHED
        )
    )
    ids: dict[int, int] = {row.number: row.id for row in rows}
    unknown = sorted({number for sheet in sheets for number in sheet} - set(ids))
    if unknown:
        raise InvalidInput(N_("%(n)s번 의견은 올라가 있지 않습니다."), field="sheets", n=unknown[0])
    entered = 0
    for index, sheet in enumerate(sheets):
        if not sheet:
            continue
        key = f"{by.id}:{once}:{index}"
        if session().scalar(select(Participant.id).where(Participant.round_id == found.id, Participant.sheet == key)):
            continue
        participant = Participant(round_id=found.id, sheet=key, is_verified=False, joined_at=at)
        session().add(participant)
        session().flush()
        for number in sorted(sheet):
            put(found, participant, ids[number], sheet[number], at=at)
        entered += 1
    if entered:
        append(
            found.place,
            "deliberation.sheets",
            role=acting_role(by, found.place, at),
            subject=f"round:{found.id}",
            at=at,
            values={"title": found.title, "count": entered},
        )
    return entered


def _turn(statement_id: int, *, is_open: bool, by: Person, at: datetime) -> Statement:
    row = session().get(Statement, statement_id)
    if row is None:
        raise NotFound(NO_SUCH_STATEMENT)
    found = get_or_not_found(OpinionRound, row.round_id, lock=True)
    if not can_facilitate(by, found.place, at):
        raise NotAllowed(N_("진행을 맡은 위원과 담당자만 할 수 있습니다."))
    if not is_taking_answers(found.state, closes_at=found.closes_at, at=at):
        raise RuleViolation(N_("이 토론은 지금 답을 받지 않습니다."))
    statement = get_or_not_found(Statement, statement_id, lock=True)
    if statement.state is not StatementState.PUBLISHED:
        raise RuleViolation(N_("올라간 의견만 열고 닫을 수 있습니다."))
    if statement.is_open is not is_open:
        statement.is_open = is_open
        statement.version += 1
        note_in_log(
            statement, LogAct.OPENED if is_open else LogAct.CLOSED, role=acting_role(by, found.place, at), at=at
        )
    return statement
