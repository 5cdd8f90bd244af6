"""Consensus of everybody, and of every group at once."""

import numpy as np
import pytest

from tests.unit.voting.opinions.rounds import unanimous
from voting.opinions import VoteTable, agreement, analyse, count_votes, count_votes_by_group
from voting.opinions.consensus import group_informed_consensus, majority_consensus


def majority(counts, used=None):
    table = VoteTable.from_events(unanimous({0: counts}))
    flags = np.ones(len(counts), bool) if used is None else np.array(used)
    found = majority_consensus(agreement(table, count_votes(table)), used=flags)
    return [[item.statement for item in side] for side in (found.agree, found.disagree)]


def test_the_clearest_majorities_come_first_and_at_most_five():
    assert majority([(10 + i, 1, 0) for i in range(7)]) == [[6, 5, 4, 3, 2], []]


def test_many_who_agree_rank_before_few_who_all_do():
    assert majority([(5, 0, 0), (40, 8, 0)]) == [[1, 0], []]
    assert majority([(0, 5, 0), (8, 40, 0)]) == [[], [1, 0]]


def test_both_sides_are_listed():
    assert majority([(20, 1, 0), (1, 20, 0), (10, 10, 0)]) == [[0], [1]]


def test_a_majority_that_may_be_chance_is_not_listed():
    assert majority([(6, 4, 0), (3, 0, 30)]) == [[], []]


def test_fewer_than_five_are_no_majority_of_a_village_but_one_of_polis():
    events = unanimous({0: [(4, 0, 0), (5, 0, 0), (0, 1, 0)]})
    mine, theirs = (analyse(events, mode=mode).consensus for mode in ("madang", "polis"))
    assert [item.statement for item in mine.agree] == [1]
    assert mine.disagree == ()
    assert [item.statement for item in theirs.agree] == [1, 0]
    assert [item.statement for item in theirs.disagree] == [2]


def test_statements_left_out_are_not_listed():
    assert majority([(20, 1, 0), (19, 1, 0)], used=[False, True]) == [[1], []]


def test_group_informed_consensus_is_the_product_and_the_least_of_the_groups_shares():
    votes = {0: [(8, 1, 1)], 1: [(2, 10, 3)], 2: [(0, 0, 0)]}
    table = VoteTable.from_events(unanimous(votes))
    counts = count_votes_by_group(table, np.array([person // 1000 for person in table.participants]), 3)
    found = group_informed_consensus(counts)
    assert found.agree[0] == pytest.approx(9 / 12 * 3 / 17 * 1 / 2, abs=1e-15)
    assert found.disagree[0] == pytest.approx(2 / 12 * 11 / 17 * 1 / 2, abs=1e-15)
    assert found.least_agree[0] == 3 / 17
    assert found.least_disagree[0] == 2 / 12


def test_a_small_group_that_disagrees_lowers_it_more_than_the_majority_shows():
    votes = {0: [(90, 2, 0), (80, 10, 2)], 1: [(0, 8, 0), (7, 1, 0)]}
    events = unanimous(votes)
    groups = [list(range(92)), [1000 + person for person in range(8)]]
    found = analyse(events, groups)
    assert found.agreement[0].agree_share > found.agreement[1].agree_share
    assert found.group_informed_consensus.agree[0] < found.group_informed_consensus.agree[1]
