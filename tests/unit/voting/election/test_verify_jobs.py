"""The verdict does not depend on how the ballots are shared out among threads or processes."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Self

import pytest

from tests.finished_elections import mixed, old_group, plain
from tests.rewriting import Step as Act
from tests.rewriting import rewritten
from tests.whole_election import Office
from voting.election.ballot import tracker_of
from voting.election.errors import UnknownCredentialError, WrongProofError
from voting.election.group import group_named
from voting.election.verify import ballots as verifying
from voting.election.verify import index as indexing
from voting.election.verify.index import index_archive
from voting.election.verify.report import Demands
from voting.election.verify.run import examine_archive, verify_archive

WEAK = Demands(finished=False, strong_decryption=False)


@pytest.mark.parametrize("office", [plain, pytest.param(old_group, marks=pytest.mark.slow)])
def test_ballots_shared_out_pass_as_they_do_one_after_the_other(
    office: Callable[[], Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    demands = Demands(finished=False, strong_decryption=False)
    alone = verify_archive(office().path, demands).to_json()
    monkeypatch.setattr("voting.election.verify.ballots.CHUNK", 1)
    for jobs in (1, 2, 4):
        assert verify_archive(office().path, demands, jobs=jobs).to_json() == alone


@pytest.mark.parametrize("jobs", [1, 2])
def test_ballots_shared_out_still_name_the_first_wrong_one(
    jobs: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voting.election.verify.ballots.CHUNK", 1)
    spoilt: list[bytes] = []

    def change(steps: list[Act]) -> None:
        for position in (4, 2):
            ballot = steps[position].json
            proof = ballot["signature"]["proof"]
            proof["response"] = str(int(proof["response"]) ^ 1)
            steps[position].json = ballot
        spoilt.append(steps[2].payloads[0])

    path = rewritten(plain().path, tmp_path, change)
    for _ in range(5):
        with pytest.raises(WrongProofError) as refusal:
            verify_archive(path, Demands(strong_decryption=False), jobs=jobs)
        assert refusal.value.tracker == tracker_of(spoilt[0])


class Pool:
    """Stands in for joblib's pool and notes how it was asked for; the work is done here."""

    asked: list[dict[str, object]] = []
    sizes: list[int] = []

    def __init__(self, **wishes: object) -> None:
        self.asked.append(wishes)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End."""

    def __call__(self, calls: Iterable[tuple[Any, tuple[Any, ...], dict[str, Any]]]) -> list[Any]:
        done = [function(*arguments, **named) for function, arguments, named in calls]
        self.sizes.append(len(done))
        return done


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> type[Pool]:
    monkeypatch.setattr(Pool, "asked", [])
    monkeypatch.setattr(Pool, "sizes", [])
    monkeypatch.setattr(verifying, "Parallel", Pool)
    return Pool


@pytest.mark.parametrize("chunk", [1, 2, 3, 4])
def test_work_is_shared_out_only_where_there_are_several_jobs_and_several_chunks(
    chunk: int, pool: type[Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "CHUNK", chunk)
    for jobs in (1, 2, 8):
        pool.asked.clear()
        verify_archive(plain().path, WEAK, jobs=jobs)
        shared = jobs > 1 and chunk < 4
        assert [wishes["n_jobs"] for wishes in pool.asked] == ([jobs] if shared else [])
    pool.asked.clear()
    verify_archive(plain().path, WEAK)
    examine_archive(plain().path, WEAK)
    weights = dict.fromkeys(map(plain().election.group.serialize, (c.public for c in plain().credentials)), 1)
    verifying.verify_ballots(index_archive(plain().path), plain().election, weights)
    assert not pool.asked, "one job unless more are asked for"


@pytest.mark.slow
def test_few_jobs_are_threads_where_a_batch_lets_others_work_and_processes_everywhere_else(
    pool: type[Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "CHUNK", 1)
    threads = group_named("Ed25519").releases_lock
    for jobs in (2, 3, 4, 5):
        verify_archive(plain().path, WEAK, jobs=jobs)
        verify_archive(old_group().path, WEAK, jobs=jobs)
    few, many = ("threads" if threads else "processes"), "processes"
    assert [wishes["prefer"] for wishes in pool.asked] == [few, many, few, many, many, many, many, many]


def test_chunks_are_handed_out_in_rounds_so_that_an_early_refusal_ends_the_work(
    pool: type[Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "CHUNK", 1)
    monkeypatch.setattr(verifying, "ROUND", 1)
    verify_archive(plain().path, WEAK, jobs=3)
    assert pool.sizes == [3, 1]
    pool.sizes.clear()
    with pytest.raises(UnknownCredentialError):
        verifying.verify_ballots(index_archive(plain().path), plain().election, {}, jobs=2)
    assert pool.sizes == [2], "the second round was never begun"


def test_progress_is_told_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """First the bytes of the archive, then its ballots."""
    monkeypatch.setattr(verifying, "CHUNK", 3)
    monkeypatch.setattr(indexing, "_EVENTS_A_CALL", 4)
    told: list[tuple[int, int]] = []
    verify_archive(plain().path, WEAK, progress=lambda done, total: told.append((done, total)))
    size = plain().path.stat().st_size
    ends = event_ends(plain().path)
    assert told == [(ends[0], size), (ends[4], size), (ends[8], size), (size, size), (3, 4), (4, 4)]


def test_the_last_ballot_of_each_voter_is_marked() -> None:
    assert index_archive(plain().path).last_ballots() == bytes([0, 1, 1, 1])
    assert index_archive(mixed().path).last_ballots() == bytes([1, 1, 1])


def event_ends(path: Path) -> list[int]:
    """Return where each event's last byte block ends, read without the kernel's reader."""
    data, position, found = path.read_bytes(), 0, []
    while position < len(data):
        length = int(data[position + 124 : position + 135], 8)
        is_event = data[position : position + 100].rstrip(b"\0").endswith(b".event.json")
        position += 512 + -(-length // 512) * 512
        if is_event:
            found.append(position)
    return found
