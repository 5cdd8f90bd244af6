"""SELECTs about counts: what one who counts may see of the other's numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import undefer

from app.assembly.floor.models import FloorCount
from app.assembly.floor.rules.deciding import lines_of
from app.assembly.floor.rules.states import ItemKind
from app.assembly.stations.rules.entries import Difference, differences
from app.db.session import session
from app.people.models import Person


@dataclass(frozen=True)
class Seen:
    """What somebody who counts sees.

    Attributes:
        mine: whether they have entered numbers.
        others: how many others have.
        taken: whether two others count already.
        differences: where the two counts differ; only for the two who counted.
    """

    mine: bool
    others: int
    taken: bool
    differences: Sequence[Difference]


def seen_by(count: FloorCount, person: Person) -> Seen:
    """Return what somebody may see of a count: nothing of another's numbers before their own are entered."""
    newest = count.newest_entries
    mine = any(entry.by_id == person.id for entry in newest)
    shown: list[Difference] = []
    if len(newest) == 2 and mine:
        item = count.item
        lines = lines_of(item.kind, item.title, [item.options[place] for place in count.positions])
        shown = differences(lines, newest[0].count, newest[1].count)
        if item.kind is ItemKind.HANDS:
            # Cards are counted by their answers; their sum is no number of its own.
            shown = [each for each in shown if each.values]
    return Seen(mine, len(newest) - mine, len(newest) == 2 and not mine, shown)


def sheet_of(count: FloorCount) -> bytes | None:
    """Return the photo of a count's tally sheet."""
    row = session().scalar(select(FloorCount).where(FloorCount.id == count.id).options(undefer(FloorCount.sheet)))
    return row.sheet if row is not None else None
