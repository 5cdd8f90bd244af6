"""SELECTs about arguments and comments, as the pages show them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.agenda.models import Proposal
from app.db.session import session
from app.discussion.models import Argument, ArgumentSupport, Comment
from app.discussion.permissions import can_moderate, can_speak, can_support
from app.discussion.rules import OPEN_STATES, SIDE_NAMES, Side
from app.people.models import Person

ON_AGENDA = 3
"""How many arguments of each column, and how many threads, the agenda's own page shows."""
THREADS_A_PAGE = 20
ARGUMENTS_A_COLUMN = 100


@dataclass(frozen=True)
class Column:
    """One column of arguments, the best supported first."""

    side: Side
    name: str
    total: int
    rows: list[Argument]


@dataclass(frozen=True)
class Thread:
    """A comment and what was answered to it, oldest first."""

    first: Comment
    answers: list[Comment]


@dataclass(frozen=True)
class Discussion:
    """What an agenda's page shows of its discussion."""

    columns: list[Column]
    threads: list[Thread]
    comments: int
    page: int
    pages: int
    supported: frozenset[int]
    """The arguments that the visitor supports."""
    may_speak: bool
    may_support: bool
    may_moderate: bool
    is_open: bool


def discussion_of(
    proposal: Proposal, person: Person | None, at: datetime, *, whole: bool = False, page: int = 1
) -> Discussion:
    """Return an agenda's discussion: its head for the agenda's page, or a page of the whole."""
    limit = ARGUMENTS_A_COLUMN if whole else ON_AGENDA
    columns = _columns(proposal, limit)
    total_threads, comments = _counts(proposal)
    per_page = THREADS_A_PAGE if whole else ON_AGENDA
    pages = max(1, -(-total_threads // THREADS_A_PAGE)) if whole else 1
    return Discussion(
        columns=columns,
        threads=_threads(proposal, limit=per_page, offset=(page - 1) * per_page),
        comments=comments,
        page=page,
        pages=pages,
        supported=_supported(columns, person),
        may_speak=can_speak(person, proposal.place, at),
        may_support=can_support(person, proposal.place),
        may_moderate=can_moderate(person, proposal.place, at),
        is_open=proposal.state in OPEN_STATES and not proposal.cycle.is_over,
    )


def people_taking_part(proposal: Proposal) -> dict[str, int]:
    """Return the public names of those who take part in an agenda's discussion: its author, and who commented.

    Of two people with the same name the one who spoke last is meant.
    """
    query = (
        select(Person.public_name, Person.id, func.max(Comment.id).label("last"))
        .join(Comment, Comment.author_id == Person.id)
        .where(Comment.proposal_id == proposal.id, Comment.hidden_at.is_(None), Person.is_active.is_(True))
        .group_by(Person.public_name, Person.id)
        .order_by("last")
    )
    author = {proposal.proposer.public_name: proposal.proposer_id} if proposal.proposer.is_active else {}
    return author | {row[0]: row[1] for row in session().execute(query)}


def _columns(proposal: Proposal, limit: int) -> list[Column]:
    shown = (Argument.proposal_id == proposal.id, Argument.withdrawn_at.is_(None))
    rows = session().execute(
        select(Argument.side, func.count()).where(*shown, Argument.hidden_at.is_(None)).group_by(Argument.side)
    )
    totals: dict[Side, int] = {row[0]: row[1] for row in rows}
    # Ranked in one statement, so that the three columns cost the same however many there are.
    rank = (
        func.row_number()
        .over(partition_by=Argument.side, order_by=(Argument.support_count.desc(), Argument.id))
        .label("rank")
    )
    ranked = select(Argument.id, rank).where(*shown).subquery()
    query = (
        select(Argument)
        .join(ranked, ranked.c.id == Argument.id)
        .where(ranked.c.rank <= limit)
        .order_by(Argument.support_count.desc(), Argument.id)
        .options(joinedload(Argument.author))
    )
    found: dict[Side, list[Argument]] = {side: [] for side in Side}
    for argument in session().scalars(query):
        found[argument.side].append(argument)
    return [Column(side, SIDE_NAMES[side], totals.get(side, 0), found[side]) for side in Side]


def _counts(proposal: Proposal) -> tuple[int, int]:
    row = (
        session()
        .execute(
            select(
                func.count(Comment.id).filter(Comment.thread_id.is_(None)),
                func.count(Comment.id).filter(Comment.hidden_at.is_(None), Comment.withdrawn_at.is_(None)),
            ).where(Comment.proposal_id == proposal.id)
        )
        .one()
    )
    return row[0], row[1]


def _threads(proposal: Proposal, *, limit: int, offset: int) -> list[Thread]:
    firsts = list(
        session().scalars(
            select(Comment)
            .where(Comment.proposal_id == proposal.id, Comment.thread_id.is_(None))
            .order_by(Comment.id.desc())
            .limit(limit)
            .offset(offset)
            .options(joinedload(Comment.author))
        )
    )
    answers: dict[int, list[Comment]] = {first.id: [] for first in firsts}
    if answers:
        query = (
            select(Comment)
            .where(Comment.proposal_id == proposal.id, Comment.thread_id.in_(answers))
            .order_by(Comment.id)
            .options(joinedload(Comment.author), joinedload(Comment.answers).joinedload(Comment.author))
        )
        for answer in session().scalars(query):
            answers[answer.thread_id or 0].append(answer)
    return [Thread(first, answers[first.id]) for first in firsts]


def _supported(columns: list[Column], person: Person | None) -> frozenset[int]:
    ids = [argument.id for column in columns for argument in column.rows]
    if person is None or not ids:
        return frozenset()
    query = select(ArgumentSupport.argument_id).where(
        ArgumentSupport.person_id == person.id, ArgumentSupport.argument_id.in_(ids)
    )
    return frozenset(session().scalars(query))
