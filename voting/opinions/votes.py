"""Votes on statements as a table: the last vote of each participant on each statement.

Agree is +1 and disagree is -1 everywhere in this package, as in Polis' exports (its database and API have the opposite
sign). The table is sparse: at village size one vote in ten is cast, at city size one in fifty.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from operator import itemgetter
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from voting.opinions.errors import MalformedVotesError, OverlappingGroupsError, UnknownParticipantError

Id: TypeAlias = int | str
"""An opaque id of a participant or a statement: an integer, or text that is not a canonical decimal."""

Integers: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]


class Vote(IntEnum):
    """What a participant says to a statement."""

    AGREE = 1
    PASS = 0
    DISAGREE = -1


class VoteEvent(NamedTuple):
    """One vote as it was cast; a later one on the same statement replaces it.

    Attributes:
        at: any totally ordered integer instant, milliseconds by custom; equal instants keep the order of arrival.
    """

    participant: Id
    statement: Id
    vote: int
    at: int = 0


@dataclass(frozen=True, eq=False)
class VoteTable:
    """The last votes: participants by statements, sparse.

    Attributes:
        participants: in the order of their first vote (the order decides where Polis' k-means starts).
        statements: ascending, integers before text.
        rows: index of the participant of each vote, ascending.
        columns: index of the statement of each vote, ascending within a row.
        values: +1, 0 or -1.
    """

    participants: tuple[Id, ...]
    statements: tuple[Id, ...]
    rows: Integers
    columns: Integers
    values: Integers

    @classmethod
    def from_events(cls, events: Iterable[tuple[Id, Id, int, int]], *, statements: Iterable[Id] = ()) -> "VoteTable":
        """Take the last vote of each participant on each statement.

        Args:
            events: participant, statement, vote (+1, 0, -1), instant; in any order.
            statements: statements that exist although nobody has voted on them yet.

        Raises:
            MalformedVotesError: a vote is none of +1, 0, -1, or two ids differ only in type.
        """
        listed = sorted(events, key=itemgetter(3))
        for participant, statement, vote, _ in listed:
            if vote not in {1, 0, -1}:
                raise MalformedVotesError(f"{participant!r} on {statement!r}: a vote is 1, 0 or -1, not {vote!r}")
        order = {participant: row for row, participant in enumerate(dict.fromkeys(event[0] for event in listed))}
        names = sorted({*statements, *(event[1] for event in listed)}, key=id_key)
        _require_distinct_in_text(order)
        _require_distinct_in_text(names)
        position = {statement: column for column, statement in enumerate(names)}
        rows = np.fromiter((order[event[0]] for event in listed), np.int64, len(listed))
        columns = np.fromiter((position[event[1]] for event in listed), np.int64, len(listed))
        values = np.fromiter((event[2] for event in listed), np.int64, len(listed))
        return cls._from_cells(tuple(order), tuple(names), rows, columns, values)

    @classmethod
    def from_arrays(cls, rows: Integers, columns: Integers, values: Integers) -> "VoteTable":
        """Build a table from votes in the order they were cast, ids being the integers themselves.

        Raises:
            MalformedVotesError: a vote is none of +1, 0, -1, or the arrays differ in length.
        """
        if not len(rows) == len(columns) == len(values):
            raise MalformedVotesError("participants, statements and votes differ in length")
        if not bool(np.isin(values, (-1, 0, 1)).all()):
            raise MalformedVotesError("a vote is 1, 0 or -1")
        people, first, row_of = np.unique(rows, return_index=True, return_inverse=True)
        by_first_vote = np.argsort(first)
        rank = np.empty(len(people), np.int64)
        rank[by_first_vote] = np.arange(len(people))
        names, column_of = np.unique(columns, return_inverse=True)
        participants = tuple(int(person) for person in people[by_first_vote])
        return cls._from_cells(participants, tuple(int(name) for name in names), rank[row_of], column_of, values)

    @classmethod
    def _from_cells(
        cls,
        participants: tuple[Id, ...],
        statements: tuple[Id, ...],
        rows: Integers,
        columns: Integers,
        values: Integers,
    ) -> "VoteTable":
        cell = rows.astype(np.int64) * max(len(statements), 1) + columns
        # Of equal cells np.unique reports the first, so the votes are read from the newest backwards.
        _, newest = np.unique(cell[::-1], return_index=True)
        last = len(cell) - 1 - newest
        kept = (rows[last].astype(np.int64), columns[last].astype(np.int64), values[last].astype(np.int64))
        for array in kept:
            array.setflags(write=False)
        return cls(participants, statements, *kept)

    @property
    def shape(self) -> tuple[int, int]:
        """The number of participants and of statements."""
        return len(self.participants), len(self.statements)

    def restricted_to(self, participants: Iterable[Id]) -> "VoteTable":
        """Return the table of these participants only, for instance of verified residents; others are ignored."""
        wanted = set(participants)
        chosen = np.array([person in wanted for person in self.participants], dtype=np.bool_)
        votes = chosen[self.rows]
        new_row = np.cumsum(chosen) - 1
        people = tuple(person for person in self.participants if person in wanted)
        return VoteTable(people, self.statements, new_row[self.rows[votes]], self.columns[votes], self.values[votes])

    def columns_of(self, statements: Iterable[Id]) -> Flags:
        """Return a flag per statement; statements the table does not hold are ignored."""
        wanted = set(statements)
        return np.array([statement in wanted for statement in self.statements], dtype=np.bool_)

    def labels_of(self, groups: Mapping[int, Iterable[Id]]) -> Integers:
        """Return the group label of each participant, -1 for those in none.

        Raises:
            UnknownParticipantError: a group names somebody without a vote.
            OverlappingGroupsError: somebody stands in two groups, or a group is empty.
        """
        row_of = {person: row for row, person in enumerate(self.participants)}
        labels = np.full(len(self.participants), -1, np.int64)
        for label, members in groups.items():
            listed = list(members)
            if not listed:
                raise OverlappingGroupsError(f"group {label} is empty")
            for person in listed:
                row = row_of.get(person)
                if row is None:
                    raise UnknownParticipantError(f"group {label} names {person!r}, who has no vote")
                if labels[row] != -1:
                    raise OverlappingGroupsError(f"{person!r} stands in groups {labels[row]} and {label}")
                labels[row] = label
        return labels

    def digest(self) -> str:
        """Return the SHA-256 of the last votes, one line ``participant,statement,vote`` each, in table order.

        The lines are sorted by the participant's first vote, then by statement; statements without any vote follow
        as ``,statement,``. Ids are written plainly; one that holds a comma, a quote or a newline, as a JSON string.
        """
        hashed = hashlib.sha256()
        people = [_line_safe(person) for person in self.participants]
        names = [_line_safe(statement) for statement in self.statements]
        triples = zip(self.rows.tolist(), self.columns.tolist(), self.values.tolist(), strict=True)
        for row, column, value in triples:
            hashed.update(f"{people[row]},{names[column]},{value}\n".encode())
        voted = set(self.columns.tolist())
        for column, name in enumerate(names):
            if column not in voted:
                hashed.update(f",{name},\n".encode())
        return hashed.hexdigest()


def as_table(votes: "VoteTable | Iterable[tuple[Id, Id, int, int]]") -> VoteTable:
    """Return a table as it is, or the table of an iterable of events."""
    return votes if isinstance(votes, VoteTable) else VoteTable.from_events(votes)


def id_key(value: Id) -> tuple[bool, Id]:
    """Sort integers by value before text by code points."""
    return isinstance(value, str), value


def labelled_groups(groups: Mapping[int, Iterable[Id]] | Sequence[Iterable[Id]]) -> dict[int, list[Id]]:
    """Return given groups as label → members; a sequence is labelled 0, 1, 2 and so on."""
    items = groups.items() if isinstance(groups, Mapping) else enumerate(groups)
    return {label: list(members) for label, members in items}


def _require_distinct_in_text(ids: Iterable[Id]) -> None:
    """Refuse 7 beside "7": files and records could not tell them apart."""
    listed = list(ids)
    if len({str(value) for value in listed}) != len(listed):
        raise MalformedVotesError("two ids differ only in being a number or text")


def _line_safe(value: Id) -> str:
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if set(text) & set(',"\r\n') else text
