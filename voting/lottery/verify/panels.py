"""One number decides: the table expanded to M complete panels before the draw.

The expansion is a function of the bundle and of public randomness that appears after the bundle is frozen; otherwise
the organiser could choose who sits with whom. Everybody can recompute it. Digits then name one panel.
"""

import hashlib
import heapq
import hmac

from voting.lottery.verify.bundle import MILLION, Bundle

PANEL_DIGITS = {1_000: 3, 10_000: 4}
"""Number of panels → number of digits that draw one."""


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


def panels_commitment(panels: list[list[str]]) -> str:
    """Return the SHA-256 of the published list: one line per panel, numbers separated by commas."""
    return hashlib.sha256("".join(",".join(panel) + "\n" for panel in panels).encode()).hexdigest()
