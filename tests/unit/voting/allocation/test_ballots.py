"""What an election is made of, and what is refused as contradictory."""

from fractions import Fraction

import pytest

from voting.allocation import (
    BallotKind,
    Election,
    MalformedElectionError,
    Profile,
    Project,
    Sums,
    YesNo,
    from_ballots,
    from_sums,
    merge_ballots,
    tally,
)

A, B, C = Project("a", 10), Project("b", 20), Project("c", 30)


def test_identical_ballots_are_merged_and_every_voter_stays_counted() -> None:
    profile = merge_ballots(BallotKind.APPROVAL, [[0, 1], [1, 0], [2], [], [0, 1]])
    assert profile.choices == ((0, 1), (2,), ())
    assert profile.counts == (3, 1, 1)
    assert profile.voters == 5


def test_the_order_of_an_ordinal_ballot_is_kept() -> None:
    profile = merge_ballots(BallotKind.ORDINAL, [[1, 0], [0, 1], [1, 0]])
    assert profile.choices == ((1, 0), (0, 1))
    assert profile.counts == (2, 1)


def test_points_with_decimals_become_whole_numbers_of_one_scale() -> None:
    profile = merge_ballots(BallotKind.CUMULATIVE, [{0: Fraction(1, 2), 1: 2}, {1: Fraction(1, 3)}])
    assert profile.points_scale == 6
    assert profile.points == ((3, 12), (2,))
    assert tally(Election((A, B), 10, profile)).scores == (Fraction(1, 2), Fraction(7, 3))


@pytest.mark.parametrize(
    ("kind", "ballot"),
    [
        (BallotKind.APPROVAL, ["a", "a"]),
        (BallotKind.ORDINAL, ["a", "b", "a"]),
        (BallotKind.CHOOSE_ONE, ["a", "b"]),
        (BallotKind.APPROVAL, {"a": 1}),
        (BallotKind.CUMULATIVE, ["a"]),
        (BallotKind.APPROVAL, ["x"]),
        (BallotKind.SCORING, {"x": 1}),
    ],
)
def test_a_ballot_that_is_none_of_its_kind_is_refused(kind: BallotKind, ballot: object) -> None:
    with pytest.raises(MalformedElectionError):
        from_ballots([A, B], 10, kind, [ballot])  # type: ignore[list-item]


@pytest.mark.parametrize(
    "projects",
    [
        (A, Project("a", 5)),
        (Project("", 5),),
        (Project("x", -1),),
        (Project("x", 5, least_cost=6),),
        (Project("x", 5, least_cost=0),),
    ],
)
def test_projects_that_contradict_each_other_are_refused(projects: tuple[Project, ...]) -> None:
    with pytest.raises(MalformedElectionError):
        from_ballots(projects, 10, BallotKind.APPROVAL, [])


def test_an_election_has_either_ballots_or_sums() -> None:
    profile = Profile(BallotKind.APPROVAL, ((0,),), ((),), (1,))
    sums = Sums((1,), (Fraction(1),), 1)
    for wrong in ({}, {"profile": profile, "sums": sums}):
        with pytest.raises(MalformedElectionError, match="either"):
            Election((A,), 10, **wrong)  # type: ignore[arg-type]
    with pytest.raises(MalformedElectionError, match="one sum per project"):
        Election((A, B), 10, sums=sums)
    with pytest.raises(MalformedElectionError, match="not on the ballot paper"):
        Election((A,), 10, Profile(BallotKind.APPROVAL, ((1,),), ((),), (1,)))
    with pytest.raises(MalformedElectionError, match="negative"):
        Election((A,), -1, profile)


@pytest.mark.parametrize(
    ("votes", "named"),
    [({"x": 1}, "unknown"), ({"a": -1}, "fewer"), ({"a": 6}, "more than")],
)
def test_sums_that_nobody_can_have_cast_are_refused(votes: dict[str, int], named: str) -> None:
    with pytest.raises(MalformedElectionError, match=named):
        from_sums([A, B], 10, votes, voters=5)


def test_figures_for_an_unknown_project_are_refused() -> None:
    with pytest.raises(MalformedElectionError, match="'x'"):
        from_sums([A], 10, {"a": 1}, voters=1, yes_no={"x": YesNo(1, 0)})
    with pytest.raises(MalformedElectionError, match="'x'"):
        from_sums([A], 10, {"a": 1}, voters=1, scores={"committee": {"x": Fraction(1)}})
    with pytest.raises(MalformedElectionError, match="'x'"):
        from_sums([A], 10, {"a": 1}, voters=1, points={"x": 3})


def test_points_of_nought_or_less_are_an_answer_but_no_vote() -> None:
    election = from_ballots([A, B, C], 10, BallotKind.SCORING, [{"a": 3, "b": 0, "c": -2}, {"c": 1}])
    figures = tally(election)
    assert figures.votes == (1, 0, 1)
    assert figures.scores == (3, 0, -1)


def test_a_position_is_found_by_id_and_an_unknown_id_is_refused() -> None:
    election = from_sums([A, B], 10, {"a": 1}, voters=1)
    assert election.position("b") == 1
    with pytest.raises(MalformedElectionError):
        election.position("x")
