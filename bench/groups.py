"""How long group operations and the verification of proofs take, per core: ``python -m bench.groups [--json]``.

Each figure is the quickest of several runs, in microseconds of the thread's CPU time, so that a busy machine disturbs it
least (other work on the same core's second thread still does). "0/1 proof" is what a verifier does per answer: two decodings, two checks of the order, four commitments.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from voting.election.group import Group, RangeStatement, group_named
from voting.election.group.accelerated import AcceleratedEd25519Group
from voting.election.group.accelerator import Accelerator, find_library
from voting.election.group.ed25519 import Ed25519Group

RUNS = 7
BUDGETS = {("Ed25519 accelerated", "0/1 proof"): 110.0, ("BELENIOS-2048", "0/1 proof"): 3800.0}
"""µs: voting.md §1.5, and a twentieth of the 76 ms that belenios-tool 2.0 takes for a ballot of 20 answers."""


@dataclass(frozen=True)
class Figure:
    """One operation of one group."""

    group: str
    operation: str
    microseconds: float


def groups() -> dict[str, Group]:
    """Return the groups to measure, by name."""
    found: dict[str, Group] = {"Ed25519 by libsodium": Ed25519Group()}
    library = find_library()
    if library is not None:
        found["Ed25519 accelerated"] = AcceleratedEd25519Group(Accelerator(library))
    for name in ("BELENIOS-2048", "RFC-3526-2048"):
        found[name] = group_named(name)
    return found


def quickest(act: Callable[[], object], items: int) -> float:
    """Return the microseconds per item of the quickest run."""
    best = float("inf")
    for _ in range(RUNS):
        start = time.thread_time()
        act()
        best = min(best, time.thread_time() - start)
    return best / items * 1e6


def measure(name: str, group: Group) -> list[Figure]:
    """Measure one group."""
    chance = random.Random(1)

    def scalar() -> int:
        return chance.randrange(1, group.order)

    count = 100 if name == "Ed25519 accelerated" else 10
    g = group.generator
    key = group.power(g, scalar())
    group.prepare(key)
    base = group.power(g, scalar())
    elements = [group.power(g, scalar()) for _ in range(2 * count)]
    texts = [group.serialize(element) for element in elements]
    exponents = [scalar() for _ in elements]
    pairs = list(zip(texts[::2], texts[1::2], strict=True))
    binary = [RangeStatement(a, b, 0, [(scalar(), scalar()) for _ in range(2)]) for a, b in pairs]
    total = [RangeStatement(a, b, 1, [(scalar(), scalar()) for _ in range(5)], True) for a, b in pairs]
    signatures = [(g, e, element, f) for element, e, f in zip(elements, exponents, exponents[::-1], strict=True)]
    operations: dict[str, tuple[Callable[[], object], int]] = {
        "power": (lambda: [group.power(base, e) for e in exponents], 2 * count),
        "secret power": (lambda: [group.power_secret(base, e) for e in exponents], 2 * count),
        "secret power of the generator": (lambda: [group.generator_power_secret(e) for e in exponents], 2 * count),
        "product, per factor": (lambda: group.product(elements), 2 * count),
        "multi-power, per base": (lambda: group.multi_power(elements, exponents), 2 * count),
        "parse": (lambda: group.parse_many(texts), 2 * count),
        "signature": (lambda: group.double_powers(signatures), 2 * count),
        "0/1 proof": (lambda: group.range_commitments(key, binary), count),
        "1…5 proof of a product": (lambda: group.range_commitments(key, total), count),
    }
    return [Figure(name, operation, quickest(act, items)) for operation, (act, items) in operations.items()]


def main() -> int:
    """Measure and print; exit status 1 when a budget is exceeded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = [figure for name, group in groups().items() for figure in measure(name, group)]
    exceeded = [f for f in figures if f.microseconds > BUDGETS.get((f.group, f.operation), float("inf"))]
    if arguments.json:
        print(json.dumps([asdict(figure) for figure in figures], indent=2))
    else:
        for figure in figures:
            print(f"{figure.group:<22} {figure.operation:<32} {figure.microseconds:>10.1f} µs")
        for figure in exceeded:
            print(f"over budget: {figure.group}, {figure.operation}")
    return 1 if exceeded else 0


if __name__ == "__main__":
    sys.exit(main())
