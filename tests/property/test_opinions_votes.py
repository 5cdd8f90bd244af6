"""Properties of vote tables and their files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.opinions import VoteEvent, VoteTable, count_votes, read_votes, write_votes

ids = st.one_of(st.integers(0, 12), st.sampled_from(["가", "나-1", "a,b", 'q"', "007"]))
events = st.lists(
    st.builds(VoteEvent, participant=ids, statement=ids, vote=st.sampled_from([1, 0, -1]), at=st.integers(-5, 5)),
    max_size=60,
)


@pytest.mark.slow
@given(events)
def test_a_table_holds_exactly_the_last_votes(listed):
    last = {}
    for event in sorted(listed, key=lambda event: event.at):
        last[event.participant, event.statement] = event.vote
    table = VoteTable.from_events(listed)
    triples = zip(table.rows.tolist(), table.columns.tolist(), table.values.tolist(), strict=True)
    assert {(table.participants[row], table.statements[column]): value for row, column, value in triples} == last


@pytest.mark.slow
@given(events)
def test_cells_ascend_and_no_participant_or_statement_is_without_votes(listed):
    table = VoteTable.from_events(listed)
    cells = list(zip(table.rows.tolist(), table.columns.tolist(), strict=True))
    assert cells == sorted(set(cells))
    assert {row for row, _ in cells} == set(range(len(table.participants)))
    assert {column for _, column in cells} == set(range(len(table.statements)))


@pytest.mark.slow
@given(events)
def test_counts_are_those_of_a_loop(listed):
    table = VoteTable.from_events(listed)
    counts = count_votes(table)
    pairs = list(zip(table.columns.tolist(), table.values.tolist(), strict=True))
    for column in range(len(table.statements)):
        assert counts.agree[column] == pairs.count((column, 1))
        assert counts.disagree[column] == pairs.count((column, -1))
        assert counts.passes[column] == pairs.count((column, 0))


@pytest.mark.slow
@given(events)
def test_a_votes_file_is_read_back_as_it_was_written(listed):
    assert read_votes(write_votes(listed).encode()) == listed


@pytest.mark.slow
@given(events, events)
def test_tables_have_one_digest_exactly_if_they_are_equal(one, other):
    first, second = VoteTable.from_events(one), VoteTable.from_events(other)

    def content(table):
        arrays = (table.rows, table.columns, table.values)
        return table.participants, table.statements, *(array.tolist() for array in arrays)

    assert (first.digest() == second.digest()) == (content(first) == content(second))


@pytest.mark.slow
@given(events, st.sets(ids))
def test_a_restriction_is_the_table_of_the_restricted_events(listed, kept):
    part = VoteTable.from_events(listed).restricted_to(kept)
    alone = VoteTable.from_events(
        [event for event in listed if event.participant in kept], statements=[event.statement for event in listed]
    )
    assert part.digest() == alone.digest()
