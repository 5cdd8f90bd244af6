"""The words of the API: its fields, its licence, its OpenAPI document. Pure: no Flask, no database, no clock, no randomness."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.i18n import N_
from voting.encoding import JSON

VERSION = "1.1.0"
"""Of the API. A field may be added in a minor version; one that goes or changes its meaning makes ``/api/v2``."""
LICENCE: dict[str, JSON] = {
    "name": "KOGL Type 1 (공공누리 제1유형: 출처표시)",
    "url": "https://www.kogl.or.kr/info/licenseType1.do",
}
NO_SUCH = N_("그런 자료는 없습니다.")


@dataclass(frozen=True)
class Field:
    """What a column holds: its JSON type, what it means, and whether it may be null."""

    type: str
    meaning: str
    nullable: bool = False
    format: str = ""

    def schema(self) -> dict[str, JSON]:
        """Return it as JSON Schema (2020-12, as OpenAPI 3.1 takes it)."""
        found: dict[str, JSON] = {
            "type": [self.type, "null"] if self.nullable else self.type,
            "description": self.meaning,
        }
        if self.format:
            found["format"] = self.format
        return found


def _count(meaning: str) -> Field:
    return Field("integer", meaning)


def _won(meaning: str) -> Field:
    return Field("integer", f"{meaning}, in whole won", format="int64")


def _text(meaning: str) -> Field:
    return Field("string", meaning)


def _day(meaning: str, *, nullable: bool = False) -> Field:
    return Field("string", meaning, nullable, "date")


def _instant(meaning: str, *, nullable: bool = False) -> Field:
    return Field("string", f"{meaning}, UTC", nullable, "date-time")


_COMMON: dict[str, Field] = {
    "dong": _text("address word of the dong"),
    "year": _count("year of the village plan"),
    "project": _count("number of the project, unique in this installation"),
}
FIELDS: Mapping[str, Mapping[str, Field]] = {
    # Dataset to column to meaning; the datasets and their columns are those of the overview's downloads.
    "figures": {
        "name": _text("name of the dong"), "stage": _text("stage that is open or next"),
        "is_over": _count("1 when the year has ended"), "closes_on": _day("planned last day of the open stage", nullable=True),
        "population": _count("registered residents"), "assemblies": _count("assemblies counted"),
        "electors": _count("people who had a vote in counted assemblies"), "voters": _count("ballots counted"),
        "quorate": _count("assemblies that had their quorum"), "proposals": _count("agendas not withdrawn"),
        "opinions": _count("opinions in the public inspection, not withdrawn"),
        "opinions_answered": _count("opinions with an answer"), "opinions_adopted": _count("opinions adopted, whole or in part"),
        "projects": _count("projects"), "completed": _count("projects completed"), "cancelled": _count("projects cancelled"),
        "late": _count("open projects with an undone step past its day"), "silent": _count("open projects without news for too long"),
        "planned_won": _won("planned, with decided changes"), "contracted_won": _won("contracted"), "paid_won": _won("paid"),
        "returned_won": _won("returned"), "women": _count("women in the council; 0 with men where hidden"),
        "men": _count("men in the council; 0 with women where hidden"), "counted_at": _instant("when this was counted"),
    },
    "groups": {
        "circle": _text("whose make-up: council, applicants"), "dimension": _text("by what: sex, age, area"),
        "kind": _text("the value counted"),
        "count": Field("integer", "how many; null where so few could be recognised", nullable=True),
    },
    "projects": {
        "title": _text("name"), "kind": _text("from what it came"), "source": _text("main source of money"),
        "unit": _text("who carries it out"), "where": _text("place in words"), "state": _text("where it stands"),
        "began_at": _instant("when it was taken on"), "completed_at": _instant("when it was completed", nullable=True),
        "cancel_reason": _text("why it was given up, if it was"),
    },
    "steps": {
        "title": _text("what is to be done"), "planned_on": _day("promised day"), "done_on": _day("real day", nullable=True),
    },
    "ledger": {
        "number": _count("position in the project's chain, from 1"), "kind": _text("planned, changed, contracted, paid, returned, carried, correction"),
        "source": _text("source of money"), "year_of_account": _count("year of account"), "amount_won": _won("amount; negative in changes and corrections only"),
        "happened_on": _day("day"), "memo": _text("for what"), "approver": _text("which body approved a change of the plan"),
        "corrects": Field("integer", "number of the entry that a correction takes back", nullable=True),
        "document_sha256": Field("string", "SHA-256 of the document, hexadecimal", nullable=True),
        "entered_at": _instant("when it was entered"), "parent_hash": _text("hash of the entry before it, 64 zeros for the first"),
        "hash": _text("SHA-256 of the canonical bytes, hexadecimal"),
    },
    "alerts": {
        "alert": _count("number of the alert"), "kind": _text("what is out of bounds"), "value": _count("what was counted last"),
        "limit": _count("from where it is called out"), "raised_at": _instant("when it was raised"),
        "cleared_at": _instant("when it was within bounds again", nullable=True), "answer": _text("the dong's answer"),
        "answered_at": _instant("when it was answered", nullable=True),
    },
    "visits": {
        "visit": _count("number of the visit"), "project": Field("integer", "which project; null for the whole year", nullable=True),
        "visited_on": _day("day"), "team": _text("which body visited"), "marks": _text("question=mark, parted by spaces"),
        "summary": _text("what was seen"),
    },
    "findings": {
        "visit": _count("number of the visit"), "number": _count("position in the visit"), "text": _text("what must be put right"),
        "due_on": _day("by when it is to be answered"), "state": _text("open, answered, closed"), "answer": _text("the dong's answer"),
        "answered_at": _instant("when it was answered", nullable=True), "remark": _text("the monitors about the answer"),
        "closed_at": _instant("when it was closed", nullable=True),
    },
}  # fmt: skip
PLACE: Mapping[str, Field] = {
    "slug": _text("address word"),
    "kind": _text("city, district, dong, village or alley"),
    "name": _text("Korean name"),
    "name_en": _text("English name"),
    "parent": Field("string", "address word of what it lies in", nullable=True),
    "population": Field("integer", "registered residents", nullable=True),
}


def field_of(dataset: str, column: str) -> Field:
    """Return what a column of a dataset means.

    Raises:
        KeyError: there is no such column.
    """
    return FIELDS[dataset][column] if column in FIELDS[dataset] else _COMMON[column]


@dataclass(frozen=True)
class Limits:
    """Requests a minute: of an address, and of a token."""

    per_address: int
    per_token: int


def openapi(columns: Mapping[str, tuple[str, ...]], *, server: str, limits: Limits) -> dict[str, JSON]:
    """Return the OpenAPI 3.1 document of the API.

    Args:
        columns: the columns of every dataset, in order.
        server: address of this installation.
        limits: how often may be asked.
    """
    year: JSON = {
        "name": "year", "in": "query", "description": "year of the village plan; without it all",
        "schema": {"type": "integer", "minimum": 2000, "maximum": 2100},
    }  # fmt: skip
    slug: JSON = {"name": "slug", "in": "path", "required": True, "schema": {"type": "string"}}
    paths: dict[str, JSON] = {
        "/api/v1/places": _path("listPlaces", "All places, parents before children", [], _list(_ref("Place"))),
        "/api/v1/places/{slug}": _path("getPlace", "One place", [slug], _ref("Place")),
    }
    schemas: dict[str, JSON] = {
        "Place": _object({name: field.schema() for name, field in PLACE.items()}),
        "Problem": _object({"title": {"type": "string"}, "error": {"type": "string"}}),
    }
    for dataset, names in columns.items():
        row = dataset.capitalize()
        schemas[row] = _object({name: field_of(dataset, name).schema() for name in names})
        paths[f"/api/v1/places/{{slug}}/{dataset}"] = _path(
            f"list{row}", f"The dataset “{dataset}” of a place and everything under it", [slug, year], _list(_ref(row))
        )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Madang open data", "version": VERSION, "license": LICENCE,
            "description": "Read-only, public, the same for everybody. Answers are sent while they are read; "
            f"a client may stop reading at any time. At most {limits.per_address} requests a minute and address; "
            f"with a token, which shows nothing more, {limits.per_token} a minute.",
        },
        "servers": [{"url": server}],
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {"token": _BEARER}},
    }  # fmt: skip


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
    properties: dict[str, JSON] = {"licence": licence, "items": {"type": "array", "items": items}}
    return _object(properties)


def _path(operation: str, summary: str, parameters: list[JSON], answer: JSON) -> JSON:
    problem: JSON = {"application/json": {"schema": _ref("Problem")}}
    answers: dict[str, JSON] = {
        "200": {"description": summary, "content": {"application/json": {"schema": answer}}},
        "401": {
            "description": "the token that was sent is wrong, expired or revoked; without one the answer is given",
            "headers": {"WWW-Authenticate": {"schema": {"type": "string"}}},
            "content": problem,
        },
        "429": {"description": "too many requests", "content": problem},
    }
    if parameters:
        answers["404"] = {"description": "there is no such place", "content": problem}
    if len(parameters) > 1:
        answers["422"] = {"description": "a parameter cannot be read", "content": problem}
    return {"get": {"operationId": operation, "summary": summary, "parameters": parameters, "responses": answers}}
