"""Pages that compare: everywhere, a city, a district, the years of one dong."""

from flask import render_template, request

from app.clock import utc_now
from app.cycle.models import Cycle
from app.cycle.queries import current_cycle, cycle_of_year
from app.errors import NotFound
from app.i18n import N_
from app.observatory.permissions import can_monitor
from app.observatory.queries import comparing, watching
from app.observatory.rules import Dimension
from app.observatory.views import lines
from app.observatory.views.blueprint import NAMES, blueprint
from app.people.login import current_person
from app.places.models import Place
from app.places.queries import ancestors, place_by_slug
from app.places.rules import PlaceKind


@blueprint.get("/observatory")
def everywhere() -> str:
    """Show all cities side by side."""
    return _page(None)


@blueprint.get("/<slug:slug>/observatory")
def show(slug: str) -> str:
    """Show a place and what lies under it side by side; of a dong, its years."""
    return _page(place_by_slug(slug))


def _page(place: Place | None) -> str:
    years = comparing.years_of(place)
    shown = _shown(years)
    is_dong = place is not None and place.kind is PlaceKind.DONG
    sort = request.args.get("sort", "name")
    sort = sort if sort in comparing.SORTS else "name"
    pages = max(-(-shown.figures.dongs // comparing.PAGE), 1) if shown else 1
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    compares = shown is not None and not is_dong
    stands = watching.watched(place)
    dimensions = list(Dimension) if is_dong else [Dimension.SEX, Dimension.AGE]
    return render_template(
        "observatory/show.html" if place is not None else "observatory/everywhere.html",
        place=place,
        cycle=_cycle(place, shown) if place is not None and is_dong else None,
        above=ancestors(place) if place is not None else [],
        is_dong=is_dong,
        years=years,
        year_lines=lines.of_years(years),
        shown=shown,
        stages=comparing.stages_of(place, shown.year) if shown and compares else [],
        areas=lines.of_areas(comparing.areas_below(place, shown.year), shown.year) if shown and compares else [],
        dongs=_dongs(place, shown.year, sort, page) if shown and compares else [],
        heads=lines.HEADS,
        groups=comparing.groups_of(place, shown.year, dimensions=dimensions) if shown else [],
        alerts=stands.alerts,
        alert_count=stands.alert_count,
        visits=stands.visits,
        visit_count=stands.visit_count,
        can_visit=is_dong and place is not None and can_monitor(current_person(), place, utc_now()),
        sort=sort,
        sorts=SORT_NAMES,
        page=page,
        pages=pages,
        **NAMES,
    )


def _cycle(place: Place, shown: comparing.YearRow | None) -> Cycle | None:
    return current_cycle(place) if shown is None else cycle_of_year(place, shown.year)


def _dongs(place: Place | None, year: int, sort: str, page: int) -> list[lines.Line]:
    return lines.of_dongs(comparing.dongs_of(place, year, sort=sort, page=page), year)


def _shown(years: list[comparing.YearRow]) -> comparing.YearRow | None:
    asked = request.args.get("of", type=int) or request.args.get("year", type=int)
    if asked is None:
        return years[0] if years else None
    found = next((row for row in years if row.year == asked), None)
    if found is None:
        raise NotFound(N_("그 해의 수치는 없습니다."))
    return found


SORT_NAMES = {
    "name": N_("동네 이름"),
    "stage": N_("단계"),
    "turnout": N_("투표율"),
    "proposals": N_("1,000명당 의제"),
    "adopted": N_("의견 반영"),
    "planned": N_("계획한 돈"),
    "paid": N_("집행률"),
    "late": N_("늦은 사업"),
}
