"""Rules of the public inspection. Pure: no Flask, no database, no clock, no randomness."""

import re
import unicodedata
from collections.abc import Iterable
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


class AnswerState(StrEnum):
    """How far an answer has come: written, looked at by a second person of the council, confirmed."""

    DRAFT = "draft"
    CHECKED = "checked"
    CONFIRMED = "confirmed"


ANSWER_STATE_NAMES: dict[AnswerState, str] = {
    AnswerState.DRAFT: N_("초안"),
    AnswerState.CHECKED: N_("분과 검토 마침"),
    AnswerState.CONFIRMED: N_("확정"),
}
ANSWER_MOVES: dict[AnswerState, frozenset[AnswerState]] = {
    # Writing it anew brings an answer back to a draft, from anywhere before it is confirmed.
    AnswerState.DRAFT: frozenset({AnswerState.CHECKED}),
    AnswerState.CHECKED: frozenset({AnswerState.CONFIRMED, AnswerState.DRAFT}),
    AnswerState.CONFIRMED: frozenset(),
}


class Publication(StrEnum):
    """When confirmed answers become public (deliberation.md §4.2.19)."""

    EACH = "each"
    TOGETHER = "together"


TEXT_MIN, TEXT_MAX = 10, 4000
REASON_MIN = 10
MASK = "○○○"
"""What stands where personal data was taken out of a published opinion."""
_TRACES = (
    re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    re.compile(r"(?<!\d)0\d{1,2}[-. ]?\d{3,4}[-. ]?\d{4}(?!\d)"),
    re.compile(r"\d{1,4}동\s?\d{1,4}호"),
    re.compile(r"(?<!\d)\d{2,6}-\d{2,6}-\d{2,6}(?!\d)"),
)


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


def require_answer_move(state: AnswerState, to: AnswerState) -> None:
    """Refuse a step of an answer that the table does not list.

    Raises:
        RuleViolation: it must be checked before it is confirmed, or is confirmed already.
    """
    if to not in ANSWER_MOVES[state]:
        raise RuleViolation(N_("답변은 초안, 분과 검토, 확정의 차례로 나아갑니다."))


def personal_traces(text: str) -> list[str]:
    """Return what looks like personal data in an opinion: addresses of mail, telephone, account numbers, flat numbers.

    Names cannot be found by rule; that is why a person looks at every opinion before it is published.
    """
    normal = unicodedata.normalize("NFKC", text)
    return [match.group() for pattern in _TRACES for match in pattern.finditer(normal)]


def masked(text: str) -> str:
    """Return an opinion with everything that looks like personal data taken out: where a clerk begins to redact."""
    normal = unicodedata.normalize("NFKC", text) if personal_traces(text) else text
    for pattern in _TRACES:
        normal = pattern.sub(MASK, normal)
    return normal


def fingerprint(text: str) -> str:
    """Return what identical opinions share: their letters and digits, without spaces, signs and case.

    Campaigns send copies that differ in a full stop or a line break; nobody's own words are alike by accident.
    """
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def identical(texts: Iterable[tuple[int, int | None, str]], *, least: int = 2) -> list[list[int]]:
    """Return the sets of opinions that say the same of the same section, largest first.

    Args:
        texts: of each opinion its id, its section, its text.
        least: how many make a set.
    """
    sets: dict[tuple[int | None, str], list[int]] = {}
    for opinion_id, section, text in texts:
        sets.setdefault((section, fingerprint(text)), []).append(opinion_id)
    return sorted((ids for ids in sets.values() if len(ids) >= least), key=lambda ids: (-len(ids), ids))


def require_longer(now: datetime, *, to: datetime, reason: str) -> None:
    """Refuse to end an inspection earlier than was announced; it is only ever prolonged, and says why.

    Raises:
        InvalidInput: not later than the announced end, or no reason.
    """
    if to <= now:
        raise InvalidInput(
            N_("공람 기간은 늘릴 수만 있습니다. 지금 끝나는 날보다 뒤의 날을 적어 주세요."), field="last_day"
        )
    if len(reason) < REASON_MIN:
        raise InvalidInput(N_("늘리는 까닭을 한 문장 이상 적어 주세요."), field="reason")


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
