"""Writing, submitting, changing and withdrawing a proposal."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select

from app.agenda.models import CoSignature, Proposal, ProposalCall, ProposalTerm
from app.agenda.permissions import can_edit, can_propose, can_sign, can_withdraw
from app.agenda.rules import FROM_MEETINGS, Field, ProposalState, Source, require_move
from app.agenda.rules.calls import require_admitted, require_group
from app.agenda.search import plain, terms_of
from app.agenda.services.signing import count_signers
from app.agenda.signals import proposal_joined
from app.cycle.models import Cycle
from app.cycle.queries import current_cycle
from app.cycle.rules import Stage, require_not_over
from app.db.session import claim_version, get_or_not_found, session
from app.errors import NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.permissions import is_council, is_staff
from app.people.rules import Role
from app.places.models import Place
from app.places.points import GeoPoint
from app.places.queries import setting
from app.record.references import reference
from app.record.services import append

NOT_HERE = N_("이 동네 주민으로 확인된 분만 의제를 낼 수 있습니다. 계정 화면에서 주민 확인을 먼저 해 주세요.")
NOT_YOURS = N_("이 의제를 낸 분만 할 수 있습니다.")


@dataclass(frozen=True)
class Words:
    """What a proposal says."""

    title: str
    body: str
    field: Field
    where: str
    group_name: str = ""
    """Of a small group that proposes together; empty otherwise."""
    wanted_won: int | None = None
    """What they think it costs."""
    point: GeoPoint | None = None
    """Where it is on the map; the words alone are enough."""


def require_open(cycle: Cycle, at: datetime) -> None:
    """Refuse anything new while the agenda is not being gathered.

    Raises:
        RuleViolation: the discovery stage is not open.
    """
    if not cycle.is_running(Stage.DISCOVERY, at):
        raise RuleViolation(N_("지금은 의제를 받는 기간이 아닙니다. 쓰신 글은 초안으로 남아 있습니다."))


def write_proposal(
    place: Place,
    cycle: Cycle,
    words: Words,
    *,
    source: Source,
    once: str,
    by: Person,
    at: datetime,
    call: ProposalCall | None = None,
) -> Proposal:
    """Keep a draft; sending the same form twice keeps one.

    Args:
        place: the dong.
        cycle: its current year.
        words: what the proposal says.
        source: how the idea arrived; anything but online or initiative is for staff.
        once: the form's key.
        by: who writes it.
        at: when.
        call: the call for proposals that it answers, of the same year.

    Raises:
        NotAllowed: not a resident of the dong, or a source only staff may enter.
    """
    if not can_propose(by, place, at):
        raise NotAllowed(NOT_HERE)
    may_enter = is_staff(by, place, at) or (source in FROM_MEETINGS and is_council(by, place, at))
    if source not in {Source.ONLINE, Source.INITIATIVE} and not may_enter:
        raise NotAllowed(N_("종이나 방문으로 받은 의제는 담당자가 적습니다."))
    known = session().scalar(select(Proposal).where(Proposal.proposer_id == by.id, Proposal.once == once))
    if known is not None:
        return known
    proposal = Proposal(
        place_id=place.id,
        cycle_id=cycle.id,
        proposer_id=by.id,
        once=once,
        title=words.title,
        body=words.body,
        field=words.field,
        where=words.where,
        group_name=words.group_name,
        wanted_won=words.wanted_won,
        latitude_e6=words.point.latitude_e6 if words.point else None,
        longitude_e6=words.point.longitude_e6 if words.point else None,
        call_id=call.id if call is not None and call.cycle_id == cycle.id else None,
        source=source,
        state=ProposalState.DRAFT,
        created_at=at,
        signer_count=0,
    )
    session().add(proposal)
    session().flush()
    make_findable(proposal)
    return proposal


def make_findable(proposal: Proposal) -> None:
    """Write down under which words and pairs of letters a proposal is found."""
    session().execute(delete(ProposalTerm).where(ProposalTerm.proposal_id == proposal.id))
    proposal.plain = plain(f"{proposal.title} {proposal.where} {proposal.body}")
    terms = sorted(terms_of(proposal.plain))
    rows = [{"cycle_id": proposal.cycle_id, "term": term, "proposal_id": proposal.id} for term in terms]
    if rows:
        session().execute(insert(ProposalTerm), rows)


def edit_proposal(proposal_id: int, words: Words, *, version: int, by: Person, at: datetime) -> Proposal:
    """Change the words. Signatures under other words would not count, so a signed proposal keeps its title and text.

    Raises:
        NotFound, NotAllowed: no such proposal; not the author, or too late.
        Conflict: changed meanwhile in another window.
        RuleViolation: somebody else has signed it already.
    """
    proposal = get_or_not_found(Proposal, proposal_id, lock=True)
    if not can_edit(by, proposal):
        raise _hidden_or(NotAllowed(NOT_YOURS), proposal)
    claim_version(proposal, version)
    if proposal.state is not ProposalState.DRAFT:
        require_not_over(is_over=proposal.cycle.is_over)
    if count_signers(proposal, besides=proposal.author_ids):
        raise RuleViolation(N_("이미 함께한 사람이 있어 글을 바꿀 수 없습니다. 다르게 하려면 거두고 새로 내 주세요."))
    proposal.title, proposal.body, proposal.field, proposal.where = words.title, words.body, words.field, words.where
    proposal.group_name, proposal.wanted_won = words.group_name, words.wanted_won
    proposal.latitude_e6 = words.point.latitude_e6 if words.point else None
    proposal.longitude_e6 = words.point.longitude_e6 if words.point else None
    make_findable(proposal)
    return proposal


def submit_proposal(proposal_id: int, *, by: Person, at: datetime) -> Proposal:
    """Put a draft before the neighbours. A verified author signs it by doing so; submitting twice changes nothing.

    A public body's proposal, and one that staff enter from paper, needs no co-signers of its own: it is accepted at once
    (domain.md §2.7: public-body initiatives are allowed).

    Raises:
        NotFound, NotAllowed, RuleViolation: no such draft of this author; the stage or the call is not open; the group is
            too small, or the person has sent in as much as the call allows.
        InvalidInput: the call does not admit its cost or its field.
    """
    proposal = get_or_not_found(Proposal, proposal_id, lock=True)
    if by.id != proposal.proposer_id:
        raise _hidden_or(NotAllowed(NOT_YOURS), proposal)
    if proposal.state is ProposalState.GATHERING:
        return proposal
    _bring_into_this_year(proposal)
    require_open(proposal.cycle, at)
    require_move(proposal.state, ProposalState.GATHERING)
    _require_admitted(proposal, at)
    proposal.state = ProposalState.GATHERING
    proposal.submitted_at = at
    proposal_joined.send(proposal, person=by, at=at)
    append(
        proposal.place,
        "agenda.submitted",
        role=Role.RESIDENT if can_sign(by, proposal.place) else Role.DONG_STAFF,
        subject=f"proposal:{proposal.id}",
        at=at,
        values={"title": reference("proposal", proposal.id), "source": proposal.source.value},
    )
    if can_sign(by, proposal.place) and proposal.source in {Source.ONLINE, Source.INITIATIVE}:
        _let_authors_sign(proposal, at)
    elif proposal.source not in {Source.ONLINE, Source.INITIATIVE}:
        accept(proposal, at=at, role=Role.DONG_STAFF)
    accept_if_initiative(proposal, at=at)
    return proposal


def _require_admitted(proposal: Proposal, at: datetime) -> None:
    if proposal.group_name:
        require_group(len(proposal.author_ids), minimum=setting(proposal.place, "group.min_members"))
    call = proposal.call
    if call is None:
        return
    if call.cancelled_at is not None:
        raise RuleViolation(N_("이 공모는 취소되었습니다. 쓰신 글은 초안으로 남아 있습니다."))
    sent_before = session().scalar(
        select(func.count(Proposal.id)).where(
            Proposal.call_id == call.id,
            Proposal.proposer_id == proposal.proposer_id,
            Proposal.state.not_in([ProposalState.DRAFT, ProposalState.WITHDRAWN]),
        )
    )
    require_admitted(
        call.terms,
        wanted_won=proposal.wanted_won,
        field=proposal.field,
        is_group=bool(proposal.group_name),
        sent_before=sent_before or 0,
        at=at,
    )


def _let_authors_sign(proposal: Proposal, at: datetime) -> None:
    """Sign in the name of everybody who wrote it, as far as their signature counts."""
    for person_id in sorted(proposal.author_ids):
        author = session().get_one(Person, person_id)
        if can_sign(author, proposal.place):
            session().add(CoSignature(proposal_id=proposal.id, person_id=person_id, signed_at=at))
            proposal_joined.send(proposal, person=author, at=at)
    session().flush()
    proposal.signer_count = count_signers(proposal)


def _bring_into_this_year(proposal: Proposal) -> None:
    """Move a draft that was kept since an earlier year into the present one."""
    cycle = current_cycle(proposal.place)
    if cycle is not None and cycle.id != proposal.cycle_id:
        proposal.cycle_id, proposal.cycle = cycle.id, cycle
        proposal.call_id, proposal.call = None, None  # a call belongs to its year
        make_findable(proposal)


def accept_if_initiative(proposal: Proposal, *, at: datetime) -> None:
    """Accept a proposal that has reached the signers of a resident initiative."""
    minimum = setting(proposal.place, "initiative.min_signers")
    if proposal.state is ProposalState.GATHERING and proposal.signer_count >= minimum:
        accept(proposal, at=at, role=Role.RESIDENT)


def accept(proposal: Proposal, *, at: datetime, role: Role) -> None:
    """Make the council responsible for a proposal."""
    require_move(proposal.state, ProposalState.ACCEPTED)
    proposal.state = ProposalState.ACCEPTED
    proposal.accepted_at = at
    append(
        proposal.place,
        "agenda.accepted",
        role=role,
        subject=f"proposal:{proposal.id}",
        at=at,
        values={"title": reference("proposal", proposal.id), "signers": proposal.signer_count},
    )


def withdraw_proposal(proposal_id: int, *, by: Person, at: datetime) -> Proposal:
    """Take a proposal back; the page stays with the word "withdrawn".

    Raises:
        NotFound, NotAllowed, RuleViolation: no such proposal of this author; already in the plan.
    """
    proposal = get_or_not_found(Proposal, proposal_id, lock=True)
    if by.id != proposal.proposer_id:
        raise _hidden_or(NotAllowed(NOT_YOURS), proposal)
    if proposal.state is ProposalState.WITHDRAWN:
        return proposal
    if not can_withdraw(by, proposal):
        raise RuleViolation(N_("이미 계획에 담겼거나 정해진 의제는 거둘 수 없습니다."))
    if proposal.state is not ProposalState.DRAFT:
        require_not_over(is_over=proposal.cycle.is_over)
    was_draft = proposal.state is ProposalState.DRAFT
    require_move(proposal.state, ProposalState.WITHDRAWN)
    proposal.state = ProposalState.WITHDRAWN
    proposal.decided_at = at
    if not was_draft:
        append(
            proposal.place,
            "agenda.withdrawn",
            role=Role.RESIDENT,
            subject=f"proposal:{proposal.id}",
            at=at,
            values={"title": reference("proposal", proposal.id)},
        )
    return proposal


def _hidden_or(refusal: NotAllowed, proposal: Proposal) -> NotAllowed | NotFound:
    # A draft of somebody else does not exist for this person.
    if proposal.state is ProposalState.DRAFT:
        return NotFound(N_("찾으시는 의제가 없습니다."))
    return refusal
