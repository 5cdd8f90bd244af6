"""A witness's memory on disk: what is kept, two processes at once, damage."""

import itertools
import multiprocessing
import random
from pathlib import Path

import pytest

from tests.village_log import LOG, NOON, ORIGIN, WITNESSES, checkpoint_of, signed, tree_of
from voting.log.proof_file import format_hashes
from voting.log.witness import Witness, WitnessRecord
from voting.log.witness_files import DamagedRecordError, DirectoryStore

TREE = tree_of(200)


def record(size: int) -> WitnessRecord:
    return WitnessRecord(size, TREE.root(size), signed(checkpoint_of(TREE, size)).serialize())


def test_a_record_outlives_the_process_that_wrote_it(tmp_path):
    assert DirectoryStore(tmp_path).latest(ORIGIN) is None
    assert DirectoryStore(tmp_path).advance(ORIGIN, expected=None, new=record(3))
    assert DirectoryStore(tmp_path).latest(ORIGIN) == record(3)
    assert DirectoryStore(tmp_path).latest("elsewhere") is None


def test_only_the_latest_is_replaced(tmp_path):
    store = DirectoryStore(tmp_path)
    assert store.advance(ORIGIN, expected=None, new=record(3))
    for expected in (None, record(2), WitnessRecord(3, bytes(32), b"x")):
        assert not store.advance(ORIGIN, expected=expected, new=record(9))
    assert store.latest(ORIGIN) == record(3)
    assert store.advance(ORIGIN, expected=record(3), new=record(9))
    assert store.latest(ORIGIN) == record(9)


def test_a_half_written_scratch_file_does_no_harm(tmp_path):
    store = DirectoryStore(tmp_path)
    store.advance(ORIGIN, expected=None, new=record(3))
    (written,) = tmp_path.glob("*.json")
    written.with_suffix(".new").write_bytes(written.read_bytes()[:20])
    assert store.latest(ORIGIN) == record(3)
    assert store.advance(ORIGIN, expected=record(3), new=record(4))


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data + b"\n",
        lambda data: b"\0" * len(data),
        lambda data: data.replace(b'"size":"3"', b'"size":"03"'),
        lambda data: data.replace(b'"size":"3"', b'"size":"x"'),
        lambda data: data.replace(b'"size":"3"', b'"size":3'),
        lambda data: b"[]",
        lambda data: data.replace(b'"root":"', b'"root":"!'),
    ],
)
def test_a_damaged_record_is_never_taken_for_none(tmp_path, damage):
    store = DirectoryStore(tmp_path)
    store.advance(ORIGIN, expected=None, new=record(3))
    (written,) = tmp_path.glob("*.json")
    written.write_bytes(damage(written.read_bytes()))
    with pytest.raises(DamagedRecordError):
        store.latest(ORIGIN)
    with pytest.raises(DamagedRecordError):
        store.advance(ORIGIN, expected=None, new=record(4))


def grow(directory: Path, seed: int, results: "multiprocessing.Queue[list[tuple[int, int]]]") -> None:
    """Push the log forward through a witness of one's own; report every step that was cosigned."""
    chance = random.Random(seed)
    witness = Witness(WITNESSES[0], logs={ORIGIN: [LOG.verifier]}, store=DirectoryStore(directory))
    old, done = 0, []
    while old < len(TREE):
        new = min(len(TREE), old + chance.randrange(1, 4))
        body = f"old {old}\n".encode() + format_hashes(TREE.consistency_proof(old, new)) + b"\n"
        answer = witness.answer(body + signed(checkpoint_of(TREE, new)).serialize(), at=NOON)
        if answer.status == 200:
            done.append((old, new))
            old = new
        else:
            assert answer.status == 409
            old = int(answer.body)
    results.put(done)


@pytest.mark.slow
def test_two_processes_at_once_make_one_history(tmp_path):
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    workers = [context.Process(target=grow, args=(tmp_path, seed, results)) for seed in (1, 2, 3)]
    for worker in workers:
        worker.start()
    steps = sorted(itertools.chain.from_iterable(results.get(timeout=60) for _ in workers))
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    assert steps[0][0] == 0
    assert steps[-1][1] == len(TREE)
    assert all(before[1] == after[0] for before, after in itertools.pairwise(steps)), "no step was taken twice"
