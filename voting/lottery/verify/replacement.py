"""Vacancies, filled from the same draw by a published rule.

In order of vacancy: the first reserve whose entry keeps every quota and every home; if there is none, the first of those
who leave the fewest seats outside the quotas. A reserve who declines, or proves ineligible, is struck, and the seat goes
to the next. Nothing is ever drawn again (RFC 3797 §5.1: skip, do not redraw).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from voting.encoding import JSON
from voting.lottery.verify.bundle import Bundle
from voting.lottery.verify.draw import Result
from voting.lottery.verify.errors import MalformedBundleError
from voting.lottery.verify.reading import array, document, hex64, integer, label, text

REPLACEMENT_FORMAT = "madang-lottery-replacement/1"
KINDS = frozenset({"vacant", "refused", "ineligible", "unfilled"})
"""``unfilled``: a member leaves and the seat stays empty (little of the term is left). The others refill the seat."""
_REPLACEMENT_FIELDS = frozenset(["bundle", "events", "format", "reserves", "result", "sitting", "steps"])


@dataclass(frozen=True, slots=True)
class Event:
    """Somebody leaves the council, or the list of reserves: why (one of `KINDS`) and who."""

    kind: str
    number: str


@dataclass(frozen=True, slots=True)
class Step:
    """What an event led to: who entered (None: nobody), and how many seats then lie outside the quotas."""

    enters: str | None
    shortfall: int


@dataclass(frozen=True, slots=True)
class Replacement:
    """A parsed record of replacements."""

    bundle: str
    result: str
    events: tuple[Event, ...]
    steps: tuple[Step, ...]
    sitting: tuple[str, ...]
    reserves: tuple[str, ...]


def replay(
    bundle: Bundle, result: Result, events: Sequence[Event]
) -> tuple[tuple[Step, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the steps, the sitting members and the remaining reserves after all events.

    Raises:
        MalformedBundleError: an event is of no known kind, or names nobody who sits or waits.
    """
    sitting = list(result.outcome.selected)
    reserves = list(result.outcome.reserves)
    steps: list[Step] = []
    for event in events:
        if event.kind not in KINDS:
            raise MalformedBundleError(f"no event is called '{event.kind}'")
        if event.number in reserves:
            reserves.remove(event.number)
            steps.append(Step(None, shortfall(bundle, sitting)))
            continue
        if event.number not in sitting:
            raise MalformedBundleError(f"{event.number} neither sits nor waits")
        sitting.remove(event.number)
        enters = None if event.kind == "unfilled" else successor(bundle, sitting, reserves)
        if enters is not None:
            reserves.remove(enters)
            sitting.append(enters)
        steps.append(Step(enters, shortfall(bundle, sitting)))
    return tuple(steps), tuple(sitting), tuple(reserves)


def successor(bundle: Bundle, sitting: Sequence[str], reserves: Sequence[str]) -> str | None:
    """Return the reserve who takes the next seat, or None when nobody waits."""
    # min keeps the first of equals, and a shortfall of 0 is the smallest: one rule says both halves of the text.
    return min(reserves, key=lambda number: shortfall(bundle, [*sitting, number]), default=None)


def shortfall(bundle: Bundle, sitting: Sequence[str]) -> int:
    """Return the number of seats outside the quotas: too few or too many of a value, or of one home."""
    return sum(amount for _, amount in broken(bundle, sitting))


def broken(bundle: Bundle, sitting: Sequence[str]) -> list[tuple[int, int]]:
    """Return (condition, seats outside it) for every condition that these members break.

    The condition "all seats are filled" is not counted: an empty seat is what is being repaired.
    """
    count = [0] * len(bundle.types)
    for number in sitting:
        count[bundle.index[number]] += 1
    found: list[tuple[int, int]] = []
    for at, condition in enumerate(bundle.conditions[: len(bundle.conditions) - len(bundle.cuts)]):
        if at == len(bundle.quotas):
            continue
        seats = sum(count[kind] for kind, _ in condition.entries)
        outside = max(condition.least - seats, seats - condition.most, 0)
        if outside:
            found.append((at, outside))
    return found


def parse_replacement(data: bytes) -> Replacement:
    """Parse a record of replacements and refuse every freedom of form; the errors are those of `parse_bundle`."""
    fields = document(data, REPLACEMENT_FORMAT, _REPLACEMENT_FIELDS)
    return Replacement(
        bundle=hex64(fields["bundle"]),
        result=hex64(fields["result"]),
        events=tuple(_event(item) for item in array(fields["events"])),
        steps=tuple(_step(item) for item in array(fields["steps"])),
        sitting=tuple(map(label, array(fields["sitting"]))),
        reserves=tuple(map(label, array(fields["reserves"]))),
    )


def _event(item: JSON) -> Event:
    kind, number = array(item, 2)
    return Event(text(kind), label(number))


def _step(item: JSON) -> Step:
    enters, outside = array(item, 2)
    return Step(None if enters is None else label(enters), integer(outside, 0, 10**9))
