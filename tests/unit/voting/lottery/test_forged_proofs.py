"""Bundles forged with care: everything fits except the one thing that makes a proof a proof."""

import json
from typing import Any

import pytest

from tests.lottery_pools import changed, cut_bundle, make_pool, village_bundle
from voting.lottery import prepare, verify_bundle
from voting.lottery.verify.errors import BrokenQuotaError, WrongProbabilityError, WrongProofError


def two_types() -> bytes:
    """Return the bundle of six x and two y for two seats; everybody's chance is 1/4."""
    people = {f"C{at}": ("x" if at < 6 else "y",) for at in range(8)}
    return prepare(make_pool(people, [("f", "x", 0, 2), ("f", "y", 0, 2)], seats=2))


def test_serving_the_favourites_first_is_not_leximin() -> None:
    """Each step is proved, the table fits; only the ascending order of the levels says that nobody comes first."""
    seats = 2

    def favour_y(fields: Any) -> None:
        fields["levels"] = [
            {"value": "1", "weights": [[1, "1"]], "multipliers": []},
            {"value": "0", "weights": [[0, "1"]], "multipliers": [[seats, "1"]]},
        ]
        fields["probabilities"] = ["0", "1"]
        fields["rows"] = [[1_000_000, [1, 1]]]

    with pytest.raises(WrongProofError, match="ascending"):
        verify_bundle(changed(two_types(), favour_y))


def test_a_loose_bound_is_no_level() -> None:
    """Multipliers that prove a little too much raise every chance by a hair: then they exceed the seats."""

    def loosen(fields: Any) -> None:
        fields["levels"] = [
            {
                "value": "250001/1000000",
                "weights": [[0, "1"], [1, "1"]],
                "multipliers": [[0, "1/500000"], [1, "1/500000"], [2, "249999/250000"]],
            }
        ]
        fields["probabilities"] = ["250001/1000000"] * 2

    forged = changed(two_types(), loosen)
    with pytest.raises((WrongProbabilityError, WrongProofError)):
        verify_bundle(forged)


def test_chances_that_exceed_the_seats_by_a_hair_are_refused() -> None:
    people = {f"C{at}": ("x",) for at in range(7)}
    data = prepare(make_pool(people, [("f", "x", 0, 7)], seats=3))

    def loosen(fields: Any) -> None:
        # λ = 1 − ε on the seats and ε on the quota prove (3 + 4ε)/7, with ε = 1/1,000,000.
        value = "107143/250000"
        fields["levels"] = [
            {"value": value, "weights": [[0, "1"]], "multipliers": [[0, "1/1000000"], [1, "999999/1000000"]]}
        ]
        fields["probabilities"] = [value]

    with pytest.raises(WrongProbabilityError, match="on average"):
        verify_bundle(changed(data, loosen))


def test_a_weight_must_be_positive() -> None:
    def negate(fields: Any) -> None:
        level = fields["levels"][0]
        level["weights"][0][1] = "-" + level["weights"][0][1]

    with pytest.raises(WrongProofError, match="not positive"):
        verify_bundle(changed(village_bundle(), negate))


def test_a_row_cannot_seat_somebody_twice() -> None:
    people = {"a": ("x",), "b": ("y",), "c": ("y",), "d": ("y",)}
    data = prepare(make_pool(people, [("f", "x", 0, 3), ("f", "y", 0, 3)], seats=2))

    def twice(fields: Any) -> None:
        fields["rows"][-1][1] = [0, 0]
        fields["rows"].sort(key=lambda row: (-row[0], row[1]))

    with pytest.raises(BrokenQuotaError, match="more of a type"):
        verify_bundle(changed(data, twice))


def test_nobody_has_a_chance_above_one() -> None:
    """A level that rests on a cut may state a hair more than it proves, but not more than certainty."""
    fields = json.loads(cut_bundle())
    sure = next(level for level in fields["levels"] if level["value"] == "1")
    cut = len(fields["quotas"]) + 1

    def overstate(forged: Any) -> None:
        level = next(level for level in forged["levels"] if level["value"] == "1")
        level["value"] = "1000001/1000000"
        level["multipliers"] = [[cut, "1/7"]]
        for kind, _ in level["weights"]:
            forged["probabilities"][kind] = "1000001/1000000"

    assert sure["weights"]
    with pytest.raises(WrongProbabilityError, match="not its level's"):
        verify_bundle(changed(cut_bundle(), overstate))


def test_a_tree_of_cases_that_meet_again_is_refused_before_it_is_walked() -> None:
    """Forty cases whose two branches are the same next case would be 2^40 walks."""

    leaf = json.loads(cut_bundle())["cuts"][0]["tree"][-1]

    def tangle(fields: Any) -> None:
        fields["cuts"][0]["tree"] = [*([0, 0, at + 1, at + 1] for at in range(40)), leaf]

    with pytest.raises(WrongProofError, match="used twice"):
        verify_bundle(changed(cut_bundle(), tangle))
