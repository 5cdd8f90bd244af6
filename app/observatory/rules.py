"""Rules of the observatory. Pure: no Flask, no database, no clock, no randomness."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from app.errors import InvalidInput, RuleViolation
from app.i18n import N_


class Circle(StrEnum):
    """Whose make-up is counted. Voters are not among them: nobody, the site included, can tell who voted."""

    COUNCIL = "council"
    APPLICANTS = "applicants"


CIRCLE_NAMES: dict[Circle, str] = {
    Circle.COUNCIL: N_("주민자치회 위원"),
    Circle.APPLICANTS: N_("위원에 지원한 주민"),
}


class Dimension(StrEnum):
    """By what a circle is counted."""

    SEX = "sex"
    AGE = "age"
    AREA = "area"


DIMENSION_NAMES: dict[Dimension, str] = {
    Dimension.SEX: N_("성별"),
    Dimension.AGE: N_("나이"),
    Dimension.AREA: N_("통·리"),
}


class AlertKind(StrEnum):
    """What is out of bounds."""

    STAGE_LATE = "stage_late"
    TURNOUT_LOW = "turnout_low"
    PROJECTS_LATE = "projects_late"
    PROJECTS_SILENT = "projects_silent"
    PAID_LOW = "paid_low"
    ONE_SEX = "one_sex"


ALERT_NAMES: dict[AlertKind, str] = {
    AlertKind.STAGE_LATE: N_("단계가 늦어졌습니다"),
    AlertKind.TURNOUT_LOW: N_("총회 참여가 적습니다"),
    AlertKind.PROJECTS_LATE: N_("늦어진 사업이 있습니다"),
    AlertKind.PROJECTS_SILENT: N_("소식이 끊긴 사업이 있습니다"),
    AlertKind.PAID_LOW: N_("집행이 더딥니다"),
    AlertKind.ONE_SEX: N_("위원이 한쪽 성별에 치우쳤습니다"),
}
ALERT_SENTENCES: dict[AlertKind, str] = {
    # ``value`` is what was counted, ``limit`` from where it is called out.
    AlertKind.STAGE_LATE: N_("지금 단계가 마치기로 한 날에서 %(value)s일 지났습니다(기준 %(limit)s일)."),
    AlertKind.TURNOUT_LOW: N_("주민 1만 명에 %(value)s명꼴로 투표했습니다(기준 %(limit)s명)."),
    AlertKind.PROJECTS_LATE: N_("약속한 날이 지난 사업이 %(value)s개입니다(기준 %(limit)s개)."),
    AlertKind.PROJECTS_SILENT: N_("오래 소식이 없는 사업이 %(value)s개입니다(기준 %(limit)s개)."),
    AlertKind.PAID_LOW: N_("평가 단계인데 계획한 돈의 %(value)s%%만 썼습니다(기준 %(limit)s%%)."),
    AlertKind.ONE_SEX: N_("위원의 %(value)s%%가 한쪽 성별입니다(기준 %(limit)s%%)."),
}


@dataclass(frozen=True)
class Figures:
    """What is counted of one year of a dong, or of several added up. Money is whole won.

    ``electors`` and ``voters`` are of counted assemblies only: while a vote runs, nothing of it is counted here.
    ``opinions`` are those not withdrawn, ``opinions_adopted`` those adopted whole or in part.
    """

    dongs: int = 0
    population: int = 0
    assemblies: int = 0
    """How many assemblies were counted."""
    electors: int = 0
    voters: int = 0
    quorate: int = 0
    proposals: int = 0
    opinions: int = 0
    opinions_answered: int = 0
    opinions_adopted: int = 0
    projects: int = 0
    completed: int = 0
    cancelled: int = 0
    late: int = 0
    silent: int = 0
    planned_won: int = 0
    contracted_won: int = 0
    paid_won: int = 0
    returned_won: int = 0
    women: int = 0
    men: int = 0

    @property
    def turnout(self) -> Fraction | None:
        """Voters as a share of those who had a vote; None before a count."""
        return Fraction(self.voters, self.electors) if self.electors else None

    @property
    def proposals_per_thousand(self) -> Fraction | None:
        """Agendas per 1,000 residents; None where the population is unknown."""
        return Fraction(self.proposals * 1000, self.population) if self.population else None

    @property
    def adopted_share(self) -> Fraction | None:
        """Opinions adopted as a share of those answered; None before an answer."""
        return Fraction(self.opinions_adopted, self.opinions_answered) if self.opinions_answered else None

    @property
    def paid_share(self) -> Fraction | None:
        """Money paid as a share of the plan; None without a plan."""
        return Fraction(self.paid_won, self.planned_won) if self.planned_won else None


@dataclass(frozen=True)
class Limits:
    """From where a place calls things out (`app.places.settings.observing`)."""

    stage_late_days: int
    turnout_share: Fraction
    late_projects: int
    silent_projects: int
    paid_share: Fraction
    sex_max_share: Fraction


@dataclass(frozen=True)
class Breach:
    """A figure out of bounds: what was counted, and from where it is called out."""

    kind: AlertKind
    value: int
    limit: int


def breaches(
    found: Figures, limits: Limits, *, stage_closes_on: date | None, in_evaluation: bool, today: date
) -> list[Breach]:
    """Return what is out of bounds in a dong's running year, in the order of `AlertKind`.

    Args:
        found: the year's figures.
        limits: the place's thresholds; a limit of 0 projects is never called out.
        stage_closes_on: the planned last day of the open stage, None when none is open.
        in_evaluation: whether the year has come to its evaluation, when the money should be spent.
        today: the day in Korea.
    """
    late_days = (today - stage_closes_on).days if stage_closes_on is not None else 0
    seen = (
        [Breach(AlertKind.STAGE_LATE, late_days, limits.stage_late_days)] if late_days > limits.stage_late_days else []
    )
    if found.assemblies and found.population and found.voters < limits.turnout_share * found.population:
        per = [int(part * 10_000) for part in (Fraction(found.voters, found.population), limits.turnout_share)]
        seen.append(Breach(AlertKind.TURNOUT_LOW, per[0], per[1]))
    if 0 < limits.late_projects <= found.late:
        seen.append(Breach(AlertKind.PROJECTS_LATE, found.late, limits.late_projects))
    if 0 < limits.silent_projects <= found.silent:
        seen.append(Breach(AlertKind.PROJECTS_SILENT, found.silent, limits.silent_projects))
    if in_evaluation and found.paid_share is not None and found.paid_share < limits.paid_share:
        seen.append(Breach(AlertKind.PAID_LOW, int(found.paid_share * 100), int(limits.paid_share * 100)))
    counted = found.women + found.men
    if found.women and found.men and max(found.women, found.men) > limits.sex_max_share * counted:
        share = Fraction(max(found.women, found.men), counted)
        seen.append(Breach(AlertKind.ONE_SEX, int(share * 100), int(limits.sex_max_share * 100)))
    return seen


class Mark(StrEnum):
    """What a monitor finds at one question of the list."""

    GOOD = "good"
    WATCH = "watch"
    BAD = "bad"
    NOT_SEEN = "not_seen"


MARK_NAMES: dict[Mark, str] = {
    Mark.GOOD: N_("잘 됨"),
    Mark.WATCH: N_("지켜봄"),
    Mark.BAD: N_("고쳐야 함"),
    Mark.NOT_SEEN: N_("보지 못함"),
}

CHECKLIST: dict[str, str] = {
    # The joint monitoring of the Seoul plan (domain.md §1.1 no. 32) and its pre-review list (§1.6), as questions.
    "plan": N_("계획과 총회에서 정한 대로 하고 있나요?"),
    "residents": N_("주민이 함께 정하고 함께 하나요?"),
    "open": N_("회의록과 집행 내역이 제때 공개되나요?"),
    "papers": N_("계약서와 영수증이 장부와 맞나요?"),
    "answers": N_("주민 의견에 까닭을 적어 답했나요?"),
    "weak": N_("어르신, 장애인, 아이들도 함께할 수 있나요?"),
    "statistics": N_("성별을 나눈 통계를 살폈나요?"),
    "safety": N_("안전을 살폈나요?"),
}


def require_checked(marks: dict[str, str]) -> None:
    """Refuse a list on which a question has no mark, or one that is no mark.

    Raises:
        InvalidInput: it does; ``field`` is the question.
    """
    for question in CHECKLIST:
        if marks.get(question) not in set(Mark):
            raise InvalidInput(N_("하나를 골라 주세요."), field=question)


class FindingState(StrEnum):
    """Where a finding stands."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


FINDING_NAMES: dict[FindingState, str] = {
    FindingState.OPEN: N_("답을 기다림"),
    FindingState.ANSWERED: N_("답함"),
    FindingState.CLOSED: N_("정리됨"),
}
FINDING_MOVES: dict[FindingState, frozenset[FindingState]] = {
    FindingState.OPEN: frozenset({FindingState.ANSWERED}),
    # A poor answer is given back with the reason; the dong answers again.
    FindingState.ANSWERED: frozenset({FindingState.OPEN, FindingState.CLOSED}),
    FindingState.CLOSED: frozenset(),
}


def require_move(state: FindingState, to: FindingState) -> None:
    """Refuse a move that the table does not list.

    Raises:
        RuleViolation: the finding cannot go there from where it is.
    """
    if to not in FINDING_MOVES[state]:
        raise RuleViolation(N_("이 지적은 지금 그렇게 바꿀 수 없습니다."))


def added_up(several: Iterable[Figures]) -> Figures:
    """Add figures up, field by field."""
    return Figures(*(sum(values) for values in zip(*(astuple(one) for one in several), strict=True)))
