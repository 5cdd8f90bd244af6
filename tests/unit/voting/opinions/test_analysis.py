"""The analysis as a whole."""

import random

import numpy as np
import pytest

from tests.unit.voting.opinions.rounds import camps
from voting.opinions import (
    ImpossibleGroupCountError,
    OverlappingGroupsError,
    UnknownParticipantError,
    VoteTable,
    analyse,
    freeze,
)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["madang", "polis"])
def test_the_same_arguments_give_the_same_bytes(mode):
    events = camps(30, 25, doubt=0.4)
    assert freeze(analyse(events, mode=mode, seed=5)) == freeze(analyse(iter(events), mode=mode, seed=5))


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["madang", "polis"])
def test_the_order_in_which_events_arrive_changes_nothing_but_their_instants_do(mode):
    events = camps(30, 25, doubt=0.4)
    shuffled = events.copy()
    random.Random(8).shuffle(shuffled)
    assert freeze(analyse(shuffled, mode=mode)) == freeze(analyse(events, mode=mode))


def test_a_table_and_its_events_give_the_same():
    events = camps(12, 12)
    assert freeze(analyse(VoteTable.from_events(events))) == freeze(analyse(events))


def test_given_groups_are_used_and_named_as_given():
    events = camps(20, 20, 10)
    found = analyse(events, {3: range(20), 7: range(20, 50)})
    assert [(group.label, group.members) for group in found.groups] == [
        (3, tuple(range(20))),
        (7, tuple(range(20, 50))),
    ]
    assert found.grouping is None
    assert found.stability is None
    assert found.silhouette is not None
    everybody = analyse(events, [range(50)])
    assert everybody.silhouette is None
    assert everybody.group_counts.agree[0].tolist() == everybody.counts.agree.tolist()


def test_people_in_no_given_group_count_for_everybody_only():
    events = camps(20, 20)
    found = analyse(events, [range(5), range(20, 25)])
    assert (found.membership >= 0).sum() == 10
    assert found.counts.seen.sum() == len(events)
    assert found.group_counts.seen.sum() < len(events)


def test_participants_find_their_own_group_and_place():
    found = analyse([*camps(30, 20), (99, 0, 1, 10**6)], resamples=0)
    assert found.group_of(35) is found.groups[1]
    assert found.position_of(35) == tuple(found.projection.positions[found.table.participants.index(35)])
    for outside in (99, 1234):
        assert found.group_of(outside) is None
        assert found.position_of(outside) is None


def test_given_groups_that_do_not_fit_are_refused():
    events = camps(5, 5)
    with pytest.raises(UnknownParticipantError):
        analyse(events, [[0], [77]])
    with pytest.raises(OverlappingGroupsError):
        analyse(events, [[0], [0]])


def test_statements_left_out_are_counted_but_shape_nothing():
    events = camps(30, 25)
    # A question about the person divides the village along another line than its opinions.
    personal = [(person, 99, 1 if person % 2 else -1, 10**6) for person in range(55)]
    with_question, without = analyse([*events, *personal], meta=[99]), analyse(events)
    assert with_question.counts.seen[-1] == 55
    assert [group.members for group in with_question.groups] == [group.members for group in without.groups]
    assert with_question.gate == without.gate
    representative = {item.statement for group in with_question.groups for item in group.representative}
    assert 99 not in representative
    np.testing.assert_allclose(
        with_question.group_informed_consensus.agree[:-1], without.group_informed_consensus.agree, atol=0
    )


def test_statements_that_do_not_exist_may_be_named_as_left_out():
    events = camps(12, 12)
    assert freeze(analyse(events, moderated_out=[500], meta=["없음"])) == freeze(analyse(events))


def test_everything_left_out_leaves_counts():
    found = analyse(camps(10, 10), moderated_out=range(20))
    assert found.counts.seen.sum() > 0
    assert found.priorities == {}
    assert not found.gate.is_open
    assert found.consensus.agree == found.consensus.disagree == ()


@pytest.mark.parametrize("mode", ["madang", "polis"])
@pytest.mark.parametrize(
    "events",
    [[], [(1, 1, 1, 0)], [(1, 1, 1, 0), (2, 1, 1, 0)], [(1, 1, 1, 0), (2, 1, -1, 0)], [(1, 1, 0, 0), (2, 2, 0, 0)]],
    ids=["nobody", "one vote", "two agree", "two differ", "only passes"],
)
def test_the_smallest_rounds_have_an_analysis(events, mode):
    found = analyse(events, mode=mode)
    assert not found.gate.is_open
    assert len(found.agreement) == len(found.table.statements)
    assert len(found.groups) >= 1
    assert sum(len(group.members) for group in found.groups) == len(found.table.participants)
    assert np.isfinite(found.group_informed_consensus.agree).all()


def test_a_forced_number_of_groups_is_used_and_still_judged():
    found = analyse(camps(30, 25), group_count=4)
    assert len(found.groups) == 4
    assert not found.gate.is_open
    with pytest.raises(ImpossibleGroupCountError):
        analyse(camps(30, 25), group_count=9)


def test_starting_centres_decide_number_and_order_of_groups_in_polis_mode():
    events = camps(30, 25)
    first = analyse(events, mode="polis", resamples=0)
    centres = [group.centre for group in first.groups]
    turned = analyse(events, mode="polis", resamples=2, start_centres=centres[::-1])
    assert [group.members for group in turned.groups] == [group.members for group in first.groups[::-1]]
    assert turned.stability.mean == 1.0


def test_every_number_of_the_division_in_use_is_exposed():
    found = analyse(camps(40, 30, 20, doubt=0.05))
    assert found.silhouette == found.grouping.candidate(3).silhouette
    weighted = sum(group.silhouette * len(group.members) for group in found.groups) / 90
    assert weighted == pytest.approx(found.silhouette)
    for index, group in enumerate(found.groups):
        rows = found.membership == index
        np.testing.assert_allclose(group.centre, found.projection.positions[rows].mean(axis=0), atol=1e-12)
        assert tuple(np.flatnonzero(rows).tolist()) == group.members
    assert [len(group.members) for group in found.groups] == [40, 30, 20]


def test_a_statement_all_camps_agree_on_has_the_highest_consensus_across_groups():
    events = camps(30, 25)
    bridge = [(person, 50, 1, 10**6 + person) for person in range(55)]
    found = analyse([*events, *bridge])
    best = int(found.group_informed_consensus.least_agree.argmax())
    assert found.table.statements[best] == 50
    assert found.consensus.agree[0].statement == 50
