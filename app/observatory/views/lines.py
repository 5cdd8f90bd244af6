"""The rows of the tables, in words: a page has up to a hundred of them, so what they share is said once."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from flask import url_for

from app.cycle.rules import STAGE_NAMES
from app.i18n import N_
from app.observatory.queries.comparing import AreaRow, DongRow, YearRow
from app.observatory.rules import Figures
from app.web.filters import percent, place_name, tenth, won
from app.web.messages import phrase

NONE = "–"
LATE = N_("늦은 사업")
HEADS: tuple[str, ...] = (
    N_("투표율"), N_("1,000명당 의제"), N_("의견 반영"), N_("계획한 돈"), N_("집행률"),
)  # fmt: skip
"""The columns of figures, in the order of `Line.figures`; `LATE` follows them."""
_ANY = "a-place"


@dataclass(frozen=True)
class Line:
    """A row of a table: its name and where it leads, what stands next to it, the figures under `HEADS`, late projects."""

    name: str
    address: str
    beside: str
    figures: tuple[str, ...]
    late: int


def of_dongs(rows: Iterable[DongRow], year: int) -> list[Line]:
    """Return the rows of dongs in a year; beside each name the stage."""
    start, end = _around(year)
    stages = {stage: phrase(name) for stage, name in STAGE_NAMES.items()}
    over = phrase(N_("한 해를 마침"))
    return [
        Line(
            place_name(row), f"{start}{row.slug}{end}", over if row.is_over else stages[row.stage], _said(row.figures),
            row.figures.late,
        )
        for row in rows
    ]  # fmt: skip


def of_areas(rows: Iterable[AreaRow], year: int) -> list[Line]:
    """Return the rows of districts and cities in a year; beside each name how many dongs it has."""
    start, end = _around(year)
    return [
        Line(
            place_name(row), f"{start}{row.slug}{end}", str(row.figures.dongs), _said(row.figures), row.figures.late
        )
        for row in rows
    ]  # fmt: skip


def of_years(rows: Iterable[YearRow]) -> list[Line]:
    """Return the rows of years; they lead nowhere."""
    return [
        Line(phrase(N_("%(year)s년"), {"year": row.year}), "", "", _said(row.figures), row.figures.late) for row in rows
    ]


def _around(year: int) -> tuple[str, str]:
    """Return what stands before and after the address word of a place in the address of its page."""
    start, _word, end = url_for("observatory.show", slug=_ANY, of=year).partition(_ANY)
    return start, end


def _said(found: Figures) -> tuple[str, ...]:
    return (
        _share(found.turnout),
        NONE if found.proposals_per_thousand is None else tenth(found.proposals_per_thousand),
        _share(found.adopted_share),
        won(found.planned_won),
        _share(found.paid_share),
    )


def _share(value: Fraction | None) -> str:
    return NONE if value is None else percent(value)
