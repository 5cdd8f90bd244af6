"""The survey's pages: map and list, adding, checking, photos, lists taken in, the ground."""

import io
import json
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from app.cycle.rules import Stage
from app.db.session import session
from app.people.models import Person
from app.people.rules import Role
from app.places.models import Place
from app.survey.models import CommunityResource, PlaceGround, ResourcePhoto
from app.survey.rules import ResourceState
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_place, make_resident
from tests.factories_survey import GROUND, POINT, a_photo, make_resource, person_words, words

Browsers = Callable[[Person], FlaskClient]
FIELDS = {
    "kind": "space", "name": "느티나무 쉼터", "description": "여름마다 이웃이 모이는 그늘입니다.", "where": "향촌길 3",
    "point": POINT.typed, "once": "a",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def a_dong() -> tuple[Place, Person, Person]:
    place = make_place()
    make_cycle(place, Stage.RESOURCE_SURVEY)
    return place, make_holder(Role.COUNCIL_MEMBER, place), make_holder(Role.DONG_STAFF, place)


@pytest.mark.slow
def test_what_one_wrote_is_public_after_another_looked(client: FlaskClient, client_of: Browsers):
    place, member, clerk = a_dong()
    answer = client_of(member).post(f"/{place.slug}/resources/new", data=FIELDS)
    assert answer.status_code == 303, answer.text
    again = client_of(member).post(f"/{place.slug}/resources/new", data=FIELDS)
    assert again.location == answer.location
    assert client.get(answer.location).status_code == 404
    assert "느티나무 쉼터" not in client.get(f"/{place.slug}/resources").text
    row = session().scalars(select(CommunityResource)).one()
    waiting = client_of(clerk).get(f"/{place.slug}/resources/check").text
    assert f'value="{row.id}:{row.version}"' in waiting
    seen = {"seen": f"{row.id}:{row.version}"}
    assert client_of(member).post(f"/{place.slug}/resources/check", data=seen).status_code == 422
    assert client_of(clerk).post(f"/{place.slug}/resources/check", data=seen).status_code == 303
    page = client.get(f"/{place.slug}/resources").text
    assert "느티나무 쉼터" in page
    assert "data-points=" in page
    shown = client.get(answer.location).text
    assert POINT.typed in shown
    assert "공개했습니다" in client.get(f"/{place.slug}/record").text


@pytest.mark.slow
def test_refused_words_come_back_as_typed(client_of: Browsers):
    place, member, _clerk = a_dong()
    answer = client_of(member).post(f"/{place.slug}/resources/new", data={**FIELDS, "kind": "people"})
    assert answer.status_code == 422
    assert "동의한 날을 적어 주세요" in answer.text
    assert "여름마다 이웃이 모이는 그늘" in answer.text
    answer = client_of(member).post(f"/{place.slug}/resources/new", data={**FIELDS, "point": "126.8, 37.6"})
    assert answer.status_code == 422
    assert "서로 바뀐 것" in answer.text


def test_a_resident_adds_only_where_the_place_says_so(client_of: Browsers):
    place, _member, _clerk = a_dong()
    assert client_of(make_resident(place)).get(f"/{place.slug}/resources/new").status_code == 403


@pytest.mark.slow
def test_the_map_and_the_list_say_the_same(client: FlaskClient):
    place, member, clerk = a_dong()
    make_resource(place, member, clerk, words(name="오래된 우물"))
    make_resource(place, member, clerk, person_words())
    make_resource(place, member, said=words(name="아직 아무도 안 본 것"))
    found = client.get(f"/{place.slug}/resources/points.json").json
    assert [each["properties"]["title"] for each in found["features"]] == ["오래된 우물"]
    assert found["features"][0]["geometry"]["coordinates"] == [126.831502, 37.664213]
    assert client.get(f"/{place.slug}/resources/points.json?q=없는말").json["features"] == []
    page = client.get(f"/{place.slug}/resources").text
    assert "매듭 선생님" in page
    assert "031-000-0000" not in page
    only = client.get(f"/{place.slug}/resources?kind=people").text
    assert "오래된 우물" not in only
    assert "찾는 자원이 없습니다" in client.get(f"/{place.slug}/resources?q=없는말").text


@pytest.mark.slow
def test_a_list_costs_as_many_queries_with_eight_as_with_two(
    client: FlaskClient, queries: Callable[[], AbstractContextManager[list[str]]]
):
    place, member, clerk = a_dong()
    counts = []
    for more in (2, 6):
        for _ in range(more):
            make_resource(place, member, clerk)
        with queries() as sent:
            assert client.get(f"/{place.slug}/resources").status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1]


@pytest.mark.slow
def test_two_clerks_do_not_overwrite_each_other(client_of: Browsers):
    place, member, clerk = a_dong()
    row = make_resource(place, member, clerk)
    url = f"/{place.slug}/resources/{row.id}/edit"
    first = {**FIELDS, "version": row.version, "name": "첫째가 고침"}
    assert client_of(clerk).post(url, data=first).status_code == 303
    answer = client_of(member).post(url, data={**first, "name": "둘째가 고침"})
    assert answer.status_code == 422
    assert "다른 사람이 먼저 고쳤습니다" in answer.text
    assert "둘째가 고침" in answer.text
    assert (row.name, row.state) == ("첫째가 고침", ResourceState.PUBLIC)


@pytest.mark.slow
def test_a_photo_loses_where_it_was_taken(client: FlaskClient, client_of: Browsers):
    place, member, clerk = a_dong()
    row = make_resource(place, member, clerk)
    url = f"/{place.slug}/resources/{row.id}/photos"
    data = {"file": (io.BytesIO(a_photo()), "나무.jpg"), "text": "느티나무 아래 평상"}
    assert client_of(clerk).post(url, data=data).status_code == 303
    photo = session().scalars(select(ResourcePhoto)).one()
    answer = client.get(f"{url}/{photo.id}.jpg")
    assert answer.status_code == 200
    assert "비밀 장소".encode() not in answer.data
    bad = {"file": (io.BytesIO(b"%PDF-1.7 no picture"), "a.pdf"), "text": "느티나무 아래 평상"}
    assert client_of(clerk).post(url, data=bad).status_code == 422
    assert client_of(clerk).post(f"{url}/{photo.id}/remove").status_code == 303
    assert client.get(f"{url}/{photo.id}.jpg").status_code == 404
    assert photo.file.content == b""


@pytest.mark.slow
def test_a_list_is_shown_first_then_taken_whole(client: FlaskClient, client_of: Browsers):
    place, member, clerk = a_dong()
    browser = client_of(clerk)
    url = f"/{place.slug}/resources/lists"
    table = (
        "종류,이름,곳,위도,경도\n가게,향촌책방,향촌길 7,37.665,126.83\n없는종류,무엇,,,\n가게,반쪽,,37.6,\n".encode()
    )
    answer = browser.post(url, data={"file": (io.BytesIO(table), "자원.csv")})
    assert answer.status_code == 303, answer.text
    page = browser.get(answer.location).text
    assert "모르는 종류입니다" in page
    assert "위도와 경도를 함께" in page
    assert browser.post(answer.location, data={}).status_code == 422
    assert session().scalars(select(CommunityResource)).all() == []
    good = "종류,이름,곳,위도,경도\n가게,향촌책방,향촌길 7,37.665,126.83\n".encode()
    answer = browser.post(url, data={"file": (io.BytesIO(good), "자원.csv")})
    assert "향촌책방" in browser.get(answer.location).text
    for _ in range(2):
        assert browser.post(answer.location, data={}).status_code == 303
    row = session().scalars(select(CommunityResource)).one()
    assert row.state is ResourceState.PROPOSED
    again = browser.post(url, data={"file": (io.BytesIO(good + b"\n"), "again.csv")})
    assert "모두 이미 있는 그대로입니다" in browser.get(again.location).text
    client_of(member).post(f"/{place.slug}/resources/check", data={"seen": f"{row.id}:{row.version}"})
    table = client.get(f"/{place.slug}/resources/all.csv").data
    back = browser.post(url, data={"file": (io.BytesIO(table), "back.csv")})
    assert "모두 이미 있는 그대로입니다" in browser.get(back.location).text
    shapes = client.get(f"/{place.slug}/resources/all.geojson").data
    back = browser.post(url, data={"file": (io.BytesIO(shapes), "back.geojson")})
    assert "모두 이미 있는 그대로입니다" in browser.get(back.location).text
    assert browser.post(back.location, data={"discard": "1"}).status_code == 303


@pytest.mark.slow
def test_the_ground_is_given_by_staff_and_kept_by_browsers(client: FlaskClient, client_of: Browsers):
    place, member, clerk = a_dong()
    url = f"/{place.slug}/map/ground"
    assert client.get(f"{url}.json").status_code == 404
    assert client_of(member).get(url).status_code == 403
    given = {"version": "0", "source": "구청 자료", "free": "y"}
    bad = {**given, "file": (io.BytesIO(b'{"type":"FeatureCollection","features":[]}'), "a.json")}
    assert client_of(clerk).post(url, data=bad).status_code == 422
    assert client_of(clerk).post(url, data={**given, "file": (io.BytesIO(GROUND), "a.json")}).status_code == 303
    row = session().get_one(PlaceGround, place.id)
    answer = client.get(f"{url}.json?v={row.sha256[:12]}")
    assert "immutable" in answer.headers["Cache-Control"]
    assert json.loads(answer.data)["features"][0]["properties"] == {"kind": "outline", "name": ""}
    assert client.get(f"{url}.json", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    late = client_of(clerk).post(url, data={**given, "source": "다른 자료", "file": (io.BytesIO(GROUND), "a.json")})
    assert late.status_code == 422
    make_resource(place, member, clerk)
    assert "지도 바탕: 구청 자료" in client.get(f"/{place.slug}/resources").text


def test_a_person_who_withdraws_consent_is_erased(client: FlaskClient, client_of: Browsers):
    place, member, clerk = a_dong()
    row = make_resource(place, member, clerk, person_words())
    url = f"/{place.slug}/resources/{row.id}"
    assert "031-000-0000" in client.get(url).text
    answer = client_of(clerk).post(f"{url}/remove", data={"version": row.version, "reason": "consent"})
    assert answer.status_code == 303
    assert client.get(url).status_code == 404
    assert (row.name, row.description, row.contact) == ("지운 자원", "", None)
    record = client.get(f"/{place.slug}/record").text
    assert "동의를 거둠" in record
    assert "매듭" not in record


def test_what_must_be_put_right_goes_back_to_who_wrote_it(client_of: Browsers):
    place, member, clerk = a_dong()
    row = make_resource(place, member)
    url = f"/{place.slug}/resources/{row.id}"
    answer = client_of(clerk).post(f"{url}/return", data={"version": row.version, "reason": "곳을 적어 주세요."})
    assert answer.status_code == 303
    assert "곳을 적어 주세요." in client_of(member).get(url).text
    assert "고칠 것이 있음" in client_of(member).get(f"/{place.slug}/resources").text
