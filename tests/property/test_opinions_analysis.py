"""Properties of the analysis of opinion rounds."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voting.opinions import (
    Counts,
    VoteTable,
    adjusted_rand_index,
    analyse,
    describe,
    draw_statement,
    freeze,
    shown_votes,
    verify_run,
    wilson_interval,
)
from voting.opinions.projection import project

MODES = st.sampled_from(["madang", "polis"])


@st.composite
def rounds(draw, most_people=24, most_statements=9):
    """Draw a round: every cell a vote or none."""
    people, statements = draw(st.integers(0, most_people)), draw(st.integers(1, most_statements))
    cells = draw(
        st.lists(st.sampled_from([1, 0, -1, None]), min_size=people * statements, max_size=people * statements)
    )
    return [(cell // statements, cell % statements, vote, cell) for cell, vote in enumerate(cells) if vote is not None]


left_out = st.sets(st.integers(0, 8), max_size=3)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(rounds(), MODES, left_out, left_out)
def test_every_round_has_an_analysis_whose_record_verifies(events, mode, rejected, personal):
    found = analyse(events, moderated_out=rejected, meta=personal, mode=mode, resamples=2)
    frozen = freeze(found)
    assert freeze(verify_run(frozen.document, events, digest=frozen.sha256)) == frozen


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(rounds(), MODES, left_out)
def test_groups_divide_exactly_the_analysed(events, mode, rejected):
    found = analyse(events, moderated_out=rejected, mode=mode, resamples=0)
    members = [person for group in found.groups for person in group.members]
    included = found.analysed.included
    assert sorted(members) == sorted(p for p, flag in zip(found.table.participants, included, strict=True) if flag)
    assert len(members) == len(set(members))
    total = found.group_counts.summed()
    assert (total.agree <= found.counts.agree).all()
    assert (total.seen <= found.counts.seen).all()


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(rounds(), MODES, left_out)
def test_left_out_statements_are_in_no_list(events, mode, rejected):
    found = analyse(events, moderated_out=rejected, mode=mode, resamples=0)
    listed = {item.statement for side in (found.consensus.agree, found.consensus.disagree) for item in side}
    listed |= {item.statement for group in found.groups for item in group.representative}
    assert not listed & rejected
    assert not found.priorities.keys() & rejected
    assert all(len(group.representative) <= 5 for group in found.groups)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(rounds(), MODES)
def test_turning_every_vote_around_swaps_agreeing_and_disagreeing(events, mode):
    found = describe(analyse(events, mode=mode, resamples=0))
    turned = describe(analyse([(p, s, -vote, at) for p, s, vote, at in events], mode=mode, resamples=0))
    for name, counts in found["counts"].items():
        other = turned["counts"][name]
        assert (counts["agree"], counts["disagree"]) == (other["disagree"], other["agree"])
    assert found["consensus"]["agree"] == turned["consensus"]["disagree"]


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(rounds(most_people=30, most_statements=12))
def test_the_sparse_space_is_that_of_a_dense_singular_value_decomposition(events):
    table = VoteTable.from_events(events)
    found = project(table, used=np.ones(len(table.statements), bool), mode="madang", seed=0)
    matrix = np.zeros(table.shape)
    matrix[table.rows, table.columns] = table.values - found.centre[table.columns]
    values = np.linalg.svd(matrix, compute_uv=False) if matrix.size else np.zeros(0)
    leading = np.zeros(2)
    leading[: len(values[:2])] = values[:2]
    for component in found.components:
        size = np.abs(component)
        leading_entries = component[size >= size.max(initial=0.0) - 1e-9]
        assert leading_entries[:1].sum() >= 0
    # The components may differ within equal variances; the variance that they explain may not.
    np.testing.assert_allclose(np.sqrt(found.explained * np.square(matrix).sum()), leading, atol=1e-6)


@given(
    st.lists(st.integers(0, 30), unique=True, max_size=12),
    st.dictionaries(st.integers(0, 30), st.floats(0, 1e6)),
    st.floats(0, 1, exclude_max=True),
    st.sets(st.integers(0, 30)),
)
def test_the_draw_takes_an_unseen_statement_and_a_seed_if_there_is_one(unseen, priority_of, uniform, first):
    drawn = draw_statement(unseen, priority_of, uniform=uniform, first=first)
    if not unseen:
        assert drawn is None
    else:
        assert drawn in unseen
        assert drawn in first or not first & set(unseen)
        weights = [priority_of.get(statement, 1.0) for statement in unseen if drawn not in first or statement in first]
        assert priority_of.get(drawn, 1.0) > 0 or math.fsum(weights) == 0


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40))
def test_the_adjusted_rand_index_is_symmetric_and_at_most_one(pairs):
    one, other = np.array(pairs).T
    index = adjusted_rand_index(one, other)
    assert index == adjusted_rand_index(other, one)
    assert index <= 1.0
    assert adjusted_rand_index(one, (one + 1) % 4) == 1.0


@given(st.integers(1, 500), st.data())
def test_the_interval_holds_the_share_and_mirrors(seen, data):
    successes = data.draw(st.integers(0, seen))
    interval, mirrored = wilson_interval(successes, seen), wilson_interval(seen - successes, seen)
    assert interval.low - 1e-12 <= successes / seen <= interval.high + 1e-12
    assert math.isclose(interval.low, 1 - mirrored.high, abs_tol=1e-12)


@given(st.lists(st.tuples(*[st.integers(0, 12)] * 3), min_size=2, max_size=5))
def test_no_small_count_is_shown_or_follows_from_the_total(groups):
    cells = np.array(groups)
    shown = [row[0] for row in shown_votes(Counts(*(cells[:, [side]] for side in range(3))))]
    for votes in shown:
        if votes is not None and votes.counts is not None:
            assert min(votes.counts) >= 5
        if votes is not None:
            assert votes.agree_percent % 10 == votes.disagree_percent % 10 == votes.passes_percent % 10 == 0
    hidden = [votes is None or votes.counts is None for votes in shown]
    assert sum(hidden) != 1
