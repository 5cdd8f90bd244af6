"""The verdict does not depend on how the ballots are shared out among threads or processes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.finished_elections import old_group, plain
from tests.rewriting import Step as Act
from tests.rewriting import rewritten
from tests.whole_election import Office
from voting.election.ballot import tracker_of
from voting.election.errors import WrongProofError
from voting.election.verify.report import Demands
from voting.election.verify.run import verify_archive

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


def test_progress_is_told_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voting.election.verify.ballots.CHUNK", 1)
    told: list[tuple[int, int]] = []
    verify_archive(
        plain().path, Demands(strong_decryption=False), progress=lambda done, total: told.append((done, total))
    )
    assert told[-4:] == [(1, 4), (2, 4), (3, 4), (4, 4)]
