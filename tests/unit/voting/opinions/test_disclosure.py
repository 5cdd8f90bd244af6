"""What may be shown of small groups."""

import numpy as np
import pytest

from voting.opinions import Counts, ShownVotes, shown_votes


def shown(*groups):
    """Return what is shown of one statement, from (agree, disagree, pass) per group."""
    return [
        row[0] for row in shown_votes(Counts(*(np.array(side)[:, np.newaxis] for side in zip(*groups, strict=True))))
    ]


def test_counts_of_five_and_more_are_shown():
    assert shown((20, 5, 5), (6, 7, 8)) == [ShownVotes(70, 20, 20, (20, 5, 5)), ShownVotes(30, 30, 40, (6, 7, 8))]


def test_a_count_below_five_hides_the_counts_of_its_group_and_leaves_rounded_shares():
    first, second, third = shown((20, 4, 6), (30, 1, 9), (9, 9, 9))
    assert first == ShownVotes(70, 10, 20, None)
    assert second == ShownVotes(80, 0, 20, None)
    assert third.counts == (9, 9, 9)


def test_a_group_hidden_alone_hides_another_so_that_nothing_follows_by_subtraction():
    first, second, third = shown((20, 4, 6), (8, 7, 9), (9, 9, 9))
    assert first.counts is None
    assert second.counts is None
    assert third.counts == (9, 9, 9)


def test_of_two_groups_both_are_hidden():
    assert [votes.counts for votes in shown((20, 0, 6), (8, 7, 9))] == [None, None]


def test_fewer_than_five_who_saw_it_show_nothing():
    assert shown((2, 1, 1), (0, 0, 0), (3, 1, 1)) == [None, None, ShownVotes(60, 20, 20, None)]


@pytest.mark.parametrize(("agree", "percent"), [(0, 0), (1, 10), (9, 50), (10, 50), (18, 90), (19, 100), (20, 100)])
def test_shares_are_rounded_to_ten_percent_halves_upwards(agree, percent):
    assert shown((agree, 20 - agree, 0))[0].agree_percent == percent
