"""From a ``.pb`` file to its winners: ``python -m bench.allocation [--json] [--pabutools PYTHON]``.

Every measurement is a process of its own that reads and counts the file several times, always anew. ``read`` and
``count`` are CPU seconds, the least of all; ``wall`` is both together on the clock; the peak of memory is the whole
process's, Python and numpy included. With the interpreter of an environment that has pabutools (``--pabutools``, or
MADANG_PABUTOOLS) the same file is counted there in the same run and in the same way, with fractions and merged ballots,
which is its quickest exact way. Like is compared with like: merging equal ballots is part of our reading, so pabutools'
``merge`` belongs to its reading too; both counts go from merged ballots in memory to the winners. pabutools stays
outside: it is GPL.
"""

import argparse
import importlib
import importlib.util
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from voting.allocation import Completion, EngineName, Rule, RuleName, TieKey, TieOrder, count, read_pabulib

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("MADANG_SHARED_DATA", ROOT.parent / "shared" / "data")) / "pabulib"
CASES = (
    ("Poland_Swiecie_2023.pb", "none"),
    ("Poland_Wieliczka_2023_Green_Budget.pb", "none"),
    ("Poland_Wieliczka_2023_Green_Budget.pb", "add1"),
    ("Poland_Katowice_2023.pb", "none"),
    ("Poland_Warszawa_2020_Praga-Poludnie.pb", "none"),
    ("Poland_Warszawa_2020_Praga-Poludnie.pb", "add1"),
    ("Poland_Lodz_2022.pb", "none"),
)
BUDGETS = {
    ("Poland_Lodz_2022.pb", "none"): (0.5, 200.0),
    ("Poland_Warszawa_2020_Praga-Poludnie.pb", "add1"): (5.0, 200.0),
}
"""CPU seconds from the file to the winners, and MB at the peak."""
RUNS = 3
AGAIN = 5
"""How often a process reads and counts, unless one time takes longer than a second."""

PABUTOOLS = """
import json, resource, sys, time
from pabutools.election import Cost_Sat, Additive_Cardinal_Sat, parse_pabulib
from pabutools.rules import method_of_equal_shares
from pabutools.tiebreaking import lexico_tie_breaking
sat = Additive_Cardinal_Sat if sys.argv[2] == "points" else Cost_Sat
now, found = time.process_time, []
for _ in range(int(sys.argv[3])):
    start = now()
    instance, profile = parse_pabulib(sys.argv[1])
    read = now() - start
    start = now()
    merged = profile.as_multiprofile()
    merge = now() - start
    start = now()
    winners = method_of_equal_shares(instance, merged, sat_class=sat, tie_breaking=lexico_tie_breaking)
    found.append((read, merge, now() - start))
    if sum(found[-1]) > 1:
        break
read, merge, count = map(min, zip(*found))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
funded = [str(project) for project in winners]
print(json.dumps({"read": read, "merge": merge, "count": count, "peak_mb": peak, "funded": funded}))
"""


@dataclass(frozen=True)
class Figure:
    """One file counted one way."""

    file: str
    completion: str
    engine: str
    voters: int
    read: float
    count: float
    wall: float
    peak_mb: float
    funded: tuple[str, ...]

    @property
    def seconds(self) -> float:
        """CPU seconds from the file to the winners."""
        return self.read + self.count


def one(file: Path, completion: str, engine: str) -> Figure:
    """Measure in this process."""
    if importlib.util.find_spec("numpy") is not None:
        # Loading libraries is start-up, here as with pabutools.
        importlib.import_module("voting.allocation.equal_shares.certified")
    rule = Rule(RuleName.EQUAL_SHARES, completion=Completion(completion), ties=TieOrder((TieKey.LEXICO,)))
    found: list[tuple[float, float, float]] = []
    while len(found) < AGAIN and (not found or found[-1][2] < 1):
        start, clock = time.process_time(), time.perf_counter()
        election = read_pabulib(file.read_bytes()).election
        read = time.process_time() - start
        start = time.process_time()
        outcome = count(election, rule, engine=EngineName(engine))
        found.append((read, time.process_time() - start, time.perf_counter() - clock))
    read, counted, wall = map(min, zip(*found, strict=True))
    return Figure(
        file=file.name,
        completion=completion,
        engine=engine,
        voters=election.voters,
        read=read,
        count=counted,
        wall=wall,
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        funded=outcome.funded,
    )


def measure(name: str, completion: str, engine: str) -> Figure:
    """Measure in fresh processes; the quickest counts."""
    command = [sys.executable, "-m", "bench.allocation", "--one", name, completion, engine]
    found = [json.loads(subprocess.run(command, check=True, capture_output=True, cwd=ROOT).stdout) for _ in range(RUNS)]
    least = {name: min(figure[name] for figure in found) for name in ("read", "count", "wall", "peak_mb")}
    return Figure(**found[0] | least | {"funded": tuple(found[0]["funded"])})


def measure_pabutools(python: str, figure: Figure) -> dict[str, Any]:
    """Count the same file with pabutools; once when that takes long."""
    points = "points" if "Katowice" in figure.file else "cost"
    command = [python, "-c", PABUTOOLS, str(SHARED / figure.file), points, str(AGAIN)]
    found: list[dict[str, Any]] = []
    while len(found) < RUNS and (not found or found[-1]["read"] + found[-1]["count"] < 1):
        found.append(json.loads(subprocess.run(command, check=True, capture_output=True).stdout))
    least = {name: min(row[name] for row in found) for name in ("read", "merge", "count", "peak_mb")}
    return found[0] | least | {"agrees": set(found[0]["funded"]) == set(figure.funded)}


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; exit status 1 when a budget is exceeded or the winners differ from pabutools'."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--pabutools", default=os.environ.get("MADANG_PABUTOOLS"), metavar="PYTHON")
    parser.add_argument("--one", nargs=3, metavar=("FILE", "COMPLETION", "ENGINE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    if arguments.one:
        name, completion, engine = arguments.one
        print(json.dumps(asdict(one(SHARED / name, completion, engine))))
        return 0
    if not SHARED.is_dir():
        print(f"no real elections at {SHARED}; nothing measured", file=sys.stderr)
        return 0
    wrong: list[str] = []
    printed: list[dict[str, Any]] = []
    for name, completion in CASES:
        engines = ("auto", "exact") if completion == "none" else ("auto",)
        for engine in engines:
            figure = measure(name, completion, engine)
            row: dict[str, Any] = asdict(figure)
            text = (
                f"{figure.file:<42} {completion:<5} {engine:<6} read {figure.read:6.3f}  count {figure.count:7.4f}  "
                f"wall {figure.wall:6.3f} s  {figure.peak_mb:4.0f} MB"
            )
            if arguments.pabutools and engine == "auto" and completion == "none":
                theirs = measure_pabutools(arguments.pabutools, figure)
                row["pabutools"] = theirs
                whole = (theirs["read"] + theirs["merge"] + theirs["count"]) / figure.seconds
                text += (
                    f"  pabutools {theirs['read']:.2f} + {theirs['merge']:.2f} + {theirs['count']:.3f} s, "
                    f"{theirs['peak_mb']:.0f} MB: "
                    f"{theirs['count'] / figure.count:,.0f}× counting, {whole:,.0f}× in all"
                )
                if not theirs["agrees"]:
                    wrong.append(f"{name}: pabutools has other winners")
            seconds, megabytes = BUDGETS.get((name, completion), (float("inf"), float("inf")))
            if engine == "auto" and (figure.seconds > seconds or figure.peak_mb > megabytes):
                wrong.append(f"{name} {completion}: {figure.seconds:.2f} s, {figure.peak_mb:.0f} MB")
            printed.append(row)
            if not arguments.json:
                print(text, flush=True)
    if arguments.json:
        print(json.dumps(printed, indent=2))
    for complaint in wrong:
        print(f"over budget or wrong: {complaint}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
