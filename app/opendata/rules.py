"""The words of the API: its licence, its limits, its OpenAPI document. Pure: no Flask, no database, no clock, no randomness."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.i18n import N_
from app.opendata.fields import ABOUT, PLACE, PLACES, About, field_of
from voting.encoding import JSON

VERSION = "1.2.0"
"""Of the API. A field may be added in a minor version; one that goes or changes its meaning makes ``/api/v2``."""
LICENCE: dict[str, JSON] = {
    "name": "KOGL Type 1 (공공누리 제1유형: 출처표시)",
    "url": "https://www.kogl.or.kr/info/licenseType1.do",
}
NO_SUCH = N_("그런 자료는 없습니다.")


@dataclass(frozen=True)
class Limits:
    """Requests a minute, of an address and of a token; rows of a page."""

    per_address: int
    per_token: int
    most_rows: int
    """Of one page."""


def openapi(
    columns: Mapping[str, tuple[str, ...]], *, server: str, limits: Limits, say: Callable[[str], str]
) -> dict[str, JSON]:
    """Return the OpenAPI 3.1 document of the API.

    Args:
        columns: the columns of every dataset, in order.
        server: address of this installation.
        limits: how often may be asked.
        say: translates a marked text into English, the one language of the document.
    """
    asked: list[JSON] = [
        {
            "name": "year", "in": "query", "description": "year of the village plan; without it all",
            "schema": {"type": "integer", "minimum": 2000, "maximum": 2100},
        },
        {
            "name": "limit", "in": "query",
            "description": "rows of one page; without it and without `after` everything is sent at once",
            "schema": {"type": "integer", "minimum": 1, "maximum": limits.most_rows},
        },
        {
            "name": "after", "in": "query",
            "description": "where the page begins, as `next` of the page before says it",
            "schema": {"type": "string", "pattern": r"^[0-9]{1,9}\.[0-9]{1,9}$"},
        },
    ]  # fmt: skip
    paths: dict[str, JSON] = {
        "/api/v1/places": _path(
            "listPlaces", "All places, parents before children", _about(PLACES, say), [], _list(_ref("Place"))
        ),
        "/api/v1/places/{slug}": _path("getPlace", "One place", "", [_SLUG], _ref("Place")),
    }
    schemas: dict[str, JSON] = {
        "Place": _object({name: field.schema(say) for name, field in PLACE.items()}),
        "Problem": _object(
            {
                "type": {"type": "string"},
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "detail": {"type": "string"},
                "error": {"type": "string", "description": "the same as `detail`"},
            }
        ),
    }
    for dataset, names in columns.items():
        row = dataset.capitalize()
        schemas[row] = _object({name: field_of(dataset, name).schema(say) for name in names})
        paths[f"/api/v1/places/{{slug}}/{dataset}"] = _path(
            f"list{row}", f"The dataset “{dataset}” of a place and everything under it", _about(ABOUT[dataset], say),
            [_SLUG, *asked], _list(_ref(row)),
        )  # fmt: skip
        paths[f"/api/v1/{dataset}"] = _path(
            f"list{row}OfAll", f"The dataset “{dataset}” of all dongs of this installation", _about(ABOUT[dataset], say),
            asked, _list(_ref(row)),
        )  # fmt: skip
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Madang open data", "version": VERSION, "license": LICENCE,
            "description": "Read-only, public, the same for everybody. Without `limit` a list is sent whole, while it is "
            "read, and a client may stop reading at any time; with `limit` it comes in pages, and `next` (also the header "
            "`Link`) leads to the page after. Small answers carry an `ETag`; sent back as `If-None-Match` it is answered by "
            "304 while nothing has changed. Answers are JSON whatever `Accept` says. Scripts of any site may read them "
            f"(CORS, without cookies). Refusals are problem documents (RFC 9457). At most {limits.per_address} requests a minute and address; "
            f"with a token, which shows nothing more, {limits.per_token} a minute.",
        },
        "servers": [{"url": server}],
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {"token": _BEARER}},
    }  # fmt: skip


_SLUG: JSON = {"name": "slug", "in": "path", "required": True, "schema": {"type": "string"}}
_BEARER: JSON = {
    "type": "http", "scheme": "bearer",
    "description": "Optional. Staff of a place make a token for a machine; it allows more requests and shows nothing more.",
}  # fmt: skip


def _ref(name: str) -> JSON:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(properties: Mapping[str, JSON]) -> JSON:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: JSON) -> JSON:
    licence: JSON = {"type": "object", "description": "terms of use"}
    following: JSON = {
        "type": ["string", "null"], "format": "uri", "description": "address of the next page; null at the end"
    }  # fmt: skip
    properties: dict[str, JSON] = {"licence": licence, "items": {"type": "array", "items": items}, "next": following}
    return _object(properties)


def _about(about: About, say: Callable[[str], str]) -> str:
    return " ".join(say(text) for text in (about.what, about.changes, about.left_out))


def _path(operation: str, summary: str, description: str, parameters: list[JSON], answer: JSON) -> JSON:
    problem: JSON = {"application/problem+json": {"schema": _ref("Problem")}}
    tag: JSON = {"ETag": {"description": "fingerprint of a small answer", "schema": {"type": "string"}}}
    answers: dict[str, JSON] = {
        "200": {"description": summary, "headers": tag, "content": {"application/json": {"schema": answer}}},
        "304": {"description": "what `If-None-Match` names is still what would be sent", "headers": tag},
        "401": {
            "description": "the token that was sent is wrong, expired or revoked; without one the answer is given",
            "headers": {"WWW-Authenticate": {"schema": {"type": "string"}}},
            "content": problem,
        },
        "429": {
            "description": "too many requests",
            "headers": {"Retry-After": {"description": "seconds", "schema": {"type": "integer"}}},
            "content": problem,
        },
    }
    if _SLUG in parameters:
        answers["404"] = {"description": "there is no such place", "content": problem}
    if len(parameters) > 1:
        answers["422"] = {"description": "a parameter cannot be read", "content": problem}
    found: dict[str, JSON] = {
        "operationId": operation, "summary": summary, "parameters": parameters, "responses": answers,
    }  # fmt: skip
    return {"get": found | ({"description": description} if description else {})}
