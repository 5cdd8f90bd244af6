"""Hiding a proposal for a published reason, and showing it again."""

from datetime import datetime

from app.agenda.models import Proposal
from app.agenda.permissions import can_moderate, is_author
from app.agenda.rules import PUBLIC_STATES
from app.agenda.rules.joining import HIDE_REASON_NAMES, HideReason
from app.db.session import claim_version, get_or_not_found
from app.errors import InvalidInput, NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.people.services.messages import tell
from app.record.references import reference
from app.record.services import append
from voting.encoding import JSON

NOTE_LEAST = 10


def hide_proposal(
    proposal_id: int, *, reason: HideReason, note: str, version: int, by: Person, at: datetime
) -> Proposal:
    """Hide a proposal from everybody but its authors and the moderators; the authors are told why.

    Raises:
        NotFound, NotAllowed, Conflict: no public proposal; not a moderator, or their own; changed meanwhile.
        RuleViolation: hidden already.
        InvalidInput: no words to the reason.
    """
    proposal = _moderated(proposal_id, version=version, by=by, at=at)
    if proposal.hidden_at is not None:
        raise RuleViolation(N_("이미 가려진 의제입니다."))
    if len(note) < NOTE_LEAST:
        raise InvalidInput(N_("까닭을 한 문장 이상 적어 주세요. 누구나 읽습니다."), field="note")
    proposal.hidden_at, proposal.hidden_for, proposal.hidden_note = at, reason, note
    # The title is not repeated: it may be what had to be hidden.
    _record(proposal, "agenda.hidden", by=by, at=at, values={"hidden_why": reason.value, "note": note})
    tell(
        proposal.proposer,
        "agenda/hidden",
        values={
            "reason": HIDE_REASON_NAMES[reason], "note": note, "slug": proposal.place.slug, "proposal_id": proposal.id,
        },
        key=f"{proposal.id}:{proposal.version}",
        at=at,
        place_id=proposal.place_id,
    )  # fmt: skip
    return proposal


def show_again(proposal_id: int, *, note: str, version: int, by: Person, at: datetime) -> Proposal:
    """Show a hidden proposal again.

    Raises:
        NotFound, NotAllowed, Conflict, InvalidInput: as `hide_proposal`.
        RuleViolation: it is not hidden.
    """
    proposal = _moderated(proposal_id, version=version, by=by, at=at)
    if proposal.hidden_at is None:
        raise RuleViolation(N_("가려지지 않은 의제입니다."))
    if len(note) < NOTE_LEAST:
        raise InvalidInput(N_("까닭을 한 문장 이상 적어 주세요. 누구나 읽습니다."), field="note")
    proposal.hidden_at, proposal.hidden_for, proposal.hidden_note = None, None, ""
    _record(
        proposal, "agenda.restored", by=by, at=at, values={"title": reference("proposal", proposal.id), "note": note}
    )
    return proposal


def _moderated(proposal_id: int, *, version: int, by: Person, at: datetime) -> Proposal:
    proposal = get_or_not_found(Proposal, proposal_id, lock=True)
    if proposal.state not in PUBLIC_STATES:
        raise NotFound(N_("찾으시는 의제가 없습니다."))
    if not can_moderate(by, proposal.place, at):
        raise NotAllowed(N_("동 담당자와 분과위원장만 글을 살핍니다."))
    if is_author(by, proposal):
        raise NotAllowed(N_("자기 글은 다른 사람이 살핍니다."))
    claim_version(proposal, version)
    return proposal


def _record(proposal: Proposal, act: str, *, by: Person, at: datetime, values: dict[str, JSON]) -> None:
    role = by.staff_role(proposal.place, at) or Role.COMMITTEE_CHAIR
    append(proposal.place, act, role=role, subject=f"proposal:{proposal.id}", at=at, values={**values})
