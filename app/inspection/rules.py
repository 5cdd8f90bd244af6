"""Rules of the public inspection. Pure: no Flask, no database, no clock, no randomness."""

from datetime import datetime, timedelta
from enum import StrEnum

from app.errors import InvalidInput, RuleViolation
from app.i18n import N_


class Stance(StrEnum):
    """What somebody thinks of a section."""

    AGREE = "agree"
    AMEND = "amend"
    OPPOSE = "oppose"


STANCE_NAMES: dict[Stance, str] = {
    Stance.AGREE: N_("찬성"),
    Stance.AMEND: N_("고치면 좋겠음"),
    Stance.OPPOSE: N_("반대"),
}


class Channel(StrEnum):
    """How an opinion arrived; all get a number of the same row."""

    ONLINE = "online"
    VISIT = "visit"
    PAPER = "paper"
    MAIL = "mail"


CHANNEL_NAMES: dict[Channel, str] = {
    Channel.ONLINE: N_("온라인"),
    Channel.VISIT: N_("방문 접수"),
    Channel.PAPER: N_("종이"),
    Channel.MAIL: N_("우편·팩스"),
}


class Result(StrEnum):
    """What became of an opinion (domain.md §2.5)."""

    ADOPTED = "adopted"
    PARTLY = "partly"
    NOT_ADOPTED = "not_adopted"
    NOTED = "noted"


RESULT_NAMES: dict[Result, str] = {
    Result.ADOPTED: N_("반영"),
    Result.PARTLY: N_("일부 반영"),
    Result.NOT_ADOPTED: N_("미반영"),
    Result.NOTED: N_("참고"),
}
TEXT_MIN, TEXT_MAX = 10, 4000
REASON_MIN = 10


def receipt_number(*, year: int, place: str, number: int) -> str:
    """Return the number that a person keeps: ``2026-관산동-공람-0018``."""
    return f"{year}-{place}-공람-{number:04d}"


def require_text(text: str) -> None:
    """Refuse an opinion that says too little to be answered.

    Raises:
        InvalidInput: fewer than ten letters, or too many.
    """
    if len(text) < TEXT_MIN:
        raise InvalidInput(N_("%(n)s자를 쓰셨습니다. 까닭을 한 문장 더 적어 주세요."), field="text", n=len(text))
    if len(text) > TEXT_MAX:
        raise InvalidInput(N_("너무 깁니다. %(n)s자까지 적을 수 있습니다."), field="text", n=TEXT_MAX)


def require_answer(result: Result, *, reason: str, change: str) -> None:
    """Refuse an answer that does not say why, or what changed.

    Raises:
        InvalidInput: no reason; an adopted opinion without the change it made.
    """
    if len(reason) < REASON_MIN:
        raise InvalidInput(N_("답변을 한 문장 이상 적어 주세요. 모두가 읽습니다."), field="reason")
    if result in {Result.ADOPTED, Result.PARTLY} and len(change) < 5:
        raise InvalidInput(N_("계획의 어디가 어떻게 바뀌는지 적어 주세요."), field="change")


def earliest_end(opened_at: datetime, *, days: int) -> datetime:
    """Return when an inspection may end: whole days after it really opened (행정절차법 art. 46 as the default basis)."""
    return opened_at + timedelta(days=days)


def require_receiving(*, is_open: bool) -> None:
    """Refuse an opinion outside the inspection.

    Raises:
        RuleViolation: it has not begun, or is over.
    """
    if not is_open:
        raise RuleViolation(N_("지금은 공람 기간이 아니어서 의견을 받지 않습니다."))
