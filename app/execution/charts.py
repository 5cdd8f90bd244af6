"""Where the money of a year goes, as a drawing: sources on the left, projects on the right. Pure: whole pixels, no floats."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.execution.rules.ledger import Balance
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


def flow(projects: Sequence[tuple[FundSource, str, Balance]]) -> Flow | None:
    """Lay out the planned money of projects by their source; None without money.

    Args:
        projects: source, title and money of each, in the order of the board.
    """
    counted = [(source, title, balance.planned_won) for source, title, balance in projects if balance.planned_won > 0]
    whole = sum(amount for _, _, amount in counted)
    if not whole:
        return None
    ordered = sorted(counted, key=lambda row: list(FundSource).index(row[0]))
    used = [source for source in FundSource if any(row[0] is source for row in ordered)]

    def high(amount: int) -> int:
        return max(amount * SCALE // whole, 3)

    left: list[Block] = []
    right: list[Block] = []
    bands: list[Band] = []
    y_left = y_right = GAP
    for index, source in enumerate(used):
        own = [(title, amount) for of, title, amount in ordered if of is source]
        height = sum(high(amount) for _, amount in own)
        left.append(Block(source.value, sum(amount for _, amount in own), 0, y_left, height))
        begin = y_left
        for title, amount in own:
            tall = high(amount)
            right.append(Block(title, amount, WIDTH - NODE, y_right, tall))
            bands.append(Band(_path(begin, y_right, tall), index))
            begin += tall
            y_right += tall + GAP
        y_left += height + GAP
    return Flow(WIDTH, max(y_left, y_right), left, right, bands)


def _path(y_from: int, y_to: int, tall: int) -> str:
    """Return a band of even height that swings from the left block to the right one."""
    start, end, middle = NODE, WIDTH - NODE, WIDTH // 2
    return (
        f"M{start} {y_from}C{middle} {y_from} {middle} {y_to} {end} {y_to}V{y_to + tall}"
        f"C{middle} {y_to + tall} {middle} {y_from + tall} {start} {y_from + tall}Z"
    )
