"""What people bring to a ceremony besides the balls: witnesses' secrets and a beacon's output, and how they are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from voting.encoding import JSON
from voting.lottery.verify.bundle import Bundle
from voting.lottery.verify.errors import (
    MalformedBundleError,
    WrongBeaconError,
    WrongCommitmentError,
    WrongWitnessError,
)
from voting.lottery.verify.reading import array, commitment_of, hex64, integer, label, require


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


def seed_parts(witnesses: Sequence[Witness], pulse: Pulse | None) -> list[str]:
    """Return what witnesses and beacon add to a seed: ``NAME=SECRET,…`` of all who revealed, then ``ROUND:RANDOMNESS``."""
    revealed = ",".join(f"{w.name}={w.secret}" for w in witnesses if w.secret is not None)
    return [revealed] if pulse is None else [revealed, f"{pulse.round}:{pulse.randomness}"]


def is_number(digits: str | None, length: int) -> bool:
    """Say whether these are as many digits 0–9 as balls were drawn."""
    return digits is not None and len(digits) == length and all(digit in "0123456789" for digit in digits)


def require_ordered(witnesses: Sequence[Witness]) -> None:
    """Refuse witnesses who are not distinct and by name.

    Raises:
        MalformedBundleError: they are not.
    """
    names = [witness.name for witness in witnesses]
    require(names == sorted(set(names)), "witnesses are distinct and in order")


def require_witnesses(
    bundle: Bundle, witnesses: Sequence[Witness], commitments: Mapping[str, str] | None = None
) -> None:
    """Refuse others than the bundle and the notice board name, and secrets that do not open what was handed in.

    Raises:
        WrongWitnessError, WrongCommitmentError: with the name.
    """
    names = tuple(witness.name for witness in witnesses)
    if bundle.witnesses and names != bundle.witnesses:
        raise WrongWitnessError(f"the bundle names the witnesses {', '.join(bundle.witnesses)}")
    if commitments is not None and set(names) != set(commitments):
        raise WrongWitnessError("the witnesses are not those whose commitments were published")
    for witness in witnesses:
        if commitments is not None and commitments[witness.name] != witness.commitment:
            raise WrongCommitmentError(f"{witness.name}: not the commitment that was published")
        if witness.secret is not None and commitment_of(witness.secret.encode()) != witness.commitment:
            raise WrongCommitmentError(f"{witness.name}: the secret does not open the commitment")


def require_beacon(bundle: Bundle, pulse: Pulse | None) -> None:
    """Refuse a beacon's output that the bundle did not name, and the lack of one that it did.

    Raises:
        WrongBeaconError: it is another round, or one too many, or missing.
    """
    named = bundle.beacon
    if (named is None) != (pulse is None) or (named is not None and pulse is not None and named.round != pulse.round):
        raise WrongBeaconError("the beacon is not the round that the bundle names in advance")


def read_witnesses(value: JSON) -> tuple[Witness, ...]:
    """Return the witnesses of a document."""
    return tuple(_witness(item) for item in array(value))


def read_pulse(value: JSON) -> Pulse | None:
    """Return a beacon's output of a document."""
    if value is None:
        return None
    if not isinstance(value, dict) or frozenset(value) != frozenset({"randomness", "round"}):
        raise MalformedBundleError("a beacon's output has a round and randomness")
    return Pulse(integer(value["round"], 1, 2**53 - 1), hex64(value["randomness"]))


def witnesses_as_written(witnesses: Sequence[Witness]) -> list[JSON]:
    """Return the witnesses as a document holds them."""
    return [[w.name, w.commitment, w.secret] for w in witnesses]


def pulse_as_written(pulse: Pulse | None) -> JSON:
    """Return a beacon's output as a document holds it."""
    return None if pulse is None else {"round": pulse.round, "randomness": pulse.randomness}


def _witness(item: JSON) -> Witness:
    name, commitment, secret = array(item, 3)
    return Witness(label(name), hex64(commitment), None if secret is None else label(secret))
