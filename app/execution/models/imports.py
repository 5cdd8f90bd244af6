"""Tables of files that were taken in."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import EnumText
from app.execution.rules.importing import ImportState, Table


class TableImport(Base):
    """A table of projects or of the ledger that staff uploaded: shown first, then taken whole or thrown away."""

    __tablename__ = "table_imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    kind: Mapped[Table] = mapped_column(EnumText(Table))
    state: Mapped[ImportState] = mapped_column(EnumText(ImportState))
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """The file, until it was taken or thrown away."""
    sha256: Mapped[str] = mapped_column(String(64))
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What the file would do: ``new``, ``known``, ``problem_count``, and the first ``problems``."""
    uploaded_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    uploaded_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    job_id: Mapped[int | None]
