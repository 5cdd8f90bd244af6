"""Representative statements, by hand."""

import numpy as np
import pytest

from tests.unit.voting.opinions.rounds import unanimous
from voting.opinions import Vote, VoteTable, count_votes_by_group
from voting.opinions.representative import group_statistics, representative_statements


def represented(votes, used=None):
    table = VoteTable.from_events(unanimous(votes))
    members = np.array([person // 1000 for person in table.participants])
    counts = count_votes_by_group(table, members, len(votes))
    flags = np.ones(len(table.statements), bool) if used is None else np.array(used)
    return representative_statements(table, counts, group_statistics(counts), used=flags)


def listed(group):
    return [(item.statement, item.side) for item in group]


def test_the_statistics_of_a_group_are_the_published_ones():
    table = VoteTable.from_events(unanimous({0: [(8, 1, 1)], 1: [(2, 10, 3)], 2: [(3, 1, 1)]}))
    counts = count_votes_by_group(table, np.array([person // 1000 for person in table.participants]), 3)
    found = group_statistics(counts)
    assert found.agree_share[0, 0] == 9 / 12
    assert found.agree_test[0, 0] == pytest.approx(2 * 11**0.5 * (9 / 11 - 0.5))
    assert found.agree_ratio[0, 0] == pytest.approx((9 / 12) / (6 / 22))
    pooled = (9 + 6) / (11 + 21)
    difference = 9 / 11 - 6 / 21
    assert found.agree_ratio_test[0, 0] == pytest.approx(
        difference / (pooled * (1 - pooled) * (1 / 11 + 1 / 21)) ** 0.5
    )
    assert found.disagree_share[1, 0] == 11 / 17
    assert found.disagree_ratio[1, 0] == pytest.approx((11 / 17) / (3 / 17))


def test_what_divides_two_groups_represents_both():
    first, second = represented({0: [(20, 0, 0), (10, 10, 0)], 1: [(0, 20, 0), (10, 10, 0)]})
    assert listed(first) == [(0, Vote.AGREE)]
    # Statement 1 is no division, but the best thing the second group is for would have to be significant: it is not.
    assert listed(second) == [(0, Vote.DISAGREE)]


def test_agreed_statements_come_before_disagreed_ones():
    first, _ = represented({0: [(0, 20, 0), (15, 2, 0), (0, 19, 1)], 1: [(20, 0, 0), (3, 12, 0), (20, 0, 0)]})
    sides = [item.side for item in first]
    assert sides == [Vote.AGREE, Vote.DISAGREE, Vote.DISAGREE]
    assert first[1].weight >= first[2].weight


def test_what_a_group_is_for_is_put_first_even_if_others_distinguish_it_more():
    votes = {0: [(20, 0, 0), (0, 20, 0), (0, 20, 0)], 1: [(18, 2, 0), (20, 0, 0), (20, 0, 0)]}
    first, _ = represented(votes)
    assert first[0].statement == 0
    assert first[0].is_best_agree
    assert first[0].side is Vote.AGREE
    assert [item.is_best_agree for item in first[1:]] == [False, False]


def test_the_running_best_compares_full_weights_once_it_distinguishes_the_group():
    # Statement 0 distinguishes weakly; statement 1 has the larger share but does not distinguish: 0 stays the best.
    votes = {0: [(16, 4, 0), (20, 0, 0)], 1: [(10, 10, 0), (20, 0, 0)]}
    first, _ = represented(votes)
    assert [item.statement for item in first if item.is_best_agree] == [0]


def test_the_running_best_compares_shares_as_long_as_it_does_not_distinguish():
    votes = {0: [(16, 4, 0), (20, 0, 0)], 1: [(20, 0, 0), (20, 0, 0)]}
    first, _ = represented(votes)
    assert [item.statement for item in first if item.is_best_agree] == [1]


def test_something_few_are_for_is_not_the_best_even_if_the_others_are_less():
    first, _ = represented({0: [(2, 5, 3)], 1: [(0, 10, 0)]})
    assert not any(item.is_best_agree for item in first)


def test_the_rank_is_the_product_of_ratio_share_and_their_tests():
    # Both divide; many more of the group are against the second, but hardly anybody else is against the first.
    votes = {0: [(6, 14, 0), (0, 20, 0)], 1: [(40, 0, 0), (20, 20, 0)]}
    first, _ = represented(votes)
    assert [item.statement for item in first] == [0, 1]
    assert first[0].weight > first[1].weight
    assert first[0].ratio_test * first[0].share * first[0].share_test < first[1].ratio_test * first[1].share * (
        first[1].share_test
    )


def test_at_most_five_statements_represent_a_group():
    votes = {0: [(20, 0, 0)] * 8, 1: [(0, 20, 0)] * 8}
    first, second = represented(votes)
    assert len(first) == len(second) == 5


def test_a_statement_on_one_side_is_significant_only_with_share_and_ratio():
    # Everybody agrees: the share is significant, the ratio is not; it is named as the best agreed one alone.
    first, second = represented({0: [(20, 0, 0), (20, 0, 0)], 1: [(20, 0, 0), (20, 0, 0)]})
    assert listed(first) == listed(second) == [(0, Vote.AGREE)]
    assert first[0].is_best_agree


def test_where_nothing_qualifies_the_most_distinguishing_statement_stands_alone():
    first, _ = represented({0: [(1, 3, 3), (0, 4, 3)], 1: [(2, 2, 3), (2, 2, 3)]})
    assert listed(first) == [(1, Vote.DISAGREE)]
    assert not first[0].is_best_agree


def test_statements_left_out_represent_nobody():
    first, _ = represented({0: [(20, 0, 0), (18, 2, 0)], 1: [(0, 20, 0), (2, 18, 0)]}, used=[False, True])
    assert listed(first) == [(1, Vote.AGREE)]
    assert represented({0: [(20, 0, 0)], 1: [(0, 20, 0)]}, used=[False]) == ((), ())
