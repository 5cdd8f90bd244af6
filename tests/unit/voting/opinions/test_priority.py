"""Which statement comes next."""

import itertools
from collections import Counter

import numpy as np
import pytest

from tests.unit.voting.opinions.rounds import camps
from voting.opinions import META_PRIORITY, Counts, analyse, draw_statement
from voting.opinions.priority import priorities


def priority(agree, disagree, passes, extremity=0.0, *, meta=False):
    counts = Counts(*(np.array([number]) for number in (agree, disagree, passes)))
    return float(priorities(counts, np.array([extremity]), meta=np.array([meta]))[0])


def drawn(unseen, priority_of, *, draws=20_000, **options):
    """Return how often each statement comes, the randomness being evenly spaced numbers: no chance in the test."""
    return Counter(
        draw_statement(unseen, priority_of, uniform=(index + 0.5) / draws, **options) for index in range(draws)
    )


def test_the_priority_is_the_published_formula():
    importance = (1 - 4 / 15) * (1.5 + 1) * (8 / 15)
    assert priority(7, 3, 3, 1.5) == pytest.approx((importance * (1 + 8 * 2 ** (-13 / 5))) ** 2)


def test_a_statement_nobody_saw_has_the_priority_of_novelty():
    assert priority(0, 0, 0) == pytest.approx((0.25 * 9) ** 2)


def test_statements_about_the_person_have_a_priority_of_their_own():
    assert priority(7, 3, 3, 1.5, meta=True) == META_PRIORITY == 49.0


@pytest.mark.parametrize(
    ("preferred", "other"),
    [
        ((2, 1, 0), (20, 10, 0)),
        ((20, 10, 0), (20, 10, 20)),
        ((20, 10, 0), (10, 20, 0)),
        ((9, 9, 2, 2.0), (9, 9, 2, 0.5)),
    ],
    ids=["newer", "fewer passes", "more agreement", "more telling"],
)
def test_a_statement_worth_more_has_the_higher_priority(preferred, other):
    assert priority(*preferred) > priority(*other)


def test_the_analysis_gives_each_statement_its_own_priority():
    # A published implementation once returned the meta priority for every statement, unnoticed for a year.
    found = analyse(camps(25, 20), meta=[3], moderated_out=[4])
    assert [statement for statement, value in found.priorities.items() if value == META_PRIORITY] == [3]
    assert len(set(found.priorities.values())) > 10
    assert 4 not in found.priorities
    for column, statement in enumerate(found.table.statements):
        if statement not in {3, 4}:
            counts = (int(array[column]) for array in (found.counts.agree, found.counts.disagree, found.counts.passes))
            assert found.priorities[statement] == pytest.approx(priority(*counts, found.projection.extremity[column]))


def test_in_polis_mode_only_the_groups_votes_count():
    found = analyse([*camps(25, 20), (999, 0, 1, 10**6)], mode="polis", resamples=0)
    counts = found.group_counts.summed()
    assert int(found.counts.agree[0]) == int(counts.agree[0]) + 1
    expected = priority(
        *(int(a[0]) for a in (counts.agree, counts.disagree, counts.passes)), found.projection.extremity[0]
    )
    assert found.priorities[0] == pytest.approx(expected)


def test_statements_come_as_often_as_their_priority():
    counts = drawn(["가", "나", "다"], {"가": 1.0, "나": 3.0, "다": 6.0})
    assert counts == {"가": 2000, "나": 6000, "다": 12000}


def test_a_new_statement_comes_more_often_than_a_well_known_one():
    known, new = priority(30, 20, 10, 1.0), priority(0, 0, 0)
    counts = drawn([1, 2], {1: known, 2: new})
    assert counts[2] / counts[1] == pytest.approx(new / known, rel=0.01)
    assert counts[2] > 5 * counts[1]


def test_an_unknown_statement_has_the_default_priority():
    assert drawn([1, 2], {1: 3.0}, draws=4000) == {1: 3000, 2: 1000}
    assert drawn([1, 2], {1: 3.0}, draws=4000, default=9.0) == {1: 1000, 2: 3000}


def test_the_seeds_of_the_topic_come_first():
    priority_of = {1: 100.0, 2: 1.0, 3: 1.0}
    assert drawn([1, 2, 3], priority_of, draws=100, first=[2, 3]) == {2: 50, 3: 50}
    assert drawn([1, 3], priority_of, draws=100, first=[2, 3]) == {3: 100}
    assert drawn([1], priority_of, draws=100, first=[2, 3]) == {1: 100}


def test_nothing_unseen_is_no_statement():
    assert draw_statement([], {1: 1.0}, uniform=0.5, first=[1]) is None


def test_statements_without_any_priority_are_equally_likely():
    assert drawn([1, 2], {1: 0.0, 2: 0.0}, draws=100) == {1: 50, 2: 50}


def test_a_statement_of_no_priority_beside_others_never_comes():
    largest = 1 - 2**-53
    for order in itertools.permutations([1, 2, 3]):
        weights = {1: 0.0, 2: 0.1, 3: 0.7}
        assert drawn(list(order), weights, draws=1000)[1] == 0
        assert draw_statement(list(order), weights, uniform=largest) != 1
        assert draw_statement(list(order), weights, uniform=0.0) != 1


@pytest.mark.parametrize("uniform", [-0.1, 1.0, float("nan")])
def test_randomness_outside_zero_and_one_is_refused(uniform):
    with pytest.raises(ValueError, match="outside"):
        draw_statement([1], {}, uniform=uniform)


@pytest.mark.parametrize("weight", [-1.0, float("nan"), float("inf")])
def test_a_priority_that_is_none_is_refused(weight):
    with pytest.raises(ValueError, match="priority"):
        draw_statement([1, 2], {1: weight}, uniform=0.5)
