"""Lists of resources and grounds: what is read, what is refused, and by which line."""

import json
from datetime import date

import pytest

from app.errors import InvalidInput
from app.places.points import GeoPoint
from app.survey.rules import ResourceKind, ResourceWords
from app.survey.rules.files import COLUMNS, MOST_ROWS, cells_of, feature_of, read_file
from app.survey.rules.ground import MOST_POSITIONS, read_ground

TODAY = date(2026, 7, 1)
FULL = ResourceWords(
    ResourceKind.SPACE, "=공유 부엌", "큰 솥이 있습니다,\n김장도 합니다", "수요일", '향촌길 "3"', GeoPoint(37_664_213, 126_831_502),
    "02-000-0000", date(2026, 6, 1), "조사지에 서명",
)  # fmt: skip


def table(*lines: str) -> bytes:
    return "\n".join(["번호,종류,이름,곳,위도,경도,동의한 날,동의한 방법", *lines]).encode()


def features(*rows: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": rows}).encode()


def test_csv_is_read_back_as_it_was_written():
    cells = [f"'{cell}" if cell[:1] in {"=", "+"} else cell for cell in cells_of(7, FULL).values()]
    quoted = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    content = ("\ufeff" + ",".join(COLUMNS.values()) + "\n" + quoted + "\n").encode()
    reading = read_file("a.csv", content, today=TODAY)
    assert [(row.number, row.words) for row in reading.rows] == [(7, FULL)]
    assert not reading.problems


def test_geojson_is_read_back_as_it_was_written():
    reading = read_file("a.geojson", features(feature_of(7, FULL)), today=TODAY)
    assert [(row.number, row.words) for row in reading.rows] == [(7, FULL)]


def test_a_spreadsheet_in_the_old_korean_letters_is_read():
    reading = read_file("a.csv", "종류,이름,메모\n가게,향촌 책방,좋음\n".encode("cp949"), today=TODAY)
    assert reading.rows[0].words.name == "향촌 책방"
    assert reading.ignored == ["메모"]
    assert reading.columns == {"kind", "name"}


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("x,가게,책방,,,,,", "number"), ("-1,가게,책방,,,,,", "number"), (",곳간,책방,,,,,", "kind"), (",가게,,,,,,", "name"),
        (",가게,책방,,37.6,,,", "latitude"), (",가게,책방,,126.8,37.6,,", "latitude"), (",가게,책방,,칠,팔,,", "latitude"),
        (",사람과 재주,매듭,,,,,", "agreed_on"), (",사람과 재주,매듭,,,,2026-02-30,서명", "agreed_on"),
        (",사람과 재주,매듭,,,,2026-06-01,", "agreed_how"), (",사람과 재주,매듭,향촌길 12,,,2026.6.1,서명", "where"),
        (f",가게,{'책' * 81},,,,,", "name"), (",가게,책방,,,,,,넘침", ""),
    ],
)  # fmt: skip
def test_a_wrong_line_is_named_and_the_right_one_is_not(line: str, column: str):
    reading = read_file("a.csv", table(line, ",가게,떡집,,,,,"), today=TODAY)
    assert [(problem.line, problem.column) for problem in reading.problems] == [(2, column)]
    assert [row.words.name for row in reading.rows] == ["떡집"]


def test_the_same_thing_twice_in_a_file_is_a_problem():
    reading = read_file("a.csv", table("3,가게,책방,,,,,", ",가게,책 방,,,,,", "3,가게,떡집,,,,,"), today=TODAY)
    assert [problem.line for problem in reading.problems] == [3, 4]


@pytest.mark.parametrize(
    "content",
    [
        b"", b"  \n", "번호,이름\n1,책방\n".encode(), "종류,이름,이름\n가게,a,b\n".encode(), "종류,이름\n".encode(), b"\xff\xfe\x00\x01\x80",
        '종류,이름\n가게,"안 닫힘\n'.encode(), b"{", b'{"type":"Feature"}', b'{"type":"FeatureCollection","features":{}}',
        b'{"type":"FeatureCollection","features":[]}', b'{"type":"FeatureCollection","features":[NaN]}',
    ],
)  # fmt: skip
def test_what_cannot_be_read_at_all_is_refused(content: bytes):
    with pytest.raises(InvalidInput) as refusal:
        read_file("a.csv", content, today=TODAY)
    assert refusal.value.field == "file"


@pytest.mark.parametrize(
    "feature",
    [
        1, {"type": "Feature"}, {"properties": {"kind": ["shop"], "name": "a"}},
        {"properties": {"kind": "shop", "name": "책방"}, "geometry": {"type": "LineString", "coordinates": []}},
        {"properties": {"kind": "shop", "name": "책방"}, "geometry": {"type": "Point", "coordinates": [37.6, 126.8]}},
        {"properties": {"kind": "shop", "name": "책방"}, "geometry": {"type": "Point"}, "id": "세째"},
    ],
)  # fmt: skip
def test_a_broken_feature_is_named(feature: object):
    reading = read_file("a.geojson", features(feature), today=TODAY)
    assert [problem.line for problem in reading.problems] == [1]
    assert not reading.rows


def test_a_file_without_end_is_refused():
    with pytest.raises(InvalidInput, match="나누어"):
        read_file("a.csv", table(*(f",가게,책방 {n},,,,," for n in range(MOST_ROWS + 1))), today=TODAY)


def shape(form: str, coordinates: object, **properties: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": form, "coordinates": coordinates}}


def test_a_ground_keeps_shapes_kinds_and_names_only():
    found = read_ground(features(
        shape("LineString", [[126.80000049, 37.6, 12], [126.81, 37.61]], kind="road", name=" 큰길 ", owner="김누구"),
        shape("Point", [126.8, 37.6], kind="script"), shape("MultiPolygon", [[[[126.8, 37.6], [126.9, 37.6], [126.8, 37.6]]]]),
    ))["features"]  # fmt: skip
    assert [each["properties"] for each in found] == [
        {"kind": "road", "name": "큰길"}, {"kind": "label", "name": ""}, {"kind": "outline", "name": ""},
    ]  # fmt: skip
    assert found[0]["geometry"]["coordinates"] == [[126.8, 37.6], [126.81, 37.61]]


@pytest.mark.parametrize(
    "wrong",
    [
        shape("Circle", [126.8, 37.6]), shape("LineString", [126.8, 37.6]), shape("Polygon", [[]]), shape("Polygon", [[[2.3, 48.8]]]),
        shape("LineString", [[37.6, 126.8]]), shape("MultiPoint", None), {"type": "Feature", "geometry": None}, "Feature",
    ],
)  # fmt: skip
def test_a_wrong_shape_of_a_ground_is_named(wrong: object):
    with pytest.raises(InvalidInput) as refusal:
        read_ground(features(shape("Point", [126.8, 37.6]), wrong))
    assert refusal.value.values == {"number": 2}


def test_a_ground_has_an_end():
    with pytest.raises(InvalidInput, match="너무 많습니다"):
        read_ground(features(shape("LineString", [[126.8, 37.6]] * (MOST_POSITIONS + 1))))
