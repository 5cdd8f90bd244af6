"""The public draw: from the digits of the balls to the seats, by SHA-256 and nothing else.

    seed  = SHA-256("jachi-draw/v1|" + bundle hash + "|" + digits + "|" + secrets ["|" + round ":" + randomness])
    order = candidates by HMAC-SHA256(seed, "order|" + number), ascending

where ``secrets`` is ``NAME=SECRET`` of every witness who revealed, by name, separated by commas. Names, numbers and
secrets hold none of the separators, so that two different ceremonies never hash the same text. The balls come last: no
witness, organiser or beacon can steer what they do not know.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from voting.encoding import JSON
from voting.lottery.verify.bundle import Bundle
from voting.lottery.verify.errors import MalformedBundleError
from voting.lottery.verify.panels import PANEL_DIGITS, expand
from voting.lottery.verify.reading import array, document, hex64, integer, label, text
from voting.lottery.verify.simple import one_pass

RESULT_FORMAT = "madang-lottery-result/1"
_RESULT_FIELDS = frozenset(
    ["beacon", "bundle", "digits", "format", "order", "panels", "reserves", "row", "seed", "selected", "witnesses"]
)


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness of the draw: SHA-256 of the secret, published before; the secret, or None if it was never revealed."""

    name: str
    commitment: str
    secret: str | None


@dataclass(frozen=True, slots=True)
class Pulse:
    """The output of a drand round: its number and randomness (64 hexadecimal digits)."""

    round: int
    randomness: str


@dataclass(frozen=True, slots=True)
class Expansion:
    """The M-panel mode: how many panels, and the public randomness that expanded them."""

    count: int
    randomness: str


@dataclass(frozen=True, slots=True)
class Ceremony:
    """What people did on the day. ``order`` is the order of the balls in a simple draw without digits."""

    digits: str | None
    witnesses: tuple[Witness, ...]
    pulse: Pulse | None
    expansion: Expansion | None
    order: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows from the bundle and the ceremony. ``row`` counts from 1; a panel is its digits, from 0."""

    seed: str | None
    row: int | None
    selected: tuple[str, ...]
    reserves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """A parsed result: the ceremony, and the outcome it claims."""

    bundle: str
    ceremony: Ceremony
    outcome: Outcome


def seed_of(bundle: Bundle, ceremony: Ceremony) -> bytes:
    """Return the 32 bytes of the seed; the witnesses are by name, as `require_fitting` makes sure."""
    revealed = [f"{w.name}={w.secret}" for w in ceremony.witnesses if w.secret is not None]
    parts = [
        "jachi-draw/v1",
        bundle.commitment,
        ceremony.digits or "",
        ",".join(revealed),
    ]
    if ceremony.pulse is not None:
        parts.append(f"{ceremony.pulse.round}:{ceremony.pulse.randomness}")
    return hashlib.sha256("|".join(parts).encode()).digest()


def public_order(numbers: Sequence[str], seed: bytes) -> list[str]:
    """Return all candidates in the order of the seed."""
    return sorted(numbers, key=lambda number: hmac.digest(seed, f"order|{number}".encode(), "sha256"))


def row_of(bundle: Bundle, digits: str) -> int:
    """Return the row (from 1) whose share of 000000…999999 holds the digits."""
    left = int(digits)
    for at, row in enumerate(bundle.rows, 1):
        if left < row.weight:
            return at
        left -= row.weight
    raise MalformedBundleError("the weights do not cover these digits")


def outcome_of(bundle: Bundle, ceremony: Ceremony) -> Outcome:
    """Return what the ceremony decides.

    Raises:
        MalformedBundleError: the digits or the order do not fit the bundle's mode.
        StuckDrawError: a simple draw's order does not fill the seats.
    """
    if ceremony.order is not None:
        selected, reserves = one_pass(bundle, ceremony.order)
        return Outcome(None, None, tuple(selected), tuple(reserves))
    seed = seed_of(bundle, ceremony)
    order = public_order(bundle.numbers, seed)
    if bundle.mode == "simple":
        selected, reserves = one_pass(bundle, order)
        return Outcome(seed.hex(), None, tuple(selected), tuple(reserves))
    digits = ceremony.digits or ""
    if ceremony.expansion is not None:
        row = int(digits)
        chosen = set(expand(bundle, ceremony.expansion.count, ceremony.expansion.randomness)[row])
    else:
        row = row_of(bundle, digits)
        chosen = _first_of_each_type(bundle, bundle.rows[row - 1].seats, order)
    return Outcome(seed.hex(), row, tuple(n for n in order if n in chosen), tuple(n for n in order if n not in chosen))


def require_fitting(bundle: Bundle, ceremony: Ceremony) -> None:
    """Refuse a ceremony whose kind the bundle does not allow: digits too short, an order in a quota lottery.

    Raises:
        MalformedBundleError: with what does not fit.
    """
    expected = 6 if ceremony.expansion is None else PANEL_DIGITS.get(ceremony.expansion.count, 0)
    if ceremony.order is not None:
        known = set(ceremony.order) <= bundle.index.keys() and len(set(ceremony.order)) == len(ceremony.order)
        seedless = ceremony.digits is None and ceremony.pulse is None and ceremony.expansion is None
        if bundle.mode != "simple" or not known or not seedless:
            raise MalformedBundleError("an order of balls is for a simple draw, of its candidates, without digits")
    elif ceremony.digits is None or len(ceremony.digits) != expected or not _is_digits(ceremony.digits):
        raise MalformedBundleError(f"the balls give {expected} digits 0–9")
    if ceremony.expansion is not None and bundle.mode != "quota":
        raise MalformedBundleError("panels are for a quota lottery")
    names = [witness.name for witness in ceremony.witnesses]
    if names != sorted(set(names)):
        raise MalformedBundleError("witnesses are distinct and in order")


def parse_result(data: bytes) -> Result:
    """Parse a result and refuse every freedom of form; the errors are those of `parse_bundle`."""
    fields = document(data, RESULT_FORMAT, _RESULT_FIELDS)
    digits, order, row, seed = fields["digits"], fields["order"], fields["row"], fields["seed"]
    ceremony = Ceremony(
        digits=None if digits is None else text(digits),
        witnesses=tuple(_witness(item) for item in array(fields["witnesses"])),
        pulse=_pulse(fields["beacon"]),
        expansion=_expansion(fields["panels"]),
        order=None if order is None else tuple(map(label, array(order))),
    )
    outcome = Outcome(
        seed=None if seed is None else hex64(seed),
        row=None if row is None else integer(row, 0, 10**6),
        selected=tuple(map(label, array(fields["selected"]))),
        reserves=tuple(map(label, array(fields["reserves"]))),
    )
    return Result(hex64(fields["bundle"]), ceremony, outcome)


def _first_of_each_type(bundle: Bundle, seats: Sequence[int], order: Sequence[str]) -> set[str]:
    wanted = [0] * len(bundle.types)
    for kind in seats:
        wanted[kind] += 1
    chosen: set[str] = set()
    for number in order:
        kind = bundle.index[number]
        if wanted[kind]:
            wanted[kind] -= 1
            chosen.add(number)
    return chosen


def _is_digits(digits: str) -> bool:
    return all(digit in "0123456789" for digit in digits)


def _witness(item: JSON) -> Witness:
    name, commitment, secret = array(item, 3)
    return Witness(label(name), hex64(commitment), None if secret is None else label(secret))


def _pulse(value: JSON) -> Pulse | None:
    if value is None:
        return None
    if not isinstance(value, dict) or frozenset(value) != frozenset({"randomness", "round"}):
        raise MalformedBundleError("a beacon's output has a round and randomness")
    return Pulse(integer(value["round"], 1, 2**53 - 1), hex64(value["randomness"]))


def _expansion(value: JSON) -> Expansion | None:
    if value is None:
        return None
    if not isinstance(value, dict) or frozenset(value) != frozenset({"count", "randomness"}):
        raise MalformedBundleError("panels have a count and randomness")
    return Expansion(integer(value["count"], 1, 10_000), label(value["randomness"]))
