"""The gravest criterion decides, refusals give reasons, elections cast their shadow ahead."""

from datetime import date, timedelta

import pytest

from app.errors import InvalidInput, RuleViolation
from app.places.elections.rules import guards, scheduled_elections
from app.plan.rules import Verdict
from app.review.rules import (
    Check,
    CheckState,
    Criterion,
    Finding,
    hard_words,
    require_checklist,
    require_findings,
    require_objection,
    verdict_of,
)
from tests.conftest import NOW

FINE = [Finding(code, Verdict.ELIGIBLE) for code in Criterion]
REASON = "도로법에 따라 허가할 수 없는 자리입니다."


def but(code: Criterion, verdict: Verdict, reason: str = REASON, law: str = "") -> list[Finding]:
    return [Finding(code, verdict, reason, law) if each.criterion is code else each for each in FINE]


def test_the_gravest_criterion_is_the_verdict():
    assert verdict_of(FINE) is Verdict.ELIGIBLE
    assert verdict_of(but(Criterion.SITE, Verdict.CONDITIONAL)) is Verdict.CONDITIONAL
    both = [*but(Criterion.SITE, Verdict.CONDITIONAL)[1:], Finding(Criterion.LAW, Verdict.INELIGIBLE, REASON, "법 1조")]
    assert verdict_of(both) is Verdict.INELIGIBLE


@pytest.mark.parametrize(
    "findings",
    [
        FINE[1:],
        [*FINE, FINE[0]],
        but(Criterion.SITE, Verdict.INELIGIBLE, "안 됨"),
        but(Criterion.SITE, Verdict.CONDITIONAL, ""),
        but(Criterion.LAW, Verdict.INELIGIBLE, REASON, ""),
    ],
)
def test_a_review_with_a_gap_is_refused(findings):
    require_findings(but(Criterion.LAW, Verdict.INELIGIBLE, REASON, "도로법 제61조"))
    with pytest.raises(InvalidInput):
        require_findings(findings)


@pytest.mark.parametrize("verdict", [None, Verdict.ELIGIBLE])
def test_nothing_refused_nothing_to_object_to(verdict):
    with pytest.raises(RuleViolation):
        require_objection(verdict, told_at=NOW, days=7, at=NOW, grounds=REASON)


def test_an_objection_has_its_days():
    late = NOW + timedelta(days=7)
    require_objection(Verdict.INELIGIBLE, told_at=NOW, days=7, at=late - timedelta(seconds=1), grounds=REASON)
    with pytest.raises(RuleViolation):
        require_objection(Verdict.INELIGIBLE, told_at=NOW, days=7, at=late, grounds=REASON)


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2022, [date(2022, 6, 1)]),
        (2024, [date(2024, 4, 10)]),
        (2026, [date(2026, 6, 3)]),
        (2027, []),
        (2028, [date(2028, 4, 12)]),
    ],
)
def test_regular_elections_fall_on_the_days_of_the_law(year, days):
    assert scheduled_elections(year) == days


def test_restrictions_begin_before_an_election_and_end_with_it():
    def codes(day: date) -> set[str]:
        return {guard.code for guard in guards(day, head_days=60, pr_days=180)}

    election = date(2026, 6, 3)
    assert codes(election - timedelta(days=181)) == set()
    assert codes(election - timedelta(days=180)) == {"pr"}
    assert codes(election - timedelta(days=60)) == {"pr", "head_events"}
    assert codes(election) == {"pr", "head_events"}
    assert codes(election + timedelta(days=1)) == set()


def test_the_checklist_has_thirteen_items_and_no_gaps():
    states = dict.fromkeys(Check, (CheckState.NOT_APPLICABLE, ""))
    assert len(states) == 13
    require_checklist(states, is_guarded=False)
    with pytest.raises(InvalidInput):
        require_checklist(states, is_guarded=True)
    require_checklist(
        states | {Check.ELECTION_LAW: (CheckState.REVIEWED, "선관위에 물어 괜찮다는 답을 받음")}, is_guarded=True
    )
    del states[Check.JOBS]
    with pytest.raises(InvalidInput):
        require_checklist(states, is_guarded=False)


def test_hard_words_are_found_with_easier_ones():
    assert hard_words("거버넌스 플랫폼을 만듭니다") == {"거버넌스": "함께 정하는 일", "플랫폼": "터"}
    assert hard_words("꽃을 심습니다") == {}
