"""Rules of the survey: consent, homes, states."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from app.errors import InvalidInput, RuleViolation
from app.places.points import GeoPoint
from app.survey.rules import (
    MOVES,
    ResourceKind,
    ResourceState,
    ResourceWords,
    natural_key,
    require_move,
    require_other_eyes,
    require_sound,
)

TODAY = date(2026, 7, 1)
SOMEBODY = ResourceWords(
    ResourceKind.PEOPLE, "매듭 선생님", where="3통 둘레", agreed_on=date(2026, 6, 1), agreed_how="조사지에 서명"
)
SHOP = ResourceWords(ResourceKind.SHOP, "향촌 책방", where="향촌길 7", point=GeoPoint(37_600_000, 126_800_000))


def refused(words: ResourceWords) -> str | None:
    with pytest.raises(InvalidInput) as refusal:
        require_sound(words, today=TODAY)
    return refusal.value.field


def test_a_person_with_consent_and_a_shop_without_are_sound():
    require_sound(SOMEBODY, today=TODAY)
    require_sound(SHOP, today=TODAY)


def test_nobody_is_listed_without_consent():
    assert refused(replace(SOMEBODY, agreed_on=None)) == "agreed_on"
    assert refused(replace(SOMEBODY, agreed_how=" ")) == "agreed_how"
    assert refused(replace(SOMEBODY, agreed_on=date(2026, 7, 2))) == "agreed_on"
    assert refused(replace(SHOP, contact="031-000-0000")) == "agreed_on"


def test_nobody_is_put_on_the_map():
    assert refused(replace(SOMEBODY, point=SHOP.point)) == "point"


@pytest.mark.parametrize(
    "where", ["향촌길 12", "관산로 12-3", "중앙로34", "고골길 5", "벽제동 123-4번지", "향촌로3번길 7", "101동 1203호"]
)
def test_a_home_is_never_written_down(where: str):
    assert refused(replace(SOMEBODY, where=where)) == "where"


@pytest.mark.parametrize("where", ["", "3통 둘레", "관산동", "향촌로3번길 둘레", "작은도서관", "2리 마을회관 쪽"])
def test_an_area_is_no_home(where: str):
    require_sound(replace(SOMEBODY, where=where), today=TODAY)


def test_a_flat_is_refused_for_everything_and_a_street_is_not():
    assert refused(replace(SHOP, where="푸른아파트 101동 1203호")) == "where"
    require_sound(replace(SHOP, where="관산로 12-3 1층"), today=TODAY)


@pytest.mark.parametrize(("present", "wanted"), list(product(ResourceState, ResourceState)))
def test_every_move_is_as_the_table_says(present: ResourceState, wanted: ResourceState):
    if wanted in MOVES[present]:
        require_move(present, wanted)
    else:
        with pytest.raises(RuleViolation):
            require_move(present, wanted)


def test_what_was_removed_stays_removed():
    assert MOVES[ResourceState.REMOVED] == frozenset()


def test_nobody_checks_their_own_words():
    require_other_eyes(changed_by=1, checked_by=2)
    with pytest.raises(RuleViolation):
        require_other_eyes(changed_by=1, checked_by=1)


def test_the_same_thing_is_known_however_it_is_written():
    shop = ResourceKind.SHOP
    assert natural_key(shop, "향촌 책방", "향촌길 7") == natural_key(shop, "향촌책방", "향촌길7")
    assert natural_key(shop, "향촌 책방", "") != natural_key(ResourceKind.SPACE, "향촌 책방", "")
