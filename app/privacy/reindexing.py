"""How the blind indexes of each model are made anew when the index key changes. Filled when the modules are imported.

The concept that owns a model says how, beside the service that makes the index in the first place::

    @reindexes(Contact)
    def _reindex_contact(contact: Contact) -> None:
        contact.value_index = index_of(INDEX_OF[contact.kind], reveal(contact, Contact.value))
"""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy.orm import DeclarativeBase

from app.db.base import Base
from app.privacy.sealing import BLIND_INDEX

M = TypeVar("M", bound=DeclarativeBase)
Reindex = Callable[[Any], None]
REINDEXES: dict[type[DeclarativeBase], Reindex] = {}


def reindexes(model: type[M]) -> Callable[[Callable[[M], None]], Callable[[M], None]]:
    """Make a function the one that renews all blind indexes of a row of a model."""

    def register(function: Callable[[M], None]) -> Callable[[M], None]:
        REINDEXES[model] = function
        return function

    return register


def models_without_reindex() -> list[str]:
    """Return the tables that have blind indexes which nobody knows how to renew."""
    return sorted(
        str(mapper.class_.__tablename__)
        for mapper in Base.registry.mappers
        if mapper.class_ not in REINDEXES and any(column.info.get(BLIND_INDEX) for column in mapper.columns)
    )
