"""The opinion space, against a dense calculation."""

import numpy as np
import pytest

from tests.unit.voting.opinions.rounds import camps
from voting.opinions import VoteTable
from voting.opinions.projection import project


def dense(table, used):
    """Return the imputed, centred dense matrix and which cells were seen."""
    votes = np.full(table.shape, np.nan)
    votes[table.rows, table.columns] = table.values
    votes = votes[:, used]
    seen = ~np.isnan(votes)
    centre = np.nanmean(votes, axis=0)
    return np.where(seen, votes - centre, 0.0), seen, centre


def table_and_used(left_out=()):
    table = VoteTable.from_events(camps(20, 15, 10, statements=25, missing=0.4))
    return table, ~table.columns_of(left_out)


def test_components_are_the_leading_singular_vectors():
    table, used = table_and_used()
    matrix, _, _ = dense(table, used)
    _, values, vectors = np.linalg.svd(matrix, full_matrices=False)
    found = project(table, used=used, mode="madang", seed=3)
    np.testing.assert_allclose(np.abs((found.components * vectors[:2]).sum(axis=1)), 1.0, atol=1e-12)
    np.testing.assert_allclose(found.explained, values[:2] ** 2 / (values**2).sum(), atol=1e-12)


def test_power_iteration_finds_the_same_directions():
    table, used = table_and_used()
    one = project(table, used=used, mode="madang", seed=3)
    other = project(table, used=used, mode="polis", seed=9)
    np.testing.assert_allclose(one.components, other.components, atol=1e-6)


def test_positions_are_scaled_by_how_much_was_seen():
    table, used = table_and_used([3, 4])
    matrix, seen, centre = dense(table, used)
    found = project(table, used=used, mode="madang", seed=0)
    scale = np.sqrt(23 / seen.sum(axis=1))
    np.testing.assert_allclose(
        found.positions, scale[:, np.newaxis] * (matrix @ found.components[:, used].T), atol=1e-8
    )
    np.testing.assert_allclose(found.centre[used], centre, atol=1e-15)


def test_in_polis_mode_a_left_out_statement_counts_as_a_neutral_vote_of_everyone():
    table, used = table_and_used([3, 4])
    matrix, seen, _ = dense(table, used)
    found = project(table, used=used, mode="polis", seed=0)
    scale = np.sqrt(25 / (seen.sum(axis=1) + 2))
    np.testing.assert_allclose(
        found.positions, scale[:, np.newaxis] * (matrix @ found.components[:, used].T), atol=1e-8
    )
    assert not found.components[:, ~used].any()
    assert not found.centre[~used].any()
    assert not found.extremity[~used].any()


def test_a_statement_stands_where_somebody_who_agreed_with_it_alone_would():
    table, used = table_and_used()
    found = project(table, used=used, mode="madang", seed=0)
    for column in range(25):
        alone = (1 - found.centre[column]) * found.components[:, column]
        np.testing.assert_allclose(found.statement_positions[column], 5.0 * alone, atol=1e-12)
        assert found.extremity[column] == pytest.approx(5.0 * np.hypot(*alone))


@pytest.mark.parametrize("mode", ["madang", "polis"])
def test_the_largest_loading_is_positive_whatever_the_seed(mode):
    table, used = table_and_used()
    found = [project(table, used=used, mode=mode, seed=seed) for seed in range(4)]
    for one in found:
        largest = np.abs(one.components).argmax(axis=1)
        assert (one.components[[0, 1], largest] > 0).all()
        # A hundred power iterations have not quite converged; the Krylov method has.
        tolerance = 1e-4 if mode == "polis" else 1e-8
        np.testing.assert_allclose(one.positions, found[0].positions, atol=tolerance)


def test_two_equal_directions_are_both_found():
    # Two independent questions, each dividing the village in halves: the variance is the same along both.
    events = [
        (4 * i + 2 * a + b, j, (1, -1)[a] if j < 5 else (1, -1)[b], 0)
        for i in range(5)
        for a in (0, 1)
        for b in (0, 1)
        for j in range(10)
    ]
    table = VoteTable.from_events(events)
    found = project(table, used=np.ones(10, bool), mode="madang", seed=0)
    np.testing.assert_allclose(found.explained, [0.5, 0.5], atol=1e-12)
    np.testing.assert_allclose(found.components @ found.components.T, np.eye(2), atol=1e-12)


@pytest.mark.parametrize("mode", ["madang", "polis"])
def test_where_people_differ_on_one_thing_only_there_is_one_component(mode):
    table = VoteTable.from_events([(person, 0, (-1) ** person, 0) for person in range(8)])
    found = project(table, used=np.ones(1, bool), mode=mode, seed=0)
    assert found.components.tolist() == [[1.0], [0.0]]
    assert found.explained.tolist() == [1.0, 0.0]


@pytest.mark.parametrize("mode", ["madang", "polis"])
@pytest.mark.parametrize("events", [[], [(1, 1, 1, 0)], [(1, 1, 0, 0), (2, 2, 0, 0)]])
def test_where_nobody_differs_everyone_stands_at_the_centre(mode, events):
    table = VoteTable.from_events(events)
    found = project(table, used=np.ones(len(table.statements), bool), mode=mode, seed=0)
    assert not found.positions.any()
    assert not found.explained.any()


def test_people_left_out_do_not_shape_the_space():
    events = camps(20, 15)
    table = VoteTable.from_events(events)
    people = np.array([person < 30 for person in table.participants])
    part = project(table, used=np.ones(20, bool), mode="madang", seed=0, people=people)
    alone = VoteTable.from_events([event for event in events if event.participant < 30])
    whole = project(alone, used=np.ones(20, bool), mode="madang", seed=0)
    np.testing.assert_allclose(part.positions[people], whole.positions, atol=1e-8)
