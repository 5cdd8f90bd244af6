"""Positions: typed, from GeoJSON, and as pins of a map."""

import pytest

from app.errors import InvalidInput
from app.places.points import EAST, NORTH, SOUTH, WEST, GeoPoint, Pin, pins_as_geojson


@pytest.mark.parametrize("typed", ["37.664213, 126.831502", " 37.664213,126.831502 ", "37.664213 126.831502"])
def test_a_position_is_read_as_people_type_it(typed: str):
    assert GeoPoint.parse(typed) == GeoPoint(37_664_213, 126_831_502)


@pytest.mark.parametrize("typed", ["", "   ", None])
def test_nothing_typed_is_no_position(typed: str | None):
    assert GeoPoint.parse(typed) is None


@pytest.mark.parametrize(
    "typed", ["37.6", "서울역", "37.6;126.8", "37.6, 126.8, 5", "nan, nan", "1e2, 126", "--37, 126"]
)
def test_what_is_no_pair_of_degrees_is_refused(typed: str):
    with pytest.raises(InvalidInput, match="위도, 경도 순서"):
        GeoPoint.parse(typed)


def test_swapped_degrees_are_named():
    with pytest.raises(InvalidInput, match="서로 바뀐"):
        GeoPoint.parse("126.831502, 37.664213")


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(48_850_000, 2_350_000), (SOUTH - 1, WEST), (NORTH + 1, EAST), (NORTH, EAST + 1), (0, 0)],
)
def test_outside_korea_is_refused(latitude: int, longitude: int):
    with pytest.raises(InvalidInput, match="우리나라"):
        GeoPoint(latitude, longitude)


@pytest.mark.parametrize(
    "coordinates", [None, [], [126.8], ["126.8", "37.6"], [True, True], [float("nan"), 37.6], [1e308, 37.6]]
)
def test_broken_coordinates_are_refused(coordinates: object):
    with pytest.raises(InvalidInput, match="경도, 위도"):
        GeoPoint.from_geojson(coordinates)


def test_a_position_survives_geojson_and_back():
    point = GeoPoint(37_664_213, 126_831_502)
    assert GeoPoint.from_geojson([*point.geometry["coordinates"], 35.0]) == point
    assert GeoPoint.parse(str(point)) == point
    assert GeoPoint.of(None, 1) is None


def test_pins_carry_what_the_map_says():
    pin = Pin(GeoPoint(37_000_000, 127_000_000), "우물", "자연", "s1", "/a/resources/1")
    feature = pins_as_geojson([pin])["features"][0]
    assert feature["properties"] == {"title": "우물", "note": "자연", "dye": "s1", "address": "/a/resources/1"}
    assert feature["geometry"]["coordinates"] == [127.0, 37.0]
