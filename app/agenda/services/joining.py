"""Joining proposals and dividing them: asked of those who wrote them, done with their word, undone on their wish."""

from datetime import datetime, timedelta

from sqlalchemy import insert, select

from app.agenda.models import AgendaAsk, CoSignature, Proposal
from app.agenda.permissions import can_manage, is_author, is_proposer
from app.agenda.rules import Field, ProposalState, Source, require_move
from app.agenda.rules.joining import AskKind, AskState, require_ask_move, require_parts
from app.agenda.services.deciding import NOT_COUNCIL, REASON_NEEDED, decidable, settle
from app.agenda.services.proposing import Words, make_findable
from app.agenda.services.signing import count_signers
from app.agenda.signals import proposal_joined
from app.cycle.rules import require_not_over
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.people.services.messages import tell
from app.places.queries import setting
from app.record.references import reference
from app.record.services import append

ALIVE = frozenset({ProposalState.GATHERING, ProposalState.ACCEPTED, ProposalState.PLANNED})
REASON_LEAST = 10


def needs_consent(proposal: Proposal, by: Person) -> bool:
    """Tell whether somebody must be asked before a proposal is joined or divided.

    Not what an office typed in for others (there the office speaks with them), nor one's own, nor that of somebody who
    left.
    """
    from_author = proposal.source in {Source.ONLINE, Source.INITIATIVE}
    return from_author and proposal.proposer.is_active and not is_author(by, proposal)


def ask_to_merge(proposal_id: int, *, into_id: int, reason: str, version: int, by: Person, at: datetime) -> AgendaAsk:
    """Ask the author whether their proposal may be joined to another; where nobody need be asked, join them at once.

    Raises:
        NotFound, NotAllowed, Conflict: no such proposal; not of the council; changed meanwhile.
        RuleViolation: decided already, or the author is being asked something.
        InvalidInput: into itself, into another dong's or year's, into one that is decided or hidden; no reason.
    """
    proposal = decidable(proposal_id, version=version, by=by, at=at)
    require_move(proposal.state, ProposalState.MERGED)
    target = get_or_not_found(Proposal, into_id, lock=True)
    _require_target(proposal, target)
    _require_reason(reason)
    return _ask(proposal, AskKind.MERGE, reason, [], target, by=by, at=at)


def ask_to_split(
    proposal_id: int, parts: list[Words], *, reason: str, version: int, by: Person, at: datetime
) -> AgendaAsk:
    """Ask the author whether their proposal may be divided; where nobody need be asked, divide it at once.

    Raises:
        NotFound, NotAllowed, Conflict, RuleViolation: as `ask_to_merge`.
        InvalidInput: too few or too many parts, two of one name; no reason.
    """
    proposal = decidable(proposal_id, version=version, by=by, at=at)
    require_move(proposal.state, ProposalState.SPLIT)
    require_parts([part.title for part in parts])
    _require_reason(reason)
    plain = [{"title": p.title, "body": p.body, "field": p.field.value, "where": p.where} for p in parts]
    return _ask(proposal, AskKind.SPLIT, reason, plain, None, by=by, at=at)


def answer(ask_id: int, *, agrees: bool, text: str, version: int, by: Person, at: datetime) -> AgendaAsk:
    """Say yes or no to what the council asked; with a yes it is done.

    Raises:
        NotFound, NotAllowed, Conflict: no such question; not the proposal's author; answered meanwhile.
        RuleViolation: it was settled, or what was asked can no longer be done.
        InvalidInput: a no without a word.
    """
    ask = get_or_not_found(AgendaAsk, ask_id, lock=True)
    if not is_proposer(by, ask.proposal):
        raise NotAllowed(N_("이 의제를 낸 분만 답할 수 있습니다."))
    claim_version(ask, version)
    to = AskState.AGREED if agrees else AskState.REFUSED
    require_ask_move(ask.state, to)
    if not agrees and len(text) < REASON_LEAST:
        raise InvalidInput(N_("동의하지 않는 까닭을 한 문장 이상 적어 주세요."), field="text")
    ask.answer, ask.answered_by = text, by.id
    _settle_ask(ask, to, at=at)
    if agrees:
        _carry_out(ask, at=at)
    else:
        values = {"title": reference("proposal", ask.proposal_id), "ask": ask.kind.value, "reason": text}
        append(
            ask.proposal.place,
            "agenda.ask_refused",
            role=Role.RESIDENT,
            subject=_subject(ask.proposal),
            at=at,
            values={**values},
        )
    return ask


def proceed(ask_id: int, *, version: int, by: Person, at: datetime) -> AgendaAsk:
    """Do what was asked, once the time to answer has passed without a word.

    Raises:
        NotFound, NotAllowed, Conflict: no such question; not of the council; settled meanwhile.
        RuleViolation: there is still time to answer, or it can no longer be done.
    """
    ask = _asked_by_council(ask_id, version=version, by=by, at=at)
    require_ask_move(ask.state, AskState.UNANSWERED)
    if at < ask.due_at:
        raise RuleViolation(N_("낸 사람이 답할 날이 아직 남았습니다."))
    _settle_ask(ask, AskState.UNANSWERED, at=at)
    _carry_out(ask, at=at)
    return ask


def take_back(ask_id: int, *, version: int, by: Person, at: datetime) -> AgendaAsk:
    """Take a question back before it is answered.

    Raises:
        NotFound, NotAllowed, Conflict, RuleViolation: as `proceed`.
    """
    ask = _asked_by_council(ask_id, version=version, by=by, at=at)
    _settle_ask(ask, AskState.TAKEN_BACK, at=at)
    return ask


def unmerge(proposal_id: int, *, reason: str, version: int, by: Person, at: datetime) -> Proposal:
    """Take a joined proposal apart again: its author may at any time of the year, the council with the same reason.

    Raises:
        NotFound, NotAllowed, Conflict: no such proposal; neither its author nor of the council; changed meanwhile.
        RuleViolation: it is not joined to another.
        InvalidInput: no reason.
    """
    proposal = get_or_not_found(Proposal, proposal_id, lock=True)
    is_council = can_manage(by, proposal.place, at)
    if not (is_council or is_proposer(by, proposal)):
        raise NotAllowed(NOT_COUNCIL)
    require_not_over(is_over=proposal.cycle.is_over)
    claim_version(proposal, version)
    if proposal.state is not ProposalState.MERGED:
        raise RuleViolation(N_("다른 의제와 합친 의제가 아닙니다."))
    _require_reason(reason)
    to = ProposalState.ACCEPTED if proposal.accepted_at else ProposalState.GATHERING
    require_move(proposal.state, to)
    target = proposal.merged_into
    proposal.state, proposal.merged_into_id, proposal.reason, proposal.decided_at = to, None, "", None
    role = Role.RESIDENT if is_proposer(by, proposal) else Role.COUNCIL_MEMBER
    values = {
        "title": reference("proposal", proposal.id),
        "other": reference("proposal", target.id) if target is not None else "",
        "reason": reason,
    }
    append(proposal.place, "agenda.unmerged", role=role, subject=_subject(proposal), at=at, values={**values})
    if target is not None:
        append(proposal.place, "agenda.gave_back", role=role, subject=_subject(target), at=at, values={**values})
    return proposal


def _ask(
    proposal: Proposal, kind: AskKind, reason: str, parts: list[dict[str, str]], into: Proposal | None, *, by: Person, at: datetime
) -> AgendaAsk:  # fmt: skip
    open_one = session().scalar(
        select(AgendaAsk.id).where(AgendaAsk.proposal_id == proposal.id, AgendaAsk.state == AskState.ASKED)
    )
    if open_one is not None:
        raise RuleViolation(N_("이 의제에 대해 이미 묻고 있습니다. 답을 기다리거나 물음을 거두어 주세요."))
    days = setting(proposal.place, "agenda.consent_days")
    ask = AgendaAsk(
        proposal_id=proposal.id, proposal=proposal, kind=kind, state=AskState.ASKED, into_id=into.id if into else None,
        into=into, parts=parts, reason=reason, asked_by=by.id, asked_at=at, due_at=at + timedelta(days=days),
    )  # fmt: skip
    session().add(ask)
    session().flush()
    if not needs_consent(proposal, by):
        _settle_ask(ask, AskState.AGREED, at=at)
        _carry_out(ask, at=at)
        return ask
    values = {"title": reference("proposal", proposal.id), "ask": kind.value, "reason": reason}
    append(
        proposal.place, "agenda.asked", role=Role.COUNCIL_MEMBER, subject=_subject(proposal), at=at, values={**values}
    )
    tell(
        proposal.proposer,
        "agenda/asked",
        values={
            "title": proposal.title, "is_merge": kind is AskKind.MERGE, "other": into.title if into else "",
            "reason": reason, "days": days, "slug": proposal.place.slug, "ask_id": ask.id,
        },
        key=str(ask.id),
        at=at,
        place_id=proposal.place_id,
    )  # fmt: skip
    return ask


def _carry_out(ask: AgendaAsk, *, at: datetime) -> None:
    proposal = get_or_not_found(Proposal, ask.proposal_id, lock=True)
    require_not_over(is_over=proposal.cycle.is_over)
    if ask.kind is AskKind.MERGE and ask.into_id is not None:
        target = get_or_not_found(Proposal, ask.into_id, lock=True)
        _require_target(proposal, target)
        proposal.merged_into_id = target.id
        settle(proposal, ProposalState.MERGED, act="agenda.merged", at=at, reason=ask.reason)
        append(
            proposal.place, "agenda.took_in", role=Role.COUNCIL_MEMBER, subject=_subject(target), at=at,
            values={"title": reference("proposal", target.id), "other": reference("proposal", proposal.id)},
        )  # fmt: skip
    else:
        for number, part in enumerate(ask.parts, start=1):
            _make_part(proposal, part, once=f"split-{ask.id}-{number}", at=at)
        settle(proposal, ProposalState.SPLIT, act="agenda.split", at=at, reason=ask.reason)
    proposal.version += 1


def _make_part(whole: Proposal, part: dict[str, str], *, once: str, at: datetime) -> Proposal:
    """Make one of the proposals into which another is divided: it inherits authors' standing and signatures."""
    made = Proposal(
        place_id=whole.place_id, cycle_id=whole.cycle_id, proposer_id=whole.proposer_id, once=once, title=part["title"],
        body=part["body"], field=Field(part["field"]), where=part["where"], source=whole.source, state=whole.state,
        group_name=whole.group_name, split_from_id=whole.id, created_at=at, submitted_at=whole.submitted_at,
        accepted_at=whole.accepted_at, signer_count=0, endorsement_count=0,
    )  # fmt: skip
    session().add(made)
    session().flush()
    make_findable(made)
    signers = session().execute(
        select(CoSignature.person_id, CoSignature.signed_at).where(
            CoSignature.proposal_id == whole.id, CoSignature.withdrawn_at.is_(None)
        )
    ).all()  # fmt: skip
    rows = [{"proposal_id": made.id, "person_id": row.person_id, "signed_at": row.signed_at} for row in signers]
    if rows:
        session().execute(insert(CoSignature), rows)
    for row in signers:
        proposal_joined.send(made, person=session().get_one(Person, row.person_id), at=at)
    made.signer_count = count_signers(made)
    append(
        made.place, "agenda.split_off", role=Role.COUNCIL_MEMBER, subject=_subject(made), at=at,
        values={"title": reference("proposal", made.id), "other": reference("proposal", whole.id)},
    )  # fmt: skip
    return made


def _asked_by_council(ask_id: int, *, version: int, by: Person, at: datetime) -> AgendaAsk:
    ask = get_or_not_found(AgendaAsk, ask_id, lock=True)
    if not can_manage(by, ask.proposal.place, at):
        raise NotAllowed(NOT_COUNCIL)
    claim_version(ask, version)
    return ask


def _settle_ask(ask: AgendaAsk, to: AskState, *, at: datetime) -> None:
    require_ask_move(ask.state, to)
    ask.state, ask.settled_at = to, at


def _require_target(proposal: Proposal, target: Proposal) -> None:
    alien = target.id == proposal.id or target.cycle_id != proposal.cycle_id
    if alien or target.state not in ALIVE or target.hidden_at is not None:
        raise InvalidInput(N_("그 의제와는 합칠 수 없습니다."), field="into")


def _require_reason(reason: str) -> None:
    if len(reason) < REASON_LEAST:
        raise InvalidInput(REASON_NEEDED, field="reason")


def _subject(proposal: Proposal) -> str:
    return f"proposal:{proposal.id}"
