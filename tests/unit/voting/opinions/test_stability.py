"""Stability of groups under resampling."""

import pytest

from tests.unit.voting.opinions.rounds import camps
from voting.opinions import adjusted_rand_index, analyse, stability


@pytest.mark.parametrize("mode", ["madang", "polis"])
def test_clear_camps_are_found_again_without_a_tenth_of_the_people(mode):
    stability = analyse(camps(40, 30, 20, doubt=0.05), mode=mode).stability
    assert len(stability.indices) == 20
    assert stability.mean > 0.95
    assert stability.least <= stability.mean <= 1.0


def test_chance_camps_are_not():
    assert analyse(camps(60, doubt=1.0)).stability.mean < 0.8


@pytest.mark.parametrize(("people", "left_out"), [(3, 1), (10, 1), (11, 2), (30, 3), (101, 11)])
def test_a_tenth_of_the_people_rounded_up_is_left_out_others_each_time(people, left_out):
    flags = list(stability._resampled(people, 0, 6))
    assert [int((~kept).sum()) for kept in flags] == [left_out] * 6
    assert len({kept.tobytes() for kept in flags}) > 1


def test_a_resample_is_an_analysis_without_those_left_out():
    events = camps(40, 30, doubt=0.65)
    found = analyse(events, mode="polis", resamples=8)
    assert found.analysed.included.all()
    whole = found.membership
    by_hand = []  # in the mode that draws nothing for its clusters
    for kept in stability._resampled(70, 0, 8):
        part = analyse([event for event in events if kept[event.participant]], mode="polis", resamples=0)
        by_hand.append(adjusted_rand_index(whole[kept], part.membership))
    assert found.stability.indices == tuple(by_hand)
    assert len(set(by_hand)) > 2


def test_the_number_of_resamples_is_an_argument():
    assert len(analyse(camps(10, 10), resamples=3).stability.indices) == 3
    assert analyse(camps(10, 10), resamples=0).stability is None


def test_a_forced_number_of_groups_is_forced_in_every_resample():
    assert set(analyse(camps(30, 30), group_count=4, resamples=5).stability.counts) == {4}


@pytest.mark.slow
def test_another_seed_leaves_out_other_people():
    events = camps(40, doubt=0.6)
    first, again, other = (analyse(events, seed=seed).stability for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_too_few_people_have_no_stability():
    assert analyse([(1, 1, 1, 0), (2, 1, -1, 0)]).stability is None


def test_people_of_one_mind_have_no_stability():
    assert analyse([(person, 1, 1, 0) for person in range(40)]).stability is None
