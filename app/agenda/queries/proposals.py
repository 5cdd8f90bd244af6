"""SELECTs about the agenda."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager

from app.agenda.lifeline import Step
from app.agenda.models import CoAuthor, CoSignature, MeetingTopic, Proposal, VillageMeeting
from app.agenda.permissions import is_author
from app.agenda.queries.around import parts_of, tasks_about
from app.agenda.queries.finding import matching
from app.agenda.rules import MEETING_NAMES, PUBLIC_STATES, STATE_NAMES, Field, ProposalState
from app.cycle.dong_page import Lead, Meeting, Number
from app.cycle.models import Cycle
from app.cycle.rules import Duty
from app.db.session import get_or_not_found, session
from app.errors import NotFound
from app.i18n import N_
from app.people.models import Person
from app.people.permissions import is_council, is_staff
from app.people.queries.people import in_places_of
from app.places.models import Place
from app.places.queries import setting
from app.todo import Todo

PAGE = 24
MOST_PINS = 5000


@dataclass(frozen=True)
class Listing:
    """One page of proposals."""

    rows: list[Proposal]
    total: int
    page: int
    placed: int = 0
    """How many of all have a position on the map."""

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True)
class Filters:
    """What a visitor looks for."""

    text: str = ""
    field: Field | None = None
    state: ProposalState | None = None
    most_signed: bool = False


def proposals_page(cycle: Cycle, filters: Filters, *, page: int) -> Listing:
    """Return one page of a cycle's public proposals, newest (or most signed) first."""
    query = _matching(select(Proposal), cycle, filters)
    order = [Proposal.signer_count.desc()] if filters.most_signed else []
    rows = session().scalars(query.order_by(*order, Proposal.id.desc()).limit(PAGE).offset((page - 1) * PAGE)).all()
    counted: Any = select(func.count(Proposal.id), func.count(Proposal.latitude_e6))
    total, placed = session().execute(_matching(counted, cycle, filters)).one()
    return Listing(list(rows), total, page, placed)


def on_the_map(cycle: Cycle, filters: Filters) -> list[Proposal]:
    """Return a cycle's public proposals that have a position, as they are looked for."""
    query = _matching(select(Proposal), cycle, filters).where(Proposal.latitude_e6.is_not(None))
    return list(session().scalars(query.order_by(Proposal.id).limit(MOST_PINS)))


def _matching(query: Select[Any], cycle: Cycle, filters: Filters) -> Select[Any]:
    states = {filters.state} & PUBLIC_STATES if filters.state else PUBLIC_STATES
    query = query.where(Proposal.cycle_id == cycle.id, Proposal.state.in_(states), Proposal.hidden_at.is_(None))
    if filters.field is not None:
        query = query.where(Proposal.field == filters.field)
    return query.where(*matching(cycle, filters.text))


def visible_proposal(place: Place, proposal_id: int, person: Person | None) -> Proposal:
    """Return a proposal of a dong that this person may read.

    Raises:
        NotFound: there is none, it belongs to another dong, or it is somebody else's draft.
    """
    proposal = get_or_not_found(Proposal, proposal_id)
    if proposal.place_id != place.id or (proposal.state is ProposalState.DRAFT and not is_author(person, proposal)):
        raise NotFound(N_("찾으시는 의제가 없습니다."))
    return proposal


def meeting_of(place: Place, meeting_id: int) -> VillageMeeting:
    """Return a meeting of a dong.

    Raises:
        NotFound: there is none here.
    """
    meeting = get_or_not_found(VillageMeeting, meeting_id)
    if meeting.place_id != place.id:
        raise NotFound(N_("찾으시는 모임이 없습니다."))
    return meeting


def has_signed(proposal: Proposal, person: Person | None) -> bool:
    """Tell whether somebody's signature is in force."""
    if person is None:
        return False
    query = select(CoSignature.id).where(
        CoSignature.proposal_id == proposal.id, CoSignature.person_id == person.id, CoSignature.withdrawn_at.is_(None)
    )
    return session().scalar(query) is not None


def meetings_about(proposal: Proposal) -> list[VillageMeeting]:
    """Return the meetings where a proposal is on the table, oldest first."""
    query = (
        select(VillageMeeting)
        .join(MeetingTopic)
        .where(MeetingTopic.proposal_id == proposal.id, VillageMeeting.cancelled_at.is_(None))
        .order_by(VillageMeeting.starts_at)
    )
    return list(session().scalars(query).unique())


def meetings_newest_first(cycle: Cycle) -> list[VillageMeeting]:
    """Return the last hundred meetings of a dong's year."""
    query = select(VillageMeeting).where(VillageMeeting.cycle_id == cycle.id).order_by(VillageMeeting.starts_at.desc())
    return list(session().scalars(query.limit(100)).unique())


def merged_into(proposal: Proposal) -> list[Proposal]:
    """Return the proposals that were joined to this one."""
    return list(session().scalars(select(Proposal).where(Proposal.merged_into_id == proposal.id).order_by(Proposal.id)))


def own_drafts(place: Place, person: Person | None) -> list[Proposal]:
    """Return what somebody has begun to write here."""
    if person is None:
        return []
    with_others = select(CoAuthor.proposal_id).where(CoAuthor.person_id == person.id, CoAuthor.left_at.is_(None))
    query = select(Proposal).where(
        Proposal.place_id == place.id,
        or_(Proposal.proposer_id == person.id, Proposal.id.in_(with_others)),
        Proposal.state == ProposalState.DRAFT,
    )
    return list(session().scalars(query.order_by(Proposal.id.desc())))


def living_proposals(cycle: Cycle, *, limit: int = 500) -> list[Proposal]:
    """Return proposals that can still be met about, merged into or planned, accepted ones first."""
    query = (
        select(Proposal)
        .where(
            Proposal.cycle_id == cycle.id,
            Proposal.state.in_([ProposalState.ACCEPTED, ProposalState.GATHERING, ProposalState.PLANNED]),
            Proposal.hidden_at.is_(None),
        )
        .order_by(Proposal.state, Proposal.id)
    )
    return list(session().scalars(query.limit(limit)))


def accepted_proposals(cycle: Cycle) -> list[Proposal]:
    """Return the proposals that the council must deal with, oldest first."""
    query = select(Proposal).where(Proposal.cycle_id == cycle.id, Proposal.state == ProposalState.ACCEPTED)
    return list(session().scalars(query.order_by(Proposal.id)))


# What the cycle asks


def unminuted_meetings(cycle: Cycle) -> list[Duty]:
    """Return the duty to minute meetings before discovery closes."""
    count = session().scalar(
        select(func.count(VillageMeeting.id)).where(
            VillageMeeting.cycle_id == cycle.id,
            VillageMeeting.held_at.is_(None),
            VillageMeeting.cancelled_at.is_(None),
        )
    )
    if not count:
        return []
    text = N_("마을 모임 %(n)s번의 결과를 적거나 모임을 취소해야 합니다.")
    return [Duty(text, "agenda.meetings", {"slug": cycle.place.slug}, {"n": count})]


def undecided_proposals(cycle: Cycle) -> list[Duty]:
    """Return the duty to deal with every accepted proposal before the plan goes to inspection."""
    count = session().scalar(
        select(func.count(Proposal.id)).where(Proposal.cycle_id == cycle.id, Proposal.state == ProposalState.ACCEPTED)
    )
    if not count:
        return []
    text = N_("받은 의제 %(n)s건을 계획에 담거나, 합치거나, 담지 않는 까닭을 적어야 합니다.")
    return [Duty(text, "agenda.index", {"slug": cycle.place.slug, "state": "accepted"}, {"n": count})]


def lead(cycle: Cycle) -> Lead:
    """Return what can be done while the agenda is gathered."""
    arguments: dict[str, object] = {"slug": cycle.place.slug}
    return Lead(
        question=N_("우리 동네에 무엇이 필요할까요?"),
        text=N_("한 문장이면 시작할 수 있습니다. 이웃 %(n)s명이 함께하면 주민자치회가 꼭 다룹니다."),
        action=N_("의제 내기"),
        endpoint="agenda.new",
        arguments=arguments,
        values={"n": setting(cycle.place, "initiative.min_signers")},
        second_action=N_("나온 의제 읽기"),
        second_endpoint="agenda.index",
    )


def numbers(cycle: Cycle) -> list[Number]:
    """Return how many proposals the year has."""
    rows = session().execute(
        select(Proposal.state, func.count()).where(Proposal.cycle_id == cycle.id).group_by(Proposal.state)
    )
    counts: dict[ProposalState, int] = {row[0]: row[1] for row in rows}
    total = sum(count for state, count in counts.items() if state in PUBLIC_STATES)
    return [
        Number(
            N_("주민이 낸 의제"),
            f"{total:,}",
            N_("건"),
            N_("%(n)s건은 서로 합쳐졌습니다") if counts.get(ProposalState.MERGED) else "",
            {"n": counts.get(ProposalState.MERGED, 0)},
        )
    ]


def coming_meetings(place: Place, at: datetime) -> list[Meeting]:
    """Return the next alley meetings."""
    query = (
        select(VillageMeeting)
        .where(
            VillageMeeting.place_id == place.id, VillageMeeting.starts_at >= at, VillageMeeting.cancelled_at.is_(None)
        )
        .order_by(VillageMeeting.starts_at)
        .limit(5)
    )
    return [
        Meeting(row.title, row.starts_at, row.where, "agenda.meeting", {"slug": place.slug, "meeting_id": row.id})
        for row in session().scalars(query).unique()
    ]


# The life line and the desk


def life_steps(proposal: Proposal, at: datetime) -> list[Step]:
    """Return the steps of a proposal up to the decision about it."""
    place = {"slug": proposal.place.slug}
    found = [Step(3, "done", "bulb", N_("의제를 냄"), proposal.submitted_at)] if proposal.submitted_at else []
    minimum = setting(proposal.place, "initiative.min_signers")
    if proposal.accepted_at:
        found.append(
            Step(
                3,
                "done",
                "people",
                N_("의제로 받음"),
                proposal.accepted_at,
                N_("%(n)s명이 함께했습니다."),
                {"n": proposal.signer_count},
            )
        )
    elif proposal.state is ProposalState.GATHERING:
        values: dict[str, object] = {"n": proposal.signer_count, "minimum": minimum}
        found.append(Step(3, "now", "people", N_("함께할 사람 찾기"), None, N_("%(minimum)s명 가운데 %(n)s명"), values))
    for meeting in meetings_about(proposal):
        step = "done" if meeting.held_at else ("now" if meeting.starts_at <= at else "next")
        text = next((topic.outcome for topic in meeting.topics if topic.proposal_id == proposal.id), "")
        found.append(
            Step(3, step, "chat", MEETING_NAMES[meeting.kind], meeting.starts_at, N_("%(outcome)s"), {"outcome": text or meeting.title},
                 "agenda.meeting", {**place, "meeting_id": meeting.id})
        )  # fmt: skip
    found += [
        Step(
            3, "done" if task.done_at else "now", "check", N_("모임 뒤에 한 일") if task.done_at else N_("모임 뒤에 할 일"),
            task.done_at or task.due_at, N_("%(unit)s: %(text)s"), {"unit": task.unit, "text": task.result or task.text},
            "agenda.meeting", {**place, "meeting_id": task.meeting_id},
        )
        for task in tasks_about(proposal)
    ]  # fmt: skip
    if proposal.split_from is not None:
        found.insert(
            0,
            Step(3, "done", "merge", N_("다른 의제에서 나눔"), proposal.created_at, N_("%(title)s"), {"title": proposal.split_from.title},
                 "agenda.show", {**place, "proposal_id": proposal.split_from_id}),
        )  # fmt: skip
    found += [
        Step(3, "done", "merge", N_("이 의제를 합침"), other.decided_at, N_("%(title)s"), {"title": other.title},
             "agenda.show", {**place, "proposal_id": other.id})
        for other in merged_into(proposal)
    ]  # fmt: skip
    if proposal.state is ProposalState.SPLIT:
        found += [
            Step(3, "done", "merge", N_("여러 의제로 나눔"), proposal.decided_at, N_("%(title)s"), {"title": part.title},
                 "agenda.show", {**place, "proposal_id": part.id})
            for part in parts_of(proposal)
        ]  # fmt: skip
    if proposal.state is ProposalState.MERGED and proposal.merged_into is not None:
        found.append(
            Step(3, "done", "merge", N_("다른 의제와 합침"), proposal.decided_at, N_("%(title)s"), {"title": proposal.merged_into.title},
                 "agenda.show", {**place, "proposal_id": proposal.merged_into_id})
        )  # fmt: skip
    elif proposal.state in {ProposalState.DECLINED, ProposalState.WITHDRAWN}:
        name = STATE_NAMES[proposal.state]
        found.append(Step(3, "done", "close", name, proposal.decided_at, N_("%(reason)s"), {"reason": proposal.reason}))
    return found


def todos(person: Person, at: datetime) -> list[Todo]:
    """Return the meetings that this person called or tends and that have no minutes yet."""
    query = (
        select(VillageMeeting)
        .join(Place, Place.id == VillageMeeting.place_id)
        .options(contains_eager(VillageMeeting.place))
        .where(
            VillageMeeting.starts_at <= at,
            VillageMeeting.held_at.is_(None),
            VillageMeeting.cancelled_at.is_(None),
            or_(
                VillageMeeting.called_by == person.id,
                in_places_of(person),
            ),
        )
        .order_by(VillageMeeting.starts_at)
        .limit(50)
    )
    return [
        Todo(
            title=N_("모임 결과 적기: %(title)s"),
            action=N_("적기"),
            endpoint="agenda.minute",
            arguments={"slug": meeting.place.slug, "meeting_id": meeting.id},
            values={"title": meeting.title},
            context=N_("모임 뒤 7일 안에"),
            due_at=meeting.starts_at + timedelta(days=7),
            place_id=meeting.place_id,
        )
        for meeting in session().scalars(query).unique()
        if meeting.called_by == person.id
        or is_council(person, meeting.place, at)
        or is_staff(person, meeting.place, at)
    ]


def public_titles(ids: Collection[int]) -> dict[int, str]:
    """Return the titles of those of these proposals that everybody may read now."""
    query = select(Proposal.id, Proposal.title).where(
        Proposal.id.in_(ids), Proposal.state.in_(PUBLIC_STATES), Proposal.hidden_at.is_(None)
    )
    return {row.id: row.title for row in session().execute(query)}
