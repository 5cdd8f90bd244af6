"""Things that entries speak of by number, because their words may be hidden later.

The chain of a record is never rewritten, so it must not hold words that moderation may have to take away. An entry holds a
reference; readers are shown the words as long as they are public.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from app.db.session import session
from app.i18n import N_
from app.record.models import RecordEntry
from voting.encoding import JSON

HIDDEN = N_("(지금은 보이지 않는 글)")
MARK = "ref"
Titles = Callable[[Collection[int]], Mapping[int, str]]
_titles: dict[str, Titles] = {}


def bind(kind: str, titles: Titles) -> None:
    """Let a concept say the titles of its things: of those with these ids, only the public ones."""
    _titles[kind] = titles


def reference(kind: str, row_id: int) -> JSON:
    """Return what an entry holds instead of a title."""
    return {MARK: f"{kind}:{row_id}"}


def in_words(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry's values with the titles of what it refers to; `HIDDEN` for what is not public now."""
    known = session().info.setdefault("record-titles", {})
    if not _references(values) <= known.keys():
        known.update(_look_up(_references(values)))
    return {key: known.get(_of(value), HIDDEN) if _of(value) else value for key, value in values.items()}


def _look_up(wanted: set[str]) -> dict[str, str]:
    """Ask once for everything that the entries at hand refer to: a page shows many of them."""
    for row in session().identity_map.values():
        if isinstance(row, RecordEntry):
            wanted |= _references(row.values)
    found = dict.fromkeys(wanted, HIDDEN)
    for kind, titles in _titles.items():
        ids = [int(each.partition(":")[2]) for each in wanted if each.partition(":")[0] == kind]
        found.update({f"{kind}:{row_id}": title for row_id, title in titles(ids).items()} if ids else {})
    return found


def _references(values: Mapping[str, Any]) -> set[str]:
    return {found for value in values.values() if (found := _of(value))}


def _of(value: Any) -> str:
    return str(value[MARK]) if isinstance(value, dict) and MARK in value else ""
