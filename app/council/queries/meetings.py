"""SELECTs about meetings of the council and its committees."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.council.models import CouncilMeeting, MeetingAttendance, MeetingItem
from app.council.queries.people import NOTHING
from app.council.rules.meetings import MeetingState, Quorum, quorum_of
from app.cycle.dong_page import Meeting
from app.db.session import get_or_not_found, session
from app.errors import NotFound
from app.places.models import Place
from app.places.queries import setting

PAGE = 30


def meetings_page(place: Place, *, page: int) -> tuple[list[CouncilMeeting], bool]:
    """Return one page of a dong's meetings, newest first, and whether there are more."""
    query = (
        select(CouncilMeeting)
        .where(CouncilMeeting.place_id == place.id)
        .options(joinedload(CouncilMeeting.committee))
        .order_by(CouncilMeeting.starts_at.desc(), CouncilMeeting.id.desc())
        .limit(PAGE + 1)
        .offset((page - 1) * PAGE)
    )
    rows = list(session().scalars(query))
    return rows[:PAGE], len(rows) > PAGE


def newest_meetings(place: Place, *, limit: int = 5) -> list[CouncilMeeting]:
    """Return the newest meetings of a dong."""
    return meetings_page(place, page=1)[0][:limit]


def meeting_of(place: Place, meeting_id: int) -> CouncilMeeting:
    """Return a meeting of a dong.

    Raises:
        NotFound: none of this number here.
    """
    found = get_or_not_found(CouncilMeeting, meeting_id)
    if found.place_id != place.id:
        raise NotFound(NOTHING)
    return found


def item_of(meeting: CouncilMeeting, number: int) -> MeetingItem:
    """Return an item of a meeting by its number.

    Raises:
        NotFound: there is none.
    """
    found = next((item for item in meeting.items if item.number == number), None)
    if found is None:
        raise NotFound(NOTHING)
    return found


def attendances_of(meeting: CouncilMeeting) -> list[MeetingAttendance]:
    """Return a meeting's attendance list, those with a vote first, by name."""
    rows = session().scalars(select(MeetingAttendance).where(MeetingAttendance.meeting_id == meeting.id))
    return sorted(rows, key=lambda row: (not row.has_vote, row.name, row.id))


def quorum_of_meeting(meeting: CouncilMeeting, rows: Sequence[MeetingAttendance] | None = None) -> Quorum:
    """Return how many members there are, how many must be there, and how many are."""
    voting = [row for row in (attendances_of(meeting) if rows is None else rows) if row.has_vote]
    return quorum_of(
        members=len(voting),
        present=sum(row.is_present for row in voting),
        threshold=setting(meeting.place, "council.meeting.quorum"),
    )


def voters_on(item: MeetingItem, meeting: CouncilMeeting, rows: Sequence[MeetingAttendance] | None = None) -> int:
    """Return how many of those present vote on an item: without those recused, and whom a dismissal concerns."""
    out = {row.member_id for row in item.recusals} | ({item.motion.member_id} if item.motion is not None else set())
    listed = attendances_of(meeting) if rows is None else rows
    return sum(row.has_vote and row.is_present and row.member_id not in out for row in listed)


def coming_meetings(place: Place, at: datetime) -> list[Meeting]:
    """Return the next meetings, for the dong's page."""
    query = (
        select(CouncilMeeting)
        .where(
            CouncilMeeting.place_id == place.id,
            CouncilMeeting.state == MeetingState.CALLED,
            CouncilMeeting.starts_at > at,
        )
        .options(selectinload(CouncilMeeting.items))
        .order_by(CouncilMeeting.starts_at)
        .limit(5)
    )
    return [
        Meeting(
            title=row.title,
            at=row.starts_at,
            where=row.where,
            endpoint="council.meeting",
            arguments={"slug": place.slug, "meeting_id": row.id},
        )
        for row in session().scalars(query)
    ]
