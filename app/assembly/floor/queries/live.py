"""What the wall, the phones and the chair see. Totals only: never who came, never a count of choices."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from app.assembly.floor.models import FloorDay, FloorItem, Word
from app.assembly.floor.queries.days import taking_part_of
from app.assembly.floor.queries.speaking import Turn, queue_of, speaking_now
from app.assembly.floor.rules.deciding import Outcome
from app.assembly.floor.rules.speaking import seconds_left
from app.assembly.floor.rules.states import OVER, ItemState
from app.assembly.floor.rules.taking_part import TakingPart
from app.assembly.models import Assembly
from app.assembly.queries import turnout


@dataclass(frozen=True)
class LiveState:
    """The day at one instant.

    Attributes:
        day: the day, with its items.
        now: the item before the assembly.
        next: the one that waits after it, or else the first that waits.
        done: items that are finished, newest first.
        speaker: who has the word.
        seconds: what is left of their time.
        queue: who waits for it, next first.
        taking_part: against the quorum.
        turnout: how many voted in the plan's vote; None while no ballots are taken.
        stamp: changes when anything of this does, seconds aside.
    """

    day: FloorDay
    now: FloorItem | None
    next: FloorItem | None
    done: list[FloorItem]
    speaker: Word | None
    seconds: int
    queue: list[Turn]
    taking_part: TakingPart
    turnout: int | None
    stamp: str

    @property
    def is_over(self) -> bool:
        """Tell whether nothing will change any more but the minutes."""
        return self.day.state in OVER

    @property
    def counting(self) -> bool:
        """Tell whether cards or stickers are being counted now."""
        return self.now is not None and bool(self.now.counts) and self.now.outcome is None

    def place_of(self, word: Word) -> int:
        """Return how many speak before somebody in the queue."""
        return next((place for place, turn in enumerate(self.queue) if turn.id == word.id), 0)


def live_state(day: FloorDay, at: datetime) -> LiveState:
    """Return what may be seen of a day, in a number of queries that does not grow with the hall."""
    now = day.open_item
    waiting = [item for item in day.items if item.state is ItemState.WAITING]
    done = [item for item in day.items if item.state in {ItemState.DONE, ItemState.DEFERRED}]
    speaker = speaking_now(day)
    queue = queue_of(now, day) if now is not None else []
    taking_part = taking_part_of(day)
    assembly: Assembly = day.assembly
    voted = turnout(assembly) if assembly.is_voting(at) else None
    seen = (
        day.version, day.state, [(item.id, item.version, item.state, len(item.counts)) for item in day.items],
        speaker and speaker.id, [(turn.id, turn.name) for turn in queue], taking_part, voted,
    )  # fmt: skip
    return LiveState(
        day=day,
        now=now,
        next=_after(now, waiting),
        done=done[::-1],
        speaker=speaker,
        seconds=seconds_left(speaker.began_at, day.speaking_minutes, at) if speaker and speaker.began_at else 0,
        queue=queue,
        taking_part=taking_part,
        turnout=voted,
        stamp=hashlib.sha256(repr(seen).encode()).hexdigest()[:16],
    )


def _after(now: FloorItem | None, waiting: list[FloorItem]) -> FloorItem | None:
    """Return the next waiting item in the order; the chair may have left earlier ones for later."""
    later = [item for item in waiting if now is not None and item.number > now.number]
    return next(iter(later or waiting), None)


def chosen_of(item: FloorItem) -> list[str]:
    """Return the options that were chosen."""
    return [item.options[place] for place in item.chosen] if item.outcome is Outcome.CHOSEN else []
