"""Rules of objections: to a result, and to whatever a later concept decides. Pure: no Flask, no database, no clock."""

from datetime import datetime
from enum import StrEnum

from app.errors import RuleViolation
from app.i18n import N_


class Finding(StrEnum):
    """What the committee found."""

    UPHELD = "upheld"
    PARTLY = "partly"
    DISMISSED = "dismissed"


FINDING_NAMES: dict[Finding, str] = {
    Finding.UPHELD: N_("받아들임"),
    Finding.PARTLY: N_("일부 받아들임"),
    Finding.DISMISSED: N_("받아들이지 않음"),
}


class Destroyed(StrEnum):
    """What leads from a vote to a person and is destroyed after the objections; the certificate counts each kind."""

    LINKS = "credential_links"
    CODES = "voting_codes"
    CHECK_INS = "check_ins_made_nameless"
    SLIPS = "letter_slips"
    LOSSES = "letter_losses_made_nameless"
    ATTENDANCES = "attendances_made_nameless"


DESTROYED_NAMES: dict[Destroyed, str] = {
    Destroyed.LINKS: N_("투표 번호와 명부의 사람을 잇는 표"),
    Destroyed.CODES: N_("계정의 투표 번호(개표하면서 지운 것도 셈)"),
    Destroyed.CHECK_INS: N_("용지를 받은 사람의 이름"),
    Destroyed.SLIPS: N_("편지의 투표소 번호"),
    Destroyed.LOSSES: N_("편지 분실 신고를 한 사람의 이름"),
    Destroyed.ATTENDANCES: N_("총회에 온 사람의 이름"),
}


def require_period(until: datetime | None, at: datetime) -> None:
    """Refuse an objection outside its period; the very end is too late.

    Raises:
        RuleViolation: there is no result yet, or the period is over.
    """
    if until is None:
        raise RuleViolation(N_("결과가 나온 뒤에 이의를 낼 수 있습니다."))
    if at >= until:
        raise RuleViolation(N_("이의를 내는 기간이 끝났습니다."))


def receipt_of(year: int, slug: str, number: int, *, series: str = "OB") -> str:
    """Return the number under which an objection is found again; ``series`` tells what it objects to."""
    return f"{slug}-{year}-{series}{number:03}"


def may_destroy(*, until: datetime, unanswered: int, at: datetime) -> bool:
    """Tell whether the link between people and credentials has served: the period is over and nothing is open."""
    return at >= until and unanswered == 0
