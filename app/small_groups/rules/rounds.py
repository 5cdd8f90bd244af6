"""Rules of a grant round: what it may promise, and where it stands. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.errors import InvalidInput, RuleViolation
from app.i18n import N_

REASON_LEAST = 10
"""Letters of a reason: a sentence."""


class Phase(StrEnum):
    """Where a round stands; follows from its dates and from what has been done."""

    ANNOUNCED = "announced"
    OPEN = "open"
    CHECKING = "checking"
    DELIBERATING = "deliberating"
    CONCLUDED = "concluded"
    CANCELLED = "cancelled"


PHASE_NAMES: dict[Phase, str] = {
    Phase.ANNOUNCED: N_("곧 받습니다"),
    Phase.OPEN: N_("신청을 받는 중"),
    Phase.CHECKING: N_("자격을 확인하는 중"),
    Phase.DELIBERATING: N_("심의하는 중"),
    Phase.CONCLUDED: N_("정했습니다"),
    Phase.CANCELLED: N_("취소함"),
}


@dataclass(frozen=True)
class Terms:
    """What a round promises.

    Attributes:
        envelope_won: for all groups together.
        max_won: for one group.
        most_groups: how many groups get something at most.
        opens_at: first instant at which applications are taken.
        closes_at: first instant at which they are not taken any more.
        starts_on: first day of the groups' doings.
        ends_on: last day of them.
        report_due_on: last day for the report.
    """

    envelope_won: int
    max_won: int
    most_groups: int
    opens_at: datetime
    closes_at: datetime
    starts_on: date
    ends_on: date
    report_due_on: date

    @property
    def months(self) -> tuple[int, ...]:
        """The months of the doings, in order (domain.md §1.4: February to November); at most twelve."""
        count = (self.ends_on.year - self.starts_on.year) * 12 + self.ends_on.month - self.starts_on.month + 1
        return tuple((self.starts_on.month - 1 + step) % 12 + 1 for step in range(min(count, 12)))


@dataclass(frozen=True)
class Left:
    """What a dong may still promise in a year: its settings without what other rounds of the year promise or gave."""

    won: int
    groups: int


def require_terms(terms: Terms, *, left: Left) -> None:
    """Refuse terms that contradict themselves or promise more than the dong has.

    Raises:
        InvalidInput: dates in the wrong order, nothing to give, or more than is left.
    """
    if terms.closes_at <= terms.opens_at:
        raise InvalidInput(N_("마감이 시작보다 빠를 수 없습니다."), field="last_day")
    if terms.ends_on < terms.starts_on:
        raise InvalidInput(N_("활동이 끝나는 날이 시작하는 날보다 앞섭니다."), field="ends_on")
    if (terms.ends_on - terms.starts_on).days > 366:  # noqa: PLR2004 - a year
        raise InvalidInput(N_("활동은 한 해 안에 끝나야 합니다."), field="ends_on")
    if terms.report_due_on <= terms.ends_on:
        raise InvalidInput(N_("결과보고 기한은 활동이 끝난 뒤여야 합니다."), field="report_due_on")
    if min(terms.envelope_won, terms.max_won) <= 0:
        raise InvalidInput(N_("금액을 0보다 크게 적어 주세요."), field="envelope_won")
    if terms.max_won > terms.envelope_won:
        raise InvalidInput(N_("한 모임의 한도가 모두 합한 지원금보다 클 수 없습니다."), field="max_won")
    if terms.envelope_won > left.won:
        raise InvalidInput(
            N_("이 동이 올해 더 알릴 수 있는 소모임 지원금은 %(won)s원입니다."),
            field="envelope_won",
            won=f"{left.won:,}",
        )
    if not 1 <= terms.most_groups <= left.groups:
        raise InvalidInput(
            N_("이 동이 올해 더 지원할 수 있는 소모임은 %(n)s개입니다."), field="most_groups", n=left.groups
        )


def require_change(old: Terms, new: Terms, *, at: datetime) -> None:
    """Refuse to change what people who have applied relied on.

    Raises:
        RuleViolation: it has opened, and more is changed than a later closing.
    """
    if at < old.opens_at:
        return
    unchanged = (
        (old.envelope_won, old.max_won, old.most_groups, old.opens_at, old.starts_on, old.ends_on, old.report_due_on)
        == (new.envelope_won, new.max_won, new.most_groups, new.opens_at, new.starts_on, new.ends_on, new.report_due_on)
    )  # fmt: skip
    if not unchanged or new.closes_at < old.closes_at:
        raise RuleViolation(N_("신청을 받기 시작한 뒤에는 글을 고치거나 마감을 늦추기만 할 수 있습니다."))


def phase_of(terms: Terms, *, is_cancelled: bool, is_concluded: bool, unchecked: int, at: datetime) -> Phase:
    """Return where a round stands at an instant; ``unchecked`` counts applications that nobody has checked."""
    if is_cancelled:
        return Phase.CANCELLED
    if is_concluded:
        return Phase.CONCLUDED
    if at < terms.opens_at:
        return Phase.ANNOUNCED
    if at < terms.closes_at:
        return Phase.OPEN
    return Phase.CHECKING if unchecked else Phase.DELIBERATING


def require_phase(phase: Phase, *wanted: Phase) -> None:
    """Refuse an act that does not belong to where the round stands.

    Raises:
        RuleViolation: naming where it stands.
    """
    if phase not in wanted:
        raise RuleViolation(N_("지금은 할 수 없습니다. 이 지원은 ‘%(phase)s’ 단계입니다."), phase=PHASE_NAMES[phase])


def require_reason(reason: str, *, field: str = "reason") -> None:
    """Refuse an act without a reason.

    Raises:
        InvalidInput: shorter than a sentence.
    """
    if len(reason.strip()) < REASON_LEAST:
        raise InvalidInput(N_("까닭을 한 문장 이상 적어 주세요."), field=field)
