"""The last gate before a table: whatever way a text came, it is looked through when the session is flushed.

Forms and uploads are checked where a person can be told politely; this catches what took another way (an import, an
API, a command). Rows written by bulk statements pass by it: who writes those checks them first, as `sealed_values` does.
A column whose texts nobody types (canonical bytes, hashes) may opt out: ``mapped_column(…, info={"typed": False})``.
"""

from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import JSON, String, event, inspect
from sqlalchemy.orm import Mapper, Session, UOWTransaction

from app.privacy.rules import require_no_resident_number

_SHORTEST = 13


@event.listens_for(Session, "before_flush")
def _look_through(session: Session, _context: UOWTransaction, _instances: object) -> None:
    for row in chain(session.new, session.dirty):
        attributes = inspect(row).attrs
        for name in _typed_columns(inspect(row).mapper):
            if attributes[name].history.added:
                for text in _texts(getattr(row, name)):
                    require_no_resident_number(text, field=name)


@cache
def _typed_columns(mapper: Mapper[Any]) -> tuple[str, ...]:
    return tuple(
        attribute.key
        for attribute in mapper.column_attrs
        for column in attribute.columns[:1]
        if isinstance(column.type, String | JSON)
        and getattr(column.type, "length", None) not in range(1, _SHORTEST)
        and column.info.get("typed", True)
    )


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            if len(value) >= _SHORTEST:
                yield value
        case dict():
            for part in value.values():
                yield from _texts(part)
        case list() | tuple():
            for part in value:
                yield from _texts(part)
