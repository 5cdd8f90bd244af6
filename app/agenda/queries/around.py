"""SELECTs about what stands around a proposal: its files, its authors, questions about it, its call."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from app.agenda.models import (
    AgendaAsk,
    Endorsement,
    MeetingTask,
    OfficeInvitation,
    Proposal,
    ProposalCall,
    ProposalFile,
    VillageMeeting,
)
from app.agenda.permissions import can_manage, is_author
from app.agenda.rules import ProposalState
from app.agenda.rules.joining import ASK_KIND_NAMES, AskState
from app.cycle.models import Cycle
from app.db.session import get_or_not_found, session
from app.errors import NotFound
from app.files.kinds import Sort
from app.files.models import StoredFile
from app.i18n import N_
from app.people.models import Person
from app.places.models import Place
from app.record.models import RecordEntry
from app.todo import Todo

LOGGED = (
    "agenda.asked", "agenda.ask_refused", "agenda.merged", "agenda.unmerged", "agenda.split", "agenda.declined",
    "agenda.withdrawn", "agenda.hidden", "agenda.restored", "agenda.call_cancelled",
)  # fmt: skip
"""The acts that the agenda's public log shows: everything that takes an agenda from where its author put it."""
PAGE = 50


def files_of(proposal: Proposal) -> list[ProposalFile]:
    """Return the files of a proposal that were not taken away, oldest first."""
    query = select(ProposalFile).where(ProposalFile.proposal_id == proposal.id, ProposalFile.removed_at.is_(None))
    return list(session().scalars(query.order_by(ProposalFile.id)))


def file_of(proposal: Proposal, row_id: int) -> ProposalFile:
    """Return a file of a proposal.

    Raises:
        NotFound: there is none, or it was taken away.
    """
    row = get_or_not_found(ProposalFile, row_id)
    if row.proposal_id != proposal.id or row.removed_at is not None:
        raise NotFound(N_("찾으시는 파일이 없습니다."))
    return row


def covers(proposals: Iterable[Proposal]) -> dict[int, ProposalFile]:
    """Return the first photo of each proposal that has one, in one query."""
    ids = [proposal.id for proposal in proposals]
    if not ids:
        return {}
    first = (
        select(func.min(ProposalFile.id))
        .join(StoredFile, StoredFile.id == ProposalFile.file_id)
        .where(ProposalFile.proposal_id.in_(ids), ProposalFile.removed_at.is_(None), StoredFile.sort == Sort.PICTURE)
        .group_by(ProposalFile.proposal_id)
    )
    return {row.proposal_id: row for row in session().scalars(select(ProposalFile).where(ProposalFile.id.in_(first)))}


def has_endorsed(proposal: Proposal, person: Person | None) -> bool:
    """Tell whether somebody's endorsement is in force."""
    if person is None:
        return False
    query = select(Endorsement.id).where(
        Endorsement.proposal_id == proposal.id, Endorsement.person_id == person.id, Endorsement.withdrawn_at.is_(None)
    )
    return session().scalar(query) is not None


def parts_of(proposal: Proposal) -> list[Proposal]:
    """Return the proposals into which one was divided."""
    return list(session().scalars(select(Proposal).where(Proposal.split_from_id == proposal.id).order_by(Proposal.id)))


def asks_about(proposal: Proposal) -> list[AgendaAsk]:
    """Return what the council asked about a proposal, newest first."""
    query = select(AgendaAsk).where(AgendaAsk.proposal_id == proposal.id).options(joinedload(AgendaAsk.into))
    return list(session().scalars(query.order_by(AgendaAsk.id.desc()).limit(20)))


def ask_of(place: Place, ask_id: int, person: Person, at: datetime) -> AgendaAsk:
    """Return a question that this person asked or is asked.

    Raises:
        NotFound: there is none for them.
    """
    ask = get_or_not_found(AgendaAsk, ask_id)
    if ask.proposal.place_id != place.id or not (is_author(person, ask.proposal) or can_manage(person, place, at)):
        raise NotFound(N_("찾으시는 물음이 없습니다."))
    return ask


def agenda_log(place: Place, *, before: int | None = None) -> list[RecordEntry]:
    """Return up to `PAGE` acts that took an agenda from where its author put it, newest first."""
    query = select(RecordEntry).where(RecordEntry.place_id == place.id, RecordEntry.act.in_(LOGGED))
    if before is not None:
        query = query.where(RecordEntry.height < before)
    return list(session().scalars(query.order_by(RecordEntry.height.desc()).limit(PAGE)))


# Calls


def calls_of(cycle: Cycle) -> list[ProposalCall]:
    """Return the calls of a year, the one that closes first on top."""
    query = (
        select(ProposalCall).where(ProposalCall.cycle_id == cycle.id).order_by(ProposalCall.closes_at, ProposalCall.id)
    )
    return list(session().scalars(query.limit(50)))


def open_calls(cycle: Cycle, at: datetime) -> list[ProposalCall]:
    """Return the calls that take proposals now."""
    return [call for call in calls_of(cycle) if call.cancelled_at is None and call.terms.is_open(at)]


def call_of(place: Place, call_id: int) -> ProposalCall:
    """Return a call of a dong.

    Raises:
        NotFound: there is none here.
    """
    call = get_or_not_found(ProposalCall, call_id)
    if call.place_id != place.id:
        raise NotFound(N_("찾으시는 공모가 없습니다."))
    return call


def answers_to(call: ProposalCall) -> list[Proposal]:
    """Return the public proposals that answer a call, newest first."""
    query = select(Proposal).where(
        Proposal.call_id == call.id, Proposal.state != ProposalState.DRAFT, Proposal.hidden_at.is_(None)
    )
    return list(session().scalars(query.order_by(Proposal.id.desc()).limit(200)))


# Meetings: who is invited, what is to be done


def invitations_to(meeting: VillageMeeting) -> list[OfficeInvitation]:
    """Return the offices that are invited to a meeting."""
    query = select(OfficeInvitation).where(OfficeInvitation.meeting_id == meeting.id).order_by(OfficeInvitation.id)
    return list(session().scalars(query))


def invitation_for(place: Place, invitation_id: int, person: Person) -> OfficeInvitation:
    """Return an invitation that this person answers.

    Raises:
        NotFound: there is none for them here.
    """
    row = get_or_not_found(OfficeInvitation, invitation_id)
    if row.person_id != person.id or row.meeting.place_id != place.id:
        raise NotFound(N_("찾으시는 초대가 없습니다."))
    return row


def tasks_of(meeting: VillageMeeting) -> list[MeetingTask]:
    """Return what a meeting asked to be done, by deadline."""
    query = select(MeetingTask).where(MeetingTask.meeting_id == meeting.id).order_by(MeetingTask.due_at, MeetingTask.id)
    return list(session().scalars(query))


def tasks_about(proposal: Proposal) -> Sequence[MeetingTask]:
    """Return what meetings asked to be done about a proposal."""
    query = select(MeetingTask).where(MeetingTask.proposal_id == proposal.id).options(joinedload(MeetingTask.meeting))
    return session().scalars(query.order_by(MeetingTask.due_at, MeetingTask.id)).all()


# The desk


def todos(person: Person, at: datetime) -> list[Todo]:
    """Return what this person is asked about their proposals, invitations to answer, and tasks of their meetings."""
    return _asked(person) + _invited(person, at) + _tasks(person, at)


def _asked(person: Person) -> list[Todo]:
    query = (
        select(AgendaAsk)
        .join(Proposal, Proposal.id == AgendaAsk.proposal_id)
        .join(Place, Place.id == Proposal.place_id)
        .options(contains_eager(AgendaAsk.proposal).contains_eager(Proposal.place))
        .where(AgendaAsk.state == AskState.ASKED, Proposal.proposer_id == person.id)
        .order_by(AgendaAsk.due_at)
        .limit(50)
    )
    return [
        Todo(
            title=N_("내 의제의 %(ask)s에 답하기: %(title)s"),
            action=N_("답하기"),
            endpoint="agenda.ask",
            arguments={"slug": ask.proposal.place.slug, "ask_id": ask.id},
            values={"ask": ASK_KIND_NAMES[ask.kind], "title": ask.proposal.title},
            context=ask.proposal.place.name,
            due_at=ask.due_at,
            place_id=ask.proposal.place_id,
        )
        for ask in session().scalars(query)
    ]


def _invited(person: Person, at: datetime) -> list[Todo]:
    query = (
        select(OfficeInvitation)
        .join(VillageMeeting, VillageMeeting.id == OfficeInvitation.meeting_id)
        .join(Place, Place.id == VillageMeeting.place_id)
        .options(contains_eager(OfficeInvitation.meeting).contains_eager(VillageMeeting.place))
        .where(
            OfficeInvitation.person_id == person.id,
            OfficeInvitation.answered_at.is_(None),
            VillageMeeting.starts_at > at,
            VillageMeeting.cancelled_at.is_(None),
        )
        .order_by(VillageMeeting.starts_at)
        .limit(50)
    )
    return [
        Todo(
            title=N_("마을 모임 초대에 답하기: %(title)s"),
            action=N_("답하기"),
            endpoint="agenda.invitation",
            arguments={"slug": row.meeting.place.slug, "invitation_id": row.id},
            values={"title": row.meeting.title},
            context=row.meeting.place.name,
            due_at=row.meeting.starts_at,
            place_id=row.meeting.place_id,
        )
        for row in session().scalars(query).unique()
    ]


def _tasks(person: Person, at: datetime) -> list[Todo]:
    query = (
        select(MeetingTask)
        .join(VillageMeeting, VillageMeeting.id == MeetingTask.meeting_id)
        .join(Place, Place.id == VillageMeeting.place_id)
        .options(contains_eager(MeetingTask.meeting).contains_eager(VillageMeeting.place))
        .where(MeetingTask.done_at.is_(None), VillageMeeting.called_by == person.id)
        .order_by(MeetingTask.due_at)
        .limit(50)
    )
    return [
        Todo(
            title=N_("모임 뒤에 하기로 한 일: %(text)s"),
            action=N_("결과 적기"),
            endpoint="agenda.meeting",
            arguments={"slug": task.meeting.place.slug, "meeting_id": task.meeting_id},
            values={"text": task.text},
            context=task.unit,
            due_at=task.due_at,
            place_id=task.meeting.place_id,
        )
        for task in session().scalars(query).unique()
    ]
