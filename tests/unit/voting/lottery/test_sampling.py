"""RFC 3797 and Rivest's sampler, against the vectors of their authors."""

import hashlib
import json
from pathlib import Path

import pytest

from voting.lottery import rfc3797_selection, rivest_sample
from voting.lottery.verify.errors import MalformedBundleError


def test_the_worked_example_of_rfc_3797_is_reproduced(shared: Path) -> None:
    vector = json.loads((shared / "lottery" / "rfc3797_vector.json").read_text(encoding="utf-8"))
    key, pool, selected = vector["key"], vector["pool"], vector["selected"]
    for at, expected in enumerate(vector["md5"]):
        counter = at.to_bytes(2, "big")
        assert hashlib.md5(counter + key.encode() + counter).hexdigest().upper() == expected
    assert rfc3797_selection(key, pool=pool, count=len(selected), algorithm="md5") == selected


def test_rfc_3797_selects_everybody_once() -> None:
    assert sorted(rfc3797_selection("9319./2.5./", pool=40, count=40)) == list(range(1, 41))
    assert rfc3797_selection("a/", pool=40, count=40) != rfc3797_selection("b/", pool=40, count=40)
    for pool, count in ((3, 4), (70_000, 1), (3, -1)):
        with pytest.raises(MalformedBundleError):
            rfc3797_selection("a/", pool=pool, count=count)


def test_the_vectors_of_rivests_sampler_are_reproduced(shared: Path) -> None:
    vectors = json.loads((shared / "lottery" / "rivest_sampler" / "tests.json").read_text(encoding="utf-8"))["tests"]
    assert len(vectors) == 10
    for vector in vectors:
        data = vector["data"]
        assert rivest_sample(data["seed"], total=data["total"], count=data["count"]) == vector["expected"]


def test_a_sample_of_nothing_is_refused() -> None:
    with pytest.raises(MalformedBundleError):
        rivest_sample("1", total=0, count=1)
