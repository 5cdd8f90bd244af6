"""Signing a proposal, and taking the signature back."""

from datetime import datetime

from sqlalchemy import select

from app.agenda.models import CoSignature, Proposal
from app.agenda.permissions import can_sign
from app.agenda.rules import PUBLIC_STATES, ProposalState
from app.agenda.services.proposing import accept_if_initiative, require_open
from app.agenda.services.signing import count_signers
from app.agenda.signals import proposal_joined
from app.db.session import get_or_not_found, session
from app.errors import NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import Person

NO_PROPOSAL = N_("찾으시는 의제가 없습니다.")


def sign_proposal(proposal_id: int, *, by: Person, at: datetime) -> Proposal:
    """Join a proposal as a co-signer; signing twice is signing once.

    Raises:
        NotFound: no public proposal.
        NotAllowed: not a verified resident of the dong.
        RuleViolation: the agenda is not being gathered, or the proposal takes no signatures any more.
    """
    proposal = get_or_not_found(Proposal, proposal_id, lock=True)
    if proposal.state not in PUBLIC_STATES:
        raise NotFound(NO_PROPOSAL)
    if not can_sign(by, proposal.place):
        raise NotAllowed(
            N_("이 동네 주민으로 확인된 분만 함께할 수 있습니다. 계정 화면에서 주민 확인을 먼저 해 주세요.")
        )
    known = _signature(proposal, by)
    if known is not None and known.withdrawn_at is None:
        return proposal
    if proposal.state not in {ProposalState.GATHERING, ProposalState.ACCEPTED}:
        raise RuleViolation(N_("이 의제는 이제 함께할 사람을 모으지 않습니다."))
    require_open(proposal.cycle, at)
    if known is None:
        session().add(CoSignature(proposal_id=proposal.id, person_id=by.id, signed_at=at))
    else:
        known.signed_at, known.withdrawn_at = at, None
    session().flush()
    proposal_joined.send(proposal, person=by, at=at)
    proposal.signer_count = count_signers(proposal)
    accept_if_initiative(proposal, at=at)
    return proposal


def withdraw_signature(proposal_id: int, *, by: Person, at: datetime) -> Proposal:
    """Take one's signature back while the agenda is gathered; an accepted initiative stays accepted.

    Raises:
        NotFound: no public proposal.
        RuleViolation: the proposer cannot leave their own proposal (they withdraw it), or it is too late.
    """
    proposal = get_or_not_found(Proposal, proposal_id, lock=True)
    if proposal.state not in PUBLIC_STATES:
        raise NotFound(NO_PROPOSAL)
    if by.id == proposal.proposer_id:
        raise RuleViolation(N_("의제를 낸 분은 서명 대신 의제를 거둘 수 있습니다."))
    known = _signature(proposal, by)
    if known is None or known.withdrawn_at is not None:
        return proposal
    require_open(proposal.cycle, at)
    known.withdrawn_at = at
    session().flush()
    proposal.signer_count = count_signers(proposal)
    return proposal


def _signature(proposal: Proposal, person: Person) -> CoSignature | None:
    return session().scalar(
        select(CoSignature).where(CoSignature.proposal_id == proposal.id, CoSignature.person_id == person.id)
    )
