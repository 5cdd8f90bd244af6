"""Rules of the outbox: moves, addresses, the sizes of text messages."""

from itertools import product

import pytest

from app.errors import InvalidInput, RuleViolation
from app.outbox.rules import Channel, SmsKind, State, normal_recipient, require_move, sms_kind

ALLOWED = {
    (State.QUEUED, State.SENT),
    (State.QUEUED, State.FAILED),
    (State.QUEUED, State.EXPIRED),
    (State.FAILED, State.QUEUED),
}


@pytest.mark.parametrize(("present", "wanted"), list(product(State, State)))
def test_only_the_moves_of_the_table_are_possible(present, wanted):
    if (present, wanted) in ALLOWED:
        require_move(present, wanted)
    else:
        with pytest.raises(RuleViolation):
            require_move(present, wanted)


def test_addresses_are_normalised():
    assert normal_recipient(Channel.MAIL, " Hong@Example.KR ") == "hong@example.kr"
    assert normal_recipient(Channel.SMS, "010-1234-5678") == "+821012345678"


@pytest.mark.parametrize(
    ("channel", "to"),
    [
        (Channel.MAIL, "a@b.kr, c@d.kr"),
        (Channel.MAIL, "a@b.kr\r\nBcc: c@d.kr"),
        (Channel.MAIL, "홍길동 <a@b.kr>"),
        (Channel.SMS, "02-123-4567"),
        (Channel.SMS, "1588-1234"),
        (Channel.SMS, "a@b.kr"),
    ],
)
def test_what_reaches_nobody_or_more_than_one_is_refused(channel, to):
    with pytest.raises(InvalidInput):
        normal_recipient(channel, to)


def test_ninety_bytes_are_short_and_a_korean_letter_takes_two():
    assert sms_kind("가" * 45) is SmsKind.SHORT
    assert sms_kind("가" * 45 + "a") is SmsKind.LONG
    assert sms_kind("a" * 90) is SmsKind.SHORT
    assert sms_kind("가" * 1000) is SmsKind.LONG


@pytest.mark.parametrize("text", ["가" * 1000 + "a", "안녕 😀"])
def test_what_a_text_message_cannot_carry_is_refused(text):
    with pytest.raises(ValueError):
        sms_kind(text)
