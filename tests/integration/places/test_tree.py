import unicodedata

import pytest
from flask import Flask

from app.db.session import session, transaction
from app.errors import Conflict, InvalidInput, NotAllowed
from app.people.rules import Role
from app.places.models import Place
from app.places.queries import children, dongs_matching, places_below
from app.places.rules import PlaceKind
from app.places.services.tree import create_place, edit_place
from tests.conftest import NOW
from tests.factories import make_holder, make_place

pytestmark = pytest.mark.usefixtures("app")


def add(parent: Place | None, by: object, **changes: object) -> Place:
    values = {
        "kind": PlaceKind.DONG,
        "name": "새동",
        "name_en": "Sae-dong",
        "slug": "sae",
        "population": 1000,
        **changes,
    }
    with transaction():
        return create_place(parent, by=by, at=NOW, **values)


def test_a_district_adds_its_dongs(app: Flask):
    district = make_place(PlaceKind.DISTRICT)
    place = add(district, make_holder(Role.DISTRICT_STAFF, district))
    assert place.path == f"{district.path}{place.id}/"
    assert [p.id for p in children(district)] == [place.id]


def test_only_a_command_adds_a_city():
    boss = make_holder(Role.OPERATOR, make_place(PlaceKind.CITY))
    with pytest.raises(NotAllowed):
        add(None, boss, kind=PlaceKind.CITY)
    assert add(None, None, kind=PlaceKind.CITY).path.count("/") == 2


def test_a_dong_adds_its_alleys_and_no_dongs():
    dong = make_place()
    staff = make_holder(Role.DONG_STAFF, dong)
    alley = add(dong, staff, kind=PlaceKind.ALLEY, slug="some-alley")
    assert alley.lies_in(dong.id)
    with pytest.raises(NotAllowed):
        add(dong.parent, staff, slug="another")
    with pytest.raises(InvalidInput):
        add(dong, staff, slug="another")


@pytest.mark.parametrize("slug", ["settings", "account", "A", "a b", "1abc", "roll/../x", "관산"])
def test_addresses_that_would_break_the_site_are_refused(slug: str):
    district = make_place(PlaceKind.DISTRICT)
    with pytest.raises(InvalidInput) as refusal:
        add(district, make_holder(Role.DISTRICT_STAFF, district), slug=slug)
    assert refusal.value.field == "slug"


def test_an_address_is_taken_once():
    district = make_place(PlaceKind.DISTRICT)
    staff = make_holder(Role.DISTRICT_STAFF, district)
    add(district, staff)
    with pytest.raises(InvalidInput) as refusal:
        add(district, staff, name="다른동")
    assert refusal.value.field == "slug"
    assert len(children(district)) == 1


def test_two_clerks_renaming_one_place_the_second_sees_a_conflict():
    place = make_place(name="옛동")
    staff = make_holder(Role.DONG_STAFF, place)
    with transaction():
        edit_place(place.id, name="새동", name_en="New", population=5, version=1, by=staff, at=NOW)
    with pytest.raises(Conflict), transaction():
        edit_place(place.id, name="딴동", name_en="New", population=5, version=1, by=staff, at=NOW)
    session().expire_all()
    assert (place.name, place.population, place.initials) == ("새동", 5, "ㅅㄷ new")


def test_another_dongs_staff_rename_nothing():
    place = make_place()
    stranger = make_holder(Role.DONG_STAFF, make_place())
    with pytest.raises(NotAllowed), transaction():
        edit_place(place.id, name="x", name_en="x", population=1, version=1, by=stranger, at=NOW)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("관산", ["관산동"]),
        ("ㄱㅅㄷ", ["관산동"]),
        (unicodedata.normalize("NFD", "관산동"), ["관산동"]),
        ("고양 관", ["관산동"]),
        ("고양", ["관산동", "행신동"]),
        ("gwansan", ["관산동"]),
        ("서울 관산", []),
        ("행%동", []),
        ("_", ["관산동", "상면", "행신동"]),
        ("", ["관산동", "상면", "행신동"]),
    ],
)
def test_a_dong_is_found_by_what_people_type(typed: str, found: list[str]):
    city = make_place(PlaceKind.CITY, name="경기도")
    goyang = make_place(PlaceKind.DISTRICT, city, name="고양시")
    dong = make_place(PlaceKind.DONG, goyang, "관산동")
    with transaction():
        dong.name_en = "Gwansan-dong"
    make_place(PlaceKind.DONG, goyang, "행신동")
    make_place(PlaceKind.DONG, make_place(PlaceKind.DISTRICT, city, "가평군"), "상면")
    assert [place.name for place in dongs_matching(typed)] == found


def test_the_tree_lists_each_place_before_its_children():
    city = make_place(PlaceKind.CITY, name="가시")
    district = make_place(PlaceKind.DISTRICT, city, "나구")
    second, first = make_place(PlaceKind.DONG, district, "하동"), make_place(PlaceKind.DONG, district, "가동")
    make_place()
    assert [p.id for p in places_below([city])] == [city.id, district.id, first.id, second.id]
