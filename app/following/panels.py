"""What following puts onto the page of an agenda."""

from datetime import datetime

from app.agenda.models import Proposal
from app.agenda.panels import Panel
from app.agenda.rules import ProposalState
from app.following.rules import Subject
from app.people.models import Person


def of_agenda(proposal: Proposal, person: Person | None, at: datetime) -> list[Panel]:
    """Return the button to follow an agenda; a draft cannot be followed."""
    if proposal.state is ProposalState.DRAFT:
        return []
    return [Panel("following/_on_agenda.html", {"kind": Subject.PROPOSAL, "id": proposal.id}, place="actions")]
