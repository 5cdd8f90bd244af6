"""Rules of the department review. Pure: no Flask, no database, no clock, no randomness."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.errors import InvalidInput, RuleViolation
from app.i18n import N_
from app.plan.rules import Verdict

REASON_MIN = 10


class Criterion(StrEnum):
    """What a department looks at (강남구 2025, 화성시 2026, 대전시 2017; domain.md §2.6)."""

    LAW = "law"
    JURISDICTION = "jurisdiction"
    OVERLAP = "overlap"
    MULTI_YEAR = "multi_year"
    PRIVATE_GAIN = "private_gain"
    COMPLAINT = "complaint"
    RUNNING_COST = "running_cost"
    PRICE = "price"
    SITE = "site"


CRITERION_NAMES: dict[Criterion, str] = {
    Criterion.LAW: N_("법령과 조례에 어긋나지 않는가"),
    Criterion.JURISDICTION: N_("우리 구가 할 수 있는 일인가"),
    Criterion.OVERLAP: N_("이미 하는 사업과 겹치지 않는가"),
    Criterion.MULTI_YEAR: N_("한 해 안에 마칠 수 있는가"),
    Criterion.PRIVATE_GAIN: N_("특정한 사람이나 단체의 이익이 아닌가"),
    Criterion.COMPLAINT: N_("단순한 민원이 아니라 예산이 드는 사업인가"),
    Criterion.RUNNING_COST: N_("인건비, 운영비, 행사비만은 아닌가"),
    Criterion.PRICE: N_("비용이 알맞은가"),
    Criterion.SITE: N_("땅, 허가, 안전에 문제가 없는가"),
}


@dataclass(frozen=True)
class Finding:
    """What a department says of one criterion; ``law`` is the article it rests on."""

    criterion: Criterion
    verdict: Verdict
    reason: str = ""
    law: str = ""


GRAVITY = (Verdict.INELIGIBLE, Verdict.CONDITIONAL, Verdict.ELIGIBLE)


def verdict_of(findings: Sequence[Finding]) -> Verdict:
    """Return what all criteria come to: the gravest of them."""
    return next(verdict for verdict in GRAVITY if any(each.verdict is verdict for each in findings))


def require_findings(findings: Sequence[Finding]) -> None:
    """Refuse a review that leaves a criterion out, or says no without saying why.

    Raises:
        InvalidInput: a criterion is missing or twice; a verdict other than eligible without its reason; ineligible by
            law without the article.
    """
    if sorted(each.criterion for each in findings) != sorted(Criterion):
        raise InvalidInput(N_("모든 항목에 답해 주세요."))
    for each in findings:
        if each.verdict is not Verdict.ELIGIBLE and len(each.reason) < REASON_MIN:
            raise InvalidInput(
                N_("그렇게 보신 까닭을 한 문장 이상 적어 주세요."), field=f"reason_{each.criterion.value}"
            )
        if each.verdict is Verdict.INELIGIBLE and each.criterion is Criterion.LAW and len(each.law) < 2:  # noqa: PLR2004
            raise InvalidInput(N_("어떤 법령의 몇 조인지 적어 주세요."), field=f"law_{each.criterion.value}")


def require_objection(
    verdict: Verdict | None, *, told_at: datetime | None, days: int, at: datetime, grounds: str
) -> None:
    """Refuse an objection that does not stand.

    Raises:
        RuleViolation: nothing was refused, or its time has passed.
        InvalidInput: no grounds.
    """
    if verdict not in {Verdict.INELIGIBLE, Verdict.CONDITIONAL} or told_at is None:
        raise RuleViolation(N_("부적격이나 조건부라는 답에만 이의를 낼 수 있습니다."))
    if at >= told_at + timedelta(days=days):
        raise RuleViolation(N_("이의를 낼 수 있는 %(n)s일이 지났습니다."), n=days)
    if len(grounds) < REASON_MIN:
        raise InvalidInput(N_("왜 다시 보아야 하는지 한 문장 이상 적어 주세요."), field="grounds")


class Check(StrEnum):
    """The pre-review checklist (서울시 자치행정과-7672, 2017): thirteen items, verbatim."""

    PARTICIPATION = "participation"
    EXPERTS = "experts"
    CONFLICT = "conflict"
    DISADVANTAGED = "disadvantaged"
    SEX_STATISTICS = "sex_statistics"
    JOBS = "jobs"
    ELECTION_LAW = "election_law"
    SAFETY = "safety"
    OTHER_BODIES = "other_bodies"
    PUBLICITY = "publicity"
    ENGLISH = "english"
    PLAIN_KOREAN = "plain_korean"
    DISCLOSURE = "disclosure"


CHECK_NAMES: dict[Check, str] = {
    Check.PARTICIPATION: N_("시민 참여"),
    Check.EXPERTS: N_("전문가 자문"),
    Check.CONFLICT: N_("갈등"),
    Check.DISADVANTAGED: N_("사회적 약자 배려"),
    Check.SEX_STATISTICS: N_("성별분리통계"),
    Check.JOBS: N_("일자리"),
    Check.ELECTION_LAW: N_("선거법(홍보물 배포, 표창, 경품, 기부행위)"),
    Check.SAFETY: N_("안전"),
    Check.OTHER_BODIES: N_("타 기관"),
    Check.PUBLICITY: N_("홍보"),
    Check.ENGLISH: N_("정책 영문화"),
    Check.PLAIN_KOREAN: N_("바른 우리말"),
    Check.DISCLOSURE: N_("결재문서 공개(정보공개법 제9조제1항)"),
}


class CheckState(StrEnum):
    """What was done about an item of the checklist."""

    REVIEWED = "reviewed"
    NOT_APPLICABLE = "not_applicable"


CHECK_STATE_NAMES: dict[CheckState, str] = {
    CheckState.REVIEWED: N_("검토 완료"),
    CheckState.NOT_APPLICABLE: N_("해당 없음"),
}
HARD_WORDS: dict[str, str] = {
    "거버넌스": "함께 정하는 일",
    "플랫폼": "터",
    "인큐베이팅": "키우기",
    "로드맵": "할 일의 차례",
    "니즈": "바라는 것",
    "워크숍": "함께하는 모임",
    "시너지": "어울린 힘",
    "제고": "높임",
    "도모": "꾀함",
    "캠페인": "알리기",
}
"""Words that a plan should not need, with easier ones."""


def hard_words(text: str) -> dict[str, str]:
    """Return the hard words that stand in a text, each with an easier one."""
    return {word: easier for word, easier in HARD_WORDS.items() if word in text}


def require_checklist(states: dict[Check, tuple[CheckState, str]], *, is_guarded: bool) -> None:
    """Refuse a checklist with gaps; before an election the election law is never "not applicable".

    Raises:
        InvalidInput: an item is missing, or the election law is waved through inside a guarded window.
    """
    missing = [check for check in Check if check not in states]
    if missing:
        raise InvalidInput(N_("열세 항목을 모두 골라 주세요."), field=f"state_{missing[0].value}")
    state, note = states[Check.ELECTION_LAW]
    if is_guarded and (state is CheckState.NOT_APPLICABLE or len(note) < REASON_MIN):
        raise InvalidInput(
            N_("선거 전 제한 기간입니다. 무엇을 어떻게 검토했는지 적어 주세요."),
            field=f"note_{Check.ELECTION_LAW.value}",
        )
