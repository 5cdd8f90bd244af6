"""Votes as a CSV file: one line per vote event, as Polis exports them.

Columns ``participant`` (or ``voter-id``), ``statement`` (``comment-id``), ``vote`` (1 agree, −1 disagree, 0 pass) and
``timestamp`` (``timestamp_ms``, an integer). Further columns are ignored, so that the format can grow.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from voting.opinions.errors import MalformedVotesError
from voting.opinions.votes import Id, VoteEvent

MAX_BYTES = 512 * 1024 * 1024
_COLUMNS = (
    ("participant", "voter-id"),
    ("statement", "comment-id"),
    ("vote",),
    ("timestamp", "timestamp_ms"),
)
_VOTES = {"1": 1, "0": 0, "-1": -1}
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,17}")
_INSTANT = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")


def read_votes(data: bytes) -> list[VoteEvent]:
    """Read vote events.

    Args:
        data: UTF-8, with or without a byte-order mark (spreadsheets write one).

    Raises:
        MalformedVotesError: too large, not UTF-8, a column missing or twice, a row of another length, an empty id, a
            vote that is not 1, 0 or −1, an instant that is not an integer. Names the line.
    """
    if len(data) > MAX_BYTES:
        raise MalformedVotesError(f"{len(data)} bytes of votes; at most {MAX_BYTES} are read")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise MalformedVotesError("the votes are not UTF-8 text") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        positions = [_position(header, names) for names in _COLUMNS]
        return [_event(row, positions, len(header), reader.line_num) for row in reader if row]
    except csv.Error as error:
        raise MalformedVotesError(f"line {reader.line_num}: {error}") from None


def write_votes(events: Iterable[tuple[Id, Id, int, int]]) -> str:
    """Return the CSV text of vote events, which `read_votes` reads back."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([names[0] for names in _COLUMNS])
    writer.writerows((participant, statement, int(vote), at) for participant, statement, vote, at in events)
    return text.getvalue()


def parse_id(text: str) -> Id:
    """Return an integer for canonical decimals, and the text itself for everything else.

    Raises:
        MalformedVotesError: the text is empty, or begins or ends with white space.
    """
    if not text or text != text.strip():
        raise MalformedVotesError(f"{text!r} is not an id")
    return int(text) if _DECIMAL.fullmatch(text) else text


def _position(header: Sequence[str], names: Sequence[str]) -> int:
    found = [index for index, title in enumerate(header) if title.strip() in names]
    if len(found) != 1:
        raise MalformedVotesError(f"{'no' if not found else 'more than one'} column '{names[0]}' in the first line")
    return found[0]


def _event(row: Sequence[str], positions: Sequence[int], width: int, line: int) -> VoteEvent:
    if len(row) != width:
        raise MalformedVotesError(f"line {line}: {len(row)} fields instead of {width}")
    participant, statement, vote, at = (row[position] for position in positions)
    if vote not in _VOTES:
        raise MalformedVotesError(f"line {line}: a vote is 1, 0 or -1, not {vote[:20]!r}")
    if not _INSTANT.fullmatch(at):
        raise MalformedVotesError(f"line {line}: {at[:40]!r} is not an integer instant")
    try:
        return VoteEvent(parse_id(participant), parse_id(statement), _VOTES[vote], int(at))
    except MalformedVotesError as error:
        raise MalformedVotesError(f"line {line}: {error}") from None
