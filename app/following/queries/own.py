"""SELECTs for a resident's own page: what they proposed, signed, said and supported."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from app.agenda.lifeline import Step, steps
from app.agenda.models import CoSignature, Proposal
from app.agenda.rules import ProposalState
from app.db.session import session
from app.deliberation.models import OpinionRound, Participant, Statement, StatementProposal
from app.deliberation.rules import PUBLIC_ROUNDS
from app.discussion.models import Argument, ArgumentSupport, Comment
from app.people.models import Person

WITH_LIFE = 5
"""How many agendas one page shows: each is drawn with its whole life line."""
PAGE = 20


@dataclass(frozen=True)
class Life:
    """An agenda and what became of it."""

    proposal: Proposal
    steps: list[Step]


@dataclass(frozen=True)
class Lives:
    """One page of agendas."""

    rows: list[Life]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // WITH_LIFE))


@dataclass(frozen=True)
class Words:
    """What somebody said: comments, thoughts, and statements of opinion rounds."""

    comments: list[Comment]
    arguments: list[Argument]
    statements: list[Statement]
    taken_up: dict[int, list[Proposal]]
    """By statement id: the agendas into which it went."""


@dataclass(frozen=True)
class Counts:
    """How much there is behind each tab."""

    proposed: int
    signed: int
    said: int
    supported: int


def counts_of(person: Person) -> Counts:
    """Return how much a person proposed, signed, said and supported."""
    mine = (Comment.author_id == person.id, Comment.withdrawn_at.is_(None))
    thoughts = (Argument.author_id == person.id, Argument.withdrawn_at.is_(None))
    said = (
        _count(select(func.count(Comment.id)).where(*mine))
        + _count(select(func.count(Argument.id)).where(*thoughts))
        + _count(_of_statements(select(func.count(Statement.id)), person))
    )
    supports = select(func.count()).select_from(ArgumentSupport).where(ArgumentSupport.person_id == person.id)
    return Counts(
        proposed=_count(_proposed(select(func.count(Proposal.id)), person)),
        signed=_count(_signed(select(func.count(Proposal.id)), person)),
        said=said,
        supported=_count(supports),
    )


def proposed_by(person: Person, at: datetime, *, page: int) -> Lives:
    """Return the agendas that somebody proposed, newest first, with their life lines."""
    return _lives(_proposed(select(Proposal), person), _proposed(select(func.count(Proposal.id)), person), at, page)


def signed_by(person: Person, at: datetime, *, page: int) -> Lives:
    """Return the agendas of others that somebody signed, newest first, with their life lines."""
    return _lives(_signed(select(Proposal), person), _signed(select(func.count(Proposal.id)), person), at, page)


def said_by(person: Person) -> Words:
    """Return the last things somebody said, newest first of each sort."""
    comments = (
        select(Comment)
        .where(Comment.author_id == person.id, Comment.withdrawn_at.is_(None))
        .options(joinedload(Comment.proposal).joinedload(Proposal.place))
        .order_by(Comment.id.desc())
        .limit(PAGE)
    )
    arguments = (
        select(Argument)
        .where(Argument.author_id == person.id, Argument.withdrawn_at.is_(None))
        .options(joinedload(Argument.proposal).joinedload(Proposal.place))
        .order_by(Argument.id.desc())
        .limit(PAGE)
    )
    statements = (
        _of_statements(select(Statement), person)
        .options(joinedload(Statement.round).joinedload(OpinionRound.place))
        .order_by(Statement.id.desc())
        .limit(PAGE)
    )
    found = list(session().scalars(statements))
    links = session().execute(
        select(StatementProposal.statement_id, Proposal)
        .join(Proposal, Proposal.id == StatementProposal.proposal_id)
        .where(StatementProposal.statement_id.in_([each.id for each in found]))
        .options(joinedload(Proposal.place))
        .order_by(StatementProposal.id)
    )
    taken_up: dict[int, list[Proposal]] = {}
    for statement_id, proposal in links:
        taken_up.setdefault(statement_id, []).append(proposal)
    return Words(list(session().scalars(comments)), list(session().scalars(arguments)), found, taken_up)


def supported_by(person: Person) -> list[Argument]:
    """Return the last thoughts somebody supports."""
    query = (
        select(Argument)
        .join(ArgumentSupport, ArgumentSupport.argument_id == Argument.id)
        .where(ArgumentSupport.person_id == person.id, Argument.hidden_at.is_(None), Argument.withdrawn_at.is_(None))
        .options(joinedload(Argument.proposal).joinedload(Proposal.place))
        .order_by(ArgumentSupport.supported_at.desc())
        .limit(PAGE)
    )
    return list(session().scalars(query))


def _lives(query: Select[Any], count: Select[Any], at: datetime, page: int) -> Lives:
    rows = session().scalars(
        query.options(joinedload(Proposal.place), joinedload(Proposal.cycle))
        .order_by(Proposal.id.desc())
        .limit(WITH_LIFE)
        .offset((page - 1) * WITH_LIFE)
    )
    return Lives([Life(proposal, steps(proposal, at)) for proposal in rows], _count(count), page)


def _proposed(query: Select[Any], person: Person) -> Select[Any]:
    return query.where(Proposal.proposer_id == person.id)


def _signed(query: Select[Any], person: Person) -> Select[Any]:
    signed = select(CoSignature.proposal_id).where(
        CoSignature.person_id == person.id, CoSignature.withdrawn_at.is_(None)
    )
    return query.where(
        Proposal.id.in_(signed), Proposal.proposer_id != person.id, Proposal.state != ProposalState.DRAFT
    )


def _of_statements(query: Select[Any], person: Person) -> Select[Any]:
    return (
        query.join(Participant, Participant.id == Statement.author_id)
        .join(OpinionRound, OpinionRound.id == Statement.round_id)
        .where(Participant.person_id == person.id, OpinionRound.state.in_(PUBLIC_ROUNDS))
    )


def _count(query: Select[Any]) -> int:
    return session().scalar(query) or 0
