"""How long an opinion analysis takes, and how much memory: ``python -m bench.opinions``.

Each measurement runs in a process of its own, so that its peak memory is its own, with one BLAS thread. The real round of
1,921 × 197 is used where the published data lie beside the repository, a made-up one of the same size elsewhere. red-dwarf,
another implementation of the same formulae, is measured on the same votes where it is installed.
"""

import importlib.metadata
import importlib.util
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from voting.opinions import VoteEvent, VoteTable, analyse, draw_statement, freeze, read_votes

RUNS = 5
REAL = ("opinions", "l10-vtaiwan-1921x197")
BUDGET_SECONDS = 1.0
BUDGET_MEGABYTES = 1024


@dataclass(frozen=True)
class Figure:
    """One measurement: the median of several runs, the slowest of them, and the process' peak memory."""

    name: str
    median_seconds: float
    slowest_seconds: float
    peak_megabytes: float


def timed(name: str, act: Callable[[], object], *, runs: int = RUNS) -> Figure:
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Figure(name, statistics.median(seconds), max(seconds), peak)


def made_up(people: int, statements: int, votes: int, *, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return votes of three camps that differ on a third of the statements, every statement seen about equally often."""
    generator = np.random.default_rng(seed)
    cells = np.sort(generator.choice(people * statements, votes, replace=False))
    rows, columns = cells // statements, cells % statements
    leaning = generator.uniform(-1.0, 1.0, (3, statements)) + generator.uniform(-1.0, 1.0, statements)
    camp = generator.integers(0, 3, people)
    feeling = leaning[camp[rows], columns] + generator.normal(0.0, 0.7, votes)
    return rows, columns, np.where(feeling > 0.2, 1, np.where(feeling < -0.4, -1, 0))


def village_votes() -> tuple[str, list[VoteEvent], list[int]]:
    """Return the round of 1,921 × 197: its name, its events, its rejected statements."""
    folder = Path(os.environ.get("MADANG_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
    folder = folder.joinpath(*REAL)
    if folder.is_dir():
        rejected = json.loads((folder / "expected.json").read_text())["mod_out"]
        return "real", read_votes((folder / "votes.csv").read_bytes()), rejected
    arrays = (array.tolist() for array in made_up(1921, 197, 50_000))
    return (
        "made up",
        [VoteEvent(*vote, at) for at, vote in enumerate(zip(*arrays, strict=True))],
        list(range(0, 197, 3)),
    )


def village_table() -> Figure:
    kind, events, _ = village_votes()
    return timed(f"1,921 × 197 ({kind}): events to table", lambda: VoteTable.from_events(events))


def village_full() -> Figure:
    kind, events, rejected = village_votes()
    table = VoteTable.from_events(events)
    name = f"1,921 × 197 ({kind}): full analysis, 20 resamples"
    return timed(name, lambda: analyse(table, moderated_out=rejected))


def village_without_stability() -> Figure:
    kind, events, rejected = village_votes()
    table = VoteTable.from_events(events)
    name = f"1,921 × 197 ({kind}): without resamples"
    return timed(name, lambda: analyse(table, moderated_out=rejected, resamples=0))


def village_polis() -> Figure:
    kind, events, rejected = village_votes()
    table = VoteTable.from_events(events)
    name = f"1,921 × 197 ({kind}): polis mode, without resamples"
    return timed(name, lambda: analyse(table, moderated_out=rejected, mode="polis", resamples=0))


def village_red_dwarf() -> Figure:
    kind, events, rejected = village_votes()
    pipeline = importlib.import_module("reddwarf.implementations.base").run_pipeline
    # It refuses a second vote on a statement: the last ones are picked for it.
    last = {(event.participant, event.statement): event for event in sorted(events, key=lambda event: event.at)}
    votes = [
        {"participant_id": event.participant, "statement_id": event.statement, "vote": event.vote, "modified": event.at}
        for event in last.values()
    ]
    name = f"1,921 × 197 ({kind}): red-dwarf {importlib.metadata.version('red-dwarf')}"
    return timed(name, lambda: pipeline(votes=votes, mod_out_statement_ids=rejected, random_state=0))


def city_full() -> Figure:
    table = VoteTable.from_arrays(*made_up(10_000, 1_000, 1_000_000))
    return timed("10,000 × 1,000, 1 M votes: full analysis, 20 resamples", lambda: analyse(table), runs=1)


def city_without_stability() -> Figure:
    table = VoteTable.from_arrays(*made_up(10_000, 1_000, 1_000_000))
    return timed("10,000 × 1,000, 1 M votes: without resamples", lambda: analyse(table, resamples=0), runs=3)


def city_frozen() -> Figure:
    analysis = analyse(VoteTable.from_arrays(*made_up(10_000, 1_000, 1_000_000)), resamples=0)
    return timed("10,000 × 1,000, 1 M votes: freeze and hash", lambda: freeze(analysis), runs=3)


def thousand_draws() -> Figure:
    statements = list(range(1_000))
    priority_of = {statement: 1.0 + statement % 7 for statement in statements}

    def act() -> None:
        for number in range(1_000):
            draw_statement(statements, priority_of, uniform=number / 1_000)

    return timed("1,000 draws of the next among 1,000 statements", act)


MEASUREMENTS: dict[str, Callable[[], Figure]] = {
    measure.__name__: measure
    for measure in (
        village_table,
        village_full,
        village_without_stability,
        village_polis,
        village_red_dwarf,
        city_full,
        city_without_stability,
        city_frozen,
        thousand_draws,
    )
}


def in_process_of_its_own(name: str) -> Figure:
    """Measure in a fresh interpreter with one thread."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "bench.opinions", name],
        check=True,
        stdout=subprocess.PIPE,
        env=environment,
        cwd=Path(__file__).resolve().parents[1],
    )
    return Figure(**json.loads(done.stdout))


def main() -> int:
    """Print all figures; 1 if one is over its budget."""
    if len(sys.argv) > 1:
        print(json.dumps(asdict(MEASUREMENTS[sys.argv[1]]())))
        return 0
    over = []
    print(f"{'opinions':<62} {'median':>9} {'slowest':>9} {'peak':>8}")
    for name in MEASUREMENTS:
        if name == "village_red_dwarf" and importlib.util.find_spec("reddwarf") is None:
            print("red-dwarf is not installed here: not measured")
            continue
        figure = in_process_of_its_own(name)
        print(
            f"{figure.name:<62} {figure.median_seconds:>7.3f} s {figure.slowest_seconds:>7.3f} s "
            f"{figure.peak_megabytes:>5.0f} MB"
        )
        if name == "village_full" and figure.median_seconds > BUDGET_SECONDS:
            over.append(f"{figure.name}: more than {BUDGET_SECONDS} s")
        if name == "city_full" and figure.peak_megabytes > BUDGET_MEGABYTES:
            over.append(f"{figure.name}: more than {BUDGET_MEGABYTES} MB")
    for line in over:
        print(f"OVER BUDGET {line}")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
