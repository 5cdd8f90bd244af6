"""The fairness panel, by hand."""

from fractions import Fraction

import pytest

from voting.allocation import (
    BallotKind,
    BallotsNeededError,
    Project,
    Rule,
    RuleName,
    beside_greedy,
    count,
    explain,
    from_ballots,
    from_sums,
    granted,
    measure,
)

PROJECTS = [
    Project("a", 40, categories=("green",), area="north"),
    Project("b", 20, categories=("green", "young"), area="south"),
    Project("c", 40, area="south"),
]


def test_the_panel_counts_satisfied_and_empty_handed_voters() -> None:
    votes = from_ballots(PROJECTS, 100, BallotKind.APPROVAL, [["a", "b"]] * 2 + [["a"]] * 2 + [["c"]] * 3 + [[]])
    panel = measure(votes, {"a": 40, "b": 20})
    assert (panel.voters, panel.satisfied) == (8, 4)
    assert panel.empty_handed == Fraction(1, 2)
    assert panel.funded_per_voter == Fraction(6, 8)
    assert panel.budget_used == Fraction(60, 100)


def test_the_gini_coefficient_is_nought_for_equals_and_grows_with_inequality() -> None:
    votes = from_ballots(PROJECTS, 100, BallotKind.APPROVAL, [["a"], ["b"], ["c"], ["c"]])
    assert measure(votes, {}).gini == 0
    # a's money goes to one voter of four.
    assert measure(votes, {"a": 40}).gini == Fraction(3, 4)
    # 20 to each voter of b and c.
    assert measure(votes, {"b": 20, "c": 40}).gini == Fraction(1, 4)
    twice = from_ballots(PROJECTS, 100, BallotKind.APPROVAL, [["a"], ["b"], ["c"], ["c"]] * 2)
    assert measure(twice, {"b": 20, "c": 40}).gini == Fraction(1, 4)


def test_categories_and_areas_compare_support_with_money() -> None:
    votes = from_ballots(PROJECTS, 100, BallotKind.APPROVAL, [["a", "b"]] * 2 + [["c"]] * 4)
    panel = measure(votes, {"b": 20, "c": 40})
    by_category = {entry.label: (entry.support, entry.money) for entry in panel.categories}
    # Eight votes: a 2, b 2 (half green, half young), c 4 without a category.
    assert by_category == {
        "": (Fraction(4, 8), Fraction(40, 60)),
        "green": (Fraction(3, 8), Fraction(10, 60)),
        "young": (Fraction(1, 8), Fraction(10, 60)),
    }
    assert [(entry.label, entry.support, entry.money) for entry in panel.areas] == [
        ("north", Fraction(2, 8), 0),
        ("south", Fraction(6, 8), 1),
    ]


def test_a_group_that_could_have_paid_on_its_own_is_shown() -> None:
    # Six of ten want a, b, c; four want d. Greedy gives all to the six.
    projects = [Project(name, 30) for name in "abcd"]
    votes = from_ballots(projects, 90, BallotKind.APPROVAL, [["a", "b", "c"]] * 6 + [["d"]] * 4)
    greedy = count(votes, Rule(RuleName.GREEDY))
    (claim,) = measure(votes, granted(greedy)).deserving
    assert (claim.project_id, claim.group, claim.entitlement, claim.best_served) == ("d", 4, 36, 30)
    shares = count(votes, Rule(RuleName.EQUAL_SHARES))
    assert shares.funded == ("a", "d")
    assert measure(votes, granted(shares)).deserving == ()
    beside = beside_greedy(votes, Rule(RuleName.EQUAL_SHARES), shares)
    assert (beside.only_here, beside.only_greedy) == (("d",), ("b", "c"))
    assert (beside.more_here, beside.more_greedy, beside.alike) == (4, 6, 0)


def test_exactly_the_entitlement_is_no_claim() -> None:
    projects = [Project("a", 60), Project("d", 40)]
    votes = from_ballots(projects, 100, BallotKind.APPROVAL, [["a"]] * 6 + [["d"]] * 4)
    assert measure(votes, {"a": 60}).deserving == ()


def test_sums_say_nothing_about_single_voters() -> None:
    sums = from_sums([Project("a", 10)], 10, {"a": 3}, voters=5)
    with pytest.raises(BallotsNeededError):
        measure(sums, {})
    report = explain(sums, Rule(RuleName.GREEDY))
    assert report.fairness is None
    assert report.greedy is None
