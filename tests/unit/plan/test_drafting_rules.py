"""Rules of drafting: estimates, envelopes, sites, texts side by side, bytes of a version."""

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.plan.rules import FundSource, ItemText, canonical_version
from app.plan.rules.plan import FrozenCost
from app.plan.rules.workbench import (
    CHAPTER_NAMES,
    Chapter,
    CostLine,
    balances,
    main_source,
    read_quantity,
    recosted,
    require_lines,
    same_sites,
    say_quantity,
    side_by_side,
)

BUDGET, TAX = FundSource.PARTICIPATORY_BUDGET, FundSource.RESIDENT_TAX


def line(quantity: int = 100, price: int = 1000, source: FundSource = BUDGET, year: int = 2026) -> CostLine:
    return CostLine("그늘막", "개", quantity, price, source, year)


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_a_line_costs_quantity_by_price_to_the_nearest_won(quantity: int, price: int):
    exact = Fraction(quantity * price, 100)
    assert abs(line(quantity, price).total_won - exact) <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("typed", "hundredths"), [("2", 200), ("1.5", 150), ("1,200", 120_000), ("２.05", 205), ("0.1", 10)]
)
def test_quantities_are_read_as_people_type_them(typed: str, hundredths: int):
    assert read_quantity(typed) == hundredths


@pytest.mark.parametrize("typed", ["", "둘", "-1", "1.234", "1.x", "1e9", ".5", "9999999999"])
def test_what_is_no_quantity_is_refused(typed: str):
    with pytest.raises(InvalidInput):
        read_quantity(typed)


@given(st.integers(1, 10**9))
def test_a_quantity_that_is_said_is_read_as_the_same(hundredths: int):
    assert read_quantity(say_quantity(hundredths)) == hundredths


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [line()] * 41,
        [line(quantity=0)],
        [line(price=0)],
        [line(year=2025)],
        [line(year=2028)],
        [CostLine("", "개", 1, 1, BUDGET, 2026)],
    ],
)
def test_an_estimate_that_cannot_be_is_refused(lines: list[CostLine]):
    assert require_lines([line(150, 1000), line()], year=2026) == 2500
    with pytest.raises(InvalidInput):
        require_lines(lines, year=2026)


def test_the_main_source_pays_most():
    assert main_source([line(price=10), line(price=7, source=TAX), line(price=7, source=TAX)]) is TAX
    assert main_source([line(price=10, source=TAX), line(price=10)]) is BUDGET


def test_running_totals_show_what_is_left_and_what_is_over():
    found = balances(
        [line(price=700), line(price=600), line(price=5, source=TAX, year=2027)],
        {(BUDGET, 2026): 1000, (TAX, 2026): 50},
    )
    assert [(row.source, row.year, row.asked_won, row.left_won) for row in found] == [
        (BUDGET, 2026, 1300, -300), (TAX, 2026, 0, 50), (TAX, 2027, 5, None),
    ]  # fmt: skip


def test_the_same_site_is_found_however_it_is_written():
    assert same_sites([(1, "향촌초 앞"), (2, "향촌초앞."), (3, "공원"), (4, ""), (5, "")]) == [[1, 2]]


def test_the_plan_has_the_seven_contents_of_the_ordinance():
    assert len(Chapter) == 7
    assert set(CHAPTER_NAMES) == set(Chapter)


def test_two_texts_stand_line_by_line_beside_each_other():
    rows = [(row.kind, row.before, row.after) for row in side_by_side("가\n나\n다", "가\n라\n다\n마")]
    assert rows == [("same", "가", "가"), ("changed", "나", "라"), ("same", "다", "다"), ("in", "", "마")]


@given(st.text("가나\n", max_size=30), st.text("가나\n", max_size=30))
def test_nothing_is_lost_beside_each_other(before: str, after: str):
    rows = side_by_side(before, after)
    assert [row.before for row in rows if row.kind != "in"] == before.splitlines()
    assert [row.after for row in rows if row.kind != "out"] == after.splitlines()


def test_costs_and_contents_stand_at_the_end_of_a_versions_bytes_and_nowhere_without_them():
    bare = ItemText(1, 7, "그늘막", "글", 3000, BUDGET, "분과", None)
    before = canonical_version(place="p", year=2026, number=1, items=[bare])
    assert b"costs" not in before
    assert b"chapters" not in before
    cost = FrozenCost("천", "개", 200, 1500, BUDGET, 2026)
    rich = ItemText(1, 7, "그늘막", "글", 3000, BUDGET, "분과", None, (cost,))
    parsed = json.loads(
        canonical_version(place="p", year=2026, number=1, items=[rich], chapters=[("council", "월 1회")])
    )
    assert parsed["sections"][0]["costs"][0]["quantity_hundredths"] == 200
    assert parsed["chapters"] == [{"chapter": "council", "body": "월 1회"}]


@pytest.mark.parametrize("total", [1, 7, 99_999, 3_210_000, 4_000_001])
def test_an_estimate_adds_up_to_any_other_total(total: int):
    lines = [
        CostLine("그늘막", "개", 300, 1_000_000, FundSource.PARTICIPATORY_BUDGET, 2026),
        CostLine("관리", "시간", 1050, 20_000, FundSource.RESIDENT_TAX, 2027),
    ]
    changed = recosted(lines, total)
    assert sum(line.total_won for line in changed) == total
    assert all(line.price_won > 0 for line in changed)


def test_a_line_whose_price_is_not_whole_becomes_a_lump_sum_that_says_how_many():
    [line] = recosted([CostLine("화분", "개", 300, 100, FundSource.OTHER, 2026)], 200)
    assert (line.name, line.unit, line.total_won) == ("화분 (3 개)", "식", 200)
    [line] = recosted([CostLine("화분", "개", 300, 100, FundSource.OTHER, 2026)], 150)
    assert (line.name, line.quantity_hundredths, line.price_won) == ("화분", 300, 50)
