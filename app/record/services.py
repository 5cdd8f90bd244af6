"""Appending to the public record."""

from datetime import datetime

from sqlalchemy import select

from app.db.session import session
from app.places.models import Place
from app.record.models import RecordEntry, RecordHead
from app.record.rules import GENESIS, Entry
from app.record.signals import entry_appended
from voting.encoding import JSON


def append(
    place: Place,
    act: str,
    *,
    role: str,
    subject: str,
    at: datetime,
    values: dict[str, JSON] | None = None,
    document_hash: str | None = None,
) -> RecordEntry:
    """Append one act to a place's record, inside the transaction of the act.

    Args:
        place: whose record.
        act: what happened, ``concept.verb`` (``agenda.submitted``); its sentence is in `app.record.acts`.
        role: in which role somebody did it (never who).
        subject: what it happened to, ``kind:id``.
        at: when.
        values: public values of the act; no names, no contacts.
        document_hash: SHA-256 (hex) of the document that the act is about.
    """
    head = session().scalar(select(RecordHead).where(RecordHead.place_id == place.id).with_for_update())
    if head is None:
        head = RecordHead(place_id=place.id, height=0, hash=GENESIS)
        session().add(head)
    entry = Entry(
        place=place.slug,
        height=head.height,
        at=at,
        role=role,
        act=act,
        subject=subject,
        values=values or {},
        document_hash=document_hash,
        parent_hash=head.hash,
    )
    row = RecordEntry(
        place_id=place.id,
        place_slug=entry.place,
        height=entry.height,
        at=entry.at,
        role=entry.role,
        act=entry.act,
        subject=entry.subject,
        values=entry.values,
        document_hash=entry.document_hash,
        parent_hash=entry.parent_hash,
        hash=entry.hash(),
    )
    session().add(row)
    head.height += 1
    head.hash = row.hash
    session().flush()
    entry_appended.send(row)
    return row
