"""Rules of an application: what it says, who must be in it, what may become of it. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from app.errors import InvalidInput, RuleViolation
from app.i18n import N_
from app.small_groups.rules.rounds import REASON_LEAST

MOST_PEOPLE = 50
MOST_LINES = 15
MOST_MAILED = 30
"""Invitations by mail that one application may send: it must be no machine for unwanted mail."""


class State(StrEnum):
    """Where an application stands, up to the end of its grant."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    REFUSED = "refused"
    GRANTED = "granted"
    GIVEN_UP = "given_up"
    SETTLED = "settled"
    RECLAIMED = "reclaimed"
    """Nothing was reported, and all of the money was taken back."""


STATE_NAMES: dict[State, str] = {
    State.DRAFT: N_("쓰는 중"),
    State.SUBMITTED: N_("신청함"),
    State.WITHDRAWN: N_("거둠"),
    State.ELIGIBLE: N_("자격 있음"),
    State.INELIGIBLE: N_("자격 없음"),
    State.REFUSED: N_("지원하지 않음"),
    State.GRANTED: N_("지원하기로 함"),
    State.GIVEN_UP: N_("지원을 사양함"),
    State.SETTLED: N_("보고와 정산 마침"),
    State.RECLAIMED: N_("보고가 없어 돌려받음"),
}
MOVES: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.SUBMITTED, State.WITHDRAWN}),
    State.SUBMITTED: frozenset({State.WITHDRAWN, State.ELIGIBLE, State.INELIGIBLE}),
    State.WITHDRAWN: frozenset({State.DRAFT}),
    # A check may be corrected until the council has decided.
    State.ELIGIBLE: frozenset({State.WITHDRAWN, State.INELIGIBLE, State.GRANTED, State.REFUSED}),
    # Granted or refused without having been eligible, or granted after a refusal: anew, when an objection was upheld.
    State.INELIGIBLE: frozenset({State.WITHDRAWN, State.ELIGIBLE, State.GRANTED, State.REFUSED}),
    State.REFUSED: frozenset({State.GRANTED}),
    State.GRANTED: frozenset({State.GIVEN_UP, State.SETTLED, State.RECLAIMED}),
    State.GIVEN_UP: frozenset(),
    State.SETTLED: frozenset(),
    State.RECLAIMED: frozenset(),
}
SENT = frozenset({State.SUBMITTED, State.ELIGIBLE, State.INELIGIBLE})
"""Sent in, and not decided."""
ALIVE = SENT | {State.DRAFT}
KEPT = frozenset({State.GRANTED, State.SETTLED, State.RECLAIMED})
"""Whose money counts as given by its round; what was given up before it was paid is there again."""
PUBLIC = frozenset({State.GRANTED, State.SETTLED, State.RECLAIMED, State.GIVEN_UP})
"""The name and the plan of a group may be read by everybody once something was granted to it."""


def require_move(now: State, new: State) -> None:
    """Refuse a step that the table does not have.

    Raises:
        RuleViolation: naming where the application stands.
    """
    if new not in MOVES[now]:
        raise RuleViolation(N_("지금 상태(%(state)s)에서는 할 수 없습니다."), state=STATE_NAMES[now])


@dataclass(frozen=True)
class BudgetLine:
    """One thing the money is for, in whole won."""

    what: str
    won: int


@dataclass(frozen=True)
class Wish:
    """What a group asks for.

    Attributes:
        name: what it calls itself; public once something is granted.
        purpose: why, and for whom.
        months: month (1 to 12) to what is done in it.
        lines: what the money is for.
    """

    name: str
    purpose: str
    months: Mapping[int, str]
    lines: Sequence[BudgetLine]

    @property
    def asked_won(self) -> int:
        """All lines together."""
        return sum(line.won for line in self.lines)


def require_wish(wish: Wish, *, months: Collection[int], max_won: int) -> None:
    """Refuse a wish that the round does not admit.

    Raises:
        InvalidInput: no plan, a month outside of the round, no budget, the same line twice, or too much; or a name that
            a Korean text message cannot carry.
    """
    try:
        wish.name.encode("cp949")
    except UnicodeEncodeError:
        raise InvalidInput(
            N_("모임 이름에는 그림 글자를 쓸 수 없습니다. 문자로 알릴 수 없기 때문입니다."), field="name"
        ) from None
    if not wish.months:
        raise InvalidInput(N_("달마다 무엇을 할지 한 달 이상 적어 주세요."), field="months")
    outside = sorted(set(wish.months) - set(months))
    if outside:
        raise InvalidInput(N_("%(month)s월은 이 지원의 활동 기간이 아닙니다."), field="months", month=outside[0])
    if not wish.lines or len(wish.lines) > MOST_LINES:
        raise InvalidInput(N_("어디에 얼마를 쓸지 1줄부터 %(most)s줄까지 적어 주세요."), field="lines", most=MOST_LINES)
    if len({line.what for line in wish.lines}) != len(wish.lines):
        raise InvalidInput(N_("같은 이름이 두 번 있습니다."), field="lines")
    if any(line.won <= 0 for line in wish.lines):
        raise InvalidInput(N_("금액을 0보다 크게 적어 주세요."), field="lines")
    if wish.asked_won > max_won:
        raise InvalidInput(
            N_("모두 %(asked)s원입니다. 한 모임의 한도는 %(limit)s원입니다."),
            field="lines",
            asked=f"{wish.asked_won:,}",
            limit=f"{max_won:,}",
        )


def require_people(confirmed: int, *, minimum: int) -> None:
    """Refuse a group while too few verified residents have confirmed themselves (domain.md §1.5: three).

    Raises:
        RuleViolation: naming how many there are.
    """
    if confirmed < minimum:
        raise RuleViolation(
            N_("소모임은 주민 %(minimum)s명 이상이 스스로 확인해야 신청할 수 있습니다. 지금 %(n)s명입니다."),
            minimum=minimum,
            n=confirmed,
        )


MONTH_NAMES: dict[int, str] = {
    1: N_("1월"), 2: N_("2월"), 3: N_("3월"), 4: N_("4월"), 5: N_("5월"), 6: N_("6월"), 7: N_("7월"), 8: N_("8월"),
    9: N_("9월"), 10: N_("10월"), 11: N_("11월"), 12: N_("12월"),
}  # fmt: skip


class Criterion(StrEnum):
    """What an application is checked against. The first three are known; the others somebody must read for."""

    PEOPLE = "people"
    LIMIT = "limit"
    REPORTED = "reported"
    COMMON_GOOD = "common_good"
    NEUTRAL = "neutral"
    NO_DOUBLE = "no_double"
    USES = "uses"


CRITERION_NAMES: dict[Criterion, str] = {
    Criterion.PEOPLE: N_("주민으로 확인된 사람이 최소 인원 이상입니다"),
    Criterion.LIMIT: N_("한 모임의 한도를 넘지 않습니다"),
    Criterion.REPORTED: N_("지난 지원의 결과보고를 마쳤습니다"),
    Criterion.COMMON_GOOD: N_("모임 밖의 이웃에게도 도움이 됩니다"),
    Criterion.NEUTRAL: N_("정치, 종교, 돈벌이를 위한 활동이 아닙니다"),
    Criterion.NO_DOUBLE: N_("같은 일로 다른 보조금을 받지 않습니다"),
    Criterion.USES: N_("인건비, 개인 물건처럼 쓸 수 없는 곳이 없습니다"),
}
BY_MACHINE = frozenset({Criterion.PEOPLE, Criterion.LIMIT, Criterion.REPORTED})
BY_HAND = tuple(criterion for criterion in Criterion if criterion not in BY_MACHINE)


def machine_failures(
    *, confirmed: int, minimum: int, asked_won: int, max_won: int, is_barred: bool
) -> frozenset[Criterion]:
    """Return which of the known criteria an application fails."""
    found = {
        Criterion.PEOPLE: confirmed < minimum,
        Criterion.LIMIT: not 0 < asked_won <= max_won,
        Criterion.REPORTED: is_barred,
    }
    return frozenset(criterion for criterion, fails in found.items() if fails)


class Mark(StrEnum):
    """What the council scores, each from 1 to 5."""

    NEED = "need"
    PLAN = "plan"
    TOGETHER = "together"
    BUDGET = "budget"


MARK_NAMES: dict[Mark, str] = {
    Mark.NEED: N_("우리 동네에 필요한 일인가요?"),
    Mark.PLAN: N_("할 수 있는 계획인가요?"),
    Mark.TOGETHER: N_("이웃이 함께할 수 있나요?"),
    Mark.BUDGET: N_("돈을 알맞게 쓰나요?"),
}
HIGHEST = 5


def require_marks(marks: Mapping[Mark, int]) -> None:
    """Refuse a sheet with gaps or with marks outside of 1 to 5.

    Raises:
        InvalidInput: naming the field.
    """
    for mark in Mark:
        if not 1 <= marks.get(mark, 0) <= HIGHEST:
            raise InvalidInput(N_("1점부터 5점까지 골라 주세요."), field=mark.value)


def mean(totals: Sequence[int]) -> Fraction | None:
    """Return the mean of the sheets' totals (out of 20), or None without any."""
    return Fraction(sum(totals), len(totals)) if totals else None


@dataclass(frozen=True)
class Ruling:
    """What the council decided about one application; 0 won: nothing is granted."""

    won: int
    reason: str


@dataclass(frozen=True)
class Candidate:
    """An application as the rules of the decision need it.

    Attributes:
        asked_won: what it asks for.
        is_scored: whether sheets were filled in.
        has_people: whether enough residents are in the group now; somebody may have gone since the check.
    """

    asked_won: int
    is_scored: bool
    has_people: bool = True


def require_rulings(
    rulings: Mapping[int, Ruling],
    candidates: Mapping[int, Candidate],
    *,
    envelope_won: int,
    max_won: int,
    most_groups: int,
) -> None:
    """Refuse decisions that leave somebody out, give too much, or do not say why.

    Args:
        rulings: by application.
        candidates: the eligible applications; each needs its decision.
        envelope_won: for all of them.
        max_won: for one.
        most_groups: how many may get something.

    Raises:
        InvalidInput: ``field`` names the application's field (``won_12``, ``reason_12``): too much, for a group that has
            become too small, or without the reason that is needed.
        RuleViolation: the sums or the number of groups exceed the round.
    """
    if set(rulings) != set(candidates):
        raise RuleViolation(N_("신청이 그사이 달라졌습니다. 화면을 새로 열어 주세요."))
    for key, ruling in rulings.items():
        candidate = candidates[key]
        if ruling.won < 0 or ruling.won > min(candidate.asked_won, max_won):
            raise InvalidInput(
                N_("%(most)s원까지 지원할 수 있습니다."),
                field=f"won_{key}",
                most=f"{min(candidate.asked_won, max_won):,}",
            )
        if ruling.won and not candidate.has_people:
            raise InvalidInput(N_("사람이 줄어 최소 인원이 되지 않는 모임은 지원할 수 없습니다."), field=f"won_{key}")
        needs_reason = ruling.won < candidate.asked_won or not candidate.is_scored
        if needs_reason and len(ruling.reason.strip()) < REASON_LEAST:
            raise InvalidInput(
                N_("지원하지 않거나 줄이거나 점수가 없으면 까닭을 한 문장 이상 적어 주세요."), field=f"reason_{key}"
            )
    total = sum(ruling.won for ruling in rulings.values())
    if total > envelope_won:
        raise RuleViolation(
            N_("모두 %(total)s원을 지원하게 됩니다. 이 지원의 돈은 %(envelope)s원입니다."),
            total=f"{total:,}",
            envelope=f"{envelope_won:,}",
        )
    if sum(ruling.won > 0 for ruling in rulings.values()) > most_groups:
        raise RuleViolation(N_("%(most)s모임까지 지원할 수 있습니다."), most=most_groups)
