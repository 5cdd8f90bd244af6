"""One thing changed in a bundle, one refusal."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.lottery_pools import changed, cut_bundle, make_pool, village, village_bundle
from tests.lottery_tampering import BUNDLE_CHANGES, CUT_CHANGES, Change
from voting.encoding import MalformedJSONError
from voting.errors import UnreadableInputError, VerificationError
from voting.lottery import parse_bundle, prepare, verify_bundle
from voting.lottery.verify.errors import (
    MalformedBundleError,
    NotCanonicalError,
)


@pytest.mark.parametrize(("change", "refusal"), [pytest.param(c, r, id=name) for name, c, r in BUNDLE_CHANGES])
def test_one_change_is_one_refusal(change: Change, refusal: type[Exception]) -> None:
    with pytest.raises(refusal) as raised:
        verify_bundle(changed(village_bundle(), change))
    assert type(raised.value) is refusal


def test_every_field_of_a_bundle_is_tampered_with_here() -> None:
    singular = {"quotas": "quota", "types": "type", "candidates": "candidate", "probabilities": "probability"}
    singular |= {"witnesses": "witness"}
    for name in json.loads(village_bundle()):
        words = [word for word, _, _ in [*BUNDLE_CHANGES, *CUT_CHANGES]]
        assert any(word.startswith(singular.get(name, name.removesuffix("s"))) for word in words), name


@pytest.mark.parametrize(("change", "refusal"), [pytest.param(c, r, id=name) for name, c, r in CUT_CHANGES])
def test_one_change_of_a_cut_is_one_refusal(change: Change, refusal: type[Exception]) -> None:
    with pytest.raises(refusal) as raised:
        verify_bundle(changed(cut_bundle(), change))
    assert type(raised.value) is refusal


def test_a_cut_without_a_tree_is_a_claim_and_lowers_the_grade() -> None:
    claimed = changed(cut_bundle(), lambda fields: [cut.update(tree=[]) for cut in fields["cuts"]])
    assert verify_bundle(cut_bundle()).grade == "A"
    assert verify_bundle(claimed).grade == "B"


def test_homes_are_numbered_as_the_candidates_come() -> None:
    pool = make_pool(
        {"a": ("x",), "b": ("x",), "c": ("x",), "d": ("x",)},
        [("f", "x", 0, 4)],
        seats=2,
        homes={"a": "k", "b": "k", "c": "l", "d": "l"},
    )
    data = prepare(pool)
    verify_bundle(data)

    def swap(fields: Any) -> None:
        for pair in fields["candidates"]:
            pair[1] = 1 - pair[1]

    with pytest.raises(MalformedBundleError, match="numbered"):
        verify_bundle(changed(data, swap))
    with pytest.raises(MalformedBundleError, match="not a shared home"):
        verify_bundle(changed(data, lambda f: f["candidates"].pop()))


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (lambda data: data + b"\n", NotCanonicalError),
        (lambda data: data.replace(b",", b", ", 1), NotCanonicalError),
        (lambda data: data.replace("여".encode(), b"\\uc5ec", 1), NotCanonicalError),
        (
            lambda data: (
                json.dumps(json.loads(data), ensure_ascii=False, separators=(",", ":")).encode()[:-1]
                + b',"format":"madang-lottery/1"}'
            ),
            MalformedJSONError,
        ),
        (lambda data: data.replace(b'"seats":6', b'"seats":6.0', 1), MalformedJSONError),
        (lambda data: data[:-1], MalformedJSONError),
        (lambda data: b"\xef\xbb\xbf" + data, MalformedJSONError),
        (lambda _: b"[]", MalformedBundleError),
        (lambda _: b"", MalformedJSONError),
    ],
)
def test_other_bytes_of_the_same_document_are_refused(data: Callable[[bytes], bytes], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        verify_bundle(data(village_bundle()))


def test_a_simple_bundle_of_three_features_is_refused() -> None:
    def third(fields: Any) -> None:
        fields["features"].append("zone")
        fields["quotas"].append(["zone", "z", 0, 9])
        for kind in fields["types"]:
            kind[0].append("z")

    with pytest.raises(MalformedBundleError, match="two features"):
        verify_bundle(changed(prepare(village(), mode="simple"), third))


def test_any_single_byte_of_the_numbers_matters() -> None:
    """Every digit of the file, replaced by another digit, is refused, or is another bundle with another hash."""
    data = village_bundle()
    commitment = parse_bundle(data).commitment
    for at in range(0, len(data), 7):
        if data[at : at + 1].isdigit():
            other = data[:at] + (b"1" if data[at : at + 1] != b"1" else b"2") + data[at + 1 :]
            try:
                assert verify_bundle(other).bundle.commitment != commitment
            except (VerificationError, UnreadableInputError):
                continue
