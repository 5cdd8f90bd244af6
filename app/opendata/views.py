"""The page of the open data of a place. Its blueprint is the one of the API and of the tokens."""

from flask import render_template, request, url_for

from app.errors import NotFound
from app.i18n import N_
from app.observatory.queries.exports import DATASETS
from app.opendata.api import MAX_AGE_SECONDS, blueprint
from app.opendata.fields import ABOUT, PLACE, PLACES, field_of
from app.opendata.queries import result_files_of, years_of
from app.opendata.rules import LICENCE, VERSION
from app.outbox.rendering import current_config, link
from app.places.models import Place
from app.places.queries import ancestors, children, place_by_slug, setting
from app.places.rules import PlaceKind

__all__ = ["blueprint"]
TRIED = "projects"
"""The dataset of the examples."""


@blueprint.get("/<slug:slug>/data")
def show(slug: str) -> str:
    """Show what is public of a place as data: of one year (``of``) or of all, every field, the licence, how to read it."""
    place = place_by_slug(slug)
    years = years_of(place)
    year = _year(years)
    config = current_config()
    is_dong = place.kind is PlaceKind.DONG
    return render_template(
        "opendata/show.html",
        place=place,
        cycle=None,
        above=ancestors(place),
        below=children(place),
        is_dong=is_dong,
        years=years,
        year=year,
        datasets=[
            (found, ABOUT[code], [(name, field_of(code, name)) for name in found.columns])
            for code, found in DATASETS.items()
        ],
        places=(PLACES, PLACE),
        results=result_files_of(place) if is_dong else [],
        small_cell=setting(place, "privacy.small_cell"),
        licence=LICENCE,
        version=VERSION,
        itself=link("opendata.show", slug=slug),
        tried=_tried(place, year),
        per_address=config.api_requests_per_minute,
        per_token=config.api_token_requests_per_minute,
        max_age=MAX_AGE_SECONDS,
    )


def _tried(place: Place, year: int | None) -> str:
    """Return the whole address of the example."""
    path = url_for("opendata.rows", slug=place.slug, dataset=TRIED, year=year)
    return f"{current_config().public_url.rstrip('/')}{path}"


def _year(years: list[int]) -> int | None:
    asked = request.args.get("of", type=int) or request.args.get("year", type=int)
    if asked is not None and asked not in years:
        raise NotFound(N_("그 해의 자료는 없습니다."))
    return asked
