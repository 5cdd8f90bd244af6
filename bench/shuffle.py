"""How long a shuffle, its proof and its verification take: ``python -m bench.shuffle [--json]``.

CPU seconds of the thread for one question, once per group and size. Work is linear in the number of ballots.
"""

import argparse
import json
import random
import sys
import time
from dataclasses import asdict, dataclass
from itertools import pairwise

from voting.election.elgamal import encrypt_element
from voting.election.group import Group, group_named
from voting.election.shuffle.check import require_valid_shuffle
from voting.election.shuffle.objects import Shuffle
from voting.election.shuffle.prove import shuffle_and_prove
from voting.election.shuffle.transcript import commitment_key

BALLOTS = {"Ed25519": 1000, "BELENIOS-2048": 200, "RFC-3526-2048": 100}
BUDGETS = {"Ed25519": 6.0, "BELENIOS-2048": 12.0, "RFC-3526-2048": 25.0}
"""CPU seconds to make, read and check one shuffle; Ed25519 without the accelerator stays within it too."""


@dataclass(frozen=True)
class Figure:
    """One shuffle of one group, in CPU seconds."""

    group: str
    ballots: int
    generators: float
    prove: float
    read: float
    check: float
    bytes: int

    @property
    def total(self) -> float:
        """Seconds to make, read and check."""
        return self.generators + self.prove + self.read + self.check


def measure(group: Group, ballots: int) -> Figure:
    """Measure one shuffle."""
    chance = random.Random(1).randrange
    key = group.generator_power_secret(1 + chance(group.order - 1))
    before = [
        encrypt_element(group, key, group.generator_power_secret(chance(group.order)), chance(group.order))
        for _ in range(ballots)
    ]
    times = [time.thread_time()]
    commitment_key(group, ballots)
    times.append(time.thread_time())
    after, proof = shuffle_and_prove(group, key, "fingerprint", before, chance)
    times.append(time.thread_time())
    data = Shuffle((after,), (proof,)).to_bytes(group)
    found = Shuffle.parse(data, group)
    times.append(time.thread_time())
    require_valid_shuffle(group, key, "fingerprint", before=before, after=found.ciphertexts[0], proof=found.proofs[0])
    times.append(time.thread_time())
    generators, prove, read, check = (end - start for start, end in pairwise(times))
    return Figure(group.name, ballots, generators, prove, read, check, len(data))


def main() -> int:
    """Measure and print; exit status 1 when a budget is exceeded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = [measure(group_named(name), ballots) for name, ballots in BALLOTS.items()]
    if arguments.json:
        print(json.dumps([asdict(figure) for figure in figures], indent=2))
    else:
        for figure in figures:
            print(
                f"{figure.group:<14} {figure.ballots:>5} ballots: generators {figure.generators:.2f} s, "
                f"prove {figure.prove:.2f} s, read {figure.read:.2f} s, check {figure.check:.2f} s, {figure.bytes} bytes"
            )
    exceeded = [figure for figure in figures if figure.total > BUDGETS[figure.group]]
    for figure in exceeded:
        print(f"over budget: {figure.group}", file=sys.stderr)
    return 1 if exceeded else 0


if __name__ == "__main__":
    sys.exit(main())
