"""Finding proposals in the database: by words, by likeness. Reads only."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from app.agenda.models import Proposal, ProposalTerm, SynonymTable
from app.agenda.rules import ProposalState
from app.agenda.search import ALIKE, DEFAULT_SYNONYMS, MAX_WORDS, Likeness, Synonyms, pairs_of, read_synonyms, words_of
from app.cycle.models import Cycle
from app.db.session import session
from app.places.models import Place

MOST_COMPARED = 1_000
"""How many of a dong's newest titles are compared."""
WORTH_SHOWING = (
    ProposalState.GATHERING, ProposalState.ACCEPTED, ProposalState.PLANNED, ProposalState.DECLINED,
)  # fmt: skip
"""A merged proposal leads to another, a withdrawn one to nothing; what was declined tells why."""


@dataclass(frozen=True)
class Alike:
    """A proposal that says nearly the same."""

    proposal: Proposal
    likeness: float


def matching(cycle: Cycle, typed: str) -> list[ColumnElement[bool]]:
    """Return the conditions under which a proposal of a cycle holds every typed word, or one that means the same.

    The pairs of letters lead to the candidates, the text decides: the same on every database.
    """
    words = words_of(typed)[:MAX_WORDS]
    synonyms = synonyms_of(cycle.place) if words else Synonyms()
    return [or_(*(_holds(cycle, variant) for variant in synonyms.variants(word))) for word in words]


def alike(
    place: Place, title: str, *, besides: int | None = None, at_least: float = ALIKE, most: int = 5
) -> list[Alike]:
    """Return the proposals of a dong whose titles are most alike, this year's and earlier ones.

    Args:
        place: the dong.
        title: what somebody types.
        besides: leave out what this person proposed: they know it.
        at_least: the smallest likeness.
        most: how many.
    """
    query = select(Proposal.id, Proposal.title).where(
        Proposal.place_id == place.id, Proposal.state.in_(WORTH_SHOWING), Proposal.hidden_at.is_(None)
    )
    if besides is not None:
        query = query.where(Proposal.proposer_id != besides)
    rows = session().execute(query.order_by(Proposal.id.desc()).limit(MOST_COMPARED))
    nearest = Likeness([(row.id, row.title) for row in rows], synonyms_of(place)).nearest(
        title, most=most, at_least=at_least
    )
    ids = [key for key, _ in nearest]
    found = session().scalars(select(Proposal).where(Proposal.id.in_(ids)).options(joinedload(Proposal.cycle)))
    by_id = {proposal.id: proposal for proposal in found}
    return [Alike(by_id[key], likeness) for key, likeness in nearest if key in by_id]


def synonyms_of(place: Place) -> Synonyms:
    """Return the words that mean the same in a place: its own table, otherwise the nearest one above, otherwise ours."""
    query = select(SynonymTable.place_id, SynonymTable.words).where(SynonymTable.place_id.in_(place.ancestor_ids))
    tables = {row.place_id: row.words for row in session().execute(query)}
    words = next((tables[key] for key in reversed(place.ancestor_ids) if key in tables), DEFAULT_SYNONYMS)
    return read_synonyms(words)


def own_table(place: Place) -> SynonymTable | None:
    """Return the table that a place keeps itself."""
    return session().get(SynonymTable, place.id)


def _holds(cycle: Cycle, word: str) -> ColumnElement[bool]:
    holds = Proposal.plain.contains(word, autoescape=True)
    pairs = pairs_of(word)
    if not pairs:
        return holds
    candidates = (
        select(ProposalTerm.proposal_id)
        .where(ProposalTerm.cycle_id == cycle.id, ProposalTerm.term.in_(pairs))
        .group_by(ProposalTerm.proposal_id)
        .having(func.count() == len(pairs))
    )
    return and_(Proposal.id.in_(candidates), holds)
