"""What changed between two versions of a plan, word by word; pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from fractions import Fraction
from typing import Protocol

from app.i18n import N_


class Kind(StrEnum):
    """What happened to a piece of text, or to a section."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


KIND_NAMES: dict[Kind, str] = {
    Kind.SAME: N_("그대로"),
    Kind.ADDED: N_("새로 들어옴"),
    Kind.REMOVED: N_("빠짐"),
    Kind.CHANGED: N_("바뀜"),
}


class SectionText(Protocol):
    """What both a frozen section and the working text have."""

    @property
    def number(self) -> int: ...  # noqa: D102
    @property
    def item_id(self) -> int: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def body(self) -> str: ...  # noqa: D102
    @property
    def cost_won(self) -> int: ...  # noqa: D102
    @property
    def unit(self) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class Piece:
    """A run of text that both versions have, or one of them."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class SectionChange:
    """What became of one section.

    ``old`` and ``new`` are its numbers (None where it is missing), costs are whole won.
    """

    kind: Kind
    item_id: int
    old: int | None
    new: int | None
    title: list[Piece]
    body: list[Piece]
    unit: list[Piece]
    cost_before: int | None
    cost_after: int | None


def pieces(before: str, after: str) -> list[Piece]:
    """Compare two texts by words and line breaks; joined, the same and removed pieces give the old text back."""
    old, new = _words(before), _words(after)
    found: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece(Kind.SAME, "".join(old[a:b])))
            continue
        if b > a:
            found.append(Piece(Kind.REMOVED, "".join(old[a:b])))
        if d > c:
            found.append(Piece(Kind.ADDED, "".join(new[c:d])))
    return found


def compare(before: Sequence[SectionText], after: Sequence[SectionText]) -> list[SectionChange]:
    """Compare two versions section by section, in the order of the old one, new sections last.

    Sections are the same thing when they come from the same item, whatever their numbers.
    """
    later: Mapping[int, SectionText] = {section.item_id: section for section in after}
    known = {section.item_id for section in before}
    changes = [_compared(section, later.get(section.item_id)) for section in before]
    return changes + [_compared(None, section) for section in after if section.item_id not in known]


def substantial(changes: Sequence[SectionChange], *, share: Fraction) -> list[SectionChange]:
    """Return the changes on which people would want to be heard again.

    A section that came or went, and a cost that moved by more than ``share`` of what was inspected.
    """
    return [change for change in changes if _is_substantial(change, share)]


def _is_substantial(change: SectionChange, share: Fraction) -> bool:
    if change.cost_before is None or change.cost_after is None:
        return True
    return abs(change.cost_after - change.cost_before) > share * change.cost_before


def _compared(old: SectionText | None, new: SectionText | None) -> SectionChange:
    parts = [
        pieces(getattr(old, name) if old else "", getattr(new, name) if new else "")
        for name in ("title", "body", "unit")
    ]
    cost_before, cost_after = old.cost_won if old else None, new.cost_won if new else None
    if old is None:
        kind = Kind.ADDED
    elif new is None:
        kind = Kind.REMOVED
    else:
        touched = cost_before != cost_after or any(piece.kind is not Kind.SAME for part in parts for piece in part)
        kind = Kind.CHANGED if touched else Kind.SAME
    present = old or new
    return SectionChange(
        kind=kind, item_id=present.item_id if present else 0, old=old.number if old else None,
        new=new.number if new else None, title=parts[0], body=parts[1], unit=parts[2], cost_before=cost_before,
        cost_after=cost_after,
    )  # fmt: skip


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|[^\s]+", text)
