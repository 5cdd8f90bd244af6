"""Rules of the outbox. Pure: no Flask, no database, no clock, no randomness."""

from datetime import timedelta
from enum import StrEnum

from app.errors import InvalidInput, RuleViolation
from app.i18n import N_
from app.privacy.rules import is_mobile, normal_email, normal_phone

KEEP_TEXT = timedelta(days=30)
"""How long the words and the address of a message stay after it was sent or given up."""

_NOT_MOBILE = N_("문자를 받을 수 있는 휴대전화 번호가 아닙니다.")
_NOT_NOW = N_("이 메시지는 다시 보낼 수 없습니다.")
_SMS_BYTES, _LMS_BYTES = 90, 2000


class Channel(StrEnum):
    """How a message travels."""

    MAIL = "mail"
    SMS = "sms"


class State(StrEnum):
    """Where a message stands."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    EXPIRED = "expired"


MOVES: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.SENT, State.FAILED, State.EXPIRED}),
    State.SENT: frozenset(),
    # Somebody looked at the failure and asks for another round.
    State.FAILED: frozenset({State.QUEUED}),
    State.EXPIRED: frozenset(),
}

STATE_NAMES: dict[State, str] = {
    State.QUEUED: N_("보내는 중"),
    State.SENT: N_("보냈습니다"),
    State.FAILED: N_("보내지 못했습니다"),
    State.EXPIRED: N_("때가 지나 보내지 않았습니다"),
}
CHANNEL_NAMES: dict[Channel, str] = {Channel.MAIL: N_("전자우편"), Channel.SMS: N_("문자")}


def require_move(present: State, wanted: State) -> None:
    """Refuse a change of state that the table does not know.

    Raises:
        RuleViolation: the message cannot go there from where it stands.
    """
    if wanted not in MOVES[present]:
        raise RuleViolation(_NOT_NOW)


def normal_recipient(channel: Channel, to: str) -> str:
    """Return an address in its normal form.

    Raises:
        InvalidInput: nobody can be reached there.
    """
    match channel:
        case Channel.MAIL:
            return normal_email(to)
        case Channel.SMS:
            phone = normal_phone(to)
            if not is_mobile(phone):
                raise InvalidInput(_NOT_MOBILE, field="phone")
            return phone


class SmsKind(StrEnum):
    """The two sizes of Korean text messages, billed differently: 90 and 2,000 bytes of CP949."""

    SHORT = "SMS"
    LONG = "LMS"


def sms_kind(text: str) -> SmsKind:
    """Return which size a text needs.

    Raises:
        ValueError: it is too long, or holds characters that Korean text messages cannot carry.
    """
    length = len(text.encode("cp949"))  # UnicodeEncodeError is a ValueError
    if length > _LMS_BYTES:
        raise ValueError(f"a text message holds {_LMS_BYTES} bytes, not {length}")
    return SmsKind.SHORT if length <= _SMS_BYTES else SmsKind.LONG
