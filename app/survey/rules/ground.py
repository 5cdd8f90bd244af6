"""The ground of a place's maps: reading uploaded GeoJSON. Pure.

RFC 7946, of which a FeatureCollection of lines, areas and named points is taken. Everything but the shape, a name and one of
our kinds is dropped; positions are rounded to a millionth of a degree.
"""

import json
from typing import Any

from app.errors import InvalidInput
from app.i18n import N_
from app.places.points import MILLION, GeoPoint

MOST_BYTES = 2 * 1024 * 1024
MOST_POSITIONS = 40_000
KINDS = frozenset({"outline", "road", "alley", "rail", "water", "green", "building", "label"})
"""How a line or an area is drawn (`static/css/map.css`); what says nothing is an outline."""
NAME_MAX = 40
_DEPTHS = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
"""How deep positions lie in the coordinates of a geometry (RFC 7946 §3.1)."""
NO_JSON = N_("GeoJSON 파일로 읽을 수 없습니다.")


def read_json(content: bytes, *, most_bytes: int = MOST_BYTES) -> Any:
    """Read a JSON file strictly.

    Raises:
        InvalidInput: empty, too big, not UTF-8, no JSON, or nested without end.
    """
    if not content.strip():
        raise InvalidInput(N_("빈 파일입니다."), field="file")
    if len(content) > most_bytes:
        raise InvalidInput(N_("파일이 너무 큽니다. %(n)sMB까지 올릴 수 있습니다."), field="file", n=most_bytes // 2**20)
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise InvalidInput(NO_JSON, field="file") from None


def read_ground(content: bytes) -> dict[str, Any]:
    """Return an uploaded ground, cleaned.

    Args:
        content: the file.

    Returns:
        a GeoJSON FeatureCollection whose features have only ``kind`` and ``name``.

    Raises:
        InvalidInput: no such GeoJSON, nothing in it, too many positions, or something outside Korea; it says which feature.
    """
    data = read_json(content)
    if (
        not isinstance(data, dict)
        or data.get("type") != "FeatureCollection"
        or not isinstance(data.get("features"), list)
    ):
        raise InvalidInput(N_("GeoJSON의 FeatureCollection이 아닙니다."), field="file")
    budget = [MOST_POSITIONS]
    features = [_feature(each, number, budget) for number, each in enumerate(data["features"], 1)]
    if not features:
        raise InvalidInput(N_("파일에 그릴 것이 없습니다."), field="file")
    return {"type": "FeatureCollection", "features": features}


def _feature(each: Any, number: int, budget: list[int]) -> dict[str, Any]:
    geometry = each.get("geometry") if isinstance(each, dict) else None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    depth = _DEPTHS.get(kind) if isinstance(kind, str) else None
    if not isinstance(geometry, dict) or depth is None:
        raise InvalidInput(N_("%(number)s째 도형의 모양을 알 수 없습니다."), field="file", number=number)
    properties = each.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    drawn, name = properties.get("kind"), properties.get("name")
    return {
        "type": "Feature",
        "properties": {
            "kind": drawn if isinstance(drawn, str) and drawn in KINDS else ("label" if depth < 1 else "outline"),
            "name": name.strip()[:NAME_MAX] if isinstance(name, str) else "",
        },
        "geometry": {"type": kind, "coordinates": _positions(geometry.get("coordinates"), depth, number, budget)},
    }


def _positions(value: Any, depth: int, number: int, budget: list[int]) -> list[Any]:
    if depth:
        if not isinstance(value, list) or not value:
            raise InvalidInput(N_("%(number)s째 도형의 좌표가 올바르지 않습니다."), field="file", number=number)
        return [_positions(each, depth - 1, number, budget) for each in value]
    budget[0] -= 1
    if budget[0] < 0:
        raise InvalidInput(
            N_("점이 너무 많습니다. %(most)s개까지 그립니다. 더 단순하게 만들어 주세요."),
            field="file",
            most=MOST_POSITIONS,
        )
    try:
        point = GeoPoint.from_geojson(value)
    except InvalidInput:
        raise InvalidInput(
            N_("%(number)s째 도형의 좌표가 우리나라 안의 [경도, 위도]가 아닙니다."), field="file", number=number
        ) from None
    return [point.longitude_e6 / MILLION, point.latitude_e6 / MILLION]


def _refuse_constant(name: str) -> None:
    raise ValueError(name)
