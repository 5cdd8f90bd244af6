"""Resources as CSV and GeoJSON: one list of columns for writing and for reading back. Pure.

What is exported can be imported again: the same number is the same resource. Every row is read before anything is judged, so
that a file comes back with all of its problems at once, each by line and column.
"""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from app.errors import InvalidInput
from app.files.tables import unguarded
from app.i18n import N_
from app.places.points import GeoPoint
from app.survey.rules import (
    CONTACT_MAX,
    DESCRIPTION_MAX,
    HOW_MAX,
    KIND_NAMES,
    NAME_MAX,
    USE_MAX,
    WHERE_MAX,
    ResourceKind,
    ResourceWords,
    natural_key,
    require_sound,
)
from app.survey.rules.ground import read_json

MOST_BYTES = 4 * 1024 * 1024
MOST_ROWS = 3000
MOST_PROBLEMS = 200
COLUMNS: dict[str, str] = {
    "number": N_("번호"),
    "kind": N_("종류"),
    "name": N_("이름"),
    "description": N_("설명"),
    "use": N_("함께 쓰는 법"),
    "where": N_("곳"),
    "latitude": N_("위도"),
    "longitude": N_("경도"),
    "contact": N_("연락처"),
    "agreed_on": N_("동의한 날"),
    "agreed_how": N_("동의한 방법"),
}
"""Columns by code, with the heading that a file carries; a file may use either."""
LONGEST = {
    "name": NAME_MAX, "description": DESCRIPTION_MAX, "use": USE_MAX, "where": WHERE_MAX, "contact": CONTACT_MAX,
    "agreed_how": HOW_MAX,
}  # fmt: skip
_FIELD_OF = {"point": "latitude"}
_KINDS = {name: kind for kind, name in KIND_NAMES.items()} | {kind.value: kind for kind in ResourceKind}


@dataclass(frozen=True)
class Row:
    """One resource of a file: its line (of a GeoJSON file its place in the list), its number if it has one, its words."""

    line: int
    number: int | None
    words: ResourceWords

    @property
    def key(self) -> str:
        """By what it is the same thing as another row without a number."""
        return natural_key(self.words.kind, self.words.name, self.words.where)


@dataclass(frozen=True)
class Problem:
    """Why a line cannot be taken: a marked sentence, its values, and the column."""

    line: int
    column: str
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Reading:
    """What reading a file found."""

    kind: str
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    """Columns that mean nothing to us."""
    columns: set[str] = field(default_factory=set)
    """Columns that the file has; what it does not speak of stays as it is."""

    def merged(self, known: ResourceWords, words: ResourceWords) -> ResourceWords:
        """Return what a resource says after a line of this file: its own words, and the known ones it is silent about."""
        spoken = {name: getattr(words, name) for name in self.columns & {"kind", *LONGEST, "agreed_on"}}
        if "latitude" in self.columns:
            spoken["point"] = words.point
        return replace(known, **spoken)


def cells_of(number: int, words: ResourceWords) -> dict[str, str]:
    """Return a resource as it stands in a file, by column."""
    latitude, longitude = words.point.typed.split(", ") if words.point else ("", "")
    return {
        "number": str(number), "kind": KIND_NAMES[words.kind], "name": words.name, "description": words.description,
        "use": words.use, "where": words.where, "latitude": latitude, "longitude": longitude, "contact": words.contact,
        "agreed_on": words.agreed_on.isoformat() if words.agreed_on else "", "agreed_how": words.agreed_how,
    }  # fmt: skip


def feature_of(number: int, words: ResourceWords) -> dict[str, Any]:
    """Return a resource as a GeoJSON feature; without a position its geometry is null (RFC 7946 §3.2)."""
    cells = cells_of(number, words)
    properties: dict[str, Any] = {
        name: cells[name] for name in COLUMNS if name not in {"number", "latitude", "longitude"}
    }
    properties["kind"] = words.kind.value
    geometry = words.point.geometry if words.point else None
    return {"type": "Feature", "id": number, "geometry": geometry, "properties": properties}


def read_file(name: str, content: bytes, *, today: date) -> Reading:
    """Read an uploaded list of resources.

    Args:
        name: of the file; its ending says what it is.
        content: all of it.
        today: on which consent is judged.

    Raises:
        InvalidInput: neither CSV nor GeoJSON, unreadable, empty, too big, or without the columns that are needed.
    """
    is_json = name.lower().endswith((".geojson", ".json")) or content.lstrip()[:1] == b"{"
    reading = _read_geojson(content, today) if is_json else _read_csv(content, today)
    _require_single(reading)
    if not reading.rows and not reading.problems:
        raise InvalidInput(N_("파일에 자원이 한 줄도 없습니다."), field="file")
    return reading


def _read_csv(content: bytes, today: date) -> Reading:
    if not content.strip():
        raise InvalidInput(N_("빈 파일입니다."), field="file")
    if len(content) > MOST_BYTES:
        raise InvalidInput(N_("파일이 너무 큽니다. %(n)sMB까지 올릴 수 있습니다."), field="file", n=MOST_BYTES // 2**20)
    reading = Reading("csv")
    lines = csv.reader(io.StringIO(_decoded(content), newline=""), strict=True)
    try:
        head = next(lines, [])
        columns = _columns(head, reading)
        reading.columns = set(columns)
        for cells in lines:
            if not any(cell.strip() for cell in cells):
                continue
            found = {code: unguarded(cells[at].strip()) for code, at in columns.items() if at < len(cells)}
            if len(cells) > len(head):
                _note(reading, lines.line_num, "", N_("칸이 제목보다 많습니다. 쉼표가 든 글은 따옴표로 감싸 주세요."))
                continue
            _take(reading, lines.line_num, found, today, point=_typed_point)
    except csv.Error:
        raise InvalidInput(N_("%(line)s째 줄에서 CSV가 깨져 있습니다."), field="file", line=lines.line_num) from None
    return reading


def _columns(head: list[str], reading: Reading) -> dict[str, int]:
    names = {heading: code for code, heading in COLUMNS.items()} | {code: code for code in COLUMNS}
    found: dict[str, int] = {}
    for at, heading in enumerate(head):
        code = names.get(heading.strip().strip("\ufeff")) or names.get(heading.strip().lower())
        if code is None:
            if heading.strip():
                reading.ignored.append(heading.strip()[:40])
        elif code in found:
            raise InvalidInput(
                N_("제목 ‘%(heading)s’이(가) 두 번 나옵니다."), field="file", heading=heading.strip()[:40]
            )
        else:
            found[code] = at
    missing = [COLUMNS[code] for code in ("kind", "name") if code not in found]
    if missing:
        raise InvalidInput(N_("제목 줄에 ‘종류’와 ‘이름’이 있어야 합니다."), field="file")
    return found


def _read_geojson(content: bytes, today: date) -> Reading:
    data = read_json(content, most_bytes=MOST_BYTES)
    if (
        not isinstance(data, dict)
        or data.get("type") != "FeatureCollection"
        or not isinstance(data.get("features"), list)
    ):
        raise InvalidInput(N_("GeoJSON의 FeatureCollection이 아닙니다."), field="file")
    reading = Reading("geojson")
    for line, each in enumerate(data["features"], 1):
        properties = each.get("properties") if isinstance(each, dict) else None
        if not isinstance(properties, dict):
            _note(reading, line, "", N_("속성(properties)이 없습니다."))
            continue
        for name in properties:
            if name not in COLUMNS and name not in reading.ignored and len(reading.ignored) < 20:
                reading.ignored.append(str(name)[:40])
        wrong = next((name for name in COLUMNS if not isinstance(properties.get(name, ""), str | int | None)), None)
        if wrong is not None:
            _note(reading, line, wrong, N_("글자가 아닙니다."))
            continue
        reading.columns |= {"latitude", *(name for name in COLUMNS if name in properties)}
        cells = {name: str(properties.get(name) or "").strip() for name in COLUMNS}
        cells["number"] = str(each.get("id", "") or cells["number"])
        _take(reading, line, cells, today, point=_geometry_of(each))
    return reading


def _geometry_of(each: dict[str, Any]) -> Callable[[dict[str, str]], GeoPoint | None]:
    geometry = each.get("geometry")

    def read(_cells: dict[str, str]) -> GeoPoint | None:
        if geometry is None:
            return None
        if not isinstance(geometry, dict) or geometry.get("type") != "Point":
            raise InvalidInput(N_("점(Point)만 올릴 수 있습니다."), field="point")
        return GeoPoint.from_geojson(geometry.get("coordinates"))

    return read


def _typed_point(cells: dict[str, str]) -> GeoPoint | None:
    latitude, longitude = cells.get("latitude", ""), cells.get("longitude", "")
    if bool(latitude) != bool(longitude):
        raise InvalidInput(N_("위도와 경도를 함께 적어 주세요."), field="point")
    return GeoPoint.parse(f"{latitude}, {longitude}") if latitude else None


def _take(
    reading: Reading,
    line: int,
    cells: dict[str, str],
    today: date,
    *,
    point: Callable[[dict[str, str]], GeoPoint | None],
) -> None:
    if len(reading.rows) + len(reading.problems) >= MOST_ROWS:
        raise InvalidInput(
            N_("한 파일에 %(most)s줄까지 올릴 수 있습니다. 나누어 올려 주세요."), field="file", most=MOST_ROWS
        )
    column = "number"
    try:
        number = _number(cells.get("number", ""))
        column = "kind"
        kind = _kind(cells.get("kind", ""))
        for name, longest in LONGEST.items():
            column = name
            _require_short(cells.get(name, ""), longest)
        column = "agreed_on"
        agreed_on = _day(cells.get("agreed_on", ""))
        column = "latitude"
        words = ResourceWords(
            kind, cells.get("name", ""), cells.get("description", ""), cells.get("use", ""), cells.get("where", ""),
            point(cells), cells.get("contact", ""), agreed_on, cells.get("agreed_how", ""),
        )  # fmt: skip
        require_sound(words, today=today)
    except InvalidInput as refusal:
        found = _FIELD_OF.get(refusal.field or "", refusal.field) or column
        _note(reading, line, found, refusal.message, refusal.values)
    else:
        reading.rows.append(Row(line, number, words))


def _require_single(reading: Reading) -> None:
    """Note every line that says the same thing as a line above it."""
    seen: dict[object, int] = {}
    kept = []
    for row in reading.rows:
        twin = seen.get(row.key) or (seen.get(row.number) if row.number else None)
        if twin is not None:
            _note(reading, row.line, "name", N_("%(other)s째 줄과 같은 자원입니다."), {"other": twin})
            continue
        seen[row.key] = row.line
        if row.number:
            seen[row.number] = row.line
        kept.append(row)
    reading.rows = kept
    reading.problems.sort(key=lambda problem: problem.line)


def _note(reading: Reading, line: int, column: str, message: str, values: Mapping[str, Any] | None = None) -> None:
    reading.problems.append(Problem(line, column, message, dict(values or {})))


def _number(text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:10]) < 10**8 or len(text) > 8:
        raise InvalidInput(N_("번호는 1부터 세는 수입니다. 새 자원이면 비워 두세요."))
    return int(text)


def _kind(text: str) -> ResourceKind:
    found = _KINDS.get(text)
    if found is None:
        raise InvalidInput(N_("모르는 종류입니다: %(kind)s"), kind=text[:40] or "-")
    return found


def _require_short(text: str, longest: int) -> None:
    if len(text) > longest:
        raise InvalidInput(N_("%(longest)s자까지 적을 수 있습니다."), longest=longest)


def _day(text: str) -> date | None:
    if not text:
        return None
    digits = text.replace(".", "-").replace("/", "-").replace(" ", "").rstrip("-")
    parts = digits.split("-")
    try:
        return date(*(int(part) for part in parts)) if len(parts) == 3 else date.fromisoformat(digits)
    except (ValueError, TypeError):
        raise InvalidInput(N_("날짜는 2026-03-15처럼 적어 주세요.")) from None


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InvalidInput(N_("글자를 읽을 수 없습니다. CSV UTF-8로 저장해 올려 주세요."), field="file")
