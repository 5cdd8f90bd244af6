"""The API, version 1: public data for machines, read only. Its document is ``/api/v1/openapi.json``."""

import json
from collections.abc import Iterable, Iterator

from flask import Blueprint, jsonify, request, stream_with_context
from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from app.errors import InvalidInput, NotFound
from app.extensions import limiter
from app.files.tables import PIECE, Value
from app.i18n import N_
from app.observatory.queries.exports import DATASETS, rows_of
from app.opendata.queries import all_places, place_values
from app.opendata.rules import LICENCE, NO_SUCH, openapi
from app.outbox.rendering import current_config
from app.places.queries import place_by_slug

blueprint = Blueprint("opendata", __name__, url_prefix="/api/v1")
LIMIT = "120/minute"
MAX_AGE_SECONDS = 60


@blueprint.after_request
def _public(response: Response) -> Response:
    # Any site's script may read what is public; nothing here depends on who asks.
    response.headers["Access-Control-Allow-Origin"] = "*"
    if response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={MAX_AGE_SECONDS}"
    return response


@blueprint.get("/openapi.json")
@limiter.limit(LIMIT)
def document() -> Response:
    """Describe the API (OpenAPI 3.1)."""
    columns = {code: dataset.columns for code, dataset in DATASETS.items()}
    return jsonify(openapi(columns, server=current_config().public_url))


@blueprint.get("/places")
@limiter.limit(LIMIT)
def places() -> Response:
    """Return all places, parents before children."""
    return _answer(all_places())


@blueprint.get("/places/<slug:slug>")
@limiter.limit(LIMIT)
def place(slug: str) -> Response:
    """Return one place."""
    return jsonify(place_values(place_by_slug(slug)))


@blueprint.get("/places/<slug:slug>/<dataset>")
@limiter.limit(LIMIT)
def rows(slug: str, dataset: str) -> Response:
    """Return a dataset of a place and everything under it, sent while it is read."""
    found = DATASETS.get(dataset)
    where = place_by_slug(slug)
    if found is None:
        raise NotFound(NO_SUCH)
    columns = found.columns
    return _answer(dict(zip(columns, row, strict=True)) for row in rows_of(found, where, _year()))


def _year() -> int | None:
    asked = request.args.get("year")
    if asked is None:
        return None
    if not (asked.isascii() and asked.isdecimal() and len(asked) == 4 and 2000 <= int(asked) <= 2100):
        raise InvalidInput(N_("해는 2000에서 2100 사이의 수로 적어 주세요."), field="year")
    return int(asked)


def _answer(items: Iterable[dict[str, Value]]) -> Response:
    return FlaskResponse(stream_with_context(_pieces(items)), content_type="application/json")


def _pieces(items: Iterable[dict[str, Value]]) -> Iterator[bytes]:
    out, size = [f'{{"licence": {json.dumps(LICENCE, ensure_ascii=False)}, "items": ['], 0
    for number, item in enumerate(items):
        text = ("," if number else "") + json.dumps(item, ensure_ascii=False)
        out.append(text)
        size += len(text)
        if size > PIECE:
            yield "".join(out).encode()
            out, size = [], 0
    yield "".join([*out, "]}"]).encode()
