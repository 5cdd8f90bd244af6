"""Which year of a dong a page shows: the newest, or an earlier one that the visitor asked for (``?year=2025``).

An earlier year stays readable for ever at the same addresses. While a page shows one, every link on it that leads to a page
of a year keeps to that year.
"""

from dataclasses import dataclass
from typing import Any

from flask import Flask, before_render_template, g, request

from app.cycle.models import Cycle
from app.cycle.queries import current_cycle, cycle_of_year, years_of
from app.errors import NotFound
from app.i18n import N_
from app.places.models import Place

PAGES = frozenset(
    {
        "cycle.show",
        "cycle.schedule",
        "planning_group.show",
        "survey.index",
        "agenda.index",
        "agenda.meetings",
        "plan.show",
        "plan.version",
        "plan.compare",
        "inspection.show",
        "publication.show",
        "publication.send",
        "publication.answer",
        "publication.confirm",
        "publication.disclose",
        "publication.make_booklet",
        "publication.booklet",
        "publication.data",
        "publication.table",
        "assembly.show",
        "assembly.find",
        "assembly.verify",
        "assembly.explained",
        "assembly.my_share",
        "execution.index",
        "execution.evaluation",
        "execution.ledger",
        "execution.fund",
        "observatory.show",
        "observatory.report",
        "small_groups.index",
    }
)
"""Endpoints that show a year of a dong and listen to ``year``."""
WHOLE = {
    "plan.version": "plan.show",
    "plan.compare": "plan.show",
    "publication.answer": "publication.show",
    "publication.disclose": "publication.show",
    "publication.send": "publication.show",
    "publication.make_booklet": "publication.show",
    "assembly.find": "assembly.show",
    "assembly.explained": "assembly.show",
    "assembly.my_share": "assembly.show",
}
"""Where the year switch leads from a page that another year may not have: versions differ, results come late."""
NO_SUCH_YEAR = N_("그 해의 마을계획은 없습니다.")


@dataclass(frozen=True)
class Year:
    """One choice of the year switch."""

    year: int
    is_shown: bool
    endpoint: str
    """The same page of that year; from the page of a single thing, the dong's page of that year."""


def shown_cycle(place: Place) -> Cycle | None:
    """Return the cycle that the visitor asks for: the newest unless an earlier year is named.

    Raises:
        NotFound: the dong had no cycle in that year.
    """
    year = request.args.get("year", type=int)
    if year is None:
        return current_cycle(place)
    found = cycle_of_year(place, year)
    if found is None:
        raise NotFound(NO_SUCH_YEAR)
    return found


def require_shown_cycle(place: Place) -> Cycle:
    """Return the cycle that the visitor asks for.

    Raises:
        NotFound: the dong has not begun one, or had none in that year.
    """
    found = shown_cycle(place)
    if found is None:
        raise NotFound(NO_SUCH_YEAR)
    return found


def switch(cycle: Cycle) -> list[Year]:
    """Return the years that a page of a cycle can be switched to, newest first; nothing while there is only one."""
    years: list[int] = g.get("years_of_dong", [])
    if len(years) < 2:
        return []
    asked = request.endpoint or ""
    endpoint = WHOLE.get(asked, asked) if asked in PAGES else "cycle.show"
    return [Year(year, year == cycle.year, endpoint) for year in years]


def earlier_year() -> int | None:
    """Return the year that the page shows when it is not the newest one."""
    year: int | None = g.get("earlier_year")
    return year


def _notice_year(_app: Flask, *, context: dict[str, Any], **_rest: Any) -> None:
    """Before a page of a cycle is rendered: find out whether it is of an earlier year."""
    cycle = context.get("cycle")
    if not isinstance(cycle, Cycle):
        return
    g.years_of_dong = years_of(cycle.place_id)
    g.earlier_year = cycle.year if cycle.year != g.years_of_dong[0] else None


def init_app(app: Flask) -> None:
    """Keep the links of an earlier year's page within that year."""
    before_render_template.connect(_notice_year, app)

    @app.url_defaults
    def _stay_in_year(endpoint: str, values: dict[str, Any]) -> None:
        year = g.get("earlier_year")
        if year is not None and endpoint in PAGES:
            values.setdefault("year", year)
