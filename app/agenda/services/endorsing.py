"""Finding a proposal good (공감), and taking that back."""

from datetime import datetime

from sqlalchemy import func, select

from app.agenda.models import Endorsement, Proposal
from app.agenda.permissions import can_endorse
from app.agenda.rules import PUBLIC_STATES, ProposalState
from app.cycle.rules import require_not_over
from app.db.session import get_or_not_found, session
from app.errors import NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import Person

ENDORSABLE = frozenset({ProposalState.GATHERING, ProposalState.ACCEPTED, ProposalState.PLANNED})


def endorse(proposal_id: int, *, by: Person, at: datetime) -> Proposal:
    """Say that one finds a proposal good; twice is once. It is no signature and makes nothing binding.

    Raises:
        NotFound: no public proposal.
        NotAllowed: no active account.
        RuleViolation: it is decided already, or its year is over.
    """
    proposal = _public(proposal_id)
    require_not_over(is_over=proposal.cycle.is_over)
    if not can_endorse(by):
        raise NotAllowed(N_("로그인한 분만 공감할 수 있습니다."))
    if proposal.state not in ENDORSABLE:
        raise RuleViolation(N_("이미 정해진 의제입니다."))
    known = _own(proposal, by)
    if known is None:
        session().add(Endorsement(proposal_id=proposal.id, person_id=by.id, endorsed_at=at))
    elif known.withdrawn_at is not None:
        known.endorsed_at, known.withdrawn_at = at, None
    return _counted(proposal)


def take_back(proposal_id: int, *, by: Person, at: datetime) -> Proposal:
    """Take one's endorsement back.

    Raises:
        NotFound: no public proposal.
        RuleViolation: its year is over.
    """
    proposal = _public(proposal_id)
    require_not_over(is_over=proposal.cycle.is_over)
    known = _own(proposal, by)
    if known is not None and known.withdrawn_at is None:
        known.withdrawn_at = at
    return _counted(proposal)


def _public(proposal_id: int) -> Proposal:
    proposal = get_or_not_found(Proposal, proposal_id, lock=True)
    if proposal.state not in PUBLIC_STATES or proposal.hidden_at is not None:
        raise NotFound(N_("찾으시는 의제가 없습니다."))
    return proposal


def _own(proposal: Proposal, person: Person) -> Endorsement | None:
    return session().scalar(
        select(Endorsement).where(Endorsement.proposal_id == proposal.id, Endorsement.person_id == person.id)
    )


def _counted(proposal: Proposal) -> Proposal:
    session().flush()
    query = select(func.count(Endorsement.id)).where(
        Endorsement.proposal_id == proposal.id, Endorsement.withdrawn_at.is_(None)
    )
    proposal.endorsement_count = session().scalar(query) or 0
    return proposal
