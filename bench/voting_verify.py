"""How long verifying an election takes: ``python -m bench.voting_verify [--large] [--json]``.

- 1,000 ballots of 20 answers (1 to 5 chosen) in Ed25519, on all cores: wall time and CPU time per ballot, beside the 20 ms
  of CPU time, on one core, that belenios-tool 3.x was measured to take for such a ballot;
- the same question in BELENIOS-2048: CPU time per ballot beside belenios-tool 2.0, which verifies the same archive in the
  same run (skipped where it is not installed);
- checking one ballot, as the ballot box does;
- the growth of time and memory with the number of ballots, up to 10,000, and up to 100,000 with ``--large``.

Archives are made once and kept in ``build/bench``.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from joblib import Parallel, delayed

from voting.election.archive import ArchiveWriter, archive_bytes, read_archive
from voting.election.casting import make_ballot
from voting.election.checking import ElectionContext, check_ballot
from voting.election.conduct import setup_payloads, verified_tally_payloads
from voting.election.credentials import Credential, PublicCredentials, derive_credential, new_code
from voting.election.decryption import decrypt_partially
from voting.election.definition import Election, new_uuid
from voting.election.events import Event, EventType, Owned, Record, next_record
from voting.election.group import group_named
from voting.election.questions import HomomorphicQuestion
from voting.election.result import compute_result
from voting.election.trustees.single import generate_trustee_key
from voting.election.trustees.structure import Trustees
from voting.election.verify.report import Demands
from voting.election.verify.run import examine_archive

FOLDER = Path(__file__).resolve().parents[1] / "build" / "bench"
REFERENCE_3X_MS = 20.0
BUDGET_RATIO = 10.0
BUDGET_CHECK_MS = 5.0
UNFINISHED = Demands(finished=False)


@dataclass(frozen=True)
class Figure:
    """One measurement; ``budget`` says whether it is kept, where there is one."""

    name: str
    value: float
    unit: str
    kept: bool | None = None


def archive(group_name: str, ballots: int, answers: int, most: int) -> Path:
    """Return a finished election with this many voters, each of whom votes once; made once, by a process of its own.

    A process that has held all ballots would hand its peak memory on to every process that it starts.
    """
    path = FOLDER / f"{group_name}-{ballots}x{answers}.bel"
    if not path.exists():
        call = f"make_archive(Path({str(path)!r}), {group_name!r}, {ballots}, {answers}, {most})"
        code = f"from pathlib import Path; from bench.voting_verify import make_archive; {call}"
        subprocess.run([sys.executable, "-c", code], check=True)
    return path


def make_archive(path: Path, group_name: str, ballots: int, answers: int, most: int) -> None:
    """Make an election and write its archive."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    group = group_named(group_name)
    private, key = generate_trustee_key(group)
    uuid = new_uuid()
    question = HomomorphicQuestion("사업", tuple(f"사업 {n}" for n in range(answers)), 1, most)
    election = Election.create(
        name="bench",
        description="",
        group=group,
        public_key=key.public_key,
        questions=[question],
        uuid=uuid,
        strong_decryption=False,
    )
    codes = [new_code() for _ in range(ballots)]
    parts = Parallel(n_jobs=os.cpu_count() or 1, return_as="generator")(
        delayed(_make)(election.data, codes[start : start + 100], start) for start in range(0, ballots, 100)
    )
    made = [entry for part in parts for entry in part]
    public = PublicCredentials.create(((credential, 1) for credential, _ in made), group)
    temporary = path.with_suffix(".part")
    temporary.unlink(missing_ok=True)
    records = _records(setup_payloads(election, Trustees(group, (key,)), public), [data for _, data in made])
    with temporary.open("wb") as file:
        file.writelines(archive_bytes(1_790_000_000, records))
    writer = ArchiveWriter.open(temporary)
    # Verified once; what follows is computed from that, as nothing but this process has touched the file.
    trustees = Trustees(group, (key,))
    verified = examine_archive(temporary, UNFINISHED, jobs=os.cpu_count() or 1)
    part, _ = decrypt_partially(election, trustees.members[0], private.secret, verified.ciphertexts)
    result = compute_result(election, trustees, verified.ciphertexts, {1: part}, total_weight=verified.total_weight)
    writer.append(EventType.ENCRYPTED_TALLY, *verified_tally_payloads(verified))
    data = part.to_bytes(group)
    writer.append(EventType.PARTIAL_DECRYPTION, data, Owned.of(1, data).to_bytes())
    writer.append(EventType.RESULT, result.to_bytes())
    temporary.rename(path)


def _make(data: bytes, codes: list[str], seed: int) -> list[tuple[object, bytes]]:
    election = Election.parse(data)
    question = election.questions[0]
    chance = random.Random(seed)
    found = []
    for code in codes:
        credential: Credential = derive_credential(code, uuid=election.uuid, group=election.group)
        chosen = chance.sample(range(len(question.answers)), chance.randint(1, question.maximum))
        vote = [int(place in chosen) for place in range(len(question.answers))]
        found.append((credential.public, make_ballot(election, credential, [vote]).data))
    return found


def _records(setup: tuple[bytes, ...], ballots: list[bytes]) -> list[Record]:
    found: list[Record] = []
    head: Event | None = None
    for kind, payloads in (
        (EventType.SETUP, setup),
        *((EventType.BALLOT, (data,)) for data in ballots),
        (EventType.END_BALLOTS, ()),
    ):
        found.append(next_record(head, kind, payloads))
        head = found[-1].event
    return found


def run(command: list[str], cwd: Path | None = None) -> tuple[float, float, float]:
    """Run a program to its success; return wall seconds, CPU seconds with its children's, and peak memory in MB."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL)
    # The usage of this one child; the sum over all children would count workers that ended meanwhile.
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command)} exited {process.returncode}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def verify(path: Path, jobs: int, runs: int = 3) -> tuple[float, float, float]:
    """Verify by the command; return the quickest wall and CPU time, and the peak memory of the main process."""
    command = [sys.executable, "-m", "voting", "verify", str(path), "--quiet", "--jobs", str(jobs)]
    measured = [run(command) for _ in range(runs)]
    return min(m[0] for m in measured), min(m[1] for m in measured), max(m[2] for m in measured)


def thousand() -> list[Figure]:
    """Measure 1,000 ballots of 20 answers in Ed25519."""
    path = archive("Ed25519", 1000, 20, 5)
    cores = os.cpu_count() or 1
    wall, cpu, memory = verify(path, cores)
    one, _, _ = verify(path, 1)
    ratio = REFERENCE_3X_MS / wall
    # Wall time is judged only where nobody else uses the cores; CPU time is comparable anywhere.
    idle = os.getloadavg()[0] < 1.5 * cores
    return [
        Figure(f"1,000 x 20 Ed25519, {cores} processes: wall time a ballot", wall, "ms"),
        Figure("  one process: wall time a ballot", one, "ms"),
        Figure("  CPU time a ballot", cpu, "ms"),
        Figure("  peak memory of the main process", memory, "MB"),
        Figure("  times less wall time than 20 ms a ballot", ratio, "x", ratio >= BUDGET_RATIO if idle else None),
        Figure("  the same by CPU time over all cores", REFERENCE_3X_MS / (cpu / cores), "x"),
    ]


def beside_the_tool(ballots: int = 30) -> list[Figure]:
    """Measure BELENIOS-2048 beside belenios-tool 2.0, the same archive in the same run, CPU time of one core."""
    path = archive("BELENIOS-2048", ballots, 20, 5)
    _, ours, _ = verify(path, 1)
    figures = [Figure(f"{ballots} x 20 BELENIOS-2048: CPU time a ballot", ours / ballots * 1000, "ms")]
    program = shutil.which("belenios-tool")
    if program is None:
        return figures
    uuid = Election.parse(read_archive(path)[1][0].payloads[0]).uuid
    with TemporaryDirectory() as folder:
        shutil.copy(path, Path(folder) / f"{uuid}.bel")
        theirs = min(run([program, "election", "verify", "--dir", folder])[1] for _ in range(3))
    return [
        *figures,
        Figure("  belenios-tool: CPU time a ballot", theirs / ballots * 1000, "ms"),
        Figure("  times less CPU time than belenios-tool", theirs / ours, "x", theirs >= ours),
    ]


def one_ballot() -> list[Figure]:
    """Measure what the ballot box does with one ballot of 20 answers."""
    _, records = read_archive(archive("Ed25519", 1000, 20, 5))
    election = Election.parse(records[0].payloads[0])
    weights = PublicCredentials.parse(records[0].payloads[2], election.group).weights
    context = ElectionContext(election, weights)
    taken: list[float] = []
    for record in records[1:201]:
        started = time.thread_time()
        check_ballot(context, record.payloads[0])
        taken.append((time.thread_time() - started) * 1000)
    median = statistics.median(taken)
    return [Figure("checking one ballot of 20 answers (median)", median, "ms", median <= BUDGET_CHECK_MS)]


def growth(sizes: list[int]) -> list[Figure]:
    """Measure elections of two answers: CPU time a ballot and memory must not grow with the number of ballots."""
    figures: list[Figure] = []
    times: list[float] = []
    for size in sizes:
        _, cpu, memory = verify(archive("Ed25519", size, 2, 1), 1, runs=1)
        times.append(cpu / size * 1000)
        figures.append(Figure(f"{size:,} x 2 Ed25519: CPU time a ballot", times[-1], "ms"))
        figures.append(Figure("  peak memory", memory, "MB"))
    # The largest takes no more per ballot than the one before it, but for noise and growing sets.
    figures.append(
        Figure("growth of the time a ballot, last over first", times[-1] / times[0], "x", times[-1] < 1.3 * times[0])
    )
    return figures


def main() -> int:
    """Measure, print, and say whether the budgets are kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="also 100,000 ballots (several minutes)")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    sizes = [1000, 10_000] + ([100_000] if arguments.large else [])
    figures = [*one_ballot(), *thousand(), *beside_the_tool(), *growth(sizes)]
    if arguments.json:
        print(json.dumps([asdict(figure) for figure in figures], indent=1))
    for figure in figures if not arguments.json else []:
        verdict = {None: "", True: "  (within budget)", False: "  OVER BUDGET"}[figure.kept]
        print(f"{figure.name:<64} {figure.value:>10.2f} {figure.unit}{verdict}")
    return 1 if any(figure.kept is False for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
