"""Strict JSON: nesting is measured before the recursive parser starts, quickly, and strings do not count."""

import time

import pytest

from voting.encoding import MalformedJSONError, parse_json


@pytest.mark.parametrize(
    "inner",
    ["", "1", '"[[[[[[[["', '"\\"[[[[[[[["', '"\\\\"', '"]]]]"', '{"a":[]}', "[],[],[],[],[]", '"{", "}"', '"한[["'],
)
def test_brackets_in_strings_do_not_nest(inner):
    assert parse_json(f"[[[{inner}]]]".encode(), max_depth=5) is not None


@pytest.mark.parametrize(
    "text",
    [
        "[" * 6 + "]" * 6,
        '{"a":' * 6 + "1" + "}" * 6,
        '["\\\\",' + "[" * 6 + "]" * 7,
        "[" * 100_000,
        '[{"":' * 50_000,
        "[]," * 10 + "[" * 6,
        '"' + "[" * 1000,
        '[[[[[["',
    ],
)
def test_what_is_too_deep_is_refused_unparsed(text):
    with pytest.raises(MalformedJSONError):
        parse_json(text.encode(), max_depth=5)


@pytest.mark.parametrize(
    "data",
    [b'"\\"' * 500_000, b'"\\' * 500_000, b'"' + b"\\\\" * 500_000, b'[""' * 300_000, b"[" * 65 + b'"' * 999_999],
)
def test_hostile_strings_cost_no_more_than_honest_ones(data):
    start = time.process_time()
    with pytest.raises(MalformedJSONError):
        parse_json(b"[" * 65 + data)
    assert time.process_time() - start < 1
