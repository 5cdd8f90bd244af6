"""In which order the hall speaks. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Waiting:
    """Somebody who asked for the word.

    Attributes:
        id: of the asking.
        asked_at: when they asked, for the last time.
        spoken_before: how often they have spoken on this day.
    """

    id: int
    asked_at: datetime
    spoken_before: int


def in_order(waiting: Iterable[Waiting], *, first_timers_first: bool) -> list[Waiting]:
    """Return who speaks next, and after them.

    Where first-time speakers go first, whoever has not spoken on this day goes before everybody who has, however long the
    others have waited; among each of the two, who asked first speaks first. How often somebody has spoken beyond once
    makes no difference: nobody can be put off again and again.
    """
    return sorted(waiting, key=lambda one: (first_timers_first and one.spoken_before > 0, one.asked_at, one.id))


def ends_at(began_at: datetime, minutes: int) -> datetime:
    """Return when the time of a speaker is up."""
    return began_at + timedelta(minutes=minutes)


def seconds_left(began_at: datetime, minutes: int, at: datetime) -> int:
    """Return the seconds that a speaker has left; 0 when the time is up."""
    return max(0, int((ends_at(began_at, minutes) - at).total_seconds()))
