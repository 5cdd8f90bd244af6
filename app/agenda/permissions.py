"""Who may do what with the agenda."""

from datetime import datetime

from app.agenda.models import Proposal, VillageMeeting
from app.agenda.rules import ProposalState
from app.people.models import Person
from app.people.permissions import holds, is_council, is_staff, is_verified_resident
from app.people.rules import Role
from app.places.models import Place


def can_propose(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may propose here: a verified resident, a council member, or staff for somebody."""
    return is_verified_resident(person, place) or is_council(person, place, at) or is_staff(person, place, at)


def can_sign(person: Person | None, place: Place) -> bool:
    """Tell whether somebody's signature counts: only verified residents sign."""
    return is_verified_resident(person, place)


def can_see(person: Person | None, proposal: Proposal, at: datetime) -> bool:
    """Tell whether somebody may read a proposal; a draft only its author."""
    return proposal.state is not ProposalState.DRAFT or is_author(person, proposal)


def is_author(person: Person | None, proposal: Proposal) -> bool:
    """Tell whether somebody wrote the proposal: who began it, or a co-author who confirmed."""
    return person is not None and person.id in proposal.author_ids


def is_proposer(person: Person | None, proposal: Proposal) -> bool:
    """Tell whether somebody began the proposal: they send it in, take it back, and answer for it."""
    return person is not None and person.id == proposal.proposer_id


def can_edit(person: Person | None, proposal: Proposal) -> bool:
    """Tell whether somebody may change the words: its authors, until it is accepted."""
    return is_author(person, proposal) and proposal.state in {ProposalState.DRAFT, ProposalState.GATHERING}


def can_withdraw(person: Person | None, proposal: Proposal) -> bool:
    """Tell whether somebody may take the proposal back: who proposed it, until it is in the plan."""
    return is_proposer(person, proposal) and proposal.state in {
        ProposalState.DRAFT,
        ProposalState.GATHERING,
        ProposalState.ACCEPTED,
    }


def can_manage(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody tends the agenda: council members and staff decline, merge and call meetings."""
    return is_council(person, place, at) or is_staff(person, place, at)


def can_attach(person: Person | None, proposal: Proposal, at: datetime) -> bool:
    """Tell whether somebody may add files to a proposal and take them away: its authors, while it is alive."""
    alive = {ProposalState.DRAFT, ProposalState.GATHERING, ProposalState.ACCEPTED}
    return proposal.state in alive and is_author(person, proposal)


def can_endorse(person: Person | None) -> bool:
    """Tell whether somebody may say that they find a proposal good: anybody with an account, who works here as well."""
    return person is not None and person.is_active


def can_moderate(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may hide a proposal for a published reason: staff and committee chairs."""
    return is_staff(person, place, at) or holds(person, Role.COMMITTEE_CHAIR, place, at)


def can_call(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may announce a call for proposals: staff and committee chairs."""
    return can_moderate(person, place, at)


def can_minute(person: Person | None, meeting: VillageMeeting, at: datetime) -> bool:
    """Tell whether somebody may write the minutes: who called the meeting, the council, staff."""
    return person is not None and (person.id == meeting.called_by or can_manage(person, meeting.place, at))


def can_keep_synonyms(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody keeps the table of words that mean the same: those who run the place."""
    return is_staff(person, place, at)
