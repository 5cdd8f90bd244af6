"""Rounds that tests make up: camps of people who think alike, and what real rounds with known results hold."""

import json
import random
from dataclasses import dataclass
from pathlib import Path

from tests.shared_data import shared_data
from voting.opinions import VoteEvent, VoteTable, read_votes

ROUNDS = ("t01-london-26x36", "m05-bg2050-126x371", "l09-austria-1116x522", "l10-vtaiwan-1921x197")


def camps(
    *sizes: int, statements: int = 20, seed: int = 1, missing: float = 0.2, doubt: float = 0.1
) -> list[VoteEvent]:
    """Return votes of camps that each have their own side on every statement, with some doubt and some silence."""
    chance = random.Random(seed)
    side = [[chance.choice((1, -1)) for _ in range(statements)] for _ in sizes]
    people = [camp for camp, size in enumerate(sizes) for _ in range(size)]
    events = []
    for person, camp in enumerate(people):
        for statement in range(statements):
            if chance.random() >= missing:
                vote = chance.choice((1, 0, -1)) if chance.random() < doubt else side[camp][statement]
                events.append(VoteEvent(person, statement, vote, len(events)))
    return events


def unanimous(votes: dict[int, list[tuple[int, int, int]]]) -> list[VoteEvent]:
    """Return events for one group per key, from (agree, disagree, pass) counts per statement; people are numbered."""
    events = []
    for group, counts in votes.items():
        for statement, (agree, disagree, passes) in enumerate(counts):
            answers = [1] * agree + [-1] * disagree + [0] * passes
            events += [VoteEvent(1000 * group + person, statement, vote, 0) for person, vote in enumerate(answers)]
    return events


@dataclass(frozen=True)
class RealRound:
    """A published round and what production said of it."""

    path: Path
    table: VoteTable
    expected: dict[str, object]

    @property
    def groups(self) -> dict[int, list[int]]:
        return {int(label): members for label, members in self.expected["groups"].items()}


def real_round(name: str) -> RealRound:
    folder = shared_data() / "opinions" / name
    table = VoteTable.from_events(read_votes((folder / "votes.csv").read_bytes()))
    return RealRound(folder, table, json.loads((folder / "expected.json").read_text()))
