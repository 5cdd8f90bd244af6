"""How long preparing and verifying a council lottery takes: ``python -m bench.lottery [--json] [--quick]``.

Wall-clock seconds, the quickest of several runs. The pools are made here, like those of Korean dongs (sex, age, zone,
track; the young and the recommended are few); with the real pools at hand theirs are measured too. "browser" is the same
verification of bundle and result in node, start of the process included.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from voting.lottery import Pool, draw, expand, parse_bundle, prepare, read_pool, verify_bundle, verify_result

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("MADANG_SHARED_DATA", ROOT.parent / "shared" / "data")) / "lottery"
BUDGETS = {("prepare", 300): 1.0, ("prepare", 1500): 3.0, ("prepare", 10_000): 30.0, ("verify", 1500): 1.0}
"""Seconds by operation and number of candidates."""

SHARES = {
    "gender": {"여": 0.58, "남": 0.42},
    "age": {"10-20대": 0.06, "30대": 0.10, "40대": 0.20, "50대": 0.27, "60대": 0.26, "70대이상": 0.11},
    "zone": {"1구역": 0.26, "2구역": 0.24, "3구역": 0.20, "4구역": 0.17, "5구역": 0.13},
    "track": {"공개모집": 0.72, "직능단체추천": 0.18, "통장추천": 0.10},
}
WANTED = {
    "gender": {"여": 0.5, "남": 0.5},
    "age": {"10-20대": 0.11, "30대": 0.15, "40대": 0.2, "50대": 0.21, "60대": 0.2, "70대이상": 0.13},
    "zone": {"1구역": 0.23, "2구역": 0.22, "3구역": 0.2, "4구역": 0.18, "5구역": 0.17},
    "track": {"공개모집": 0.6, "직능단체추천": 0.25, "통장추천": 0.15},
}


@dataclass(frozen=True)
class Figure:
    """One operation on one pool."""

    pool: str
    candidates: int
    operation: str
    seconds: float


def made_pool(candidates: int, seats: int, *, homes: bool) -> Pool:
    """Return a pool of this size; every tenth candidate shares a home with the next."""
    dice = random.Random(candidates * 1000 + seats)
    columns = ["id", *SHARES, "home"]
    lines = [",".join(columns)]
    for at in range(candidates):
        values = [dice.choices(list(share), list(share.values()))[0] for share in SHARES.values()]
        home = at - 1 if at % 10 == 1 else at
        lines.append(",".join([f"C{at:05}", *values, str(home)]))
    quotas = ["feature,value,min,max"]
    for feature, shares in WANTED.items():
        for value, share in shares.items():
            quotas.append(f"{feature},{value},{int(share * seats)},{int(share * seats) + 2}")
    documents = "\n".join(lines).encode(), "\n".join(quotas).encode()
    return read_pool(*documents, seats=seats, household="home" if homes else None)


def pools(*, quick: bool) -> dict[str, Pool]:
    """Return the pools to measure, by name."""
    found: dict[str, Pool] = {}
    for folder in sorted(SHARED.glob("kr_*")) if SHARED.is_dir() else ():
        seats = int(folder.name.split("_")[2])
        files = (folder / "respondents.csv").read_bytes(), (folder / "categories.csv").read_bytes()
        found[folder.name] = read_pool(*files, seats=seats)
        if not quick:
            found[f"{folder.name} homes"] = read_pool(*files, seats=seats, household="address")
    for candidates in (300, 1500) if quick else (300, 1500, 10_000):
        for seats in (30, 50):
            found[f"made {candidates} {seats}"] = made_pool(candidates, seats, homes=False)
    if not quick:
        found["made 1500 30 homes"] = made_pool(1500, 30, homes=True)
    return found


def quickest(act: Callable[[], object], runs: int) -> float:
    """Return the seconds of the quickest run."""
    best = float("inf")
    for _ in range(runs):
        start = time.perf_counter()
        act()
        best = min(best, time.perf_counter() - start)
    return best


def measure(name: str, pool: Pool) -> list[Figure]:
    """Measure one pool."""
    size = len(pool.candidates)
    bundle = prepare(pool)
    result = draw(bundle, digits="482913", reveals={"갑": "봄비"})
    parsed = parse_bundle(bundle)
    operations: dict[str, tuple[Callable[[], object], int]] = {
        "prepare": (lambda: prepare(pool), 3 if size < 5_000 else 2),
        "verify": (lambda: verify_bundle(bundle), 5),
        "verify with result": (lambda: verify_result(bundle, result), 5),
        "expand to 1,000 panels": (lambda: expand(parsed, 1_000, "bench"), 3),
    }
    figures = [Figure(name, size, what, quickest(act, runs)) for what, (act, runs) in operations.items()]
    if shutil.which("node"):
        figures.append(Figure(name, size, "browser", quickest(lambda: browser(bundle, result), 3)))
    return figures


def browser(bundle: bytes, result: bytes) -> None:
    """Verify in node."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "bundle.json").write_bytes(bundle)
        (place / "result.json").write_bytes(result)
        module = (ROOT / "static" / "js" / "lottery-verify.js").as_uri()
        script = place / "run.mjs"
        script.write_text(
            f'import {{ readFileSync }} from "node:fs";\nimport {{ verifyResult }} from "{module}";\n'
            "const read = (name) => new Uint8Array(readFileSync(new URL(name, import.meta.url)));\n"
            'verifyResult(read("bundle.json"), read("result.json"));\n',
            encoding="utf-8",
        )
        subprocess.run(["node", str(script)], check=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; exit status 1 when a budget is exceeded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="leave out 10,000 candidates and shared homes")
    arguments = parser.parse_args(argv)
    figures: list[Figure] = []
    for name, pool in pools(quick=arguments.quick).items():
        for figure in measure(name, pool):
            figures.append(figure)
            if not arguments.json:
                print(f"{figure.pool:<28} {figure.operation:<24} {figure.seconds:>8.3f} s", flush=True)
    exceeded = [
        f
        for f in figures
        if "homes" not in f.pool and f.seconds > BUDGETS.get((f.operation, f.candidates), float("inf"))
    ]
    if arguments.json:
        print(json.dumps([asdict(figure) for figure in figures], indent=2))
    for figure in exceeded:
        print(f"over budget: {figure.pool}, {figure.operation}", file=sys.stderr)
    return 1 if exceeded else 0


if __name__ == "__main__":
    sys.exit(main())
