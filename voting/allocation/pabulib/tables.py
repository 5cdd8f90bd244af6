"""Cutting a ``.pb`` text into its three tables, every row with the number of its line."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from voting.allocation.errors import MalformedPabulibError

MAX_BYTES = 64 * 1024 * 1024
NO_AREA = "-"
"""Stands for no area: the format's checker refuses an empty cell."""
_SECTIONS = ("meta", "projects", "votes")
_LONGEST_QUOTE = 50
"""Lines that one quoted field may span; past that a quotation mark was never closed."""

Row = tuple[int, tuple[str, ...]]
"""(line number counted from one, fields). Tuples of texts cost the garbage collector nothing, which large files feel."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The three tables.

    Attributes:
        meta: key → (line, value); keys in lower case.
        project_columns: position of each column by its name in lower case.
        projects: rows.
        vote_columns: as for projects.
        votes: rows.
    """

    meta: Mapping[str, tuple[int, str]]
    project_columns: Mapping[str, int]
    projects: Sequence[Row]
    vote_columns: Mapping[str, int]
    votes: Sequence[Row]


def decode(data: bytes) -> str:
    """Return the text of a file: UTF-8, with or without a byte-order mark.

    Raises:
        MalformedPabulibError: larger than `MAX_BYTES`, or not UTF-8.
    """
    if len(data) > MAX_BYTES:
        raise MalformedPabulibError(f"{len(data)} bytes; at most {MAX_BYTES} are read")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise MalformedPabulibError("not UTF-8", line=line) from None


def cut(text: str) -> Tables:
    """Cut a text into its tables.

    Raises:
        MalformedPabulibError: a section is missing or twice there, a header is missing, a quotation mark is open.
    """
    sections: dict[str, list[Row]] = {}
    current: list[Row] | None = None
    for line, fields in _rows(text):
        name = fields[0].strip().lower()
        if name in _SECTIONS and not any(field.strip() for field in fields[1:]):
            if name in sections:
                raise MalformedPabulibError(f"the section {name.upper()} begins a second time", line=line)
            current = sections[name] = []
        elif current is None:
            raise MalformedPabulibError("the file must begin with the section META", line=line)
        else:
            current.append((line, fields))
    for name in _SECTIONS:
        if not sections.get(name):
            raise MalformedPabulibError(f"the section {name.upper()} is missing or empty")
    project_columns = _columns("PROJECTS", sections["projects"][0], "project_id", "cost")
    vote_columns = _columns("VOTES", sections["votes"][0], "voter_id", "vote")
    return Tables(
        meta=_meta(sections["meta"]),
        project_columns=project_columns,
        projects=sections["projects"][1:],
        vote_columns=vote_columns,
        votes=sections["votes"][1:],
    )


def _rows(text: str) -> Iterator[Row]:
    # Only a line feed ends a line here: str.splitlines() would also cut at U+2028, U+0085 and vertical tabs, which
    # occur inside project names. A carriage return before the line feed is dropped.
    lines = (line.removesuffix("\r") + "\n" for line in text.split("\n"))
    reader = csv.reader(lines, delimiter=";")
    done = 0
    try:
        for fields in reader:
            first = done + 1
            done = reader.line_num
            if done - first >= _LONGEST_QUOTE:
                raise MalformedPabulibError("a quotation mark opened here is never closed", line=first)
            if fields and (len(fields) > 1 or fields[0].strip()) and any(fields):
                yield first, tuple(fields)
    except csv.Error as error:
        raise MalformedPabulibError(f"not a table: {error}", line=reader.line_num) from None


def _meta(rows: Sequence[Row]) -> dict[str, tuple[int, str]]:
    meta: dict[str, tuple[int, str]] = {}
    for number, (line, fields) in enumerate(rows):
        key = fields[0].strip().lower()
        if number == 0 and key == "key":
            continue
        if not key:
            raise MalformedPabulibError("META has a value without a key", line=line)
        if key in meta:
            raise MalformedPabulibError(f"META gives '{key}' a second time", line=line)
        # An unquoted semicolon inside a description is a common slip; the value goes on to the end of the line.
        meta[key] = (line, ";".join(fields[1:]).strip())
    return meta


def _columns(section: str, header: Row, *needed: str) -> dict[str, int]:
    line, fields = header
    columns: dict[str, int] = {}
    for place, field in enumerate(fields):
        name = field.strip().lower()
        if name and name in columns:
            raise MalformedPabulibError(f"{section} has the column '{name}' twice", line=line)
        columns[name] = place
    for name in needed:
        if name not in columns:
            raise MalformedPabulibError(f"{section} needs the column '{name}'", line=line)
    return columns
