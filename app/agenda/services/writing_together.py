"""Writing a proposal with others: an invitation as an address, confirming it, leaving."""

import hashlib
from datetime import datetime

from sqlalchemy import select

from app.agenda.models import CoAuthor, Proposal
from app.agenda.permissions import can_propose, is_author, is_proposer
from app.agenda.rules import ProposalState
from app.db.session import get_or_not_found, session
from app.errors import NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import Person

MOST_AUTHORS = 20
NO_INVITATION = N_("쓸 수 없는 초대 주소입니다. 새 주소를 받아 주세요.")
WRITABLE = frozenset({ProposalState.DRAFT, ProposalState.GATHERING})


def invite(proposal_id: int, *, word: str, by: Person, at: datetime) -> Proposal:
    """Make the address that invites co-authors; the one before is worthless from then on.

    Args:
        proposal_id: which proposal.
        word: random, unguessable; only its hash is kept.
        by: who began the proposal.
        at: when.

    Raises:
        NotFound, NotAllowed: no such proposal of this person.
        RuleViolation: it is decided already.
    """
    proposal = get_or_not_found(Proposal, proposal_id, lock=True)
    if not is_proposer(by, proposal):
        raise _hidden_or_not_allowed(proposal)
    _require_writable(proposal)
    proposal.invitation_hash = _hash(word)
    return proposal


def invited_to(word: str) -> Proposal:
    """Return the proposal to which an address invites.

    Raises:
        NotFound: the address was replaced, or never was.
    """
    found = session().scalar(select(Proposal).where(Proposal.invitation_hash == _hash(word)))
    if found is None or found.state not in WRITABLE or found.hidden_at is not None:
        raise NotFound(NO_INVITATION)
    return found


def confirm(word: str, *, by: Person, at: datetime) -> Proposal:
    """Become a co-author; confirming twice is confirming once.

    Raises:
        NotFound: the address is worthless.
        NotAllowed: not from here.
        RuleViolation: there are as many authors as one proposal can have.
    """
    proposal = get_or_not_found(Proposal, invited_to(word).id, lock=True)
    if is_author(by, proposal):
        return proposal
    if not can_propose(by, proposal.place, at):
        raise NotAllowed(
            N_("이 동네 주민으로 확인된 분만 함께 쓸 수 있습니다. 계정 화면에서 주민 확인을 먼저 해 주세요.")
        )
    if len(proposal.author_ids) >= MOST_AUTHORS:
        raise RuleViolation(N_("한 의제는 %(n)s명까지 함께 씁니다."), n=MOST_AUTHORS)
    known = session().scalar(select(CoAuthor).where(CoAuthor.proposal_id == proposal.id, CoAuthor.person_id == by.id))
    if known is None:
        session().add(CoAuthor(proposal_id=proposal.id, person_id=by.id, joined_at=at))
    else:
        known.joined_at, known.left_at = at, None
    _refresh(proposal)
    return proposal


def leave(proposal_id: int, *, by: Person, at: datetime) -> Proposal:
    """Stop being a co-author.

    Raises:
        NotFound: no such proposal, or not a co-author of it.
        RuleViolation: it was sent in already; the names of those who sent it in stay.
    """
    proposal = get_or_not_found(Proposal, proposal_id, lock=True)
    known = session().scalar(
        select(CoAuthor).where(
            CoAuthor.proposal_id == proposal.id, CoAuthor.person_id == by.id, CoAuthor.left_at.is_(None)
        )
    )
    if known is None:
        raise NotFound(N_("찾으시는 의제가 없습니다."))
    if proposal.state is not ProposalState.DRAFT:
        raise RuleViolation(N_("이미 낸 의제에서는 빠질 수 없습니다. 서명을 거둘 수는 있습니다."))
    known.left_at = at
    _refresh(proposal)
    return proposal


def _require_writable(proposal: Proposal) -> None:
    if proposal.state not in WRITABLE:
        raise RuleViolation(N_("이미 정해진 의제는 함께 쓸 수 없습니다."))


def _refresh(proposal: Proposal) -> None:
    session().flush()
    session().expire(proposal, ["co_authors"])


def _hidden_or_not_allowed(proposal: Proposal) -> NotAllowed | NotFound:
    if proposal.state is ProposalState.DRAFT:
        return NotFound(N_("찾으시는 의제가 없습니다."))
    return NotAllowed(N_("이 의제를 낸 분만 할 수 있습니다."))


def _hash(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()
