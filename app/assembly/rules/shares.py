"""The average voter of a counted assembly: what a share paid for, worked out for everybody together. Pure."""

from dataclasses import dataclass
from fractions import Fraction

from app.assembly.rules.results import to_won
from voting.allocation import Report


@dataclass(frozen=True)
class Paid:
    """One purchase of Equal Shares, per head; amounts in whole won.

    Attributes:
        title: what was bought.
        payers: how many paid.
        of_payers_won: what each of them paid on average.
        of_all_won: the same money divided by all voters.
        left_won: what a voter held afterwards, on average.
    """

    title: str
    payers: int
    of_payers_won: int
    of_all_won: int
    left_won: int


@dataclass(frozen=True)
class Average:
    """What became of the choices of all voters, divided by the voters.

    Attributes:
        voters: how many took part.
        chosen: projects that a voter chose, on average.
        funded: those of them that are funded.
        share_won: what every voter had under Equal Shares; ``None`` under other rules.
        paid: the purchases in their order.
    """

    voters: int
    chosen: Fraction
    funded: Fraction
    share_won: int | None
    paid: tuple[Paid, ...]


def average_of(report: Report) -> Average:
    """Return the average voter of a result; sums suffice, but for the purchases."""
    account = report.account
    election, trace = account.election, account.trace
    voters = max(1, election.voters)
    votes = account.ranked.tally.votes
    paid = []
    for round_ in trace.rounds if trace is not None else ():
        cost = Fraction(election.projects[round_.project].cost)
        paid.append(
            Paid(
                title=account.name_at(round_.project),
                payers=round_.payers,
                of_payers_won=to_won(cost / max(1, round_.payers)),
                of_all_won=to_won(cost / voters),
                left_won=to_won(round_.money_left / voters),
            )
        )
    return Average(
        voters=election.voters,
        chosen=Fraction(sum(votes), voters),
        funded=Fraction(sum(votes[election.position(project_id)] for project_id in account.outcome.funded), voters),
        share_won=None if trace is None else to_won(trace.endowment),
        paid=tuple(paid),
    )
