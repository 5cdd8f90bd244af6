"""A voter's own share: what the browser works out from the published trace is what the kernel counts, to the fraction."""

import json
import random
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from app.assembly.rules.shares import average_of
from tests.allocation_elections import random_election
from tests.booth import require_node
from voting.allocation import (
    BallotKind,
    Completion,
    Election,
    Project,
    Ranking,
    Rule,
    RuleName,
    Utility,
    explain,
    from_ballots,
    from_sums,
    trace_to_json,
)

RUNNER = Path(__file__).with_name("run_share.mjs")
ELECTIONS = 150


def worked_out_in_javascript(asked: list[dict[str, Any]]) -> list[list[Any]]:
    done = subprocess.run(
        [require_node(), str(RUNNER)], input=json.dumps(asked), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: list[list[Any]] = json.loads(done.stdout)
    return found


def ballots_of(election: Election) -> list[dict[str, Any]]:
    """The distinct ballots, written as in election.json."""
    profile = election.profile
    assert profile is not None
    return [
        {"choices": [election.projects[position].id for position in choices], "points": list(points)}
        for choices, points in zip(profile.choices, profile.points, strict=True)
    ]


def random_rule(dice: random.Random) -> Rule:
    return Rule(
        RuleName.EQUAL_SHARES,
        utility=dice.choice((None, *Utility)),
        completion=dice.choice(list(Completion)),
        ranking=dice.choice((None, *Ranking, (5, 3, 1), (2, 1))),
        increment=dice.choice((1, 3)),
    )


@pytest.mark.slow
def test_the_browser_spends_every_share_as_the_kernel_does() -> None:
    asked, expected = [], []
    for seed in range(ELECTIONS):
        dice = random.Random(seed)
        election = random_election(dice)
        account = explain(election, random_rule(dice)).account
        trace, written = account.trace, trace_to_json(account)
        assert trace is not None
        assert written is not None
        rounds = {round_.project: number for number, round_ in enumerate(trace.rounds, 1)}
        asked.append({"trace": json.loads(written), "ballots": ballots_of(election)})
        expected.append(
            [
                (
                    Fraction(money, trace.unit),
                    [
                        (election.projects[project].id, rounds[project], Fraction(paid, trace.unit))
                        for project, paid in payments
                    ],
                )
                for money, payments in zip(trace.money, trace.payments, strict=True)
            ]
        )
    found = [
        [
            (
                Fraction(int(left), int(unit)),
                [(project, number, Fraction(int(paid), int(unit))) for project, number, paid in payments if int(paid)],
            )
            for left, unit, payments in rows
        ]
        for rows in worked_out_in_javascript(asked)
    ]
    assert found == expected
    assert sum(bool(payments) for rows in expected for _, payments in rows) > ELECTIONS
    kinds = {each["trace"]["value"] for each in asked}
    assert kinds == {"one", "points", "rank"}


def test_the_browser_shows_a_supporter_who_has_nothing_left_and_refuses_another_format() -> None:
    projects = [Project("a", 6), Project("b", 6), Project("c", 4)]
    votes = from_ballots(projects, 16, BallotKind.APPROVAL, [["a"], ["a", "b"], ["b"], ["b", "c"]])
    written = trace_to_json(explain(votes, Rule(RuleName.EQUAL_SHARES)).account)
    assert written is not None
    trace = json.loads(written)
    ballot = {"choices": ["a", "b"], "points": []}
    other = {"choices": ["zzz"], "points": []}
    (mine, nobody), refused, crooked = worked_out_in_javascript(
        [
            {"trace": trace, "ballots": [ballot, other]},
            {"trace": trace | {"format": "madang-trace-2"}, "ballots": [ballot]},
            {"trace": trace | {"endowment": "1.5"}, "ballots": [ballot]},
        ]
    )
    # Each holds 4. All three supporters of b pay 2; of a, the second has 2 left and the first gives 4.
    assert [(project, number, int(paid) // int(mine[1])) for project, number, paid in mine[2]] == [
        ("b", 1, 2), ("a", 2, 2),
    ]  # fmt: skip
    assert (mine[0], nobody[0], nobody[2]) == ("0", "4", [])
    assert refused == crooked == ["TypeError"]


def test_no_trace_is_written_where_shares_decided_nothing() -> None:
    votes = from_ballots([Project("a", 6)], 6, BallotKind.APPROVAL, [["a"]])
    assert trace_to_json(explain(votes, Rule(RuleName.GREEDY)).account) is None
    # Many want the large project, few the two small ones: the comparison step takes the greedy list.
    small = from_ballots(
        [Project("a", 10), Project("b", 4), Project("c", 4)],
        10,
        BallotKind.APPROVAL,
        [["a"]] * 3 + [["a", "b"], ["a", "c"], ["b", "c"]],
    )
    account = explain(small, Rule(RuleName.EQUAL_SHARES, comparison_step=True)).account
    step = account.outcome.comparison
    assert step is not None
    assert (trace_to_json(account) is None) is step.takes_greedy


def test_the_average_voter_pays_the_cost_divided_by_all() -> None:
    projects = [Project("a", 9, "도서관"), Project("b", 5, "화단"), Project("c", 30, "쉼터")]
    votes = from_ballots(projects, 20, BallotKind.APPROVAL, [["a", "b"], ["a"], ["a", "c"], ["b"], []])
    average = average_of(explain(votes, Rule(RuleName.EQUAL_SHARES)))
    assert (average.voters, average.chosen, average.share_won) == (5, Fraction(6, 5), 4)
    first, second = average.paid
    assert (first.title, first.payers, first.of_payers_won, first.of_all_won, first.left_won) == ("도서관", 3, 3, 2, 2)
    assert (second.title, second.payers, second.left_won) == ("화단", 2, 1)
    assert average.funded == 1


def test_sums_have_an_average_voter_without_a_share() -> None:
    votes = from_sums([Project("a", 9), Project("b", 6)], 10, {"a": 3, "b": 1}, voters=4)
    average = average_of(explain(votes, Rule(RuleName.GREEDY)))
    assert (average.chosen, average.funded, average.share_won, average.paid) == (1, Fraction(3, 4), None, ())


def test_nobody_voted_and_nothing_breaks() -> None:
    average = average_of(
        explain(from_ballots([Project("a", 9)], 10, BallotKind.APPROVAL, []), Rule(RuleName.EQUAL_SHARES))
    )
    assert (average.voters, average.chosen, average.paid) == (0, 0, ())
