"""Sealed columns: how a model declares them, and how services put texts in and take them out.

A row is bound to its ciphertexts by ``row_key``, a random UUID that exists before the row is inserted, so that sealing
needs no database round trip. Plain text cannot reach a sealed column: the column type refuses anything but `SealedText`.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Dialect, LargeBinary, Uuid, inspect
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Mapped, MappedColumn, mapped_column
from sqlalchemy.types import TypeDecorator

from app.db.base import Base
from app.privacy.encryption import INDEX_BYTES, Cell, Indexed, SealedText
from app.privacy.keys import keys
from app.privacy.rules import require_no_resident_number


class SealedTextType(TypeDecorator[SealedText]):
    """Stores a `SealedText` as bytes and refuses everything else."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: SealedText | None, dialect: Dialect) -> bytes | None:
        """Store the sealed bytes."""
        if value is None:
            return None
        if not isinstance(value, SealedText):
            raise TypeError("a sealed column takes SealedText only: seal the text first")
        return value.data

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> SealedText | None:
        """Return the sealed bytes, still sealed."""
        return None if value is None else SealedText(bytes(value))


class SealedRow:
    """Mixin of models with sealed columns; stands before ``Base`` among the bases."""

    row_key: Mapped[UUID] = mapped_column(Uuid(), unique=True)
    """Random name of the row inside its ciphertexts; given at construction, never changed."""

    def __init__(self, **values: Any) -> None:
        values.setdefault("row_key", uuid4())
        super().__init__(**values)


BLIND_INDEX = "blind_index"
"""Marks a column (in its ``info``) as a blind index: `app.privacy.reindexing` must know how to make it anew."""


def sealed_column(*, nullable: bool | None = None, large: bool = False) -> MappedColumn[Any]:
    """Declare a sealed column; the annotation says whether it may be empty: ``Mapped[SealedText | None]``.

    A ``large`` one is loaded only when somebody looks at it.
    """
    if nullable is None:
        return mapped_column(SealedTextType(), deferred=large)
    return mapped_column(SealedTextType(), nullable=nullable, deferred=large)


def index_column(*, unique: bool = False) -> MappedColumn[Any]:
    """Declare the blind index of a sealed column: ``Mapped[bytes | None]``."""
    return mapped_column(
        LargeBinary(INDEX_BYTES), unique=unique or None, index=not unique or None, info={BLIND_INDEX: True}
    )


SealedAttribute = InstrumentedAttribute[SealedText] | InstrumentedAttribute[SealedText | None]
IndexAttribute = InstrumentedAttribute[bytes] | InstrumentedAttribute[bytes | None]


def seal(row: SealedRow, column: SealedAttribute, text: str | None, *, checked: bool = False) -> None:
    """Put a text into a sealed column of a row; None empties it.

    Args:
        row: the row, inserted or not.
        column: the model's attribute.
        text: what to seal.
        checked: it was looked through already (`app.privacy.files.require_clean_file`) or is no text that people wrote.

    Raises:
        ResidentNumberRefused: the text holds a resident number.
    """
    if not checked:
        require_no_resident_number(text, field=column.key)
    setattr(row, column.key, None if text is None else keys().keyring.seal(cell_of(row, column), text))


def reveal(row: SealedRow, column: SealedAttribute) -> str | None:
    """Return the text of a sealed column of a row.

    Raises:
        BrokenSeal: the ciphertext was altered or moved from another cell.
        UnknownKey: its key is no longer configured.
    """
    sealed = getattr(row, column.key)
    return None if sealed is None else keys().keyring.open(cell_of(row, column), sealed)


def seal_with_index(
    row: SealedRow,
    column: SealedAttribute,
    index: IndexAttribute,
    purpose: Indexed,
    text: str | None,
    *,
    scope: str = "",
) -> None:
    """Put a text into a sealed column and its blind index into the column beside it.

    Raises:
        InvalidInput: the text has no normal form (no e-mail address, no telephone number, an empty name).
    """
    indexed = None if text is None else index_of(purpose, text, scope=scope)
    seal(row, column, text)
    setattr(row, index.key, indexed)


def index_of(purpose: Indexed, *values: str, scope: str = "") -> bytes:
    """Return the blind index to search for.

    Raises:
        InvalidInput: the value has no normal form.
    """
    return keys().index.of(purpose, *values, scope=scope)


def sealed_values(
    model: type[DeclarativeBase], row_key: UUID, texts: Mapping[str, str | None]
) -> dict[str, SealedText | None]:
    """Return sealed values by column name, for a bulk insert of rows with these keys (pass ``row_key`` along, too).

    Raises:
        ResidentNumberRefused: a text holds a resident number.
    """
    keyring, table = keys().keyring, model.__tablename__
    for name, text in texts.items():
        require_no_resident_number(text, field=name)
    return {
        name: None if text is None else keyring.seal(Cell(table, row_key, name), text) for name, text in texts.items()
    }


def sealed_models() -> list[type[DeclarativeBase]]:
    """Return all models with sealed columns, by table name."""
    models = [mapper.class_ for mapper in Base.registry.mappers if sealed_columns(mapper.class_)]
    return sorted(models, key=lambda model: str(model.__tablename__))


def cell_of(row: SealedRow, column: SealedAttribute) -> Cell:
    """Return the cell in which a row keeps a column."""
    table = inspect(type(row)).local_table
    return Cell(str(table.name), row.row_key, column.key)


def sealed_columns(model: type[DeclarativeBase]) -> list[str]:
    """Return the names of a model's sealed columns."""
    return [column.key for column in inspect(model).columns if isinstance(column.type, SealedTextType)]
