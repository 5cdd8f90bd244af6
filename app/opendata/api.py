"""The API, version 1: public data for machines, read only. Its document is ``/api/v1/openapi.json``.

Who asks with a token (`app.opendata.tokens`) gets the same answers and may ask more often. Wrong tokens count against the
address that they come from.
"""

import functools
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from flask import Response as FlaskResponse
from flask import g, jsonify, request, stream_with_context
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response

from app.clock import kst_date, utc_now
from app.db.session import transaction
from app.errors import InvalidInput, NotFound
from app.extensions import limiter
from app.files.tables import PIECE, Value
from app.i18n import N_
from app.observatory.queries.exports import DATASETS, rows_of
from app.opendata.queries import all_places, place_values
from app.opendata.rules import LICENCE, NO_SUCH, Limits, openapi
from app.opendata.tokens.queries import serving_token
from app.opendata.tokens.services import note_use
from app.opendata.tokens.views import blueprint
from app.outbox.rendering import current_config
from app.places.queries import place_by_slug
from app.web.messages import phrase

__all__ = ["blueprint"]
ROOT = "/api/v1"
MAX_AGE_SECONDS = 60
CHALLENGE = 'Bearer realm="madang", error="invalid_token"'
WRONG = -1
"""Stands for a token that serves nobody."""


@blueprint.after_request
def _public(response: Response) -> Response:
    if not request.path.startswith(ROOT):
        return response
    # Any site's script may read what is public; nothing here depends on who asks.
    response.headers["Access-Control-Allow-Origin"] = "*"
    if response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={MAX_AGE_SECONDS}"
    return response


def _token_id() -> int | None:
    """Return the token of this request, looked up once and noted as used today; None without one."""
    if "api_token" not in g:
        g.api_token = _looked_up()
    found: int | None = g.api_token
    return found


def _looked_up() -> int | None:
    sent = request.authorization
    if sent is None or sent.type != "bearer":
        return None  # what a proxy in front asks for is not addressed to us
    today = kst_date(utc_now())
    found = serving_token(sent.token or "", today)
    if found is None:
        return WRONG
    token_id = found.id
    if found.last_used_on is None or found.last_used_on < today:
        with transaction():
            note_use(token_id, today=today)
    return token_id


def _has_token() -> bool:
    return _token_id() not in {None, WRONG}


def _counted_as() -> str:
    return f"token:{_token_id()}" if _has_token() else get_remote_address()


def _limit() -> str:
    config = current_config()
    return f"{config.api_token_requests_per_minute if _has_token() else config.api_requests_per_minute}/minute"


def _reading(view: Callable[..., Response]) -> Callable[..., Response]:
    """Let a view answer only within the limits, and no token that does not serve."""

    @functools.wraps(view)
    def answered(**values: Any) -> Response:
        return _no_token() if _token_id() == WRONG else view(**values)

    limited: Callable[..., Response] = limiter.shared_limit(_limit, scope="api", key_func=_counted_as)(answered)
    return limited


def _no_token() -> Response:
    answer = jsonify(
        title=_("쓸 수 없는 토큰입니다"),
        error=_("토큰이 틀렸거나, 기한이 끝났거나, 거둔 것입니다. 토큰 없이도 같은 자료를 읽을 수 있습니다."),
    )
    answer.status_code = 401
    answer.headers["WWW-Authenticate"] = CHALLENGE
    return answer


@blueprint.get(f"{ROOT}/openapi.json")
@_reading
def document() -> Response:
    """Describe the API (OpenAPI 3.1), in English whoever asks.

    Programs are made from it, caches keep it for everybody and people compare its versions: it must be the same bytes for
    all. The page `app.opendata.views.show` says the same in the reader's language.
    """
    columns = {code: dataset.columns for code, dataset in DATASETS.items()}
    config = current_config()
    limits = Limits(config.api_requests_per_minute, config.api_token_requests_per_minute)
    with force_locale("en"):
        return jsonify(openapi(columns, server=config.public_url, limits=limits, say=phrase))


@blueprint.get(f"{ROOT}/places")
@_reading
def places() -> Response:
    """Return all places, parents before children."""
    return _answer(all_places())


@blueprint.get(f"{ROOT}/places/<slug:slug>")
@_reading
def place(slug: str) -> Response:
    """Return one place."""
    return jsonify(place_values(place_by_slug(slug)))


@blueprint.get(f"{ROOT}/places/<slug:slug>/<dataset>")
@_reading
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
