"""An election as JSON: everything that a rule may look at, read back exactly, and nothing else accepted."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.allocation_elections import random_election
from voting.allocation import (
    BallotKind,
    Election,
    MalformedElectionError,
    Project,
    Rule,
    RuleName,
    YesNo,
    count,
    election_from_json,
    election_to_json,
    from_ballots,
    from_sums,
    rule_to_json,
)
from voting.cli import main
from voting.errors import UnreadableInputError

PROJECTS = [Project("1", 60, "꽃길", ("green",), "north", least_cost=30), Project("2", 50)]
SUMS = from_sums(
    PROJECTS,
    100,
    {"1": 3},
    voters=5,
    points={"1": Fraction(7, 2)},
    yes_no={"1": YesNo(3, 1)},
    scores={"committee": {"1": Fraction(1, 3), "2": Fraction(2)}},
)
POINTS = from_ballots(PROJECTS, 100, BallotKind.CUMULATIVE, [{"1": 2, "2": 1}, {"2": 3}, {}, {"2": 3}])


def test_sums_with_all_that_belongs_to_them_survive_the_round_trip() -> None:
    assert election_from_json(election_to_json(SUMS)) == SUMS


def test_every_kind_of_ballots_survives_the_round_trip_and_counts_alike() -> None:
    for seed in range(80):
        election = random_election(random.Random(seed))
        data = election_to_json(election)
        again = election_from_json(data)
        assert election_to_json(again) == data
        for name in (RuleName.GREEDY, RuleName.EQUAL_SHARES):
            assert count(again, Rule(name)) == count(election, Rule(name))


def test_the_file_says_nothing_about_the_order_of_casting() -> None:
    profile = POINTS.profile
    assert profile is not None
    backwards = replace(
        profile, choices=profile.choices[::-1], points=profile.points[::-1], counts=profile.counts[::-1]
    )
    assert election_to_json(replace(POINTS, profile=backwards)) == election_to_json(POINTS)


def test_blank_ballots_stay_counted() -> None:
    assert election_from_json(election_to_json(POINTS)).voters == 4


def put(*path: Any, value: object) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for step in path[:-1]:
            document = document[step]
        document[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("election", "change"),
    [
        (SUMS, put("format", value="madang-election-2")),
        (SUMS, put("budget", value="100")),
        (SUMS, put("budget", value=-1)),
        (SUMS, put("surprise", value=1)),
        (SUMS, put("sums", value=None)),
        (SUMS, put("sums", "votes", value=[6, 0])),
        (SUMS, put("sums", "votes", value=[1])),
        (SUMS, put("sums", "scores", value=["0.5", "0/1"])),
        (SUMS, put("yes_no", "9", value={"yes": 1, "no": 1})),
        (SUMS, put("yes_no", "1", value={"yes": 1})),
        (SUMS, put("yes_no", value=[])),
        (SUMS, put("scores", "committee", value=[])),
        (SUMS, put("projects", 0, "cost", value=True)),
        (SUMS, put("projects", 1, "id", value="1")),
        (SUMS, put("projects", 1, "age", value=70)),
        (POINTS, put("ballots", "kind", value="telepathy")),
        (POINTS, put("ballots", "points_scale", value=0)),
        (POINTS, put("ballots", "distinct", 1, "count", value=0)),
        (POINTS, put("ballots", "distinct", 1, "choices", value=["9"])),
        (POINTS, put("ballots", "distinct", 1, "choices", value=["2", "1"])),
        (POINTS, put("ballots", "distinct", 1, "choices", value=["1", "1"])),
        (POINTS, put("ballots", "distinct", 1, "points", value=[1])),
        (POINTS, put("ballots", "distinct", 1, "voter", value="kim")),
        (POINTS, put("ballots", value=None)),
    ],
)
def test_an_election_with_one_thing_wrong_is_refused(election: Election, change: Callable[[Any], None]) -> None:
    document = json.loads(election_to_json(election))
    change(document)
    with pytest.raises(MalformedElectionError):
        election_from_json(json.dumps(document).encode())


def test_what_is_not_strict_json_is_refused() -> None:
    with pytest.raises(UnreadableInputError):
        election_from_json(b'{"format": 1, "format": 2}')


def test_the_commands_count_it_as_they_count_a_pabulib_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "election.json").write_bytes(election_to_json(SUMS))
    (tmp_path / "rule.json").write_bytes(rule_to_json(Rule(RuleName.GREEDY)))
    words = [str(tmp_path / "election.json"), "--rule-file", str(tmp_path / "rule.json"), "--json"]
    assert main(["count", *words]) == 0
    assert json.loads(capsys.readouterr().out)["funded"] == ["1"]
    assert main(["explain", *words]) == 0
    assert json.loads(capsys.readouterr().out)["fairness"] is None
