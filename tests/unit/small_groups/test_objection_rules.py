"""Rules of objections to grants: who has one, where it stands, what a new decision may say."""

from itertools import product
from typing import Any

import pytest

from app.assembly.objections.rules import FINDING_NAMES, Finding, receipt_of
from app.errors import InvalidInput, RuleViolation
from app.small_groups.rules import objections
from app.small_groups.rules.applications import Ruling, State
from app.small_groups.rules.objections import Denied, Standing
from app.small_groups.rules.rounds import Left

REASON = "빠뜨린 계획을 다시 보니 이웃에게 도움이 됩니다."


@pytest.mark.parametrize(("state", "granted"), list(product(State, (0, 400, 500))))
def test_only_what_was_denied_can_be_objected_to_and_once(state: State, granted: int):
    denied = Denied(state, 500, granted)
    admits = state in {State.INELIGIBLE, State.REFUSED} or (state is State.GRANTED and granted < 500)
    assert denied.is_something == admits
    if admits:
        objections.require_objectable(denied, has_objected=False)
    else:
        with pytest.raises(RuleViolation):
            objections.require_objectable(denied, has_objected=False)
    with pytest.raises(RuleViolation):
        objections.require_objectable(denied, has_objected=True)


@pytest.mark.parametrize(
    ("finding", "decided", "lapsed", "standing"),
    [
        (None, False, False, Standing.WAITING), (Finding.UPHELD, False, False, Standing.UPHELD),
        (Finding.UPHELD, True, False, Standing.DECIDED), (Finding.DISMISSED, False, False, Standing.DISMISSED),
        (None, False, True, Standing.LAPSED), (Finding.UPHELD, False, True, Standing.LAPSED),
    ],
)  # fmt: skip
def test_an_objection_stands_where_what_was_written_says(
    finding: Finding | None, decided: bool, lapsed: bool, standing: Standing
):
    assert objections.standing_of(finding, is_decided=decided, is_lapsed=lapsed) is standing
    is_open = standing in {Standing.WAITING, Standing.UPHELD}
    if is_open:
        with pytest.raises(RuleViolation):
            objections.require_nothing_open(standing)
    else:
        objections.require_nothing_open(standing)
    for other in Standing:
        if other is standing:
            objections.require_standing(standing, other)
        else:
            with pytest.raises(RuleViolation):
                objections.require_standing(standing, other)


def test_nothing_is_open_without_an_objection():
    objections.require_nothing_open(None)


@pytest.mark.parametrize("finding", list(Finding))
def test_an_answer_upholds_or_dismisses_and_knows_no_half(finding: Finding):
    assert finding in FINDING_NAMES
    if finding is Finding.PARTLY:
        with pytest.raises(InvalidInput):
            objections.require_answer(finding)
    else:
        objections.require_answer(finding)


def anew(ruling: Ruling, **changes: Any) -> None:
    values: dict[str, Any] = {
        "denied": Denied(State.GRANTED, 500, 300), "max_won": 450, "left": Left(400, 1), "confirmed": 3, "min_people": 3,
    }  # fmt: skip
    objections.require_new_ruling(ruling, **{**values, **changes})


def test_a_new_decision_gives_up_to_what_is_asked_limited_and_left():
    anew(Ruling(400, REASON))
    anew(Ruling(300, REASON))
    anew(Ruling(450, REASON), left=Left(450, 1))


@pytest.mark.parametrize(
    ("ruling", "changes", "refusal"),
    [
        (Ruling(299, REASON), {}, InvalidInput), (Ruling(451, REASON), {"left": Left(9999, 9)}, InvalidInput),
        (Ruling(400, "짧음"), {}, InvalidInput), (Ruling(401, REASON), {}, RuleViolation),
        (Ruling(400, REASON), {"left": Left(400, 0)}, RuleViolation),
        (Ruling(400, REASON), {"confirmed": 2}, RuleViolation),
        (Ruling(501, REASON), {"max_won": 9999, "left": Left(9999, 9)}, InvalidInput),
    ],
)  # fmt: skip
def test_a_new_decision_takes_nothing_away_exceeds_nothing_and_says_why(ruling, changes, refusal):
    with pytest.raises(refusal):
        anew(ruling, **changes)


def test_to_stay_refused_needs_neither_money_nor_people():
    denied = Denied(State.REFUSED, 500, 0)
    anew(Ruling(0, REASON), denied=denied, left=Left(0, 0), confirmed=0)


def test_receipts_of_results_and_of_grants_do_not_meet():
    assert receipt_of(2026, "gwansan", 2) == "gwansan-2026-OB002"
    assert receipt_of(2026, "gwansan", 2, series="SG3-") == "gwansan-2026-SG3-002"
