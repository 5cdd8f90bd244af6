"""SELECTs for feeds and calendars: public things only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import not_, or_, select
from sqlalchemy.orm import joinedload

from app.agenda.models import Proposal, VillageMeeting
from app.cycle import dong_page
from app.db.session import session
from app.discussion.models import Argument, Comment
from app.following.queries.subjects import Address, address_of, subjects_about
from app.following.rules import UNTOLD
from app.places.models import Place
from app.record.models import RecordEntry

LENGTH = 50
LOOKING_BACK = timedelta(days=365)


@dataclass(frozen=True)
class FeedEntry:
    """One entry. Of an act the sentence comes from the record; of words the text itself."""

    key: str
    at: datetime
    address: Address
    act: str = ""
    values: dict[str, object] | None = None
    author: str = ""
    text: str = ""


@dataclass(frozen=True)
class Event:
    """One entry of a calendar."""

    key: str
    title: str
    where: str
    starts_at: datetime
    address: Address
    changed_at: datetime
    is_cancelled: bool = False


def news_of_place(place: Place) -> list[FeedEntry]:
    """Return the last public acts of a dong, newest first."""
    told = not_(or_(*(RecordEntry.act.startswith(prefix, autoescape=True) for prefix in UNTOLD)))
    query = select(RecordEntry).where(RecordEntry.place_id == place.id, told)
    return [_of_entry(entry) for entry in session().scalars(query.order_by(RecordEntry.height.desc()).limit(LENGTH))]


def news_of_proposal(proposal: Proposal) -> list[FeedEntry]:
    """Return what happened to an agenda and what was said about it, newest first; nothing hidden or taken back."""
    entries = (
        select(RecordEntry)
        .where(RecordEntry.place_id == proposal.place_id, RecordEntry.subject.in_(subjects_about(proposal)))
        .order_by(RecordEntry.height.desc())
        .limit(LENGTH)
    )
    found = [_of_entry(entry) for entry in session().scalars(entries)]
    comments = (
        select(Comment)
        .where(Comment.proposal_id == proposal.id, Comment.hidden_at.is_(None), Comment.withdrawn_at.is_(None))
        .options(joinedload(Comment.author))
        .order_by(Comment.id.desc())
        .limit(LENGTH)
    )
    arguments = (
        select(Argument)
        .where(Argument.proposal_id == proposal.id, Argument.hidden_at.is_(None), Argument.withdrawn_at.is_(None))
        .order_by(Argument.id.desc())
        .limit(LENGTH)
    )
    where: dict[str, object] = {"slug": proposal.place.slug, "proposal_id": proposal.id}
    for comment in session().scalars(comments):
        address = Address("discussion.show", {**where, "_anchor": f"comment-{comment.id}"})
        found.append(
            FeedEntry(
                f"comment-{comment.id}", comment.created_at, address,
                author=comment.author.public_name, text=comment.text,
            )
        )  # fmt: skip
    for argument in session().scalars(arguments):
        address = Address("discussion.show", {**where, "_anchor": f"argument-{argument.id}"})
        found.append(FeedEntry(f"argument-{argument.id}", argument.created_at, address, text=argument.text))
    return sorted(found, key=lambda entry: entry.at, reverse=True)[:LENGTH]


def events_of(place: Place, at: datetime) -> list[Event]:
    """Return a dong's public meetings of the last year and to come; what other concepts announce, too."""
    query = (
        select(VillageMeeting)
        .where(VillageMeeting.place_id == place.id, VillageMeeting.starts_at >= at - LOOKING_BACK)
        .order_by(VillageMeeting.starts_at)
    )
    own = [
        Event(
            key=f"meeting-{row.id}-{row.version}",
            title=row.title,
            where=row.where,
            starts_at=row.starts_at,
            address=Address("agenda.meeting", {"slug": place.slug, "meeting_id": row.id}),
            changed_at=row.cancelled_at or row.held_at or row.starts_at,
            is_cancelled=row.cancelled_at is not None,
        )
        for row in session().scalars(query).unique()
    ]
    others = [
        Event(
            key=f"{each.endpoint}-{each.at.timestamp():.0f}-1",
            title=each.title,
            where=each.where,
            starts_at=each.at,
            address=Address(each.endpoint, each.arguments),
            changed_at=each.at,
        )
        for each in dong_page.meetings(place, at)
        if each.endpoint != "agenda.meeting"
    ]
    return sorted(own + others, key=lambda event: event.starts_at)


def _of_entry(entry: RecordEntry) -> FeedEntry:
    return FeedEntry(f"record-{entry.height}", entry.at, address_of(entry), act=entry.act, values=entry.values)
