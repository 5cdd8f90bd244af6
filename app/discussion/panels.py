"""What the discussion puts onto the page of an agenda."""

from datetime import datetime

from app.agenda.models import Proposal
from app.agenda.panels import Panel
from app.agenda.rules import ProposalState
from app.discussion.queries.words import discussion_of
from app.people.models import Person


def of_agenda(proposal: Proposal, person: Person | None, at: datetime) -> list[Panel]:
    """Return the head of the discussion; a draft has none."""
    if proposal.state is ProposalState.DRAFT:
        return []
    return [Panel("discussion/_on_agenda.html", {"discussion": discussion_of(proposal, person, at)})]
