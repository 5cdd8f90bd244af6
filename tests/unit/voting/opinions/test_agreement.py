"""Agreement: counts, shares, tests and intervals."""

import math

import numpy as np
import pytest

from tests.unit.voting.opinions.rounds import unanimous
from voting.opinions import (
    Vote,
    VoteTable,
    agreement,
    count_votes,
    count_votes_by_group,
    one_proportion_test,
    two_proportion_test,
    wilson_interval,
)


def said(agree, disagree, passes):
    table = VoteTable.from_events(unanimous({0: [(agree, disagree, passes)]}))
    return agreement(table, count_votes(table))[0]


def whole(number):
    return np.array([number])


def test_counts_are_of_last_votes_per_statement():
    table = VoteTable.from_events([(1, 1, 1, 0), (2, 1, -1, 0), (3, 1, 0, 0), (1, 2, 1, 0), (2, 1, 1, 1)])
    counts = count_votes(table)
    assert counts.agree.tolist() == [2, 1]
    assert counts.disagree.tolist() == [0, 0]
    assert counts.passes.tolist() == [1, 0]
    assert counts.seen.tolist() == [3, 1]


def test_group_counts_leave_out_those_in_no_group():
    table = VoteTable.from_events([(1, 1, 1, 0), (2, 1, -1, 0), (3, 1, 0, 0), (4, 1, 1, 0)])
    counts = count_votes_by_group(table, np.array([0, 1, 1, -1]), 2)
    assert counts.agree.tolist() == [[1], [0]]
    assert counts.disagree.tolist() == [[0], [1]]
    assert counts.passes.tolist() == [[0], [1]]
    assert counts.summed().seen.tolist() == [3]


def test_shares_are_shrunk_towards_one_half():
    statement = said(8, 1, 1)
    assert statement.agree_share == 9 / 12
    assert statement.disagree_share == 2 / 12


def test_the_test_of_a_majority_is_the_published_one():
    assert one_proportion_test(whole(8), whole(10))[0] == pytest.approx(2 * math.sqrt(11) * (9 / 11 - 0.5), abs=1e-15)


def test_the_test_between_groups_is_the_pooled_one_with_one_added():
    pooled = (9 + 4) / (11 + 21)
    expected = (9 / 11 - 4 / 21) / math.sqrt(pooled * (1 - pooled) * (1 / 11 + 1 / 21))
    assert two_proportion_test(whole(8), whole(10), whole(3), whole(20))[0] == pytest.approx(expected, abs=1e-14)


def test_groups_that_all_agree_do_not_differ():
    assert two_proportion_test(whole(10), whole(10), whole(20), whole(20))[0] == 0


def test_groups_that_nobody_asked_do_not_differ():
    assert two_proportion_test(whole(0), whole(0), whole(0), whole(0))[0] == 0


@pytest.mark.parametrize(
    ("counts", "side"),
    [
        ((9, 1, 0), Vote.AGREE),
        ((1, 9, 0), Vote.DISAGREE),
        ((5, 5, 0), None),
        ((5, 0, 0), Vote.AGREE),
        ((4, 0, 0), None),
        ((0, 5, 0), Vote.DISAGREE),
    ],
)
def test_a_majority_is_named_only_when_it_is_significant(counts, side):
    assert said(*counts).majority == side


def test_passes_weigh_against_both_sides():
    assert said(9, 1, 0).majority is Vote.AGREE
    assert said(9, 1, 10).majority is None


def test_the_interval_is_that_of_wilson():
    # R. G. Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263.
    interval = wilson_interval(81, 263)
    assert (round(interval.low, 4), round(interval.high, 4)) == (0.2553, 0.3662)


def test_the_interval_stays_inside_zero_and_one_and_is_unknown_of_nothing():
    none, every = wilson_interval(0, 20), wilson_interval(20, 20)
    assert none.low == 0.0
    assert round(none.high, 4) == 0.1611
    assert every.high == 1.0
    assert wilson_interval(0, 0) is None


def test_division_grows_with_the_smaller_side():
    shares = [said(*counts).division for counts in ((20, 0, 0), (15, 5, 0), (10, 10, 0))]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert said(5, 5, 10).division < shares[-1]


@pytest.mark.parametrize(
    ("counts", "hard"),
    [((6, 5, 9), True), ((6, 6, 8), False), ((5, 5, 9), False), ((0, 0, 20), True)],
)
def test_a_statement_is_hard_to_understand_when_more_than_two_in_five_of_twenty_pass(counts, hard):
    assert said(*counts).is_hard_to_understand() is hard
