"""Rules of calls, of joining and dividing, and of where a proposal can go."""

from datetime import timedelta
from itertools import product

import pytest

from app.agenda.rules import MOVES, Field, ProposalState, require_move
from app.agenda.rules.calls import CallTerms, require_admitted, require_group, require_terms
from app.agenda.rules.joining import ASK_MOVES, AskState, require_ask_move, require_parts
from app.errors import InvalidInput, RuleViolation
from tests.conftest import NOW

DAY = timedelta(days=1)


def terms(**changes: object) -> CallTerms:
    values: dict[str, object] = {
        "opens_at": NOW, "closes_at": NOW + 10 * DAY, "max_won": 5_000_000, "envelope_won": 20_000_000,
        "per_person": 2, "only_groups": False, "fields": frozenset({Field.SAFETY}),
    }  # fmt: skip
    return CallTerms(**{**values, **changes})  # type: ignore[arg-type]


def admit(call: CallTerms, **changes: object) -> None:
    values: dict[str, object] = {
        "wanted_won": 5_000_000, "field": Field.SAFETY, "is_group": False, "sent_before": 0, "at": NOW,
    }  # fmt: skip
    require_admitted(call, **{**values, **changes})  # type: ignore[arg-type]


def test_a_call_admits_up_to_its_limits():
    admit(terms())
    admit(terms(), sent_before=1, at=NOW + 10 * DAY - timedelta(seconds=1))
    admit(terms(fields=frozenset()), field=Field.CULTURE)
    admit(terms(only_groups=True), is_group=True)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"at": NOW - DAY}, RuleViolation),
        ({"at": NOW + 10 * DAY}, RuleViolation),
        ({"sent_before": 2}, RuleViolation),
        ({"wanted_won": None}, InvalidInput),
        ({"wanted_won": 5_000_001}, InvalidInput),
        ({"field": Field.CULTURE}, InvalidInput),
    ],
)
def test_a_call_refuses_what_it_does_not_ask_for(changes: dict[str, object], error: type[Exception]):
    with pytest.raises(error):
        admit(terms(), **changes)
    with pytest.raises(InvalidInput):
        admit(terms(only_groups=True))


@pytest.mark.parametrize("changes", [{"closes_at": NOW}, {"max_won": 30_000_001}, {"envelope_won": 4_000_000}])
def test_terms_that_contradict_themselves_are_refused(changes: dict[str, object]):
    require_terms(terms(), dong_max_won=30_000_000)
    with pytest.raises(InvalidInput):
        require_terms(terms(**changes), dong_max_won=30_000_000)


def test_a_small_group_has_three():
    require_group(3, minimum=3)
    with pytest.raises(RuleViolation):
        require_group(2, minimum=3)


@pytest.mark.parametrize(("state", "to"), list(product(AskState, AskState)))
def test_a_question_moves_only_as_its_table_says(state: AskState, to: AskState):
    if to in ASK_MOVES[state]:
        require_ask_move(state, to)
    else:
        with pytest.raises(RuleViolation):
            require_ask_move(state, to)


@pytest.mark.parametrize(("state", "to"), list(product(ProposalState, ProposalState)))
def test_a_proposal_moves_only_as_its_table_says(state: ProposalState, to: ProposalState):
    if to in MOVES[state]:
        require_move(state, to)
    else:
        with pytest.raises(RuleViolation):
            require_move(state, to)


def test_every_state_can_be_left_but_the_last_ones():
    assert {state for state in ProposalState if not MOVES[state]} == {ProposalState.WITHDRAWN, ProposalState.SPLIT}


@pytest.mark.parametrize("titles", [["가"], ["가"] * 2, ["가", "나", "다", "라", "마", "바"]])
def test_a_division_has_two_to_five_different_parts(titles: list[str]):
    require_parts(["가", "나"])
    with pytest.raises(InvalidInput):
        require_parts(titles)
