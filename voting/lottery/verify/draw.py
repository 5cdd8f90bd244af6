"""The public draw: from the digits of the balls to the seats, by SHA-256 and nothing else.

    seed  = SHA-256("jachi-draw/v1|" + bundle hash + "|" + digits + "|" + secrets ["|" + round ":" + randomness])
    order = candidates by HMAC-SHA256(seed, "order|" + number), ascending

where ``secrets`` is ``NAME=SECRET`` of every witness who revealed, by name, separated by commas. Names, numbers and
secrets hold none of the separators, so that two different ceremonies never hash the same text. The balls come last: no
witness, organiser or beacon can steer what they do not know.

Where a bundle is drawn from panels (`voting.lottery.verify.panels`) the digits are the number of one, and the seed, which
then orders the reserves, also ends in ``"|panels:" + the randomness of the mixing``.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from voting.encoding import JSON
from voting.lottery.verify.bundle import Bundle
from voting.lottery.verify.errors import MalformedBundleError
from voting.lottery.verify.panels import Mixing, randomness_of, require_mixing, table_of
from voting.lottery.verify.reading import array, document, hex64, integer, label, text
from voting.lottery.verify.simple import one_pass
from voting.lottery.verify.witnesses import (
    Pulse,
    Witness,
    is_number,
    read_pulse,
    read_witnesses,
    require_ordered,
    seed_parts,
)

RESULT_FORMAT = "madang-lottery-result/1"
_RESULT_FIELDS = frozenset(
    ["beacon", "bundle", "digits", "format", "order", "panels", "reserves", "row", "seed", "selected", "witnesses"]
)


@dataclass(frozen=True, slots=True)
class Mixed:
    """What a result says of its panels: the six balls that mixed them, and the SHA-256 of the published table."""

    digits: str
    table: str


@dataclass(frozen=True, slots=True)
class Ceremony:
    """What people did. ``order`` is the order of the balls in a simple draw without digits.

    With ``mixed`` the witnesses and the pulse belong to the mixing, and ``digits`` name a panel.
    """

    digits: str | None
    witnesses: tuple[Witness, ...]
    pulse: Pulse | None
    mixed: Mixed | None
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
    parts = ["jachi-draw/v1", bundle.commitment, ceremony.digits or "", *seed_parts(ceremony.witnesses, ceremony.pulse)]
    mixing = mixing_of(ceremony)
    if mixing is not None:
        parts.append(f"panels:{randomness_of(bundle, mixing)}")
    return hashlib.sha256("|".join(parts).encode()).digest()


def mixing_of(ceremony: Ceremony) -> Mixing | None:
    """Return the mixing that came before a draw from panels."""
    return None if ceremony.mixed is None else Mixing(ceremony.mixed.digits, ceremony.witnesses, ceremony.pulse)


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
    mixing = mixing_of(ceremony)
    if mixing is not None:
        row = int(digits)
        chosen = set(table_of(bundle, mixing).panels[row])
    else:
        row = row_of(bundle, digits)
        chosen = _first_of_each_type(bundle, bundle.rows[row - 1].seats, order)
    return Outcome(seed.hex(), row, tuple(n for n in order if n in chosen), tuple(n for n in order if n not in chosen))


def require_fitting(bundle: Bundle, ceremony: Ceremony) -> None:
    """Refuse a ceremony whose kind the bundle does not allow: digits too short, an order in a quota lottery.

    Raises:
        MalformedBundleError: with what does not fit.
    """
    if ceremony.order is not None:
        known = set(ceremony.order) <= bundle.index.keys() and len(set(ceremony.order)) == len(ceremony.order)
        seedless = ceremony.digits is None and ceremony.pulse is None and ceremony.mixed is None
        if bundle.mode != "simple" or not known or not seedless:
            raise MalformedBundleError("an order of balls is for a simple draw, of its candidates, without digits")
    elif not is_number(ceremony.digits, bundle.digits):
        raise MalformedBundleError(f"the balls give {bundle.digits} digits 0–9")
    mixing = mixing_of(ceremony)
    if mixing is not None:
        require_mixing(bundle, mixing)
    elif bundle.panels is not None:
        raise MalformedBundleError("this bundle is drawn from panels that are mixed before")
    require_ordered(ceremony.witnesses)


def parse_result(data: bytes) -> Result:
    """Parse a result and refuse every freedom of form; the errors are those of `parse_bundle`."""
    fields = document(data, RESULT_FORMAT, _RESULT_FIELDS)
    digits, order, row, seed = fields["digits"], fields["order"], fields["row"], fields["seed"]
    ceremony = Ceremony(
        digits=None if digits is None else text(digits),
        witnesses=read_witnesses(fields["witnesses"]),
        pulse=read_pulse(fields["beacon"]),
        mixed=_mixed(fields["panels"]),
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


def _mixed(value: JSON) -> Mixed | None:
    if value is None:
        return None
    if not isinstance(value, dict) or frozenset(value) != frozenset({"digits", "table"}):
        raise MalformedBundleError("panels have the digits that mixed them and the hash of their table")
    return Mixed(text(value["digits"]), hex64(value["table"]))
