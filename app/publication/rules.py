"""Rules of the plan's way to the head and back. Pure: no Flask, no database, no clock, no randomness."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.errors import InvalidInput
from app.i18n import N_
from voting.encoding import JSON, canonical_json

REASON_MIN = 10


class HeadResult(StrEnum):
    """What the head says to a section (domain.md §2.4: 검토·반영 여부)."""

    ACCEPTED = "accepted"
    PARTLY = "partly"
    DECLINED = "declined"


HEAD_RESULT_NAMES: dict[HeadResult, str] = {
    HeadResult.ACCEPTED: N_("반영함"),
    HeadResult.PARTLY: N_("일부 반영함"),
    HeadResult.DECLINED: N_("반영하지 않음"),
}


class Document(StrEnum):
    """Documents of a plan whose disclosure is decided."""

    LETTER = "letter"
    ANSWERS = "answers"
    FINAL = "final"
    BOOKLET = "booklet"


DOCUMENT_NAMES: dict[Document, str] = {
    Document.LETTER: N_("계획을 보낸 공문"),
    Document.ANSWERS: N_("구청장의 답변"),
    Document.FINAL: N_("확정한 계획"),
    Document.BOOKLET: N_("계획 책자"),
}


class Disclosure(StrEnum):
    """Whether a document is open."""

    OPEN = "open"
    WITHHELD = "withheld"


GROUND_NAMES: dict[int, str] = {
    # 정보공개법 제9조제1항 각 호
    1: N_("다른 법률에 따라 비밀이거나 비공개로 정한 정보"),
    2: N_("국가안전보장, 국방, 통일, 외교에 관한 정보"),
    3: N_("국민의 생명, 신체, 재산을 해칠 수 있는 정보"),
    4: N_("재판, 범죄의 예방과 수사에 관한 정보"),
    5: N_("감사, 입찰계약, 의사결정 과정에 있는 정보"),
    6: N_("개인에 관한 사항으로 사생활을 해칠 수 있는 정보"),
    7: N_("법인 등의 경영상, 영업상 비밀에 관한 정보"),
    8: N_("부동산 투기 등으로 특정인에게 이익이나 불이익을 줄 수 있는 정보"),
}


def require_disclosure(state: Disclosure, *, ground: int | None, reason: str) -> None:
    """Refuse to withhold a document without its ground (정보공개법 art. 9(1)) and a reason.

    Raises:
        InvalidInput: no ground of the eight, or no reason.
    """
    if state is Disclosure.OPEN:
        return
    if ground not in GROUND_NAMES:
        raise InvalidInput(N_("정보공개법 제9조제1항의 몇 호인지 골라 주세요."), field="ground")
    if len(reason) < REASON_MIN:
        raise InvalidInput(N_("공개하지 않는 까닭을 한 문장 이상 적어 주세요."), field="reason")


def require_head_answer(result: HeadResult, *, reason: str, unit: str) -> None:
    """Refuse an answer of the head without the unit, or a refusal without its reason.

    Raises:
        InvalidInput: one of them is missing.
    """
    if len(unit) < 2:  # noqa: PLR2004 - a name
        raise InvalidInput(N_("어느 부서가 답하는지 적어 주세요."), field="unit")
    if result is not HeadResult.ACCEPTED and len(reason) < REASON_MIN:
        raise InvalidInput(N_("그렇게 답한 까닭을 한 문장 이상 적어 주세요."), field="reason")


@dataclass(frozen=True)
class FinalSection:
    """One section of the final plan: the text that was voted on, the decision, the head's answer. Costs are whole won."""

    number: int
    item_id: int
    title: str
    body: str
    cost_won: int
    fund_source: str
    unit: str
    votes: int | None
    is_funded: bool
    granted_won: int
    head_result: str
    head_reason: str
    head_unit: str


def canonical_final(*, place: str, year: int, version_hash: str, sections: Sequence[FinalSection]) -> bytes:
    """Return the bytes of a final plan: compact JSON. Extension rule: new fields at the end of their object."""
    rows: list[JSON] = [
        {
            "number": each.number,
            "item": each.item_id,
            "title": each.title,
            "body": each.body,
            "cost_won": each.cost_won,
            "fund_source": each.fund_source,
            "unit": each.unit,
            "votes": each.votes,
            "is_funded": each.is_funded,
            "granted_won": each.granted_won,
            "head_result": each.head_result,
            "head_reason": each.head_reason,
            "head_unit": each.head_unit,
        }
        for each in sections
    ]
    return canonical_json({"place": place, "year": year, "voted_version": version_hash, "sections": rows})


def final_hash(text: bytes) -> str:
    """Return the SHA-256 of a final plan, as hexadecimal."""
    return hashlib.sha256(text).hexdigest()
