"""Where the money of a year goes, as a drawing: sources on the left, projects on the right. Pure: whole pixels, no floats."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.plan.rules import FundSource

WIDTH = 1100
NODE = 14
"""Width of a block."""
GAP = 26
"""Space between two blocks of a side; a line of text fits into it."""
SCALE = 220
"""How high all the money together is drawn."""


@dataclass(frozen=True)
class Block:
    """One source or one project: where it stands and how high it is."""

    label: str
    amount_won: int
    x: int
    y: int
    height: int


@dataclass(frozen=True)
class Band:
    """Money from a source to a project: a path of SVG."""

    path: str
    index: int
    """Position of its source, for the colour."""


@dataclass(frozen=True)
class Flow:
    """The whole drawing. Labels of sources are `FundSource` values."""

    width: int
    height: int
    sources: list[Block]
    projects: list[Block]
    bands: list[Band]


def flow(projects: Sequence[tuple[str, Mapping[FundSource, int]]]) -> Flow | None:
    """Lay out the planned money of projects by where it comes from; None without money.

    Args:
        projects: title of each, and its planned money in won by source.
    """
    counted = [(title, {source: won for source, won in money.items() if won > 0}) for title, money in projects]
    whole = sum(won for _, money in counted for won in money.values())
    if not whole:
        return None
    used = [source for source in FundSource if any(source in money for _, money in counted)]
    # A project stands beside the source that gives most: fewer bands cross.
    ordered = sorted(
        ((title, money) for title, money in counted if money),
        key=lambda row: used.index(max(row[1], key=lambda source: (row[1][source], -used.index(source)))),
    )

    def high(amount: int) -> int:
        return max(amount * SCALE // whole, 3)

    right: list[Block] = []
    y = GAP
    for title, money in ordered:
        tall = sum(high(won) for won in money.values())
        right.append(Block(title, sum(money.values()), WIDTH - NODE, y, tall))
        y += tall + GAP
    free = [block.y for block in right]
    left: list[Block] = []
    bands: list[Band] = []
    y_left = GAP
    for index, source in enumerate(used):
        begin, amount = y_left, 0
        for number, (_title, money) in enumerate(ordered):
            if source in money:
                tall = high(money[source])
                bands.append(Band(_path(y_left, free[number], tall), index))
                y_left, free[number], amount = y_left + tall, free[number] + tall, amount + money[source]
        left.append(Block(source.value, amount, 0, begin, y_left - begin))
        y_left += GAP
    return Flow(WIDTH, max(y_left, y), left, right, bands)


def _path(y_from: int, y_to: int, tall: int) -> str:
    """Return a band of even height that swings from the left block to the right one."""
    start, end, middle = NODE, WIDTH - NODE, WIDTH // 2
    return (
        f"M{start} {y_from}C{middle} {y_from} {middle} {y_to} {end} {y_to}V{y_to + tall}"
        f"C{middle} {y_to + tall} {middle} {y_from + tall} {start} {y_from + tall}Z"
    )
