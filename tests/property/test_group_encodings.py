"""No text means two elements, and both ways to compute in Ed25519 judge every text alike."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.edwards import IDENTITY, L, P, decode, multiply
from tests.groups import EVERY_GROUP, group_called
from voting.election.group import ElementError, MalformedElementError, NotInGroupError

DIGITS = st.text("0123456789abcdef", min_size=64, max_size=64)


def verdict(name: str, text: str) -> object:
    group = group_called(name)
    try:
        element = group.parse(text)
    except ElementError as error:
        return type(error)
    assert group.serialize(element) == text
    return "member"


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(text=st.one_of(DIGITS, st.integers(P - 40, P + 18).map(lambda y: f"{y:064x}")))
@example(text=f"{1 | 1 << 255:064x}")
@example(text=f"{P - 1 | 1 << 255:064x}")
@example(text=f"{0:064x}")
def test_every_text_of_the_right_form_is_judged_as_plain_integers_judge_it(text):
    data = bytes.fromhex(text)[::-1]
    number = int.from_bytes(data, "little")
    point = decode(data)
    y, sign = number & (2**255 - 1), number >> 255
    if y >= P or (sign and y in {1, P - 1}):
        expected: object = MalformedElementError
    elif point is None or multiply(L, point) != IDENTITY:
        expected = NotInGroupError
    else:
        expected = "member"
    assert verdict("Ed25519 by libsodium", text) == verdict("Ed25519 accelerated", text) == expected


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(
    text=st.one_of(st.text(max_size=70), DIGITS.map(str.upper), DIGITS.map(lambda t: t[:-1]), st.integers().map(str))
)
@example(text="0" * 63 + "\n")
@example(text="٠" * 64)
def test_no_text_is_accepted_that_is_not_written_back_the_same(text):
    for name in EVERY_GROUP:
        answer = verdict(name, text)
        assert answer in {"member", MalformedElementError, NotInGroupError}
