from datetime import date
from itertools import product

import pytest

from app.errors import InvalidInput
from app.people.roll_files import Row
from app.people.rules import (
    GRANTED_AT,
    IMPORT_MOVES,
    MAY_GRANT,
    NEEDS_SECOND_FACTOR,
    ROLL_MOVES,
    STAFF,
    STAFF_BY_STRENGTH,
    ImportState,
    Role,
    RollState,
    age_on,
    name_order,
    require_birth_date,
    require_public_name,
)


def test_every_staff_role_has_a_rank_and_needs_a_second_factor():
    assert set(STAFF_BY_STRENGTH) == STAFF
    assert STAFF <= NEEDS_SECOND_FACTOR


def test_nobody_but_the_operator_gives_their_own_role_or_a_stronger_one():
    rank = {role: n for n, role in enumerate(STAFF_BY_STRENGTH)}
    for giver, given in product(MAY_GRANT, Role):
        if giver is not Role.OPERATOR and given in MAY_GRANT[giver] and given in rank:
            assert rank[given] > rank[giver]


def test_residents_are_verified_and_never_appointed():
    assert all(Role.RESIDENT not in given for given in MAY_GRANT.values())


def test_auditors_are_not_chosen_by_those_they_audit():
    assert {giver for giver, given in MAY_GRANT.items() if Role.AUDITOR in given} == {Role.OPERATOR, Role.CITY_STAFF}


def test_every_role_that_can_be_given_has_a_level():
    assert set(GRANTED_AT) == set(Role)


@pytest.mark.parametrize("state", [RollState.FROZEN, RollState.ERASED])
def test_a_roll_that_was_frozen_never_becomes_a_draft_again(state: RollState):
    assert RollState.DRAFT not in ROLL_MOVES[state]


def test_a_file_that_was_taken_can_only_be_taken_back_and_one_thrown_away_is_over():
    assert IMPORT_MOVES[ImportState.TAKEN] == {ImportState.DISCARDED}
    assert not IMPORT_MOVES[ImportState.DISCARDED]


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(2011, 7, 1), date(2026, 7, 1), 15),
        (date(2011, 7, 2), date(2026, 7, 1), 14),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_age_is_counted_in_completed_years(born: date, on: date, age: int):
    assert age_on(born, on) == age


def test_birth_dates_of_the_future_and_of_matusalem_are_refused():
    today = date(2026, 7, 1)
    for born in (date(2026, 7, 2), date(1905, 1, 1)):
        with pytest.raises(InvalidInput):
            require_birth_date(born, today=today)
    require_birth_date(date(1906, 7, 1), today=today)


@pytest.mark.parametrize("name", ["", "  ", "x" * 41, "민\u200b지", "\u202e민지", "민\x07지"])
def test_public_names_show_what_they_are(name: str):
    with pytest.raises(InvalidInput):
        require_public_name(name)


def test_public_names_are_tidied_up():
    assert require_public_name("  민지   네 ") == "민지 네"


def test_twins_share_a_key():
    one = Row(line=2, name="김 민지", birth_date=date(1990, 3, 4), unit="제12통")
    assert one.twin_key == Row(line=9, name="김민지", birth_date=date(1990, 3, 4), unit="12").twin_key


def test_names_are_sorted_as_people_read_them():
    names = ["이웃 10", "이웃 2", "느티 1", "이웃 1", "2통 이웃", "하늘", "이웃", "12통 이웃"]
    assert sorted(names, key=name_order) == [
        "2통 이웃",
        "12통 이웃",
        "느티 1",
        "이웃",
        "이웃 1",
        "이웃 2",
        "이웃 10",
        "하늘",
    ]
