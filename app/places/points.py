"""Points on a map: what a position is, how it is typed, and how positions travel to the map of a page. Pure.

A position is kept as two whole numbers, millionths of a degree in WGS 84: about eleven centimetres, exact on every database.
GeoJSON (RFC 7946) writes longitude first; people write latitude first, as the map services do.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.errors import InvalidInput
from app.i18n import N_

SOUTH, NORTH = 33_000_000, 43_100_000
WEST, EAST = 124_000_000, 132_000_000
"""The Korean peninsula and its waters, in millionths of a degree."""
MILLION = 1_000_000
OUTSIDE = N_("우리나라 안의 위도와 경도가 아닙니다.")
SWAPPED = N_("위도와 경도가 서로 바뀐 것 같습니다.")
MALFORMED = N_("자리는 위도, 경도 순서로 적어 주세요. 예: 37.123456, 127.123456")
_PAIR = re.compile(r"\s*(-?\d{1,3}(?:\.\d{1,15})?)\s*[,\s]\s*(-?\d{1,3}(?:\.\d{1,15})?)\s*", re.ASCII)


@dataclass(frozen=True)
class GeoPoint:
    """A position in Korea.

    Attributes:
        latitude_e6: millionths of a degree north.
        longitude_e6: millionths of a degree east.

    Raises:
        InvalidInput: outside Korea; the message says so when the two seem to be swapped.
    """

    latitude_e6: int
    longitude_e6: int

    def __post_init__(self) -> None:
        if _is_inside(self.latitude_e6, self.longitude_e6):
            return
        swapped = _is_inside(self.longitude_e6, self.latitude_e6)
        raise InvalidInput(SWAPPED if swapped else OUTSIDE, field="point")

    @classmethod
    def of(cls, latitude_e6: int | None, longitude_e6: int | None) -> "GeoPoint | None":
        """Return the position of a row, or None where it has none."""
        return None if latitude_e6 is None or longitude_e6 is None else cls(latitude_e6, longitude_e6)

    @classmethod
    def parse(cls, typed: str | None) -> "GeoPoint | None":
        """Read what was typed or picked: ``37.664213, 126.831502``; nothing is no position.

        Raises:
            InvalidInput: no such pair, or outside Korea.
        """
        if not (typed or "").strip():
            return None
        found = _PAIR.fullmatch(typed or "")
        if found is None:
            raise InvalidInput(MALFORMED, field="point")
        return cls(_millionths(found[1]), _millionths(found[2]))

    @classmethod
    def from_geojson(cls, coordinates: object) -> "GeoPoint":
        """Read the coordinates of a GeoJSON point, longitude first (RFC 7946 §3.1.1); an altitude is dropped.

        Raises:
            InvalidInput: no two finite numbers, or outside Korea.
        """
        if not isinstance(coordinates, list) or len(coordinates) < 2 or not all(map(_is_number, coordinates[:2])):
            raise InvalidInput(N_("점의 좌표가 [경도, 위도] 모양의 숫자가 아닙니다."), field="point")
        longitude, latitude = coordinates[:2]
        return cls(_rounded(latitude), _rounded(longitude))

    def __str__(self) -> str:
        return self.typed

    @property
    def typed(self) -> str:
        """As people type it, latitude first."""
        return f"{degrees(self.latitude_e6)}, {degrees(self.longitude_e6)}"

    @property
    def geometry(self) -> dict[str, Any]:
        """As a GeoJSON geometry."""
        return {"type": "Point", "coordinates": [self.longitude_e6 / MILLION, self.latitude_e6 / MILLION]}


@dataclass(frozen=True)
class Pin:
    """One thing on a map: where it is, what it is called, and the page that tells more."""

    point: GeoPoint
    title: str
    note: str
    """Its kind or state in words, read together with the title."""
    dye: str
    """Which of the eight dyes it wears: ``s1`` to ``s8``."""
    address: str


def pins_as_geojson(pins: Iterable[Pin]) -> dict[str, Any]:
    """Return what `static/js/map.js` draws: a GeoJSON FeatureCollection of points."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": pin.point.geometry,
                "properties": {"title": pin.title, "note": pin.note, "dye": pin.dye, "address": pin.address},
            }
            for pin in pins
        ],
    }


def degrees(millionths: int) -> str:
    """Write millionths of a degree as degrees, exactly: ``37.664213``."""
    return f"{Decimal(millionths) / MILLION:.6f}"


def _millionths(digits: str) -> int:
    return int((Decimal(digits) * MILLION).to_integral_value())


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and abs(value) < 1000


def _rounded(value: float) -> int:
    return round(value * MILLION)


def _is_inside(latitude_e6: int, longitude_e6: int) -> bool:
    return SOUTH <= latitude_e6 <= NORTH and WEST <= longitude_e6 <= EAST
