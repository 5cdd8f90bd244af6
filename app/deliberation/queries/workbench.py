"""SELECTs for the committees' work on statements, and the public log."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from app.db.session import session
from app.deliberation.models import (
    OpinionRound,
    Statement,
    StatementLogEntry,
    StatementNote,
    StatementProposal,
)
from app.deliberation.rules import (
    StatementState,
    is_hard_to_understand,
)
from app.errors import NotFound
from app.i18n import N_

PAGE = 50


class Pile(StrEnum):
    """Which statements the workbench lists."""

    WAITING = "waiting"
    SHOWN = "shown"
    UNASSIGNED = "unassigned"
    ASSIGNED = "assigned"
    HANDLED = "handled"
    PUT_AWAY = "put_away"


PILE_NAMES: dict[Pile, str] = {
    Pile.WAITING: N_("살펴볼 의견"),
    Pile.SHOWN: N_("올라간 의견"),
    Pile.UNASSIGNED: N_("맡은 분과 없음"),
    Pile.ASSIGNED: N_("분과가 보는 중"),
    Pile.HANDLED: N_("다 살펴봄"),
    Pile.PUT_AWAY: N_("올리지 않음"),
}


@dataclass(frozen=True)
class Listing:
    """One page of statements."""

    rows: list[Statement]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))


def statements_in(found: OpinionRound, pile: Pile, *, page: int) -> Listing:
    """Return one page of a round's statements in one pile."""
    rows = session().scalars(
        _pile(select(Statement), found, pile)
        .options(joinedload(Statement.merged_into))
        .order_by(Statement.number)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    total = session().scalar(_pile(select(func.count(Statement.id)), found, pile)) or 0
    return Listing(list(rows), total, page)


def pile_counts(found: OpinionRound) -> dict[Pile, int]:
    """Count the statements in every pile."""
    return {pile: session().scalar(_pile(select(func.count(Statement.id)), found, pile)) or 0 for pile in Pile}


def _pile(query: Select[Any], found: OpinionRound, pile: Pile) -> Select[Any]:
    query = query.where(Statement.round_id == found.id)
    shown = Statement.state == StatementState.PUBLISHED
    match pile:
        case Pile.WAITING:
            return query.where(Statement.state == StatementState.PENDING)
        case Pile.SHOWN:
            return query.where(shown)
        case Pile.UNASSIGNED:
            return query.where(shown, Statement.unit == "", Statement.handled_at.is_(None))
        case Pile.ASSIGNED:
            return query.where(shown, Statement.unit != "", Statement.handled_at.is_(None))
        case Pile.HANDLED:
            return query.where(shown, Statement.handled_at.is_not(None))
        case Pile.PUT_AWAY:
            return query.where(
                Statement.state.in_([StatementState.REJECTED, StatementState.WITHDRAWN, StatementState.MERGED])
            )


def statement_of(found: OpinionRound, number: int) -> Statement:
    """Return a statement by its number in a round.

    Raises:
        NotFound: there is none.
    """
    statement = session().scalar(select(Statement).where(Statement.round_id == found.id, Statement.number == number))
    if statement is None:
        raise NotFound(N_("찾으시는 의견이 없습니다."))
    return statement


def hard_numbers(found: OpinionRound) -> set[int]:
    """Return the numbers of statements whose wording many did not understand. The flag tells no count."""
    rows = session().execute(
        select(Statement.number, Statement.agree, Statement.unsure, Statement.worry).where(
            Statement.round_id == found.id, Statement.state == StatementState.PUBLISHED
        )
    )
    return {
        number
        for number, agree, unsure, worry in rows
        if is_hard_to_understand(passes=unsure, seen=agree + unsure + worry)
    }


def notes_on(statement: Statement) -> list[StatementNote]:
    """Return the council's notes on a statement, oldest first."""
    query = (
        select(StatementNote)
        .where(StatementNote.statement_id == statement.id)
        .options(joinedload(StatementNote.author))
        .order_by(StatementNote.id)
    )
    return list(session().scalars(query))


def links_of(statement: Statement) -> list[StatementProposal]:
    """Return the agendas that take up a statement."""
    query = (
        select(StatementProposal)
        .where(StatementProposal.statement_id == statement.id)
        .options(joinedload(StatementProposal.proposal))
        .order_by(StatementProposal.id)
    )
    return list(session().scalars(query))


@dataclass(frozen=True)
class LogPage:
    """One page of a round's public log."""

    rows: list[StatementLogEntry]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))


def log_page(found: OpinionRound, *, page: int) -> LogPage:
    """Return one page of a round's log, newest first."""
    where = StatementLogEntry.round_id == found.id
    rows = session().scalars(
        select(StatementLogEntry)
        .where(where)
        .options(joinedload(StatementLogEntry.statement))
        .order_by(StatementLogEntry.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    total = session().scalar(select(func.count(StatementLogEntry.id)).where(where)) or 0
    return LogPage(list(rows), total, page)


def whole_log(found: OpinionRound) -> list[StatementLogEntry]:
    """Return a round's log, oldest first, for its file."""
    query = (
        select(StatementLogEntry)
        .where(StatementLogEntry.round_id == found.id)
        .options(joinedload(StatementLogEntry.statement))
        .order_by(StatementLogEntry.id)
    )
    return list(session().scalars(query))
