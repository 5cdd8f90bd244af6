"""Trying a ballot and a rule before they are frozen: what would last year's voters have got? Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from app.assembly.models import Assembly
from app.assembly.rules import AssemblyState, BallotForm
from app.assembly.rules.choosing import Trial, try_rules
from app.assembly.rules.samples import VOTERS, sample_election
from app.assembly.services.counting import counted
from app.db.session import session
from voting.allocation import Rule


@dataclass(frozen=True)
class Tryout:
    """What rules would have funded.

    Attributes:
        trials: the chosen rule first.
        year: whose votes they were tried on; None for made-up votes on this year's items.
        voters: how many there were.
        names: what the items are called, by project id.
        budget_won: the money there was.
    """

    trials: list[Trial]
    year: int | None
    voters: int
    names: Mapping[str, str]
    budget_won: int


def try_choice(assembly: Assembly, form: BallotForm, rule: Rule) -> Tryout:
    """Count earlier votes by a rule, or made-up ones where there are none that it can count.

    Earlier votes of which only sums were opened cannot tell what a rule would do that looks at whole ballots.
    """
    earlier = session().scalar(
        select(Assembly)
        .where(
            Assembly.place_id == assembly.place_id,
            Assembly.id != assembly.id,
            Assembly.state == AssemblyState.COUNTED,
            Assembly.voters > 0,
        )
        .order_by(Assembly.counted_at.desc())
        .limit(1)
    )
    if earlier is not None and (earlier.form.shuffled or not rule.name.needs_ballots):
        election, year, lines = counted(earlier).election, earlier.cycle.year, earlier.lines
    else:
        election, year, lines = sample_election(form, assembly.lines, assembly.envelope_won), None, assembly.lines
    return Tryout(
        trials=try_rules(election, rule),
        year=year,
        voters=election.voters if year else VOTERS,
        names={line.project_id: line.label for line in lines},
        budget_won=election.budget,
    )
