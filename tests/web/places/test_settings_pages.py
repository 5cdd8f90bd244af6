"""The pages of settings and of the tree."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.db.session import session
from app.people.rules import Role
from app.places.models import Place, SettingChange
from app.places.queries import setting
from app.places.rules import PlaceKind
from app.places.settings.registry import REGISTRY
from tests.factories import make_holder, make_place

BASIS = "관산동 운영세칙 제12조"


def decide(client: FlaskClient, place: Place, key: str, value: str, **more: str):
    page = client.get(f"/{place.slug}/settings/{key}").text
    seen = re.search(r'name="seen"[^>]*value="(\d+)"', page)
    data = {"value": value, "legal_basis": BASIS, "seen": seen[1] if seen else "0", "step": "confirm", **more}
    return client.post(f"/{place.slug}/settings/{key}", data=data)


def test_everybody_sees_every_rule_with_its_article(client: FlaskClient):
    place = make_place(name="관산동")
    page = client.get(f"/{place.slug}/settings").text
    for rule in REGISTRY.values():
        assert rule.name.replace("·", "·") in page
    assert "성동구 주민자치회 조례(1000분의 5)" in page
    assert "30,000,000원" in page
    assert "0.5%" in page
    assert "만 15세" in page


@pytest.mark.slow
@pytest.mark.parametrize("key", REGISTRY)
def test_every_rule_has_a_page_and_a_form_that_takes_its_own_value(client_of, key: str):
    place = make_place()
    staff = client_of(make_holder(Role.DONG_STAFF, place))
    page = staff.get(f"/{place.slug}/settings/{key}")
    assert page.status_code == 200
    rule = REGISTRY[key]
    answer = decide(staff, place, key, rule.typed(rule.default))
    assert answer.status_code == 303, answer.text
    assert BASIS in staff.get(f"/{place.slug}/settings/{key}").text


def test_a_decision_is_shown_with_its_reach_before_it_counts(client_of):
    city = make_place(PlaceKind.CITY)
    district = make_place(PlaceKind.DISTRICT, city)
    place, other = make_place(PlaceKind.DONG, district, "가동"), make_place(PlaceKind.DONG, district, "나동")
    staff = client_of(make_holder(Role.DISTRICT_STAFF, district))
    decide(staff, other, "assembly.k_votes", "5")
    preview = decide(staff, district, "assembly.k_votes", "4", step="preview")
    assert preview.status_code == 200
    assert "아직 저장하지 않았습니다" in preview.text
    assert re.search(r"함께 바뀌는 동 1곳: 가동", " ".join(preview.text.split()))
    assert re.search(r"그대로인 동 1곳: 나동", " ".join(preview.text.split()))
    session().expire_all()
    assert setting(place, "assembly.k_votes") == 3
    decide(staff, district, "assembly.k_votes", "4")
    session().rollback()
    assert setting(place, "assembly.k_votes") == 4


def test_wrong_values_are_explained_and_kept(client_of):
    place = make_place()
    staff = client_of(make_holder(Role.DONG_STAFF, place))
    answer = decide(staff, place, "assembly.min_age", "열두 살쯤", legal_basis="세칙 제3조의2", reason="어린이도 함께")
    assert answer.status_code == 422
    for kept in ("열두 살쯤", "세칙 제3조의2", "어린이도 함께", 'aria-invalid="true"', "숫자로 적어 주세요"):
        assert kept in answer.text
    assert decide(staff, place, "assembly.min_age", "12").status_code == 422
    assert decide(staff, place, "assembly.min_age", "14", legal_basis="").status_code == 422


def test_the_second_of_two_clerks_sees_a_conflict_and_loses_nothing(client_of):
    place = make_place()
    first, second = (client_of(make_holder(Role.DONG_STAFF, place)) for _ in range(2))
    assert decide(first, place, "assembly.k_votes", "4").status_code == 303
    late = second.post(
        f"/{place.slug}/settings/assembly.k_votes",
        data={"value": "7", "legal_basis": "세칙 제9조", "seen": "0", "step": "confirm"},
    )
    assert late.status_code == 422
    assert "다른 사람이 먼저 고쳤습니다" in late.text
    assert 'value="7"' in late.text
    assert "세칙 제9조" in late.text
    session().rollback()
    assert setting(place, "assembly.k_votes") == 4


def test_a_place_returns_to_what_is_said_above(client_of):
    place = make_place()
    staff = client_of(make_holder(Role.DONG_STAFF, place))
    decide(staff, place, "assembly.k_votes", "4")
    seen = str(session().scalar(select(func.max(SettingChange.id))))
    address = f"/{place.slug}/settings/assembly.k_votes/clear"
    assert staff.post(address, data={"reason": "", "seen": seen}).status_code == 422
    assert staff.post(address, data={"reason": "조례가 바뀜", "seen": seen}).status_code == 303
    assert "위에서 정한 값으로 돌아감" in staff.get(f"/{place.slug}/settings/assembly.k_votes").text


def test_strangers_see_and_do_not_touch(client: FlaskClient, client_of):
    place = make_place()
    for browser, status in (
        (client_of(make_holder(Role.DONG_STAFF, make_place())), 403),
        (client_of(make_holder(Role.COUNCIL_MEMBER, place)), 403),
        (client, 401),
    ):
        assert "이곳에서 따로 정하기" not in browser.get(f"/{place.slug}/settings/assembly.k_votes").text
        assert decide(browser, place, "assembly.k_votes", "4").status_code == status
    assert session().scalar(select(func.count(SettingChange.id))) == 0


def test_an_unknown_rule_is_a_page_that_helps(client: FlaskClient):
    assert client.get(f"/{make_place().slug}/settings/no.such").status_code == 404


def test_values_are_shown_as_text_and_never_run(client_of, client: FlaskClient):
    place = make_place()
    staff = client_of(make_holder(Role.DONG_STAFF, place))
    decide(staff, place, "assembly.k_votes", "4", legal_basis="<script>alert(1)</script>", reason="{{7*7}}")
    page = client.get(f"/{place.slug}/settings/assembly.k_votes").text
    assert "<script>alert" not in page
    assert "{{7*7}}" in page


def test_the_tree_is_for_those_who_run_it(client: FlaskClient, client_of):
    district = make_place(PlaceKind.DISTRICT, name="가상구")
    dong = make_place(PlaceKind.DONG, district, "가동")
    boss, staff = client_of(make_holder(Role.DISTRICT_STAFF, district)), client_of(make_holder(Role.DONG_STAFF, dong))
    assert "가상구" in boss.get("/places").text
    assert "가상구" not in staff.get("/places").text
    assert "가동" in staff.get("/places").text
    assert client.get("/places").status_code == 303
    assert client_of(make_holder(Role.COUNCIL_MEMBER, dong)).get("/places").status_code == 403


@pytest.mark.slow
def test_a_dong_is_added_and_renamed(app: Flask, client: FlaskClient, client_of):
    district = make_place(PlaceKind.DISTRICT)
    boss = client_of(make_holder(Role.DISTRICT_STAFF, district))
    data = {"kind": "dong", "name": "새동", "name_en": "Sae-dong", "slug": "sae-dong", "population": "12000"}
    assert boss.post(f"/places/{district.id}/new", data={**data, "slug": "account"}).status_code == 422
    assert boss.post(f"/places/{district.id}/new", data={**data, "kind": "city"}).status_code == 422
    assert boss.post(f"/places/{district.id}/new", data=data).status_code == 303
    assert client.get("/sae-dong/").status_code == 200
    place = session().scalar(select(Place).where(Place.slug == "sae-dong"))
    edit = {"name": "큰동", "name_en": "Keun-dong", "population": "13000", "version": str(place.version)}
    assert boss.post(f"/places/{place.id}/edit", data=edit).status_code == 303
    late = boss.post(f"/places/{place.id}/edit", data={**edit, "name": "작은동"})
    assert late.status_code == 422
    assert "작은동" in late.text
    assert "큰동" in client.get("/sae-dong/").text
    stranger = client_of(make_holder(Role.DISTRICT_STAFF, make_place(PlaceKind.DISTRICT)))
    assert stranger.get(f"/places/{place.id}/edit").status_code == 403
    assert stranger.get(f"/places/{district.id}/new").status_code == 403
