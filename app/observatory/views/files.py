"""Tables to download, sent while they are read."""

from flask import request
from werkzeug.wrappers import Response

from app.errors import NotFound
from app.extensions import limiter
from app.files.serving import to_save
from app.files.tables import csv_pieces, xlsx_pieces
from app.i18n import N_
from app.observatory.queries.exports import DATASETS, rows_of
from app.observatory.views.blueprint import blueprint
from app.places.models import Place
from app.places.queries import place_by_slug


@blueprint.get("/<slug:slug>/observatory/<dataset>.<any(csv, xlsx):kind>")
@limiter.limit("30/minute")
def table(slug: str, dataset: str, kind: str) -> Response:
    """Return everything of one kind under a place, of one year (``of``) or of all, as CSV or as a workbook."""
    return _table(place_by_slug(slug), dataset, kind)


@blueprint.get("/data/<dataset>.<any(csv, xlsx):kind>")
@limiter.limit("30/minute")
def table_of_all(dataset: str, kind: str) -> Response:
    """Return everything of one kind of all dongs, of one year (``of``) or of all, as CSV or as a workbook."""
    return _table(None, dataset, kind)


def _table(place: Place | None, dataset: str, kind: str) -> Response:
    found = DATASETS.get(dataset)
    if found is None:
        raise NotFound(N_("그런 자료는 없습니다."))
    year = request.args.get("of", type=int)
    rows = rows_of(found, place, year)
    pieces = csv_pieces(found.columns, rows) if kind == "csv" else xlsx_pieces(found.columns, rows, name=dataset)
    name = "-".join(filter(None, (place.slug if place else "madang", dataset, str(year) if year else "")))
    return to_save(pieces, f"{name}.{kind}")
