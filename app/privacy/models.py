"""The log of staff reads of personal data: append-only, kept at least two years, never part of the public record."""

from datetime import datetime

from sqlalchemy import Index, Integer, String, event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from app.db.base import Base
from app.db.guards import guard
from app.db.types import EnumText
from app.privacy.rules import Access


class AccessLogEntry(Base):
    """Who read whose personal data, when, from where, what and why (안전성 확보조치 기준 art. 8).

    No foreign keys: the entry outlives the account and the person it names. A database trigger refuses changes at any
    time and deletion before two years have passed.
    """

    __tablename__ = "access_log_entries"
    __table_args__ = (
        Index("ix_access_log_entries_place_id_at", "place_id", "at"),
        Index("ix_access_log_entries_person_id_at", "person_id", "at"),
        Index("ix_access_log_entries_subject", "subject"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(Integer)
    """The account that read."""
    ip: Mapped[str] = mapped_column(String(45))
    """The address it came from; ``command`` when it was a command on the server."""
    access: Mapped[Access] = mapped_column(EnumText(Access))
    subject: Mapped[str] = mapped_column(String(80))
    """Whose: ``kind:id``, or the list that was read (``roll:12``)."""
    count: Mapped[int]
    """How many people's data."""
    fields: Mapped[str] = mapped_column(String(200))
    """Which columns, comma-separated."""
    reason: Mapped[str | None] = mapped_column(String(300))
    place_id: Mapped[int | None] = mapped_column(Integer)


@event.listens_for(AccessLogEntry, "before_update")
@event.listens_for(AccessLogEntry, "before_delete")
def _refuse_changes(_mapper: Mapper[AccessLogEntry], _connection: Connection, entry: AccessLogEntry) -> None:
    raise RuntimeError(f"the access log is append-only (entry {entry.id})")


APPEND_ONLY: dict[str, list[str]] = {
    "sqlite": [
        """CREATE TRIGGER access_log_never_changes BEFORE UPDATE ON access_log_entries
        BEGIN SELECT RAISE(ABORT, 'the access log is append-only'); END""",
        """CREATE TRIGGER access_log_keeps_two_years BEFORE DELETE ON access_log_entries
        WHEN OLD.at > datetime('now', '-2 years')
        BEGIN SELECT RAISE(ABORT, 'the access log is kept for two years'); END""",
    ],
    "postgresql": [
        """CREATE FUNCTION access_log_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'DELETE' AND OLD.at < now() - interval '2 years' THEN RETURN OLD; END IF;
        RAISE EXCEPTION 'the access log is append-only and kept for two years'; END $$""",
        """CREATE TRIGGER access_log_guard BEFORE UPDATE OR DELETE ON access_log_entries
        FOR EACH ROW EXECUTE FUNCTION access_log_guard()""",
    ],
}
"""The triggers by dialect; the migration that makes the table executes the same statements."""
guard(AccessLogEntry.__tablename__, APPEND_ONLY, function="access_log_guard")
