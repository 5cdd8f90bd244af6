"""The day of the draw: commitments, reveals, balls, panels; and the vacancies after it.

The documents are produced here and immediately verified; the rules themselves live in `voting.lottery.verify`, so that
what draws and what checks cannot drift apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from voting.encoding import JSON
from voting.lottery.verify.bundle import Bundle
from voting.lottery.verify.check import verify_panels, verify_replacement, verify_result
from voting.lottery.verify.draw import (
    RESULT_FORMAT,
    Ceremony,
    Mixed,
    Outcome,
    Result,
    outcome_of,
    parse_result,
    require_fitting,
)
from voting.lottery.verify.errors import MalformedBundleError, WrongWitnessError
from voting.lottery.verify.panels import Mixing, table_bytes, table_of
from voting.lottery.verify.parsing import parse_bundle
from voting.lottery.verify.reading import canonical, commitment_of, label
from voting.lottery.verify.replacement import REPLACEMENT_FORMAT, Event, broken, replay, successor
from voting.lottery.verify.witnesses import Pulse, Witness, pulse_as_written, witnesses_as_written


def secret_commitment(secret: str) -> str:
    """Return what a witness hands in before the draw: the SHA-256 of the secret as lower-case hexadecimal.

    Raises:
        MalformedBundleError: the secret is empty or contains a control character or one of ``| = ,``.
    """
    return commitment_of(label(secret).encode())


def identity_commitment(*, number: str, name: str, birthdate: str, salt: str) -> str:
    """Return SHA-256(number|name|birthdate|salt): it binds a name to a number without publishing it.

    The salt is random and goes to the candidate alone.

    Raises:
        MalformedBundleError: a part is empty or contains a control character or one of ``| = ,``.
    """
    return commitment_of("|".join(map(label, (number, name, birthdate, salt))).encode())


def draw(
    bundle_data: bytes,
    *,
    digits: str | None,
    reveals: Mapping[str, str],
    commitments: Mapping[str, str] | None = None,
    pulse: Pulse | None = None,
    order: Sequence[str] | None = None,
) -> bytes:
    """Return the canonical bytes of the result; they have passed `verify_result`.

    Args:
        bundle_data: the bytes of the frozen bundle.
        digits: the balls in order, ``000000`` to ``999999``; None when the order itself was drawn by balls.
        reveals: witness name → secret.
        commitments: witness name → SHA-256, as published before; a witness without a reveal counts as absent. Without
            it the commitments are computed from the secrets.
        pulse: the output of the drand round that the bundle names.
        order: the candidate numbers in the order of the balls (simple draw).

    Raises:
        VerificationError: a secret, witness or beacon is not the one announced; the order does not fill the seats.
        UnreadableInputError: the bundle, a name, a secret, the digits.
    """
    bundle = parse_bundle(bundle_data)
    witnesses = _witnesses(reveals, commitments)
    ceremony = Ceremony(digits, witnesses, pulse, None, None if order is None else tuple(order))
    return _drawn(bundle, bundle_data, ceremony, commitments)


def mix(
    bundle_data: bytes,
    *,
    digits: str,
    reveals: Mapping[str, str],
    commitments: Mapping[str, str] | None = None,
    pulse: Pulse | None = None,
) -> bytes:
    """Return the canonical bytes of the table of panels, published before the draw; they pass `verify_panels`.

    Args:
        bundle_data: the bytes of the frozen bundle, whose digits are three or four.
        digits: the six balls of the mixing in order.
        reveals: witness name → secret.
        commitments: witness name → SHA-256, as published before the mixing.
        pulse: the output of the drand round that the bundle names.

    Raises:
        VerificationError, UnreadableInputError: as `draw`.
    """
    bundle = parse_bundle(bundle_data)
    data = table_bytes(table_of(bundle, Mixing(digits, _witnesses(reveals, commitments), pulse)))
    verify_panels(bundle_data, data, commitments=commitments)
    return data


def draw_panel(bundle_data: bytes, panels_data: bytes, *, digits: str) -> bytes:
    """Return the canonical bytes of the result of a draw from panels; they have passed `verify_result`.

    Args:
        bundle_data: the bytes of the frozen bundle.
        panels_data: the bytes of the published table.
        digits: the balls of the day, ``000``: the number of a panel.

    Raises:
        VerificationError, UnreadableInputError: the table does not follow from the bundle; the digits are too many.
    """
    verified, table = verify_panels(bundle_data, panels_data)
    mixing = table.mixing
    mixed = Mixed(mixing.digits, table.commitment)
    ceremony = Ceremony(digits, mixing.witnesses, mixing.pulse, mixed, None)
    return _drawn(verified.bundle, bundle_data, ceremony, None)


def replace_members(bundle_data: bytes, result_data: bytes, events: Sequence[Event]) -> bytes:
    """Return the canonical bytes of the record of replacements; they have passed `verify_replacement`.

    Args:
        bundle_data: the bytes of the bundle.
        result_data: the bytes of the result.
        events: everybody who left or declined since the draw, in order of time.

    Raises:
        VerificationError, UnreadableInputError: as `verify_result`; an event about nobody who sits or waits.
    """
    bundle, result = parse_bundle(bundle_data), parse_result(result_data)
    steps, sitting, reserves = replay(bundle, result, events)
    document: dict[str, JSON] = {
        "format": REPLACEMENT_FORMAT,
        "bundle": bundle.commitment,
        "result": commitment_of(result_data),
        "events": [[event.kind, event.number] for event in events],
        "steps": [[step.enters, step.shortfall] for step in steps],
        "sitting": list(sitting),
        "reserves": list(reserves),
    }
    data = canonical(document)
    verify_replacement(bundle_data, result_data, data)
    return data


@dataclass(frozen=True, slots=True)
class Standing:
    """A reserve's place: rank from 1, and the conditions that their entry would break now (none: could enter).

    Conditions are positions in ``Bundle.conditions`` with the seats outside them; see `condition_label`.
    """

    rank: int
    number: str
    breaks: tuple[tuple[int, int], ...]


def standings(bundle: Bundle, sitting: Sequence[str], reserves: Sequence[str]) -> tuple[Standing, ...]:
    """Return every reserve with what their entry would break: "순번 · 현재 가능한 자리", and the reason of a skip."""
    return tuple(
        Standing(rank, number, tuple(broken(bundle, [*sitting, number]))) for rank, number in enumerate(reserves, 1)
    )


def next_reserve(bundle: Bundle, sitting: Sequence[str], reserves: Sequence[str]) -> Standing | None:
    """Return who takes the next seat and what remains broken then, or None when nobody waits."""
    number = successor(bundle, sitting, reserves)
    if number is None:
        return None
    return Standing(list(reserves).index(number) + 1, number, tuple(broken(bundle, [*sitting, number])))


def reserves_by(bundle: Bundle, result: Result, feature: str) -> dict[str, tuple[str, ...]]:
    """Return the reserves of each value of a feature, in public order: "예비 남 3 · 여 2" cuts these lists.

    Raises:
        MalformedBundleError: the bundle has no such feature.
    """
    if feature not in bundle.features:
        raise MalformedBundleError(f"no feature '{feature}'")
    at = bundle.features.index(feature)
    found: dict[str, list[str]] = {}
    for number in result.outcome.reserves:
        found.setdefault(bundle.types[bundle.index[number]].values[at], []).append(number)
    return {value: tuple(numbers) for value, numbers in sorted(found.items())}


def _witnesses(reveals: Mapping[str, str], commitments: Mapping[str, str] | None) -> tuple[Witness, ...]:
    announced = dict(commitments or {})
    if commitments is not None and not reveals.keys() <= announced.keys():
        raise WrongWitnessError("a secret without a published commitment")
    return tuple(
        Witness(
            label(name),
            announced[name] if name in announced else secret_commitment(reveals[name]),
            reveals.get(name),
        )
        for name in sorted({*announced, *reveals})
    )


def _drawn(bundle: Bundle, bundle_data: bytes, ceremony: Ceremony, commitments: Mapping[str, str] | None) -> bytes:
    require_fitting(bundle, ceremony)
    data = canonical(_result(bundle, ceremony, outcome_of(bundle, ceremony)))
    verify_result(bundle_data, data, commitments=commitments)
    return data


def _result(bundle: Bundle, ceremony: Ceremony, outcome: Outcome) -> JSON:
    mixed = ceremony.mixed
    return {
        "format": RESULT_FORMAT,
        "bundle": bundle.commitment,
        "digits": ceremony.digits,
        "witnesses": witnesses_as_written(ceremony.witnesses),
        "beacon": pulse_as_written(ceremony.pulse),
        "panels": None if mixed is None else {"digits": mixed.digits, "table": mixed.table},
        "order": None if ceremony.order is None else list(ceremony.order),
        "seed": outcome.seed,
        "row": outcome.row,
        "selected": list(outcome.selected),
        "reserves": list(outcome.reserves),
    }
