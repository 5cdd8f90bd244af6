"""Answering a statement: the last word counts, exactly once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from app.db.session import session
from app.deliberation.models import AnswerEvent, OpinionRound, Participant, Statement, StatementAnswer
from app.deliberation.queries.rounds import participant_of
from app.deliberation.rules import Answer, StatementState
from app.deliberation.services.taking_part import (
    CHANGES_OF_DEVICE,
    count,
    counter,
    join,
    require_may_answer,
    round_for_answers,
    slow_down,
    verified_counter,
)
from app.deliberation.voice import Voice
from app.errors import NotFound, RuleViolation
from app.i18n import N_


@dataclass(frozen=True)
class Given:
    """An answer that was taken; ``before`` is what it replaced."""

    statement_id: int
    answer: Answer
    before: Answer | None


def answer(round_id: int, statement_id: int, answer: Answer, *, voice: Voice, at: datetime) -> Given:
    """Take somebody's answer to a statement; a later one replaces it until the round closes.

    The round is held shared, the participant locked, the statement's counters added to in the database: of two devices
    and double taps exactly one last word remains, and the counters always equal the words.

    Raises:
        NotFound: there is no such statement in the round.
        RuleViolation: the round or the statement takes no answers now, or too many came at once.
        SignInRequired, NotAllowed: the round's access does not admit this visitor, or their browser keeps no cookie.
    """
    found = round_for_answers(round_id, at)
    require_may_answer(found, voice)
    _require_taking(found, statement_id)
    given = put(found, join(found, voice, at=at), statement_id, answer, at=at)
    if voice.person is None and voice.device is not None and given.before not in {None, answer}:
        # First words are as few as there are statements; only changing one's mind has no end.
        slow_down((CHANGES_OF_DEVICE, voice.device), at=at)
    return given


def take_back(round_id: int, statement_id: int, *, voice: Voice, at: datetime) -> Answer | None:
    """Take somebody's own answer to a statement back, as if it had not been given; without one nothing changes.

    A finger that slipped must not count. The event log keeps that there was an answer and that it was taken back.

    Returns:
        the answer that was taken back.

    Raises:
        NotFound, RuleViolation, SignInRequired, NotAllowed: as `answer`; what was said to a closed statement stays.
    """
    found = round_for_answers(round_id, at)
    require_may_answer(found, voice)
    _require_taking(found, statement_id)
    if participant_of(found, voice) is None:
        return None
    participant = join(found, voice, at=at)
    mine = (StatementAnswer.participant_id == participant.id, StatementAnswer.statement_id == statement_id)
    known = session().scalar(select(StatementAnswer.value).where(*mine))
    if known is None:
        return None
    before = Answer(known)
    session().execute(delete(StatementAnswer).where(*mine).execution_options(synchronize_session=False))
    _note_event(found, participant, statement_id, None, at=at)
    changes: dict[str, int] = {counter(before): -1}
    if participant.is_verified:
        changes[verified_counter(before)] = -1
    count(statement_id, changes)
    if voice.person is None and voice.device is not None:
        slow_down((CHANGES_OF_DEVICE, voice.device), at=at)
    return before


def put(found: OpinionRound, participant: Participant, statement_id: int, answer: Answer, *, at: datetime) -> Given:
    """Write an answer of a locked participant, its event, and the counters."""
    known = session().scalar(
        select(StatementAnswer.value).where(
            StatementAnswer.participant_id == participant.id, StatementAnswer.statement_id == statement_id
        )
    )
    before = None if known is None else Answer(known)
    if before is answer:
        return Given(statement_id, answer, before)
    if before is None:
        new = {"participant_id": participant.id, "statement_id": statement_id, "value": answer.value, "at": at}
        session().execute(insert(StatementAnswer).values(new))
    else:
        session().execute(
            update(StatementAnswer)
            .where(StatementAnswer.participant_id == participant.id, StatementAnswer.statement_id == statement_id)
            .values(value=answer.value, at=at)
            .execution_options(synchronize_session=False)
        )
    _note_event(found, participant, statement_id, answer, at=at)
    changes: dict[str, int] = {counter(answer): 1}
    if before is not None:
        changes[counter(before)] = -1
    if participant.is_verified:
        changes[verified_counter(answer)] = 1
        if before is not None:
            changes[verified_counter(before)] = -1
    count(statement_id, changes)
    return Given(statement_id, answer, before)


def _require_taking(found: OpinionRound, statement_id: int) -> None:
    statement = (
        session()
        .execute(
            select(Statement.state, Statement.is_open).where(
                Statement.id == statement_id, Statement.round_id == found.id
            )
        )
        .one_or_none()
    )
    if statement is None:
        raise NotFound(N_("찾으시는 의견이 없습니다."))
    if statement.state is not StatementState.PUBLISHED or not statement.is_open:
        raise RuleViolation(N_("이 의견은 지금 답을 받지 않습니다."))


def _note_event(
    found: OpinionRound, participant: Participant, statement_id: int, answer: Answer | None, *, at: datetime
) -> None:
    event = {"round_id": found.id, "participant_id": participant.id, "statement_id": statement_id, "at": at}
    session().execute(insert(AnswerEvent).values(**event, value=None if answer is None else answer.value))
