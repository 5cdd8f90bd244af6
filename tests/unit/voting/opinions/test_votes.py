"""The table of last votes."""

import hashlib

import numpy as np
import pytest

from tests.unit.voting.opinions.rounds import camps
from voting.opinions import (
    MalformedVotesError,
    OverlappingGroupsError,
    UnknownParticipantError,
    VoteEvent,
    VoteTable,
    count_votes,
)


def cells(table):
    return {
        (table.participants[row], table.statements[column]): value
        for row, column, value in zip(table.rows.tolist(), table.columns.tolist(), table.values.tolist(), strict=True)
    }


def test_the_last_vote_wins():
    table = VoteTable.from_events([("가", 1, 1, 10), ("가", 1, -1, 30), ("가", 1, 0, 20)])
    assert cells(table) == {("가", 1): -1}


def test_of_votes_in_the_same_instant_the_later_in_the_list_wins():
    assert cells(VoteTable.from_events([(1, 1, 1, 5), (1, 1, 0, 5)])) == {(1, 1): 0}


def test_participants_stand_in_the_order_of_their_first_vote():
    table = VoteTable.from_events([(9, 1, 1, 30), (2, 1, 1, 10), (5, 1, 1, 20), (2, 2, 1, 40)])
    assert table.participants == (2, 5, 9)


def test_a_changed_vote_does_not_move_its_participant():
    table = VoteTable.from_events([(9, 1, 1, 1), (2, 1, 1, 2), (9, 1, -1, 3)])
    assert table.participants == (9, 2)


def test_statements_ascend_with_numbers_before_text():
    table = VoteTable.from_events([(1, "b", 1, 0), (1, 10, 1, 0), (1, "a", 1, 0), (1, 9, 1, 0)])
    assert table.statements == (9, 10, "a", "b")


def test_a_statement_without_votes_has_its_column():
    table = VoteTable.from_events([(1, 2, 1, 0)], statements=[3, 1])
    assert table.statements == (1, 2, 3)
    assert count_votes(table).seen.tolist() == [0, 1, 0]


@pytest.mark.parametrize("vote", [2, -2, "1", None, 0.5])
def test_any_other_vote_is_refused(vote):
    with pytest.raises(MalformedVotesError):
        VoteTable.from_events([(1, 1, vote, 0)])


@pytest.mark.parametrize("events", [[(7, 1, 1, 0), ("7", 1, 1, 0)], [(1, 7, 1, 0), (1, "7", 1, 0)]])
def test_ids_that_differ_only_in_type_are_refused(events):
    with pytest.raises(MalformedVotesError):
        VoteTable.from_events(events)


def test_arrays_give_the_same_table_as_events():
    events = camps(12, 9) + camps(12, 9, seed=2)
    people, statements, votes = (np.array(column) for column in zip(*[event[:3] for event in events], strict=True))
    in_order = [VoteEvent(*event[:3], at) for at, event in enumerate(events)]
    one, other = VoteTable.from_events(in_order), VoteTable.from_arrays(people, statements, votes)
    assert cells(one) == cells(other)
    assert (one.participants, one.statements, one.digest()) == (other.participants, other.statements, other.digest())


def test_arrays_of_unequal_length_or_with_other_votes_are_refused():
    whole = np.array([1, 2])
    with pytest.raises(MalformedVotesError):
        VoteTable.from_arrays(whole, whole, np.array([1]))
    with pytest.raises(MalformedVotesError):
        VoteTable.from_arrays(whole, whole, np.array([1, 3]))


def test_a_restriction_keeps_only_the_votes_of_those_named():
    table = VoteTable.from_events([(1, 1, 1, 0), (2, 1, -1, 1), (3, 2, 0, 2), (2, 2, 1, 3)])
    part = table.restricted_to([3, 2, 99])
    assert part.participants == (2, 3)
    assert part.statements == (1, 2)
    assert cells(part) == {(2, 1): -1, (2, 2): 1, (3, 2): 0}


def test_the_digest_is_that_of_the_lines_it_documents():
    table = VoteTable.from_events([(2, 1, -1, 5), ("a,b", 1, 1, 4), (2, 0, 0, 6)], statements=[7])
    lines = '"a,b",1,1\n2,0,0\n2,1,-1\n,7,\n'
    assert table.digest() == hashlib.sha256(lines.encode()).hexdigest()


def test_the_digest_sees_every_last_vote_and_no_overwritten_one():
    events = camps(5, 5)
    digest = VoteTable.from_events(events).digest()
    first = events[0]
    overwritten = [first._replace(vote=0, at=-1), *events]
    flipped = [first._replace(vote=-1 if first.vote == 1 else 1), *events[1:]]
    assert VoteTable.from_events(overwritten).digest() == digest
    assert VoteTable.from_events(flipped).digest() != digest


def test_the_columns_of_a_table_cannot_be_written_to():
    table = VoteTable.from_events(camps(3, 3))
    with pytest.raises(ValueError, match="read-only"):
        table.values[0] = 1


def test_given_groups_become_labels():
    table = VoteTable.from_events([(5, 1, 1, 0), (6, 1, 1, 1), (7, 1, 1, 2)])
    assert table.labels_of({0: [7], 1: [5]}).tolist() == [1, -1, 0]


def test_given_groups_that_do_not_fit_are_refused():
    table = VoteTable.from_events([(5, 1, 1, 0), (6, 1, 1, 1)])
    with pytest.raises(UnknownParticipantError):
        table.labels_of({0: [5, 8]})
    with pytest.raises(OverlappingGroupsError):
        table.labels_of({0: [5], 1: [5]})
    with pytest.raises(OverlappingGroupsError):
        table.labels_of({0: [5], 1: []})
