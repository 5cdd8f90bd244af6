"""Who may become a member: each rule of the ordinance, checked on plain values and explained. Pure.

The ordinance is what the settings of the place say; every finding names the setting, so that a page can show its value
and its legal basis.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from app.council.rules.calls import Document
from app.council.rules.membership import add_months, whole_months
from app.errors import InvalidInput
from app.i18n import N_
from app.people.rules import Basis, age_on


class Exclusion(StrEnum):
    """What keeps somebody from being a member; each can be switched off by the ordinance."""

    LAWMAKER = "lawmaker"
    OFFICIAL = "official"
    OTHER_COUNCIL = "other_council"
    DRAW_COMMITTEE = "draw_committee"
    NO_SUFFRAGE = "no_suffrage"
    TAX_ARREARS = "tax_arrears"


EXCLUSION_NAMES: dict[Exclusion, str] = {
    Exclusion.LAWMAKER: N_("국회의원이나 지방의원입니다"),
    Exclusion.OFFICIAL: N_("이 시·군·구의 공무원입니다"),
    Exclusion.OTHER_COUNCIL: N_("다른 동 주민자치회의 위원이거나 지원했습니다"),
    Exclusion.DRAW_COMMITTEE: N_("이번 추첨의 추첨관리위원입니다"),
    Exclusion.NO_SUFFRAGE: N_("법에 따라 선거에 나설 수 없습니다"),
    Exclusion.TAX_ARREARS: N_("내지 않은 지방세가 있습니다"),
}
EXCLUSION_SETTINGS: dict[Exclusion, str] = {
    Exclusion.LAWMAKER: "council.excluded.lawmakers",
    Exclusion.OFFICIAL: "council.excluded.officials",
    Exclusion.OTHER_COUNCIL: "council.excluded.other_council",
    Exclusion.DRAW_COMMITTEE: "council.excluded.draw_committee",
    Exclusion.NO_SUFFRAGE: "council.excluded.no_suffrage",
    Exclusion.TAX_ARREARS: "council.tax_arrears_excluded",
}
BASIS_SETTINGS: dict[Basis, str] = {
    Basis.RESIDENCE: "council.basis.residence",
    Basis.WORK: "council.basis.work",
    Basis.SCHOOL_OR_GROUP: "council.basis.school_or_group",
    Basis.PERMANENT_RESIDENT: "council.basis.permanent_resident",
}
LIVES_HERE = frozenset({Basis.RESIDENCE, Basis.PERMANENT_RESIDENT})


class Verdict(StrEnum):
    """What came of one rule."""

    MET = "met"
    UNMET = "unmet"
    LATER = "later"
    """Not met yet; there is still time."""


class Rule(StrEnum):
    """One rule of eligibility."""

    AGE = "age"
    BASIS = "basis"
    MONTHS = "months"
    MUNICIPALITY = "municipality"
    EXCLUSIONS = "exclusions"
    COOLING_OFF = "cooling_off"
    HOUSEHOLD = "household"
    TRAINING = "training"


RULE_NAMES: dict[Rule, str] = {
    Rule.AGE: N_("나이"),
    Rule.BASIS: N_("지원하는 까닭"),
    Rule.MONTHS: N_("이어진 기간"),
    Rule.MUNICIPALITY: N_("사는 곳"),
    Rule.EXCLUSIONS: N_("될 수 없는 사람"),
    Rule.COOLING_OFF: N_("해촉된 뒤의 기간"),
    Rule.HOUSEHOLD: N_("한 가구에 한 명"),
    Rule.TRAINING: N_("주민자치학교"),
}


@dataclass(frozen=True)
class Answers:
    """What an applicant says about themselves."""

    basis: Basis
    since: date | None = None
    """Since when they live, work or belong there."""
    lives_in_municipality: bool = True
    exclusions: frozenset[Exclusion] = frozenset()
    dismissed_on: date | None = None

    def dump(self) -> str:
        """Return the text that is sealed."""
        fields: dict[str, Any] = {
            "basis": self.basis.value,
            "since": self.since.isoformat() if self.since else None,
            "lives_in_municipality": self.lives_in_municipality,
            "exclusions": sorted(self.exclusions),
            "dismissed_on": self.dismissed_on.isoformat() if self.dismissed_on else None,
        }
        return json.dumps(fields, separators=(",", ":"))

    @staticmethod
    def load(text: str) -> "Answers":
        """Read what `dump` wrote."""
        fields = json.loads(text)
        return Answers(
            basis=Basis(fields["basis"]),
            since=date.fromisoformat(fields["since"]) if fields["since"] else None,
            lives_in_municipality=fields["lives_in_municipality"],
            exclusions=frozenset(Exclusion(code) for code in fields["exclusions"]),
            dismissed_on=date.fromisoformat(fields["dismissed_on"]) if fields["dismissed_on"] else None,
        )


@dataclass(frozen=True)
class Ordinance:
    """What the settings of a place ask of an applicant."""

    min_age: int
    bases: frozenset[Basis]
    min_months: int
    in_municipality: bool
    exclusions: frozenset[Exclusion]
    cooling_off_months: int
    one_per_household: bool
    training_minutes: int
    training_before: bool
    """Whether the training must be done before the draw."""
    training_valid_months: int


@dataclass(frozen=True)
class Facts:
    """Everything the rules look at about one application."""

    answers: Answers
    born_on: date
    reference_on: date
    """The day on which age and months are counted."""
    trained_minutes: int
    known_exclusions: frozenset[Exclusion] = frozenset()
    """What the product knows by itself: a seat on another council, on the draw committee."""
    known_dismissed_on: date | None = None
    housemates: tuple[str, ...] = ()
    """Numbers of the other living applications from the same home."""
    training_open: bool = True
    """Whether training can still be done before the draw."""


@dataclass(frozen=True)
class Finding:
    """One rule, its verdict, and why in a sentence (marked, with ``values``)."""

    rule: Rule
    verdict: Verdict
    sentence: str
    values: dict[str, object] = field(default_factory=dict)
    setting: str = ""
    """Key of the setting that holds the rule."""


def examine(facts: Facts, ordinance: Ordinance) -> list[Finding]:
    """Check every rule that the ordinance has, in the order in which they are read.

    The order of findings is stable; a rule that the ordinance does not have is left out.
    """
    found = [_age(facts, ordinance), _basis(facts, ordinance)]
    if ordinance.min_months:
        found.append(_months(facts, ordinance))
    if ordinance.in_municipality and facts.answers.basis not in LIVES_HERE:
        found.append(_municipality(facts))
    found += _exclusions(facts, ordinance)
    if ordinance.cooling_off_months:
        found.append(_cooling_off(facts, ordinance))
    if ordinance.one_per_household:
        found.append(_household(facts))
    if ordinance.training_minutes:
        found.append(_training(facts, ordinance))
    return found


def unmet(findings: Iterable[Finding]) -> list[Finding]:
    """Return the rules that are not met."""
    return [finding for finding in findings if finding.verdict is Verdict.UNMET]


def waits(findings: Iterable[Finding]) -> list[Finding]:
    """Return the rules that can still be met in time."""
    return [finding for finding in findings if finding.verdict is Verdict.LATER]


def papers_needed(answers: Answers, ordinance: Ordinance, *, recommended: bool) -> tuple[Document, ...]:
    """Return which papers a clerk must see before somebody becomes a candidate."""
    needed = [Document.IDENTITY]
    match answers.basis:
        case Basis.RESIDENCE | Basis.PERMANENT_RESIDENT:
            needed.append(Document.RESIDENCE)
        case Basis.WORK:
            needed.append(Document.EMPLOYMENT)
        case Basis.SCHOOL_OR_GROUP:
            needed.append(Document.MEMBERSHIP)
    if ordinance.in_municipality and answers.basis not in LIVES_HERE:
        needed.append(Document.RESIDENCE)
    if recommended:
        needed.append(Document.RECOMMENDATION)
    if Exclusion.TAX_ARREARS in ordinance.exclusions:
        needed.append(Document.TAX)
    return tuple(needed)


def require_sound(answers: Answers, *, born_on: date, today: date) -> None:
    """Refuse answers that cannot be.

    Raises:
        InvalidInput: a basis that began in the future or before birth, a dismissal in the future.
    """
    if answers.since is not None and not born_on <= answers.since <= today:
        raise InvalidInput(N_("언제부터인지 다시 확인해 주세요."), field="since")
    if answers.dismissed_on is not None and not born_on <= answers.dismissed_on <= today:
        raise InvalidInput(N_("해촉된 날을 다시 확인해 주세요."), field="dismissed_on")


def _age(facts: Facts, ordinance: Ordinance) -> Finding:
    age = age_on(facts.born_on, facts.reference_on)
    values: dict[str, object] = {"age": age, "least": ordinance.min_age}
    if age >= ordinance.min_age:
        return Finding(
            Rule.AGE, Verdict.MET, N_("모집을 알린 날 만 %(age)s세입니다. 만 %(least)s세 이상이면 됩니다."), values,
            "council.member_min_age",
        )  # fmt: skip
    return Finding(
        Rule.AGE, Verdict.UNMET, N_("모집을 알린 날 만 %(age)s세입니다. 만 %(least)s세 이상이어야 합니다."), values,
        "council.member_min_age",
    )  # fmt: skip


def _basis(facts: Facts, ordinance: Ordinance) -> Finding:
    basis = facts.answers.basis
    key = BASIS_SETTINGS[basis]
    if basis in ordinance.bases:
        return Finding(Rule.BASIS, Verdict.MET, N_("이 까닭으로 지원할 수 있습니다."), {}, key)
    return Finding(Rule.BASIS, Verdict.UNMET, N_("이곳의 조례는 이 까닭으로 지원하는 것을 받지 않습니다."), {}, key)


def _months(facts: Facts, ordinance: Ordinance) -> Finding:
    since = facts.answers.since
    months = whole_months(since, facts.reference_on) if since is not None else 0
    values: dict[str, object] = {"months": months, "least": ordinance.min_months}
    verdict = Verdict.MET if months >= ordinance.min_months else Verdict.UNMET
    sentence = N_("모집을 알린 날까지 %(months)s달째입니다. %(least)s달 이상이어야 합니다.")
    return Finding(Rule.MONTHS, verdict, sentence, values, "council.basis.min_months")


def _municipality(facts: Facts) -> Finding:
    key = "council.basis.in_municipality"
    if facts.answers.lives_in_municipality:
        return Finding(Rule.MUNICIPALITY, Verdict.MET, N_("같은 시·군·구에 삽니다."), {}, key)
    return Finding(Rule.MUNICIPALITY, Verdict.UNMET, N_("이 시·군·구에 살아야 지원할 수 있습니다."), {}, key)


def _exclusions(facts: Facts, ordinance: Ordinance) -> list[Finding]:
    said = (facts.answers.exclusions | facts.known_exclusions) & ordinance.exclusions
    if not ordinance.exclusions:
        return []
    if not said:
        return [
            Finding(
                Rule.EXCLUSIONS, Verdict.MET, N_("위원이 될 수 없는 사람에 해당하지 않습니다."), {},
                EXCLUSION_SETTINGS[min(ordinance.exclusions)],
            )
        ]  # fmt: skip
    return [
        Finding(
            Rule.EXCLUSIONS, Verdict.UNMET, N_("위원이 될 수 없습니다: %(what)s."), {"what": EXCLUSION_NAMES[each]},
            EXCLUSION_SETTINGS[each],
        )
        for each in sorted(said)
    ]  # fmt: skip


def _cooling_off(facts: Facts, ordinance: Ordinance) -> Finding:
    key = "council.cooling_off_months"
    known = [day for day in (facts.answers.dismissed_on, facts.known_dismissed_on) if day is not None]
    if not known:
        return Finding(Rule.COOLING_OFF, Verdict.MET, N_("해촉된 적이 없습니다."), {}, key)
    free_from = add_months(max(known), ordinance.cooling_off_months)
    values: dict[str, object] = {"day": free_from.isoformat(), "months": ordinance.cooling_off_months}
    if facts.reference_on >= free_from:
        return Finding(
            Rule.COOLING_OFF,
            Verdict.MET,
            N_("해촉된 지 %(months)s달이 지나 %(day)s부터 다시 지원할 수 있습니다."),
            values,
            key,
        )
    return Finding(
        Rule.COOLING_OFF, Verdict.UNMET, N_("해촉된 뒤 %(months)s달이 지나지 않았습니다. %(day)s부터 지원할 수 있습니다."),
        values, key,
    )  # fmt: skip


def _household(facts: Facts) -> Finding:
    key = "council.one_per_household"
    if not facts.housemates:
        return Finding(Rule.HOUSEHOLD, Verdict.MET, N_("같은 가구에서 지원한 다른 사람이 없습니다."), {}, key)
    # The draw itself takes at most one of each home; applying together is no ground for refusal.
    return Finding(
        Rule.HOUSEHOLD, Verdict.MET,
        N_("같은 가구로 확인된 지원자가 있습니다(%(numbers)s). 추첨에서 한 명만 뽑힙니다."),
        {"numbers": ", ".join(facts.housemates)}, key,
    )  # fmt: skip


def _training(facts: Facts, ordinance: Ordinance) -> Finding:
    key = "council.training_hours_new"
    values: dict[str, object] = {
        "done": spoken_hours(facts.trained_minutes),
        "needed": spoken_hours(ordinance.training_minutes),
    }
    if facts.trained_minutes >= ordinance.training_minutes:
        return Finding(
            Rule.TRAINING,
            Verdict.MET,
            N_("주민자치학교를 %(done)s시간 마쳤습니다. %(needed)s시간이면 됩니다."),
            values,
            key,
        )
    if not ordinance.training_before:
        return Finding(
            Rule.TRAINING, Verdict.MET,
            N_("주민자치학교를 %(done)s시간 마쳤습니다. %(needed)s시간은 위촉 뒤에 채워도 됩니다."), values,
            "council.training_when",
        )  # fmt: skip
    if facts.training_open:
        return Finding(
            Rule.TRAINING, Verdict.LATER,
            N_("주민자치학교를 %(done)s시간 마쳤습니다. 추첨 전에 %(needed)s시간을 채워야 합니다."), values, key,
        )  # fmt: skip
    return Finding(
        Rule.TRAINING,
        Verdict.UNMET,
        N_("주민자치학교를 %(done)s시간 마쳤습니다. %(needed)s시간을 채워야 합니다."),
        values,
        key,
    )


def spoken_hours(minutes: int) -> str:
    """Write minutes as hours with at most one decimal, never rounded up: ``6``, ``1.5``."""
    tenths = minutes * 10 // 60
    return f"{tenths // 10}.{tenths % 10}" if tenths % 10 else str(tenths // 10)
