"""How many different ballots there are, against writing all of them down; and the numbers of well-known ballots."""

from collections.abc import Iterator
from itertools import combinations, permutations, product

import pytest

from voting.allocation import (
    SUMS_ONLY,
    Patterns,
    approvals,
    baskets,
    choices_by_category,
    longest_ranking,
    points,
    rankings,
)
from voting.allocation.errors import ImpossibleBallotsError
from voting.cli import main


def orders(items: int, longest: int) -> Iterator[tuple[int, ...]]:
    for size in range(min(items, longest) + 1):
        yield from permutations(range(items), size)


def sets(items: int) -> Iterator[tuple[int, ...]]:
    for size in range(items + 1):
        yield from combinations(range(items), size)


@pytest.mark.parametrize(("items", "longest"), [(0, 0), (1, 1), (4, 2), (5, 5), (5, 9), (6, 3)])
def test_rankings_are_all_orders_and_those_that_begin_with_one_item(items: int, longest: int):
    every = list(orders(items, longest))
    assert rankings(items, longest) == Patterns(len(every), sum(order[:1] == (0,) for order in every))


@pytest.mark.parametrize(("items", "most"), [(0, 0), (1, 0), (4, 2), (5, 5), (5, 8)])
def test_approvals_are_all_small_sets_and_those_with_one_item(items: int, most: int):
    every = [chosen for chosen in sets(items) if len(chosen) <= most]
    assert approvals(items, most) == Patterns(len(every), sum(0 in chosen for chosen in every))


@pytest.mark.parametrize(("sizes", "most"), [((2, 3), 1), ((1, 1, 2), 2), ((4,), 2)])
def test_choices_by_category_are_multiplied(sizes: tuple[int, ...], most: int):
    of_each = [[chosen for chosen in sets(size) if len(chosen) <= most] for size in sizes]
    every = list(product(*of_each))
    beside = max(sum(0 in ballot[part] for ballot in every) for part in range(len(sizes)))
    assert choices_by_category(sizes, most) == Patterns(len(every), beside)


@pytest.mark.parametrize(("items", "total", "per_item"), [(3, 4, 2), (4, 3, 3), (2, 5, 1), (3, 0, 2), (1, 4, 9)])
def test_points_are_all_ways_of_giving_them(items: int, total: int, per_item: int):
    every = [given for given in product(range(per_item + 1), repeat=items) if sum(given) <= total]
    most = min(per_item, total)
    beside = sum(given[0] == most for given in every) if most else 0
    assert points(items, total, per_item) == Patterns(len(every), beside)


@pytest.mark.parametrize(
    ("costs", "envelope"), [((6, 5, 4), 10), ((1, 2, 3, 4, 5), 7), ((), 3), ((9, 9), 8), ((3, 1, 4, 1, 5, 9, 2), 11)]
)
def test_baskets_are_all_sets_that_fit_into_the_money(costs: tuple[int, ...], envelope: int):
    every = [chosen for chosen in sets(len(costs)) if sum(costs[item] for item in chosen) <= envelope]
    beside = max((sum(item in chosen for chosen in every) for item in range(len(costs))), default=0)
    assert baskets(costs, envelope) == Patterns(len(every), beside)


def test_thirty_items_in_a_basket_are_counted_at_once():
    assert baskets([1] * 30, 30).ballots == 2**30


def test_thirty_ranked_items_mark_the_whole_world_and_three_of_ten_not_a_village():
    """security.md T48: options! against voters."""
    whole = rankings(30, 30)
    assert whole.ballots == 721_032_028_774_273_509_017_636_384_693_701
    assert whole.can_mark(8_000_000_000)
    assert rankings(10, 3) == Patterns(821, 82)
    assert not rankings(10, 3).can_mark(771)
    assert round(float(rankings(10, 3).per_voter(771)), 3) == 1.065


def test_sums_mark_nobody():
    assert not SUMS_ONLY.can_mark(1)


@pytest.mark.parametrize(
    ("items", "voters", "longest"), [(30, 3000, 3), (10, 771, 4), (10, 81, 2), (6, 326, 6), (6, 325, 5), (5, 0, 1)]
)
def test_the_longest_ranking_leaves_no_mark_for_every_voter(items: int, voters: int, longest: int):
    assert longest_ranking(items, voters) == longest
    assert longest == items or rankings(items, longest + 1).can_mark(voters)


@pytest.mark.parametrize("wrong", [lambda: rankings(-1, 2), lambda: points(3, -1, 1), lambda: baskets([1] * 41, 5)])
def test_impossible_numbers_are_refused(wrong):
    with pytest.raises(ImpossibleBallotsError):
        wrong()


def test_the_command_tells_the_numbers(capsys: pytest.CaptureFixture[str]):
    assert main(["patterns", "ranking", "--items", "10", "--most", "3", "--voters", "771"]) == 0
    said = capsys.readouterr().out
    assert "different ballots: 821" in said
    assert "too few to mark every voter" in said
    assert "longest ranking that is not: 4" in said
    assert main(["patterns", "basket", "--costs", "6,5,4", "--envelope", "10", "--voters", "2", "--json"]) == 0
    assert '"ballots":"6"' in capsys.readouterr().out
    assert main(["patterns", "points", "--items", "-1", "--voters", "2"]) == 2
