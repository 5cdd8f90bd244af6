"""One number decides: the table expanded to M complete panels before the draw.

A bundle with three digits is drawn from 1,000 panels, one with four from 10,000. Which people sit together in a panel
is decided by public randomness that appears after the bundle is frozen (the *mixing*: witnesses' secrets, a beacon's
round, and six balls last); otherwise the organiser could choose it: everybody's chance can be checked, who sits with
whom cannot. The list of all panels is published under its own SHA-256. On the day the balls are the number of one
panel: as many numbers as panels, so that none is more likely than another, and nothing is left to compute.

    randomness = SHA-256("jachi-mix/v1|" + bundle hash + "|" + six digits + "|" + secrets ["|" + round ":" + randomness])
    key        = SHA-256("jachi-panels/v1|" + bundle hash + "|" + M + "|" + randomness)
"""

import hashlib
import heapq
import hmac
from dataclasses import dataclass
from functools import lru_cache

from voting.encoding import JSON
from voting.lottery.verify.bundle import MILLION, Bundle
from voting.lottery.verify.errors import MalformedBundleError
from voting.lottery.verify.reading import array, canonical, commitment_of, document, hex64, label, require, text
from voting.lottery.verify.witnesses import (
    Pulse,
    Witness,
    is_number,
    pulse_as_written,
    read_pulse,
    read_witnesses,
    require_ordered,
    seed_parts,
    witnesses_as_written,
)

PANELS_FORMAT = "madang-lottery-panels/1"
MIXING_DIGITS = 6
_PANELS_FIELDS = frozenset(["beacon", "bundle", "digits", "format", "panels", "randomness", "witnesses"])


@dataclass(frozen=True, slots=True)
class Mixing:
    """The public randomness after the freeze: six balls, the witnesses, a beacon's output if the bundle names one."""

    digits: str
    witnesses: tuple[Witness, ...]
    pulse: Pulse | None


@dataclass(frozen=True, slots=True)
class PanelTable:
    """A parsed table: the mixing, the randomness it claims to give, and the panels it claims to lead to.

    Panel number p is ``panels[p]``, candidate numbers ascending. ``commitment`` is the SHA-256 of the document.
    """

    commitment: str
    bundle: str
    mixing: Mixing
    randomness: str
    panels: tuple[tuple[str, ...], ...]


def randomness_of(bundle: Bundle, mixing: Mixing) -> str:
    """Return what the mixing gives, as 64 hexadecimal digits."""
    parts = ["jachi-mix/v1", bundle.commitment, mixing.digits, *seed_parts(mixing.witnesses, mixing.pulse)]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def multiplicities(weights: tuple[int, ...], panels: int) -> list[int]:
    """Return how many panels each row gets: the largest remainders round up, ties in row order."""
    counts = [weight * panels // MILLION for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda row: (-(weights[row] * panels % MILLION), row))
    for row in by_remainder[: panels - sum(counts)]:
        counts[row] += 1
    return counts


def expand(bundle: Bundle, panels: int, randomness: str) -> list[list[str]]:
    """Return the panels in order, each a list of candidate numbers ascending.

    Within a type whoever sits in the fewest panels so far is taken next, ties by HMAC-SHA256 of number and count; so two
    candidates of one type differ by at most one panel.
    """
    message = f"jachi-panels/v1|{bundle.commitment}|{panels}|{randomness}"
    key = hashlib.sha256(message.encode()).digest()

    def place(number: str, count: int) -> tuple[int, bytes, str]:
        return count, hmac.digest(key, f"panel|{number}|{count}".encode(), "sha256"), number

    queues = [[place(number, 0) for number in members] for members in bundle.members]
    for queue in queues:
        heapq.heapify(queue)
    found: list[list[str]] = []
    for row, times in zip(bundle.rows, multiplicities(tuple(r.weight for r in bundle.rows), panels), strict=True):
        for _ in range(times):
            taken = [(kind, heapq.heappop(queues[kind])) for kind in row.seats]
            found.append(sorted(number for _, (_, _, number) in taken))
            for kind, (count, _, number) in taken:
                heapq.heappush(queues[kind], place(number, count + 1))
    return found


def table_of(bundle: Bundle, mixing: Mixing) -> PanelTable:
    """Return the one table that follows from a bundle and its mixing.

    Raises:
        MalformedBundleError: the bundle is not drawn from panels, or the mixing is not six digits and ordered witnesses.
    """
    require_mixing(bundle, mixing)
    return _table(_Known(bundle), mixing)


def table_bytes(table: PanelTable) -> bytes:
    """Return the canonical bytes of a table: what is published, and hashed."""
    mixing = table.mixing
    fields: dict[str, JSON] = {
        "format": PANELS_FORMAT,
        "bundle": table.bundle,
        "digits": mixing.digits,
        "witnesses": witnesses_as_written(mixing.witnesses),
        "beacon": pulse_as_written(mixing.pulse),
        "randomness": table.randomness,
        "panels": [list(panel) for panel in table.panels],
    }
    return canonical(fields)


def require_mixing(bundle: Bundle, mixing: Mixing) -> None:
    """Refuse a mixing of another kind of draw, or one that is not complete.

    Raises:
        MalformedBundleError: with what does not fit.
    """
    require(bundle.panels is not None, "this bundle is not drawn from panels")
    if not is_number(mixing.digits, MIXING_DIGITS):
        raise MalformedBundleError(f"the balls that mix give {MIXING_DIGITS} digits 0–9")
    require_ordered(mixing.witnesses)


def parse_panels(data: bytes) -> PanelTable:
    """Parse a table and refuse every freedom of form; the errors are those of `parse_bundle`."""
    fields = document(data, PANELS_FORMAT, _PANELS_FIELDS)
    return PanelTable(
        commitment=commitment_of(data),
        bundle=hex64(fields["bundle"]),
        mixing=Mixing(text(fields["digits"]), read_witnesses(fields["witnesses"]), read_pulse(fields["beacon"])),
        randomness=hex64(fields["randomness"]),
        panels=tuple(tuple(map(label, array(panel))) for panel in array(fields["panels"])),
    )


class _Known:
    """A bundle as the key of a cache: two with one commitment are one."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known) and other.bundle == self.bundle

    def __hash__(self) -> int:
        return hash(self.bundle.commitment)


@lru_cache(maxsize=2)
def _table(known: _Known, mixing: Mixing) -> PanelTable:
    """Making and checking one result needs the same table several times; with 10,000 panels each costs a second."""
    bundle = known.bundle
    randomness = randomness_of(bundle, mixing)
    panels = tuple(map(tuple, expand(bundle, bundle.panels or 0, randomness)))
    table = PanelTable("", bundle.commitment, mixing, randomness, panels)
    return PanelTable(commitment_of(table_bytes(table)), bundle.commitment, mixing, randomness, panels)
