"""The page of the open data of a place. Its blueprint is the one of the API and of the tokens."""

from flask import Response as FlaskResponse
from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from app.errors import NotFound
from app.i18n import N_
from app.observatory.queries.exports import DATASETS
from app.opendata.api import MAX_AGE_SECONDS, MOST_ROWS, blueprint
from app.opendata.fields import ABOUT, PLACE, PLACES, field_of
from app.opendata.queries import all_places, result_files_of, years_of
from app.opendata.rules import LICENCE, VERSION
from app.outbox.rendering import current_config, link
from app.places.models import Place
from app.places.queries import ancestors, children, cities, place_by_slug, setting
from app.places.rules import PlaceKind

__all__ = ["blueprint"]
TRIED = "projects"
"""The dataset of the examples."""
_OF_AREAS = ("cycle.show", "observatory.show", "opendata.show")
MAPPED: dict[str, tuple[str, ...]] = {
    PlaceKind.CITY.value: _OF_AREAS,
    PlaceKind.DISTRICT.value: _OF_AREAS,
    PlaceKind.DONG.value: (*_OF_AREAS, "agenda.index", "plan.show", "assembly.show", "execution.index", "record.index"),
}
"""Which pages of a place the map of the site names."""
MOST_MAPPED = 50_000
"""What one map may hold."""


@blueprint.get("/data")
def everywhere() -> str:
    """Show what is public of all places as data."""
    return _page(None)


@blueprint.get("/<slug:slug>/data")
def show(slug: str) -> str:
    """Show what is public of a place as data: of one year (``of``) or of all, every field, the licence, how to read it."""
    return _page(place_by_slug(slug))


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """Name the public pages to those who search the web (sitemaps.org, protocol 0.9)."""
    pages = [
        link(endpoint)
        for endpoint in ("cycle.home", "cycle.help_page", "observatory.everywhere", "opendata.everywhere")
    ]
    for row in all_places():
        if row["kind"] in MAPPED:
            pages += [link(endpoint, slug=row["slug"]) for endpoint in MAPPED[str(row["kind"])]]
    return _kept(render_template("opendata/sitemap.xml", pages=pages[:MOST_MAPPED]), "application/xml")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Let everything public be found, but the API, whose answers are no pages."""
    return _kept(f"User-agent: *\nDisallow: /api/\nSitemap: {link('opendata.sitemap')}\n", "text/plain")


def _kept(text: str, mimetype: str) -> Response:
    answer = FlaskResponse(text, mimetype=mimetype)
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


def _page(place: Place | None) -> str:
    years = years_of(place)
    year = _year(years)
    config = current_config()
    is_dong = place is not None and place.kind is PlaceKind.DONG
    return render_template(
        "opendata/everywhere.html" if place is None else "opendata/show.html",
        place=place,
        cycle=None,
        above=ancestors(place) if place else [],
        below=children(place) if place else cities(),
        is_dong=is_dong,
        years=years,
        year=year,
        datasets=[
            (found, ABOUT[code], [(name, field_of(code, name)) for name in found.columns])
            for code, found in DATASETS.items()
        ],
        places=(PLACES, PLACE),
        results=result_files_of(place) if place and is_dong else [],
        small_cell=setting(place, "privacy.small_cell") if place else None,
        licence=LICENCE,
        version=VERSION,
        site=config.public_url.rstrip("/").partition("://")[2],
        itself=link("opendata.show", slug=place.slug) if place else link("opendata.everywhere"),
        tried=_tried(place, year),
        per_address=config.api_requests_per_minute,
        per_token=config.api_token_requests_per_minute,
        most_rows=MOST_ROWS,
        max_age=MAX_AGE_SECONDS,
    )


def _tried(place: Place | None, year: int | None) -> str:
    """Return the whole address of the example."""
    if place is None:
        path = url_for("opendata.rows_of_all", dataset=TRIED, year=year)
    else:
        path = url_for("opendata.rows", slug=place.slug, dataset=TRIED, year=year)
    return f"{current_config().public_url.rstrip('/')}{path}"


def _year(years: list[int]) -> int | None:
    asked = request.args.get("of", type=int) or request.args.get("year", type=int)
    if asked is not None and asked not in years:
        raise NotFound(N_("그 해의 자료는 없습니다."))
    return asked
