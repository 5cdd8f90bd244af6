"""The demonstration's made-up vote in points tells what it is there to tell."""

from app.demo.last_year import LAST_YEAR, POINTS_FORM, POINTS_RULE
from voting.allocation import BallotKind, Project, RuleName, TieKey, TieOrder, explain, from_ballots
from voting.allocation.rule import Rule


def test_equal_shares_funds_two_large_and_all_small_projects_where_most_points_leave_twelve_people_one() -> None:
    ids = [f"i{number}" for number in range(len(LAST_YEAR.items))]
    projects = [Project(id_, item.cost_won, item.title) for id_, item in zip(ids, LAST_YEAR.items, strict=True)]
    ballots = [{id_: given for id_, given in zip(ids, row, strict=True) if given} for row in LAST_YEAR.points]
    votes = from_ballots(projects, 30_000_000, BallotKind.CUMULATIVE, ballots)
    ties = TieOrder((TieKey.LEXICO,))
    report = explain(votes, Rule(RuleName.EQUAL_SHARES, completion=POINTS_RULE.completion, increment=10_000, ties=ties))
    assert set(report.account.outcome.funded) == {"i1", "i2", "i3", "i4", "i5"}
    assert report.greedy is not None
    assert set(report.greedy.outcome.funded) == {"i0", "i1", "i2", "i5"}
    assert all(sum(row) <= POINTS_FORM.at_most and max(row) <= POINTS_FORM.per_item for row in LAST_YEAR.points)
    assert all("지어낸" in item.title for item in LAST_YEAR.items)
