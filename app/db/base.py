"""The declarative base of every table. No Flask: models stay typed and importable anywhere."""

from datetime import datetime

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.db.types import UTCDateTime

NAMING = {
    # Constraint names are fixed so that migrations can drop them on every database.
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of all models; tables name themselves (plural nouns)."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UTCDateTime}


class Versioned:
    """Mixin: a row two clerks may edit. The second writer is refused instead of overwriting the first.

    Forms carry ``version``; services load the row locked and call `app.db.session.claim_version`.
    """

    version: Mapped[int] = mapped_column(default=1)
