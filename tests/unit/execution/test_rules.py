"""States, progress, deciders and votes."""

from fractions import Fraction

import pytest

from app.errors import InvalidInput, RuleViolation
from app.execution.charts import flow
from app.execution.rules.changes import ChangeKind, Decider, Vote, decider_of, is_carried
from app.execution.rules.projects import (
    HAND_OVER,
    MOVES,
    Part,
    ProjectState,
    progress,
    require_handed_over,
    require_move,
)
from app.files.tables import as_csv, safe, unguarded
from app.plan.rules import FundSource


@pytest.mark.parametrize("state", ProjectState)
@pytest.mark.parametrize("to", ProjectState)
def test_a_project_moves_only_as_the_table_says(state, to):
    allowed = {
        ("planned", "running"), ("planned", "cancelled"), ("running", "paused"), ("running", "completed"),
        ("running", "cancelled"), ("paused", "running"), ("paused", "cancelled"),
    }  # fmt: skip
    assert (to in MOVES[state]) == ((state, to) in allowed)
    if (state, to) in allowed:
        require_move(state, to)
    else:
        with pytest.raises(RuleViolation):
            require_move(state, to)


def test_progress_counts_parts_by_weight_and_never_rounds_up():
    assert progress([Part(30, 100), Part(70, 99)], steps_done=0, steps=0) == 99
    assert progress([Part(1, 100), Part(2, 0)], steps_done=3, steps=3) == 33
    assert progress([], steps_done=1, steps=3) == 33
    assert progress([], steps_done=0, steps=0) == 0


@pytest.mark.parametrize(
    ("kind", "amount", "exceeds", "decider"),
    [
        (ChangeKind.COST, 99, False, Decider.STAFF),
        (ChangeKind.COST, -99, False, Decider.STAFF),
        (ChangeKind.COST, 100, False, Decider.COUNCIL),
        (ChangeKind.COST, -100, False, Decider.COUNCIL),
        (ChangeKind.COST, 1, True, Decider.COUNCIL),
        (ChangeKind.COST, 500, True, Decider.ASSEMBLY),
        (ChangeKind.CONTENT, 0, False, Decider.COUNCIL),
        (ChangeKind.CANCEL, 0, False, Decider.COUNCIL),
    ],
)
def test_who_decides_depends_on_how_large_the_change_is(kind, amount, exceeds, decider):
    found = decider_of(
        kind, amount_won=amount, planned_won=1000, exceeds=exceeds, council_from=Fraction(1, 10), assembly_from=Fraction(1, 2)
    )  # fmt: skip
    assert found is decider


def test_a_vote_needs_a_quorum_and_a_majority_of_those_present():
    assert is_carried(Vote(16, 9, 7, 0), members=30, least_present=16, least_in_favour=9)
    assert not is_carried(Vote(16, 8, 8, 0), members=30, least_present=16, least_in_favour=9)
    assert not is_carried(Vote(16, 8, 0, 8), members=30, least_present=16, least_in_favour=9), "who abstains is present"
    with pytest.raises(RuleViolation):
        is_carried(Vote(15, 15, 0, 0), members=30, least_present=16, least_in_favour=9)


@pytest.mark.parametrize("vote", [Vote(10, 9, 2, 0), Vote(31, 31, 0, 0), Vote(2, 3, -1, 0)])
def test_votes_that_do_not_add_up_are_refused(vote):
    with pytest.raises(InvalidInput):
        is_carried(vote, members=30, least_present=16, least_in_favour=9)


def test_a_project_is_handed_over_only_with_every_line_checked():
    require_handed_over(frozenset(HAND_OVER))
    for code in HAND_OVER:
        with pytest.raises(RuleViolation):
            require_handed_over(frozenset(HAND_OVER) - {code})


def test_the_flow_of_money_draws_every_won_once():
    drawn = flow(
        [
            ("벽화", {FundSource.VILLAGE_FUND: 1000}),
            ("꽃길", {FundSource.RESIDENT_TAX: 3000}),
            ("쉼터", {FundSource.RESIDENT_TAX: 4000}),
            ("아직 돈 없음", {FundSource.CALL: 0}),
        ]
    )
    assert drawn is not None
    assert [(block.label, block.amount_won) for block in drawn.sources] == [
        ("resident_tax", 7000),
        ("village_fund", 1000),
    ]
    assert [block.label for block in drawn.projects] == ["꽃길", "쉼터", "벽화"]
    assert sum(block.amount_won for block in drawn.projects) == 8000
    assert len(drawn.bands) == 3
    assert flow([]) is None


def test_a_project_of_two_sources_has_a_band_from_each():
    drawn = flow([("쉼터", {FundSource.VILLAGE_FUND: 4000, FundSource.RESIDENT_TAX: 6000}), ("빈 사업", {})])
    assert drawn is not None
    assert [(block.label, block.amount_won) for block in drawn.sources] == [
        ("resident_tax", 6000),
        ("village_fund", 4000),
    ]
    assert [(block.label, block.amount_won) for block in drawn.projects] == [("쉼터", 10_000)]
    assert len(drawn.bands) == 2
    assert drawn.projects[0].height == sum(block.height for block in drawn.sources)


@pytest.mark.parametrize("text", ["=1+1", "+82", "-1", "@x", "\tx", "＝1+1", "＋1", "'=1+1", "''@x"])
def test_a_spreadsheet_never_runs_a_text(text):
    assert unguarded(str(safe(text))) == text
    assert as_csv(["memo"], [[text]]).decode().splitlines()[1].lstrip('"').startswith("'")


@pytest.mark.parametrize("text", ["'", "''", "'꽃길'", "꽃길=", "1=1", ""])
def test_a_text_that_nothing_runs_stays_as_it_is(text):
    assert safe(text) == text
    assert unguarded(text) == text
