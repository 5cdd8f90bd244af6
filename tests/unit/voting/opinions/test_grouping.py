"""Who is analysed, and how the analysed are divided."""

import numpy as np
import pytest

from tests.unit.voting.opinions.rounds import camps
from voting.opinions import ImpossibleGroupCountError, VoteTable, adjusted_rand_index, grouping
from voting.opinions.clusters import Clusters
from voting.opinions.grouping import find_groups, select_analysed, smallest_real_group


def table_with_votes(*numbers):
    """Return a table in which participant i has voted on the first so many statements."""
    most = max(numbers)
    return VoteTable.from_events(
        [(person, statement, 1, 0) for person, number in enumerate(numbers) for statement in range(number)],
        statements=range(most),
    )


def included(table, *, left_out=(), mode="madang", before=()):
    selected = select_analysed(table, used=~table.columns_of(left_out), mode=mode, before=before)
    return [table.participants[row] for row in np.flatnonzero(selected.included).tolist()]


def test_seven_votes_qualify():
    table = table_with_votes(*[7] * 15, 6, 10)
    assert included(table) == [*range(15), 16]


def test_with_fewer_than_seven_statements_all_of_them_are_needed():
    table = table_with_votes(*[5] * 15, 4)
    assert included(table) == list(range(15))


def test_up_to_fifteen_the_busiest_are_added_and_the_earlier_of_equals():
    table = table_with_votes(*[8] * 12, 3, 5, 4, 4, 4)
    selected = select_analysed(table, used=np.ones(8, bool), mode="madang")
    assert np.flatnonzero(selected.included).tolist() == [*range(12), 13, 14, 15]
    assert int(selected.qualified.sum()) == 12


def test_of_many_equally_busy_the_earliest_are_added():
    table = table_with_votes(*[8] * 10, *[4] * 60)
    assert included(table) == list(range(15))


def test_votes_on_left_out_statements_qualify_in_polis_mode_only():
    table = table_with_votes(*[10] * 20, 7)
    assert 20 in included(table, left_out=[0], mode="polis")
    assert 20 not in included(table, left_out=[0], mode="madang")


def test_once_in_is_always_in():
    table = table_with_votes(*[9] * 15, 2, 2)
    assert included(table, before=[16]) == [*range(15), 16]


def test_somebody_whose_votes_are_all_on_left_out_statements_is_not_added():
    table = VoteTable.from_events([(1, 1, 1, 0), (2, 2, 1, 0)])
    assert included(table, left_out=[2]) == [1]


@pytest.mark.parametrize(("people", "size"), [(0, 5), (30, 5), (50, 5), (51, 6), (99, 10), (100, 10), (1001, 101)])
def test_a_real_group_has_five_members_and_a_tenth_of_the_people(people, size):
    assert smallest_real_group(people) == size


def blobs(*sizes, spread=0.3, seed=1):
    generator = np.random.default_rng(seed)
    centres = np.array([[0, 0], [9, 0], [0, 9], [40, 40]])[: len(sizes)]
    return np.concatenate([c + spread * generator.standard_normal((n, 2)) for c, n in zip(centres, sizes, strict=True)])


@pytest.mark.parametrize("mode", ["madang", "polis"])
def test_separate_crowds_are_found(mode):
    points, crowd = blobs(40, 30, 20), np.repeat([0, 1, 2], [40, 30, 20])
    shuffled = np.random.default_rng(3).permutation(90)
    found = find_groups(points[shuffled], mode=mode, seed=0)
    assert found.best_count == 3
    assert adjusted_rand_index(found.candidate(3).clusters.labels, crowd[shuffled]) == 1.0
    assert [candidate.count for candidate in found.candidates] == [2, 3, 4, 5]


def test_a_division_with_a_handful_of_outliers_loses_to_one_into_real_groups_in_madang_mode():
    points = np.concatenate([[[0.0, 0.0], [9.0, 0.0], [4.5, 20.0]], blobs(40, 38), [[4.6, 20.0], [4.5, 20.1]]])
    mine, theirs = (find_groups(points, mode=mode, seed=0) for mode in ("madang", "polis"))
    assert mine.candidate(3).silhouette > mine.candidate(2).silhouette
    assert mine.candidate(3).sizes.min() == 3
    assert mine.best_count == 2
    assert theirs.best_count == 3


def test_of_equal_silhouettes_the_fewer_groups_are_taken():
    labels = [np.repeat([0, 1], [10, 10]), np.repeat([0, 1, 2], [7, 7, 6])]
    equal = tuple(
        grouping.Candidate(int(of.max()) + 1, Clusters(of, np.zeros((int(of.max()) + 1, 2))), 0.5) for of in labels
    )
    assert grouping._best(equal, "madang") == grouping._best(equal[::-1], "polis") == 2


def test_where_no_division_has_only_real_groups_the_best_silhouette_is_taken():
    found = find_groups(blobs(40, 0, 0, 2), mode="madang", seed=0)
    assert found.best_count == 2
    assert not found.candidate(2).has_only_real_groups


@pytest.mark.parametrize(("people", "most"), [(11, 2), (12, 3), (24, 4), (35, 4), (36, 5), (100, 5)])
def test_small_villages_have_few_groups(people, most):
    points = np.random.default_rng(0).random((people, 2))
    assert find_groups(points, mode="madang", seed=0).candidates[-1].count == most


def test_people_of_one_mind_are_one_group():
    found = find_groups(np.ones((40, 2)), mode="madang", seed=0)
    assert found.candidates == ()
    assert found.best_count == 1


def test_nobody_is_no_group():
    for mode in ("madang", "polis"):
        assert find_groups(np.zeros((0, 2)), mode=mode, seed=0).candidates == ()


def test_a_forced_number_of_groups_is_taken():
    found = find_groups(blobs(40, 30, 20), mode="madang", seed=0, count=2)
    assert [candidate.count for candidate in found.candidates] == [2]
    assert found.best_count == 2


@pytest.mark.parametrize("count", [0, 1, 6])
def test_an_impossible_number_of_groups_is_refused(count):
    with pytest.raises(ImpossibleGroupCountError):
        find_groups(blobs(40, 30), mode="madang", seed=0, count=count)


def test_more_groups_than_distinct_positions_are_refused():
    with pytest.raises(ImpossibleGroupCountError):
        find_groups(np.repeat([[0.0, 0], [1, 1]], 20, axis=0), mode="madang", seed=0, count=3)


def test_polis_sums_up_many_people_in_a_hundred_base_clusters():
    points = np.random.default_rng(0).random((400, 2))
    found = find_groups(points, mode="polis", seed=0)
    assert 2 < found.base.count <= 100
    assert len(found.base.labels) == 400
    assert len(found.candidates[0].clusters.labels) == 400


def test_up_to_a_hundred_people_are_each_their_own_base_cluster():
    points = np.random.default_rng(0).random((100, 2))
    assert find_groups(points, mode="polis", seed=0).base.count == 100


def test_polis_starts_from_the_first_distinct_positions():
    # The start decides: from the first two rows, the pair at the top and the pair at the bottom stay together.
    points = np.array([[0.0, 0], [0, 2], [9, 0], [9, 2]])
    found = find_groups(points, mode="polis", seed=0)
    assert found.candidate(2).clusters.labels.tolist() == [0, 1, 0, 1]
    assert find_groups(points, mode="madang", seed=0).candidate(2).clusters.labels.tolist() in (
        [0, 0, 1, 1],
        [1, 1, 0, 0],
    )


def test_given_centres_are_where_k_means_begins():
    points = np.array([[0.0, 0], [0, 2], [9, 0], [9, 2]])
    start = np.array([[9.0, 1], [0, 1]])
    found = find_groups(points, mode="polis", seed=0, start_centres=start)
    assert found.candidate(2).clusters.labels.tolist() == [1, 1, 0, 0]


def test_a_village_of_two_camps_is_divided_as_it_is():
    events = camps(25, 20)
    table = VoteTable.from_events(events)
    assert len(included(table)) == 45
