"""Participation by sex, age band and 통, told only of groups that are large enough. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from app.i18n import N_
from voting.encoding import JSON

REST = N_("그 밖")
UNKNOWN = N_("명부에 없음")
DIMENSIONS: dict[str, str] = {"sex": N_("성별"), "age": N_("나이"), "unit": N_("통")}
"""How a table is headed, by its name."""
SEX_NAMES: dict[str, str] = {"woman": N_("여성"), "man": N_("남성")}
AGE_NAMES: dict[str, str] = {
    "10": N_("10대"),
    "20": N_("20대"),
    "30": N_("30대"),
    "40": N_("40대"),
    "50": N_("50대"),
    "60": N_("60대"),
    "70": N_("70대 이상"),
}


@dataclass(frozen=True)
class Elector:
    """One person on the roll, as far as tables look at them.

    Attributes:
        sex: as on the roll; empty where it has none.
        age: in whole years on the day for which the roll was frozen.
        unit: the 통 or 리.
        took_part: whether they voted, whatever the way.
    """

    sex: str
    age: int
    unit: str
    took_part: bool


@dataclass(frozen=True)
class Row:
    """One group: how many could vote, how many did."""

    name: str
    electors: int
    voted: int


def band_of(age: int) -> str:
    """Return the band of an age; its name is in `AGE_NAMES`."""
    return str(min(70, max(10, age // 10 * 10)))


def tables(electors: Iterable[Elector], *, least: int) -> dict[str, list[Row]]:
    """Count participation by sex, by age band and by 통; groups of fewer than ``least`` electors are merged.

    Merging leaves nothing to be found by subtraction: what is merged has at least ``least`` electors together, or the
    smallest group that could be told is merged with it. A table of a single row is left out: it says nothing.
    """
    found = list(electors)
    sorted_by: dict[str, Callable[[Elector], str]] = {
        "sex": lambda each: SEX_NAMES.get(each.sex, UNKNOWN),
        "age": lambda each: AGE_NAMES[band_of(each.age)],
        "unit": lambda each: each.unit or UNKNOWN,
    }
    told = {name: merged(_counted(found, key), least=least) for name, key in sorted_by.items()}
    return {name: rows for name, rows in told.items() if len(rows) > 1}


def merged(rows: Iterable[Row], *, least: int) -> list[Row]:
    """Merge the groups that are too small to be told; the merged ones come last.

    So are groups of any size of which all voted, or nobody did: their row would say of each of them who voted.
    """
    every = list(rows)
    small = [row for row in every if _tells_of_somebody(row, least)]
    large = [row for row in every if row not in small]
    if not small:
        return large
    while large and _tells_of_somebody(_together(small), least):
        smallest = min(large, key=lambda row: row.electors)
        large.remove(smallest)
        small.append(smallest)
    return [*large, _together(small)]


def _tells_of_somebody(row: Row, least: int) -> bool:
    return row.electors < least or row.voted in {0, row.electors}


def _together(rows: Iterable[Row]) -> Row:
    every = list(rows)
    return Row(REST, sum(row.electors for row in every), sum(row.voted for row in every))


def to_json(told: Mapping[str, list[Row]]) -> dict[str, JSON]:
    """Return tables as they are stored."""
    return {name: [[row.name, row.electors, row.voted] for row in rows] for name, rows in told.items()}


def from_json(value: Mapping[str, JSON]) -> dict[str, list[Row]]:
    """Read what `to_json` wrote."""
    return {
        name: [Row(str(row[0]), int(str(row[1])), int(str(row[2]))) for row in rows if isinstance(row, list)]
        for name, rows in value.items()
        if isinstance(rows, list)
    }


def _counted(electors: list[Elector], key: Callable[[Elector], str]) -> list[Row]:
    counts: dict[str, list[int]] = {}
    for each in electors:
        row = counts.setdefault(key(each), [0, 0])
        row[0] += 1
        row[1] += each.took_part
    return [Row(name, electors, voted) for name, (electors, voted) in sorted(counts.items(), key=_natural)]


def _natural(item: tuple[str, list[int]]) -> tuple[int, str]:
    digits = "".join(letter for letter in item[0] if letter.isdigit())
    return (int(digits) if digits else 1_000, item[0])
