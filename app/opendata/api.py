"""The API, version 1: public data for machines, read only. Its document is ``/api/v1/openapi.json``.

Who asks with a token (`app.opendata.tokens`) gets the same answers and may ask more often. Wrong tokens count against the
address that they come from.
"""

import functools
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from flask import Response as FlaskResponse
from flask import g, jsonify, request, stream_with_context, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.clock import kst_date, utc_now
from app.db.session import transaction
from app.errors import InvalidInput, NotFound
from app.extensions import limiter
from app.files.tables import PIECE, Value
from app.i18n import N_
from app.observatory.queries.exports import DATASETS, Dataset, Position, page_of, rows_of
from app.opendata.queries import all_places, place_values
from app.opendata.rules import LICENCE, NO_SUCH, Limits, openapi
from app.opendata.tokens.queries import serving_token
from app.opendata.tokens.services import note_use
from app.opendata.tokens.views import blueprint
from app.outbox.rendering import current_config
from app.places.models import Place
from app.places.queries import place_by_slug
from app.web.addresses import counted_address
from app.web.error_pages import problem
from app.web.messages import phrase

__all__ = ["blueprint"]
ROOT = "/api/v1"
MAX_AGE_SECONDS = 60
PREFLIGHT_SECONDS = 86_400
MOST_ROWS = 5_000
"""Of one page (``limit``)."""
WEIGHED = 256 * 1024
"""Bytes: an answer up to this size has a fingerprint (ETag), so that whoever has it need not be sent it again."""
CHALLENGE = 'Bearer realm="madang", error="invalid_token"'
WRONG = -1
"""Stands for a token that serves nobody."""


@blueprint.after_request
def _public(response: Response) -> Response:
    if not request.path.startswith(ROOT):
        return response
    # Any site's script may read what is public; nothing here depends on who asks. Cookies are neither asked for nor sent.
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Link, Retry-After"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD"
        response.headers["Access-Control-Allow-Headers"] = "Authorization, If-None-Match"
        response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
    if response.status_code in {200, 304}:
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
    return f"token:{_token_id()}" if _has_token() else counted_address()


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
    text = _("토큰이 틀렸거나, 기한이 끝났거나, 거둔 것입니다. 토큰 없이도 같은 자료를 읽을 수 있습니다.")
    answer = problem(401, _("쓸 수 없는 토큰입니다"), text)
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
    limits = Limits(config.api_requests_per_minute, config.api_token_requests_per_minute, MOST_ROWS)
    with force_locale("en"):
        return _weighed(jsonify(openapi(columns, server=config.public_url, limits=limits, say=phrase)))


@blueprint.get(f"{ROOT}/places")
@_reading
def places() -> Response:
    """Return all places, parents before children."""
    return _answer(all_places())


@blueprint.get(f"{ROOT}/places/<slug:slug>")
@_reading
def place(slug: str) -> Response:
    """Return one place."""
    return _weighed(jsonify(place_values(place_by_slug(slug))))


@blueprint.get(f"{ROOT}/<dataset>")
@_reading
def rows_of_all(dataset: str) -> Response:
    """Return a dataset of all dongs there are."""
    return _rows(None, dataset)


@blueprint.get(f"{ROOT}/places/<slug:slug>/<dataset>")
@_reading
def rows(slug: str, dataset: str) -> Response:
    """Return a dataset of a place and everything under it."""
    return _rows(place_by_slug(slug), dataset)


def _rows(place: Place | None, dataset: str) -> Response:
    """Send a dataset while it is read, or a page of it when one is asked for (``limit``, ``after``)."""
    found = DATASETS.get(dataset)
    if found is None:
        raise NotFound(NO_SUCH)
    year, limit, begin = _year(), _limit_asked(), _begin()
    if limit is None and begin == Position():
        return _answer(_named(found, rows_of(found, place, year)))
    page = page_of(found, place, year, limit=limit or MOST_ROWS, begin=begin)
    following = None
    if page.following is not None:
        after = f"{page.following.place_id}.{page.following.row}"
        asked = {"dataset": dataset, "year": year, "limit": limit, "after": after}
        path = url_for(request.endpoint or "", **asked | (request.view_args or {}))
        following = f"{current_config().public_url.rstrip('/')}{path}"
    answer = _answer(_named(found, page.rows), following)
    if following is not None:
        answer.headers["Link"] = f'<{following}>; rel="next"'
    return answer


def _named(dataset: Dataset, found: Iterable[list[Value]]) -> Iterator[dict[str, Value]]:
    return (dict(zip(dataset.columns, row, strict=True)) for row in found)


def _year() -> int | None:
    return _number("year", N_("해는 2000에서 2100 사이의 수로 적어 주세요."), least=2000, most=2100)


def _limit_asked() -> int | None:
    return _number("limit", N_("limit은 1에서 5000 사이의 수로 적어 주세요."), least=1, most=MOST_ROWS)


def _number(name: str, refusal: str, *, least: int, most: int) -> int | None:
    asked = request.args.get(name)
    if asked is None:
        return None
    if not (asked.isascii() and asked.isdecimal() and len(asked) <= len(str(most)) and least <= int(asked) <= most):
        raise InvalidInput(refusal, field=name)
    return int(asked)


def _begin() -> Position:
    asked = request.args.get("after")
    if asked is None:
        return Position()
    if not _AFTER.fullmatch(asked):
        raise InvalidInput(N_("after는 앞쪽의 next에 있는 그대로 적어 주세요."), field="after")
    place_id, row = asked.split(".")
    return Position(int(place_id), int(row))


_AFTER = re.compile(r"[0-9]{1,9}\.[0-9]{1,9}", re.ASCII)


def _answer(items: Iterable[dict[str, Value]], following: str | None = None) -> Response:
    """Send a list: a small one whole and with its fingerprint, a large one while it is read."""
    pieces = _pieces(items, following)
    first: list[bytes] = []
    for piece in pieces:
        first.append(piece)
        if sum(map(len, first)) > WEIGHED:
            return FlaskResponse(stream_with_context(chain(first, pieces)), content_type="application/json")
    return _weighed(FlaskResponse(b"".join(first), content_type="application/json"))


def _weighed(answer: FlaskResponse) -> Response:
    """Give an answer the fingerprint of its bytes; whoever has these bytes already is told so (304)."""
    answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest()[:32])
    return answer.make_conditional(request)


def _pieces(items: Iterable[dict[str, Value]], following: str | None) -> Iterator[bytes]:
    out, size = [f'{{"licence": {json.dumps(LICENCE, ensure_ascii=False)}, "items": ['], 0
    for number, item in enumerate(items):
        text = ("," if number else "") + json.dumps(item, ensure_ascii=False)
        out.append(text)
        size += len(text)
        if size > PIECE:
            yield "".join(out).encode()
            out, size = [], 0
    yield "".join([*out, f'], "next": {json.dumps(following)}}}']).encode()
