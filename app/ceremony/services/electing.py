"""For whom codes are made."""

from dataclasses import dataclass

from app.assembly.models import Assembly
from app.assembly.services.opening import electors_of
from app.people.queries.rolls import newest_roll
from app.people.rules import RollState


@dataclass(frozen=True)
class Electorate:
    """Who may vote: how many, and the root that commits to who they are (empty without a frozen roll)."""

    count: int
    root: str


def electorate(assembly: Assembly) -> Electorate:
    """Return how many codes the credential authority makes: everybody on the frozen roll, or all verified residents."""
    roll = newest_roll(assembly.place)
    if roll is not None and roll.state is RollState.FROZEN:
        return Electorate(roll.eligible_count or 0, roll.root or "")
    return Electorate(len(electors_of(assembly)), "")
