"""The published vectors are true, and the code still makes them."""

import pytest

from tests.unit.voting.lottery.make_vectors import FOLDER, GIVEN, bundles, derived
from voting.lottery import parse_bundle, verify_bundle, verify_panels, verify_replacement, verify_result


def read(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


@pytest.mark.parametrize("name", ["quota", "cut", "homes", "panels", "simple"])
def test_a_published_bundle_verifies_and_its_chances_are_made_again(name: str) -> None:
    made = parse_bundle(bundles()[f"{name}.bundle.json"])
    published = verify_bundle(read(f"{name}.bundle.json")).bundle
    assert made.probabilities == published.probabilities
    assert (made.types, made.numbers, made.type_of) == (published.types, published.numbers, published.type_of)


def test_what_follows_from_the_published_bundles_is_made_again_byte_for_byte() -> None:
    for name, data in derived(*map(read, GIVEN)).items():
        assert read(name) == data, name


def test_published_results_and_replacements_verify() -> None:
    quota, simple = read("quota.bundle.json"), read("simple.bundle.json")
    verify_panels(read("panels.bundle.json"), read("panels.table.json"))
    verify_result(read("panels.bundle.json"), read("panels.result.json"))
    verify_replacement(quota, read("quota.result.json"), read("quota.replacement.json"))
    verify_result(simple, read("simple.result.json"))
    verify_result(simple, read("simple.balls-result.json"))
