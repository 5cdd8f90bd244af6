"""Who may vote in an assembly that is not open yet."""

from dataclasses import dataclass

from sqlalchemy import select

from app.assembly.models import Assembly
from app.assembly.stations.queries import roll_to_bind
from app.db.session import session
from app.people.models import Person, Verification


@dataclass(frozen=True)
class Electorate:
    """Who may vote: how many, and the root that commits to who they are (empty without a frozen roll)."""

    count: int
    root: str


def electorate(assembly: Assembly) -> Electorate:
    """Return how many codes the credential authority makes: everybody on the frozen roll, or all verified residents."""
    roll = roll_to_bind(assembly.place)
    if roll is not None:
        return Electorate(roll.eligible_count or 0, roll.root or "")
    return Electorate(len(electors_of(assembly)), "")


def electors_of(assembly: Assembly) -> list[int]:
    """Return the accounts that may vote online: verified residents of the dong."""
    query = (
        select(Verification.person_id)
        .join(Person, Person.id == Verification.person_id)
        .where(Verification.place_id == assembly.place_id, Person.is_active)
        .order_by(Verification.person_id)
    )
    return list(session().scalars(query))
