"""Following something, muting it, reading notices, choosing how often mail comes."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app.agenda.models import Proposal
from app.db.session import get_or_not_found, session
from app.discussion.models import Comment, Mention
from app.errors import NotFound
from app.following.models import DigestChoice, Follow, Notice
from app.following.queries.authors import authors_to_tell
from app.following.queries.notices import is_followed
from app.following.queries.subjects import place_of, subjects_of
from app.following.rules import Rhythm, Subject
from app.i18n import N_
from app.jobs.services import enqueue
from app.people.models import Person
from app.record.models import RecordEntry

TELL = "following.tell"
"""The kind of the job that spreads an act to its followers."""


def follow(kind: Subject, subject_id: int, *, by: Person, at: datetime) -> None:
    """Begin to follow something; twice is once.

    Raises:
        NotFound: there is no such thing that everybody may know of.
    """
    _set(kind, subject_id, by=by, at=at, is_muted=False)


def unfollow(kind: Subject, subject_id: int, *, by: Person, at: datetime) -> None:
    """Stop following something for good: taking part in it again does not begin it anew.

    Raises:
        NotFound: there is no such thing.
    """
    _set(kind, subject_id, by=by, at=at, is_muted=True)


def choose_rhythm(person: Person, rhythm: Rhythm, *, at: datetime) -> None:
    """Choose how often mail comes."""
    row = {"person_id": person.id, "rhythm": rhythm, "chosen_at": at}
    statement = _insert(DigestChoice).values(row)
    session().execute(
        statement.on_conflict_do_update(index_elements=["person_id"], set_={"rhythm": rhythm, "chosen_at": at})
    )


def read_all(person: Person, *, at: datetime) -> None:
    """Take all notices as read."""
    session().execute(update(Notice).where(Notice.person_id == person.id, Notice.read_at.is_(None)).values(read_at=at))


def read_one(notice_id: int, *, by: Person, at: datetime) -> Notice:
    """Take one notice as read.

    Raises:
        NotFound: it is not theirs.
    """
    notice = get_or_not_found(Notice, notice_id)
    if notice.person_id != by.id:
        raise NotFound(N_("찾으시는 소식이 없습니다."))
    notice.read_at = notice.read_at or at
    return notice


def tell(entry: RecordEntry, person_ids: list[int], *, at: datetime) -> None:
    """Tell people of an act; whoever was told already is not told again."""
    rows = [
        {"person_id": person_id, "place_id": entry.place_id, "entry_id": entry.id, "told_at": at}
        for person_id in person_ids
    ]
    if rows:
        session().execute(_insert(Notice).values(rows).on_conflict_do_nothing())


# What signals bring


def on_entry(entry: RecordEntry) -> None:
    """Have an act spread to its followers and to the authors of what it carries out; the act itself does not wait for that."""
    if is_followed(subjects_of(entry)) or authors_to_tell(entry):
        key = f"{TELL}:{entry.id}"
        enqueue(TELL, {"entry_id": entry.id}, by=None, at=entry.at, place_id=entry.place_id, idempotency_key=key)


def on_joined(proposal: Proposal, *, person: Person, at: datetime) -> None:
    """Who proposes or signs an agenda follows it, unless they had left it on purpose."""
    _take_part(Subject.PROPOSAL, proposal.id, proposal.place_id, person.id, at)


def on_comment(comment: Comment, *, at: datetime) -> None:
    """Who comments on an agenda follows it, unless they had left it on purpose."""
    _take_part(Subject.PROPOSAL, comment.proposal_id, comment.place_id, comment.author_id, at)


def on_call(mention: Mention, *, at: datetime) -> None:
    """Tell somebody that a comment called them."""
    row = {
        "person_id": mention.person_id, "place_id": mention.comment.place_id, "mention_id": mention.id, "told_at": at,
    }  # fmt: skip
    session().execute(_insert(Notice).values(row).on_conflict_do_nothing())


def on_account_closed(person: Person) -> None:
    """Forget what somebody followed, was told and chose."""
    for table in (Follow, Notice, DigestChoice):
        session().execute(delete(table).where(table.person_id == person.id))


def _set(kind: Subject, subject_id: int, *, by: Person, at: datetime, is_muted: bool) -> None:
    place = place_of(kind, subject_id)
    if place is None:
        raise NotFound(N_("찾으시는 것이 없습니다."))
    row = _row(kind, subject_id, place.id, by.id, at) | {"is_muted": is_muted}
    session().execute(
        _insert(Follow)
        .values(row)
        .on_conflict_do_update(index_elements=["person_id", "kind", "subject_id"], set_={"is_muted": is_muted})
    )


def _take_part(kind: Subject, subject_id: int, place_id: int, person_id: int, at: datetime) -> None:
    row = _row(kind, subject_id, place_id, person_id, at) | {"is_muted": False}
    session().execute(_insert(Follow).values(row).on_conflict_do_nothing())


def _row(kind: Subject, subject_id: int, place_id: int, person_id: int, at: datetime) -> dict[str, Any]:
    return {"kind": kind, "subject_id": subject_id, "place_id": place_id, "person_id": person_id, "since": at}


def _insert(table: type[Follow] | type[Notice] | type[DigestChoice]) -> Any:
    return (sqlite_insert if session().get_bind().dialect.name == "sqlite" else postgresql_insert)(table)
