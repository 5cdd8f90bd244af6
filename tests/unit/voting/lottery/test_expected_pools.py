"""The published pools: exact fractions of every level, and the figures of their chances."""

import json
import random
from pathlib import Path

import pytest

from voting.lottery import distinct_levels, fairness, prepare, read_pool, verify_bundle

pytestmark = pytest.mark.slow

KOREAN = [
    "kr_100_30_medium",
    "kr_100_50_tight",
    "kr_1500_30_tight",
    "kr_1500_50_medium",
    "kr_300_30_tight",
    "kr_300_50_medium",
    "kr_800_30_medium",
    "kr_800_50_tight",
]


def files(shared: Path, name: str) -> tuple[bytes, bytes]:
    folder = shared / "lottery" / name
    return (folder / "respondents.csv").read_bytes(), (folder / "categories.csv").read_bytes()


@pytest.mark.parametrize("name", KOREAN)
def test_a_korean_pool_gives_exactly_the_expected_levels(shared: Path, name: str) -> None:
    expected = json.loads((shared / "lottery" / name / "expected.json").read_text(encoding="utf-8"))
    data = prepare(read_pool(*files(shared, name), seats=expected["seats"]))
    verified = verify_bundle(data)
    bundle, figures = verified.bundle, fairness(verified.bundle)
    assert [str(value) for value, _ in distinct_levels(bundle)] == expected["leximin_levels"]
    assert str(figures.minimum) == expected["min"]
    assert round(float(figures.maximum), 6) == expected["max"]
    assert round(float(figures.gini), 6) == expected["gini"]
    assert round(figures.geometric_mean, 6) == expected["geometric_mean"]
    assert (len(bundle.numbers), len(bundle.types)) == (expected["candidates"], expected["types"])
    assert verified.grade == "A"
    assert not bundle.cuts
    assert verified.deviation is not None
    assert verified.deviation < 3e-6


def test_the_opendlp_pool_gives_the_published_figures(shared: Path) -> None:
    bundle = verify_bundle(prepare(read_pool(*files(shared, "opendlp_monitoring"), seats=30))).bundle
    figures = fairness(bundle)
    assert str(figures.minimum) == "27/91"
    assert round(float(figures.gini), 4) == 0.0100


@pytest.mark.parametrize("household", [None, "address"])
def test_permuting_the_input_changes_no_byte(shared: Path, household: str | None) -> None:
    candidates, quotas = files(shared, "kr_100_30_medium")
    header, *rows = candidates.decode().splitlines()
    random.Random(1).shuffle(rows)
    shuffled = "\n".join([header, *rows]).encode()
    first = prepare(read_pool(candidates, quotas, seats=30, household=household))
    assert prepare(read_pool(shuffled, quotas, seats=30, household=household)) == first


@pytest.mark.parametrize("name", ["kr_100_30_medium", "kr_100_50_tight", "kr_300_50_medium"])
def test_no_row_seats_two_of_a_home(shared: Path, name: str) -> None:
    seats = int(name.split("_")[2])
    bundle = verify_bundle(prepare(read_pool(*files(shared, name), seats=seats, household="address"))).bundle
    assert any(kind.household for kind in bundle.types)
    for row in bundle.rows:
        homes = [bundle.types[kind].household for kind in row.seats if bundle.types[kind].household]
        assert len(homes) == len(set(homes))
