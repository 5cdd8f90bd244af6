"""What the council does with proposals: decline with a reason, take into the plan, take up again."""

from datetime import datetime

from app.agenda.models import Proposal
from app.agenda.permissions import can_manage
from app.agenda.rules import ProposalState, require_move
from app.cycle.rules import require_not_over
from app.db.session import claim_version, get_or_not_found
from app.errors import InvalidInput, NotAllowed
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.record.references import reference
from app.record.services import append

NOT_COUNCIL = N_("주민자치회 위원과 담당자만 할 수 있습니다.")
REASON_NEEDED = N_("까닭을 한 문장 이상 적어 주세요. 누구나 읽습니다.")


def decline_proposal(proposal_id: int, *, reason: str, version: int, by: Person, at: datetime) -> Proposal:
    """Say publicly why a proposal is not taken up this year.

    Raises:
        NotFound, NotAllowed, Conflict: no such proposal; not of the council; changed meanwhile.
        RuleViolation: already decided.
        InvalidInput: no reason.
    """
    proposal = decidable(proposal_id, version=version, by=by, at=at)
    if len(reason) < 10:
        raise InvalidInput(REASON_NEEDED, field="reason")
    settle(proposal, ProposalState.DECLINED, act="agenda.declined", at=at, reason=reason)
    return proposal


def mark_planned(proposal: Proposal, *, at: datetime) -> None:
    """Note that the plan has taken a proposal as an item (called by the plan).

    Raises:
        RuleViolation: the proposal is not accepted.
    """
    if proposal.state is not ProposalState.PLANNED:
        require_move(proposal.state, ProposalState.PLANNED)
        proposal.state = ProposalState.PLANNED
        proposal.decided_at = at
        proposal.version += 1


def take_up_again(proposal: Proposal, *, at: datetime) -> None:
    """Return a proposal from the plan to the agenda (called by the plan when it drops an item)."""
    require_move(proposal.state, ProposalState.ACCEPTED)
    proposal.state = ProposalState.ACCEPTED
    proposal.decided_at = None
    proposal.version += 1


def decidable(proposal_id: int, *, version: int, by: Person, at: datetime) -> Proposal:
    """Return a proposal, locked, that this person may decide about and has seen as it is.

    Raises:
        NotFound, NotAllowed, Conflict, RuleViolation: no such proposal; not of the council; changed; the year is over.
    """
    proposal = get_or_not_found(Proposal, proposal_id, lock=True)
    if not can_manage(by, proposal.place, at):
        raise NotAllowed(NOT_COUNCIL)
    require_not_over(is_over=proposal.cycle.is_over)
    claim_version(proposal, version)
    return proposal


def settle(proposal: Proposal, to: ProposalState, *, act: str, at: datetime, reason: str) -> None:
    """Move a proposal to where it was decided to go, and say so in the record."""
    require_move(proposal.state, to)
    proposal.state = to
    proposal.reason = reason
    proposal.decided_at = at
    append(
        proposal.place,
        act,
        role=Role.COUNCIL_MEMBER,
        subject=f"proposal:{proposal.id}",
        at=at,
        values={"title": reference("proposal", proposal.id), "reason": reason},
    )
