"""A rule as a file: every field written, none guessed, none ignored."""

import json
from fractions import Fraction
from typing import Any

import pytest

from voting.allocation import (
    RESIDENTS,
    CategoryLimit,
    Completion,
    Conditions,
    Majority,
    MajorityBase,
    MalformedRuleError,
    Ranking,
    Rule,
    RuleName,
    ScoreScale,
    ScoreSource,
    TieKey,
    TieOrder,
    Utility,
    rule_from_json,
    rule_to_json,
)
from voting.errors import UnreadableInputError

FULL = Rule(
    RuleName.EQUAL_SHARES,
    utility=Utility.POINTS,
    completion=Completion.ADD1U,
    increment=500,
    integral_start=True,
    comparison_step=True,
    ties=TieOrder((TieKey.VOTES, TieKey.LOTTERY), ("2", "1")),
    ranking=(5, 3, 1),
    conditions=Conditions(
        minimum_votes=3,
        minimum_score=Fraction(7, 2),
        support_floor=Fraction(1, 3),
        winners_at_most=9,
        categories=(CategoryLimit("green", at_most=2, cost_at_most=100), CategoryLimit("young")),
        exclusive=(("1", "2"),),
        part_funding=True,
    ),
    majority=Majority(Fraction(2, 3), MajorityBase.PARTICIPANTS),
)
WEIGHED = Rule(
    RuleName.GREEDY,
    ranking=Ranking.LONGEST,
    combination=(ScoreSource(RESIDENTS, 30, ScoreScale.BEST), ScoreSource("committee", 70)),
)


@pytest.mark.parametrize("rule", [FULL, WEIGHED, Rule(RuleName.PHRAGMEN, pabutools=True), Rule(RuleName.MAX_WELFARE)])
def test_a_rule_survives_the_round_trip(rule: Rule) -> None:
    data = rule_to_json(rule)
    again = rule_from_json(data)
    assert rule_to_json(again) == data
    assert again.conditions == rule.conditions
    assert again.ranking_in_force == rule.ranking_in_force
    assert (again.name, again.ties, again.majority, again.combination) == (
        rule.name, rule.ties, rule.majority, rule.combination,
    )  # fmt: skip


def test_the_file_names_every_field_so_that_a_new_default_changes_no_old_count() -> None:
    value = json.loads(rule_to_json(Rule(RuleName.GREEDY)))
    assert value["conditions"]["minimum_votes"] == 1
    assert value["ranking"] == "own-length"
    assert value["completion"] == "none"
    assert value["format"] == "madang-rule-1"


def mutations() -> list[Any]:
    def put(**changes: object) -> Any:
        return lambda value: value | changes

    def inside(key: str, **changes: object) -> Any:
        return lambda value: value | {key: value[key] | changes}

    def without(key: str) -> Any:
        return lambda value: {name: part for name, part in value.items() if name != key}

    return [
        put(format="madang-rule-2"), put(rule="lottery"), put(utility="joy"), put(completion="add2"),
        put(increment="500"), put(increment=0), put(increment=True), put(integral_start="yes"), put(ties=["dice"]),
        put(ties="votes"), put(lottery=[1]), put(ranking=["a"]), put(ranking="alphabet"), put(surprise=1),
        put(majority={"share": "2/0", "base": "valid"}), put(majority={"share": "0.5", "base": "valid"}),
        put(majority={"share": "1/2", "base": "valid", "x": 1}), put(combination=[{"source": "a"}]),
        inside("conditions", minimum_votes=None), inside("conditions", surprise=1), inside("conditions", part_funding=1),
        inside("conditions", exclusive=["1"]), inside("conditions", minimum_votes=-1),
        without("conditions"), without("ties"), without("pabutools"), lambda _: [], lambda _: "rule",
    ]  # fmt: skip


@pytest.mark.parametrize("number", range(len(mutations())))
def test_a_rule_with_one_thing_wrong_is_refused(number: int) -> None:
    value = mutations()[number](json.loads(rule_to_json(FULL)))
    with pytest.raises(MalformedRuleError):
        rule_from_json(json.dumps(value).encode())


@pytest.mark.parametrize("data", [b"", b"{", b'{"format": 1, "format": 2}', b"\xff", b"[" * 5000])
def test_what_is_not_strict_json_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableInputError):
        rule_from_json(data)
