"""Whatever is in a document, the verifiers answer with a refusal, never with a crash, and both with the same one."""

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest

from tests.lottery_pools import cut_bundle
from tests.unit.voting.lottery.make_vectors import FOLDER
from tests.unit.voting.lottery.test_browser_verifier import NODE, browser, python
from voting.errors import UnreadableInputError, VerificationError
from voting.lottery import verify_bundle, verify_panels, verify_replacement, verify_result
from voting.lottery.verify import canonical

pytestmark = pytest.mark.slow

STRANGE: list[Any] = [
    None,
    True,
    False,
    0,
    1,
    -1,
    2,
    99,
    10**6,
    10**15,
    "",
    "0",
    "1",
    "-1",
    "1/2",
    "1/0",
    "x",
    "😀",
    "0" * 64,
]
STRANGE += [[], {}, [[]], [0], [0, "1"], [[0, "1"]], [0, 0, 1, 2], {"chain": "ab" * 32, "round": 5}]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of all values below this one."""
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = []
    for key, item in items:
        found += [(*path, key), *places(item, (*path, key))]
    return found


def strangers(data: bytes, count: int, seed: int) -> list[bytes]:
    """Return documents in which one value is replaced, doubled or removed."""
    dice = random.Random(seed)
    fields = json.loads(data)
    everywhere = places(fields)
    found = []
    for _ in range(count):
        made = copy.deepcopy(fields)
        *path, last = dice.choice(everywhere)
        holder: Any = made
        for step in path:
            holder = holder[step]
        what = dice.randrange(4)
        if what == 0:
            del holder[last]
        elif what == 1 and isinstance(holder, list):
            holder.insert(last, copy.deepcopy(holder[last]))
        elif what == 2 and isinstance(holder[last], int):
            holder[last] += dice.choice([-1, 1])
        else:
            holder[last] = dice.choice(STRANGE)
        found.append(canonical(made))
    return found


def cases(count: int, seed: int) -> list[list[bytes]]:
    def vector(name: str) -> bytes:
        return (FOLDER / f"{name}.json").read_bytes()

    quota, simple, result = vector("quota.bundle"), vector("simple.bundle"), vector("quota.result")
    found = [
        [data] for name in ("quota", "homes", "simple") for data in strangers(vector(f"{name}.bundle"), count, seed)
    ]
    found += [[data] for data in strangers(cut_bundle(), count, seed)]
    found += [[quota, data] for data in strangers(result, count, seed)]
    panels = vector("panels.bundle")
    found += [[panels, data] for data in strangers(vector("panels.result"), count // 4, seed)]
    found += [[panels, data] for data in strangers(vector("panels.table"), count // 4, seed)]
    found += [[simple, data] for data in strangers(vector("simple.balls-result"), count, seed)]
    found += [[quota, result, data] for data in strangers(vector("quota.replacement"), count, seed)]
    return found


def verify(documents: list[bytes]) -> None:
    match documents:
        case [bundle]:
            verify_bundle(bundle)
        case [bundle, table] if b"madang-lottery-panels" in table:
            verify_panels(bundle, table)
        case [bundle, result]:
            verify_result(bundle, result)
        case [bundle, result, record]:
            verify_replacement(bundle, result, record)


@pytest.mark.parametrize("seed", [1, 2, pytest.param(3, marks=pytest.mark.slow)])
def test_a_strange_value_anywhere_is_a_refusal_and_never_a_crash(seed: int) -> None:
    refused = 0
    for documents in cases(60 if seed < 3 else 600, seed):
        try:
            verify(documents)
        except (VerificationError, UnreadableInputError):
            refused += 1
    assert refused > 300


@pytest.mark.skipif(NODE is None, reason="node is not installed")
@pytest.mark.parametrize("seed", [4, pytest.param(5, marks=pytest.mark.slow)])
def test_python_and_the_browser_refuse_strange_values_alike(tmp_path: Path, seed: int) -> None:
    documents = cases(40 if seed == 4 else 150, seed)
    said = browser(tmp_path, documents)
    for answer, case in zip(said, documents, strict=True):
        assert answer[0] == python(case), (answer, [data.decode()[:2000] for data in case[-1:]])
