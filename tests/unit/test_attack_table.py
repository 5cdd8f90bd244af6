"""The table of attacks in ``docs/testing.md`` names tests that exist, and leaves none of the catalogue out that it should hold."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| (T\d\d) \| .+? \| (.+) \|$", re.MULTILINE)
NAME = re.compile(r"`(\w+)::(\w+)`")


def rows() -> dict[str, list[tuple[str, str]]]:
    text = (REPOSITORY / "docs/testing.md").read_text(encoding="utf-8")
    return {number: NAME.findall(tests) for number, tests in ROW.findall(text)}


def named() -> Iterator[tuple[str, str]]:
    return (test for tests in rows().values() for test in tests)


def test_every_attack_on_ballots_trustees_voters_boards_and_parsers_has_a_row_and_a_test() -> None:
    assert {f"T{number:02}" for number in range(1, 59)} <= {number for number, tests in rows().items() if tests}


@pytest.mark.parametrize("file", sorted({file for file, _ in named()}))
def test_the_tests_named_exist(file: str) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (REPOSITORY / "tests").rglob(f"{file}.py"))
    for _, test in (one for one in named() if one[0] == file):
        assert f"def {test}(" in text
