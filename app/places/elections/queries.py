"""What the election law restricts at a place."""

from datetime import date, datetime, timedelta

from app.clock import kst_date
from app.places.elections.rules import Ground, Guard, guards, require_excepted
from app.places.models import Place
from app.places.queries import setting

AHEAD = timedelta(days=60)
"""How long before a restriction begins forms already ask for an exception: what is announced now may fall into it."""


def guards_on(place: Place, day: date) -> list[Guard]:
    """Return the restrictions of the election law in force at a place on a day."""
    head, pr = (setting(place, f"election.guard_days_{code}") for code in ("head_events", "pr"))
    return guards(day, head_days=head, pr_days=pr)


def guards_at(place: Place, at: datetime) -> list[Guard]:
    """Return the restrictions of the election law in force at a place."""
    return guards_on(place, kst_date(at))


def guards_near(place: Place, at: datetime) -> list[Guard]:
    """Return the restrictions in force now or beginning within two months, each once."""
    return list(dict.fromkeys([*guards_at(place, at), *guards_at(place, at + AHEAD)]))


def require_lawful(place: Place, code: str, *, ground: Ground | None, on: datetime) -> Guard | None:
    """Refuse what an office may not do on a day (settings ``election.guard_mode`` and ``election.guard_days_*``).

    Raises:
        InvalidInput: as `app.places.elections.rules.require_excepted`.
    """
    blocks = setting(place, "election.guard_mode") == "block"
    return require_excepted(guards_at(place, on), code, ground=ground, blocks=blocks)
