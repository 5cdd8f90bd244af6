"""What a live round remembers."""

import json

import numpy as np
import pytest

from tests.unit.voting.opinions.rounds import camps
from voting.opinions import MalformedRunError, Memory, analyse
from voting.opinions.continuity import labels_by_overlap, labels_by_size, smooth_count


def memory(count=2, candidate=2, times=1, groups=None):
    return Memory(frozenset(), groups or {}, count, candidate, times)


def test_the_first_run_adopts_its_best_number():
    assert smooth_count(3, [2, 3], None).count == 3


def test_a_new_number_is_adopted_when_it_was_best_four_times_in_a_row():
    current, used = memory(), []
    for best in [3, 3, 3, 3, 3]:
        smoothed = smooth_count(best, [2, 3, 4], current)
        used.append(smoothed.count)
        current = memory(smoothed.count, smoothed.candidate_count, smoothed.times_best)
    assert used == [2, 2, 2, 3, 3]


def test_an_interruption_starts_the_row_anew():
    current, used = memory(), []
    for best in [3, 3, 3, 4, 3, 3, 3, 3]:
        smoothed = smooth_count(best, [2, 3, 4], current)
        used.append(smoothed.count)
        current = memory(smoothed.count, smoothed.candidate_count, smoothed.times_best)
    assert used == [2, 2, 2, 2, 2, 2, 2, 3]


def test_a_number_that_is_no_longer_possible_is_given_up_at_once():
    assert smooth_count(2, [2, 3], memory(count=4, candidate=4, times=9)).count == 2


def test_the_first_groups_are_adopted_at_once():
    assert smooth_count(3, [2, 3], memory(count=1, candidate=1, times=9)).count == 3


def test_without_a_past_the_larger_group_comes_first_and_the_earlier_of_equals():
    assert labels_by_size(np.array([2, 0, 1, 1, 1, 0])) == {1: 0, 0: 1, 2: 2}
    assert labels_by_size(np.array([1, 0, 0, 1])) == {1: 0, 0: 1}


def test_groups_keep_their_names_when_most_people_stay():
    before = {0: frozenset("abcd"), 1: frozenset("efg")}
    now = {0: frozenset("efgd"), 1: frozenset("abc")}
    assert labels_by_overlap(now, before) == {0: 1, 1: 0}


def test_a_new_group_takes_the_smallest_free_name():
    before = {0: frozenset("abcd"), 2: frozenset("efg")}
    now = {0: frozenset("ab"), 1: frozenset("cd"), 2: frozenset("efg")}
    assert labels_by_overlap(now, before) == {0: 0, 1: 1, 2: 2}


def test_a_group_that_disappears_leaves_the_others_their_names():
    before = {0: frozenset("abc"), 1: frozenset("d"), 2: frozenset("efg")}
    assert labels_by_overlap({0: frozenset("efgd"), 1: frozenset("abc")}, before) == {0: 2, 1: 0}


def test_a_round_that_turns_its_majority_keeps_the_names_of_its_groups():
    events = camps(30, 20)
    first = analyse(events, resamples=0)
    assert [group.members[0] for group in first.groups] == [0, 30]
    newcomers = [(person + 100, *event[1:]) for person in range(30) for event in events if event[0] == 45]
    later = [*events, *newcomers]
    fresh = analyse(later, resamples=0)
    kept = analyse(later, resamples=0, memory=first.memory)
    assert 45 in fresh.groups[0].members
    assert 45 in kept.groups[1].members
    assert len(kept.groups[1].members) == 50


def test_a_participant_once_analysed_stays():
    events = camps(30, 20)
    first = analyse(events, resamples=0).memory
    rejected = list(range(12))
    fresh = analyse(events, moderated_out=rejected, resamples=0).memory
    kept = analyse(events, moderated_out=rejected, resamples=0, memory=first).memory
    assert fresh.analysed < first.analysed
    assert kept.analysed == first.analysed


def test_the_number_of_groups_waits_in_the_whole_analysis_too():
    two, three = camps(30, 20), camps(20, 20, 20, seed=4)
    current = analyse(two, resamples=0).memory
    counts = []
    for _ in range(4):
        found = analyse(three, resamples=0, memory=current)
        counts.append(len(found.groups))
        current = found.memory
    assert counts == [2, 2, 2, 3]


def test_a_forced_number_does_not_wait_and_does_not_outlast_the_trial():
    events = camps(30, 20)
    current = analyse(events, resamples=0).memory
    trial = analyse(events, resamples=0, memory=current, group_count=4)
    assert len(trial.groups) == 4
    assert len(analyse(events, resamples=0, memory=trial.memory).groups) == 2


@pytest.mark.parametrize("mode", ["madang", "polis"])
def test_without_a_memory_the_run_is_a_function_of_the_votes(mode):
    assert not analyse(camps(5, 5), mode=mode).remembers


def test_a_memory_survives_storage():
    events = [(f"주민-{event[0]}" if event[0] % 2 else event[0], *event[1:]) for event in camps(30, 20)]
    kept = analyse(events, resamples=0).memory
    assert Memory.from_json(json.loads(json.dumps(kept.to_json()))) == kept


@pytest.mark.parametrize(
    "change",
    [{"analysed": 3}, {"analysed": [1.5]}, {"groups": []}, {"groups": {"a": []}}, {"groups": {"0": 1}}, {"count": "2"}],
)
def test_what_is_no_memory_is_refused(change):
    with pytest.raises(MalformedRunError):
        Memory.from_json({**memory().to_json(), **change})


def test_an_empty_object_is_no_memory():
    with pytest.raises(MalformedRunError):
        Memory.from_json({})
