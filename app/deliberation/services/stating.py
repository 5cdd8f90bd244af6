"""Adding a statement, and taking it back."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.db.session import get_or_not_found, session
from app.deliberation.models import OpinionRound, Statement
from app.deliberation.permissions import acting_role, can_facilitate
from app.deliberation.queries.rounds import participant_of
from app.deliberation.rules import (
    LogAct,
    RoundState,
    StatementState,
    is_taking_answers,
    plain_text,
    require_statement,
    require_statement_move,
    same_text,
)
from app.deliberation.services.moderating import note_in_log
from app.deliberation.services.taking_part import TOO_FAST, join, require_may_answer
from app.deliberation.voice import Voice
from app.errors import InvalidInput, NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.people.services.limits import Limit, take

STATEMENTS_OF_PARTICIPANT = Limit("round-statement:participant", 10, timedelta(hours=1))


def submit_statement(round_id: int, text: str, *, once: str, voice: Voice, at: datetime) -> Statement:
    """Add a statement to a round. It waits to be looked through; nobody but its author sees it before.

    Args:
        round_id: which round.
        text: one idea, at most 140 letters.
        once: the form's key; sent twice, it is one statement.
        voice: who says it.
        at: when.

    Raises:
        RuleViolation: the round takes nothing now, or this visitor added very many.
        SignInRequired, NotAllowed: as `app.deliberation.services.answering.answer`.
        InvalidInput: too short, too long, a question, or said already.
    """
    found = _taking_statements(round_id, at)
    require_may_answer(found, voice)
    words = plain_text(text)
    require_statement(words)
    participant = join(found, voice, at=at)
    key = f"{participant.id}:{once}"
    known = session().scalar(select(Statement).where(Statement.round_id == found.id, Statement.once == key))
    if known is not None:
        return known
    require_new(found, words)
    if take((STATEMENTS_OF_PARTICIPANT, f"{participant.id}"), at=at) is not None:
        raise RuleViolation(TOO_FAST)
    return _add(found, words, once=key, author_id=participant.id, state=StatementState.PENDING, at=at)


def add_for_others(round_id: int, text: str, *, once: str, is_published: bool, by: Person, at: datetime) -> Statement:
    """Add a statement that came another way: on paper, or said aloud at a meeting.

    Args:
        round_id: which round.
        text: one idea, at most 140 letters.
        once: the form's key.
        is_published: staff and council have looked at it already; otherwise it waits like any other.
        by: who enters it.
        at: when.

    Raises:
        NotFound, NotAllowed: no such round; neither council nor staff.
        RuleViolation: the round takes nothing now.
        InvalidInput: as `submit_statement`.
    """
    found = _taking_statements(round_id, at)
    if not can_facilitate(by, found.place, at):
        raise NotAllowed(N_("종이나 말로 받은 의견은 위원과 담당자가 적습니다."))
    words = plain_text(text)
    require_statement(words)
    key = f"by-{by.id}:{once}"
    known = session().scalar(select(Statement).where(Statement.round_id == found.id, Statement.once == key))
    if known is not None:
        return known
    require_new(found, words)
    state = StatementState.PUBLISHED if is_published else StatementState.PENDING
    made = _add(found, words, once=key, author_id=None, state=state, at=at)
    if is_published:
        made.decided_at = at
        note_in_log(made, LogAct.PUBLISHED, role=acting_role(by, found.place, at), at=at)
    return made


def withdraw_statement(statement_id: int, *, voice: Voice, at: datetime) -> Statement:
    """Take one's statement back; answers to it are no longer counted anywhere. Its number stays.

    Raises:
        NotFound: it is not this visitor's.
        RuleViolation: the round is over, or the statement is not shown any more.
    """
    row = session().get(Statement, statement_id)
    if row is None:
        raise NotFound(N_("찾으시는 의견이 없습니다."))
    found = get_or_not_found(OpinionRound, row.round_id, lock=True)
    participant = participant_of(found, voice)
    statement = get_or_not_found(Statement, statement_id, lock=True)
    if participant is None or statement.author_id != participant.id:
        raise NotFound(N_("찾으시는 의견이 없습니다."))
    if statement.state is StatementState.WITHDRAWN:
        return statement
    if found.state is not RoundState.OPEN:
        raise RuleViolation(N_("토론이 끝나 의견을 거둘 수 없습니다."))
    require_statement_move(statement.state, StatementState.WITHDRAWN)
    was_public = statement.state is StatementState.PUBLISHED
    statement.state, statement.is_open, statement.decided_at = StatementState.WITHDRAWN, False, at
    statement.version += 1
    if was_public:
        note_in_log(statement, LogAct.WITHDRAWN, role=Role.RESIDENT, at=at)
    return statement


def require_new(found: OpinionRound, words: str) -> None:
    """Refuse words that are shown, or wait, in the round already.

    Raises:
        InvalidInput: they are there.
    """
    rows = session().execute(
        select(Statement.text, Statement.state).where(
            Statement.round_id == found.id,
            Statement.state.in_([StatementState.PUBLISHED, StatementState.PENDING]),
        )
    )
    wanted = same_text(words)
    if any(same_text(text) == wanted for text, _ in rows):
        raise InvalidInput(N_("똑같은 의견이 이미 있습니다. 카드가 나오면 공감해 주세요."), field="text")


def _taking_statements(round_id: int, at: datetime) -> OpinionRound:
    found = get_or_not_found(OpinionRound, round_id, lock=True)
    if not is_taking_answers(found.state, closes_at=found.closes_at, at=at):
        raise RuleViolation(N_("이 토론은 지금 의견을 받지 않습니다."))
    return found


def _add(
    found: OpinionRound, words: str, *, once: str, author_id: int | None, state: StatementState, at: datetime
) -> Statement:
    last = session().scalar(select(func.max(Statement.number)).where(Statement.round_id == found.id)) or 0
    statement = Statement(
        round_id=found.id,
        number=last + 1,
        once=once,
        text=words,
        author_id=author_id,
        state=state,
        is_open=state is StatementState.PUBLISHED and not found.is_led,
        submitted_at=at,
    )
    session().add(statement)
    session().flush()
    return statement
