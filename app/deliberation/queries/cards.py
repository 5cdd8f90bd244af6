"""SELECTs about the statements that a visitor answers: the next card, and what was answered."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import func, select

from app.db.session import session
from app.deliberation.models import OpinionRound, Participant, RoundRun, Statement, StatementAnswer
from app.deliberation.rules import Answer, StatementState
from voting.opinions import draw_statement


@dataclass(frozen=True)
class Deck:
    """How far a visitor has come in a round.

    Attributes:
        card: the next statement, None when all are answered (or none is open yet).
        answered: how many of the answerable statements this visitor has answered.
        total: how many there are to answer.
    """

    card: Statement | None
    answered: int
    total: int


def deck(found: OpinionRound, participant: Participant | None, *, chance: bytes) -> Deck:
    """Draw the next statement for a visitor: seeds first, then by the kernel's priorities.

    Args:
        found: the round.
        participant: who the visitor is in it; None before the first answer.
        chance: secret bytes of this visitor in this round. The card stays the same when the page is loaded again, and
            changes with the next answer; nobody can choose it.
    """
    rows = session().execute(
        select(Statement.id, Statement.number, Statement.is_seed)
        .where(Statement.round_id == found.id, Statement.state == StatementState.PUBLISHED, Statement.is_open)
        .order_by(Statement.number)
    )
    shown = {number: (statement_id, is_seed) for statement_id, number, is_seed in rows}
    answered = set() if participant is None else answered_ids(participant)
    unseen = [number for number, (statement_id, _) in shown.items() if statement_id not in answered]
    done = len(shown) - len(unseen)
    number = draw_statement(
        unseen,
        priorities_of(found),
        uniform=_uniform(chance, len(answered)),
        first=[number for number in unseen if shown[number][1]],
    )
    card = None if number is None else session().get(Statement, shown[int(number)][0])
    return Deck(card, done, len(shown))


def priorities_of(found: OpinionRound) -> dict[int | str, float]:
    """Return the priorities of the newest live run, by statement number; new statements have none yet."""
    stored = session().scalar(
        select(RoundRun.priorities).where(RoundRun.round_id == found.id, RoundRun.is_final.is_(False))
    )
    return {int(number): weight for number, weight in (stored or {}).items()}


def answered_ids(participant: Participant) -> set[int]:
    """Return the statements that somebody has answered."""
    query = select(StatementAnswer.statement_id).where(StatementAnswer.participant_id == participant.id)
    return set(session().scalars(query))


@dataclass(frozen=True)
class OwnAnswer:
    """What somebody said to a statement."""

    statement: Statement
    answer: Answer


def own_answer(participant: Participant | None, statement_id: int) -> OwnAnswer | None:
    """Return what somebody said to one open statement of their round; None where they said nothing."""
    if participant is None:
        return None
    row = (
        session()
        .execute(
            select(Statement, StatementAnswer.value)
            .join(StatementAnswer, StatementAnswer.statement_id == Statement.id)
            .where(
                StatementAnswer.participant_id == participant.id,
                Statement.id == statement_id,
                Statement.state == StatementState.PUBLISHED,
                Statement.is_open,
            )
        )
        .one_or_none()
    )
    return None if row is None else OwnAnswer(row[0], Answer(row[1]))


def own_answers(found: OpinionRound, participant: Participant | None) -> list[OwnAnswer]:
    """Return what somebody has answered in a round, in the order of the statements."""
    if participant is None:
        return []
    rows = session().execute(
        select(Statement, StatementAnswer.value)
        .join(StatementAnswer, StatementAnswer.statement_id == Statement.id)
        .where(
            StatementAnswer.participant_id == participant.id,
            Statement.round_id == found.id,
            Statement.state == StatementState.PUBLISHED,
        )
        .order_by(Statement.number)
    )
    return [OwnAnswer(statement, Answer(value)) for statement, value in rows]


def own_statements(participant: Participant | None) -> list[Statement]:
    """Return what somebody has added to a round, newest first."""
    if participant is None:
        return []
    query = select(Statement).where(Statement.author_id == participant.id).order_by(Statement.number.desc())
    return list(session().scalars(query))


def waiting_count(found: OpinionRound) -> int:
    """Return how many statements wait to be looked through."""
    query = select(func.count(Statement.id)).where(
        Statement.round_id == found.id, Statement.state == StatementState.PENDING
    )
    return session().scalar(query) or 0


def _uniform(chance: bytes, answered: int) -> float:
    """Return a number in [0, 1) that is a function of the visitor's secret and of how many answers they gave."""
    digest = hashlib.sha256(chance + answered.to_bytes(8, "big")).digest()
    return (int.from_bytes(digest[:8], "big") >> 11) * 2.0**-53


def published(found: OpinionRound) -> list[Statement]:
    """Return the statements of a round that are shown, by number."""
    query = select(Statement).where(Statement.round_id == found.id, Statement.state == StatementState.PUBLISHED)
    return list(session().scalars(query.order_by(Statement.number)))
