"""Strict parsing (T54): whatever Python would kindly let pass is refused before anything is computed from it."""

import json

import pytest

from voting.encoding import (
    MAX_DEPTH,
    MalformedHexError,
    MalformedJSONError,
    MalformedNumberError,
    base64_unpadded,
    canonical_json,
    parse_decimal,
    parse_hex,
    parse_json,
    sha256,
)

LENIENT = {
    "a key twice": b'{"a":1,"a":1}',
    "a key twice, spelt in two ways": b'{"a":1,"\\u0061":2}',
    "a key twice, deep inside": b'[{"b":{"a":1,"a":2}}]',
    "not a number": b'{"a":NaN}',
    "infinity": b"[Infinity]",
    "minus infinity": b"[-Infinity]",
    "a number that overflows to infinity": b"[1e400]",
    "a fraction": b"[1.0]",
    "an exponent": b"[1e2]",
    "minus nought": b"[-0]",
    "nineteen digits": b"[1000000000000000000]",
    "more digits than int() reads": b"[" + b"9" * 5000 + b"]",
    "a leading nought": b"[01]",
    "a plus": b"[+1]",
    "hexadecimal": b"[0x1]",
    "an underscore": b"[1_0]",
    "Arabic digits": "[١٢]".encode(),
    "a byte-order mark": b"\xef\xbb\xbf{}",
    "UTF-16": "{}".encode("utf-16"),
    "UTF-32": "{}".encode("utf-32"),
    "Latin-1": b'["\xe9"]',
    "an overlong encoding": b'["\xc0\xaf"]',
    "an encoded surrogate": b'["\xed\xa0\x80"]',
    "a lone surrogate": b'["\\ud800"]',
    "a lone surrogate in capitals": b'["\\UD800","\\uDFFF"]',
    "surrogates in the wrong order": b'["\\udc00\\ud800"]',
    "a lone surrogate as a key": b'{"\\ud800":1}',
    "a lone surrogate deep inside": b'[[{"a":["\\ud800"]}]]',
    "a control character": b'["\x01"]',
    "a comma too many": b"[1,]",
    "a comment": b"[1]//",
    "single quotes": b"['a']",
    "no quotes": b"{a:1}",
    "two values": b"{}{}",
    "something behind": b"{} x",
    "a nul behind": b"{}\0",
    "nothing": b"",
    "spaces alone": b"  ",
    "an unknown word": b"[nul]",
    "an unfinished string": b'["a',
    "too deep": b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
    "a hundred thousand deep": b"[" * 100_000 + b"]" * 100_000,
}


@pytest.mark.parametrize("data", LENIENT.values(), ids=LENIENT)
def test_what_json_lets_pass_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedJSONError):
        parse_json(data)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -1,
        10**18 - 1,
        1 - 10**18,
        "",
        '마당 \ud55c\U0001f600 " \\ / \x00\u2028',
        [],
        {},
        {"b": [1, {"a": None}], "a": False},
    ],
)
def test_ordinary_values_are_read_as_they_are_written(value: object) -> None:
    assert parse_json(canonical_json(value)) == value  # type: ignore[arg-type]
    assert parse_json(json.dumps(value, indent=1).encode()) == value


def test_a_pair_of_escaped_surrogates_is_one_character() -> None:
    assert parse_json(b'["\\ud83d\\ude00"]') == ["😀"]


def test_the_deepest_nesting_allowed_is_read_and_one_more_is_not() -> None:
    assert parse_json(b"[[[1]]]", max_depth=3) == [[[1]]]
    with pytest.raises(MalformedJSONError, match="deeper than 2"):
        parse_json(b"[[[1]]]", max_depth=2)


def test_too_many_bytes_are_refused_unread() -> None:
    assert parse_json(b"[1]", max_bytes=3) == [1]
    with pytest.raises(MalformedJSONError, match="4 bytes of JSON; at most 3"):
        parse_json(b"\xff\xff\xff\xff", max_bytes=3)


def test_a_refusal_repeats_little_of_what_it_refuses() -> None:
    with pytest.raises(MalformedJSONError) as refusal:
        parse_json(b"[1." + b"1" * 100_000 + b"]")
    assert len(str(refusal.value)) < 100


def test_canonical_json_has_one_form() -> None:
    assert canonical_json({"나": ["/", "é", 1], "a": None}) == '{"나":["/","é",1],"a":null}'.encode()
    with pytest.raises(ValueError, match="Out of range"):
        canonical_json([float("nan")])  # type: ignore[list-item]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "00",
        "01",
        "+1",
        "-1",
        "-0",
        " 1",
        "1 ",
        "1\n",
        "1_0",
        "1.0",
        "1e1",
        "0x1",
        "١٢",
        "１",
        "²",
        "1" * 1301,
        "100",
    ],
)
def test_what_int_lets_pass_is_refused(text: str) -> None:
    with pytest.raises(MalformedNumberError):
        parse_decimal(text, below=100)


def test_a_decimal_below_its_bound_is_read() -> None:
    assert [parse_decimal(str(number), below=100) for number in (0, 1, 99)] == [0, 1, 99]
    assert parse_decimal("9" * 1300, below=10**1300) == 10**1300 - 1


@pytest.mark.parametrize("text", ["", "AB", "aB", "ab ", " ab", "a b", "abc", "abcd", "a", "g0", "0x", "ａb", "ab\n"])
def test_what_fromhex_lets_pass_is_refused(text: str) -> None:
    with pytest.raises(MalformedHexError):
        parse_hex(text, length=1)


def test_hexadecimal_of_its_length_is_read() -> None:
    assert parse_hex("00ff", length=2) == b"\x00\xff"
    assert parse_hex("", length=0) == b""


def test_hashes_are_written_without_padding() -> None:
    assert base64_unpadded(sha256(b"")) == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"
