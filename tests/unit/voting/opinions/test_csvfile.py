"""Votes as CSV."""

import pytest

from tests.unit.voting.opinions.rounds import camps
from voting.opinions import MalformedVotesError, VoteEvent, csvfile, parse_id, read_votes, write_votes

GOOD = "participant,statement,vote,timestamp\n1,2,-1,1700000000000\n"


def test_what_is_written_is_read_back():
    events = [*camps(4, 4), VoteEvent("망원,1", 'a"b', 0, -5), VoteEvent("줄\n바꿈", 3, 1, 0)]
    assert read_votes(write_votes(events).encode()) == events


def test_polis_column_names_in_any_order_and_further_columns_are_read():
    text = "timestamp_ms,datetime,comment-id,voter-id,vote\n9,Mon,2,1,0\n"
    assert read_votes(text.encode()) == [VoteEvent(1, 2, 0, 9)]


def test_a_byte_order_mark_windows_lines_and_blank_lines_are_read():
    text = "\ufeff" + GOOD.replace("\n", "\r\n") + "\r\n"
    assert read_votes(text.encode()) == [VoteEvent(1, 2, -1, 1700000000000)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "participant,statement,vote\n1,2,1\n",
        "participant,voter-id,statement,vote,timestamp\n1,1,2,1,0\n",
        GOOD.replace("-1", "2"),
        GOOD.replace("-1", "+1"),
        GOOD.replace("-1", "1.0"),
        GOOD.replace("-1", ""),
        GOOD.replace("1700000000000", "2026-07-01"),
        GOOD.replace("1700000000000", "1_000"),
        GOOD.replace("1700000000000", "1" * 30),
        GOOD.replace("1,2,", ",2,"),
        GOOD.replace("1,2,", "1, 2,"),
        GOOD.replace("1,2,", "1,2,3,"),
        GOOD.replace("1,2,", '1,"2"x,'),
        GOOD + '1,"2,1,0\n',
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(MalformedVotesError):
        read_votes(text.encode())


def test_a_refusal_names_the_line():
    with pytest.raises(MalformedVotesError, match="line 3"):
        read_votes((GOOD + "1,2,7,0\n").encode())


@pytest.mark.parametrize("row", ["1,2,1,0,", "1,2,1", "1"])
def test_a_row_with_more_or_fewer_fields_than_the_header_is_refused(row):
    with pytest.raises(MalformedVotesError, match=r"line 3: . fields instead of 4"):
        read_votes(f"{GOOD}{row}\n".encode())


def test_bytes_that_are_not_utf8_are_refused():
    with pytest.raises(MalformedVotesError, match="UTF-8"):
        read_votes(GOOD.encode("utf-16"))


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(csvfile, "MAX_BYTES", 10)
    with pytest.raises(MalformedVotesError, match="at most 10"):
        read_votes(GOOD.encode())


@pytest.mark.parametrize(
    ("text", "meant"), [("0", 0), ("12", 12), ("007", "007"), ("-1", "-1"), ("١", "١"), ("가", "가")]
)
def test_only_canonical_decimals_are_numbers(text, meant):
    assert parse_id(text) == meant
