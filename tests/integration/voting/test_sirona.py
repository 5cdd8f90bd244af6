"""Ed25519 elections made here pass sirona, an independent program in another language, in the part that it knows.

Sirona 0.0.28 (npm, TypeScript) finds a shuffle by its question's number among all questions, and stumbles over the
reference tool's own mixed elections; so a mixnet election has NonHomomorphic questions only here.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.rewriting import first, rewritten
from tests.whole_election import RANKING, open_office
from voting.election.checking import ElectionContext, check_ballot
from voting.election.events import EventType
from voting.election.questions import HomomorphicQuestion
from voting.election.verify.report import Demands
from voting.election.verify.run import examine_archive, verify_archive

pytestmark = pytest.mark.sirona

PROGRAM = Path(__file__).resolve().parents[2] / "tools" / "node_modules" / "sirona" / "dist" / "cli" / "sirona.js"
CHOOSE = HomomorphicQuestion("어느 사업을 먼저 할까요?", ("도서관", "화단", "쉼터"), 1, 2)
BLANK = HomomorphicQuestion("회칙을 바꿀까요?", ("찬성", "반대"), 1, 1, blank=True)
KINDS = {
    "single": {"questions": [CHOOSE], "votes": [[[1, 0, 1]], [[0, 1, 0]]]},
    "blank": {"questions": [BLANK], "votes": [[[1, 0, 0]], [[0, 1, 0]], [[0, 0, 1]]]},
    "several": {"questions": [CHOOSE, BLANK], "votes": [[[1, 0, 0], [1, 0, 0]], [[0, 1, 1], [0, 0, 1]]]},
    "weights": {"questions": [CHOOSE], "votes": [[[1, 0, 0]], [[0, 1, 0]]], "weights": [3, 5]},
    "threshold": {"questions": [CHOOSE], "votes": [[[1, 0, 0]]], "trustees": ((2, 3),)},
    "several trustees": {"questions": [CHOOSE], "votes": [[[1, 0, 0]]], "trustees": ("single", (2, 3))},
    "mixnet": {"questions": [RANKING], "votes": [[[1, 2, 3]], [[3, 2, 1]], [[0, 255, 9]]]},
    "mixnet of two": {"questions": [RANKING], "votes": [[[1, 2, 3]], [[3, 2, 1]]], "trustees": ("single", "single")},
}


def run_sirona(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    node = shutil.which("node")
    if node is None or not PROGRAM.exists():
        message = "node or sirona is not installed (npm ci --prefix tests/tools)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return subprocess.run(
        [node, str(PROGRAM), *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )


def sirona_verifies(archive: Path) -> None:
    folder = archive.parent / f"alone-{archive.stem}"
    folder.mkdir()
    shutil.copy(archive, folder)
    done = run_sirona(folder, "election", "verify")
    assert done.returncode == 0, done.stderr[-2000:]
    assert "ballots found" in done.stdout


def finished(folder: Path, kind: str):
    parts = {**KINDS[kind]}
    votes = parts.pop("votes")
    office = open_office(folder, "Ed25519", **{"voters": len(votes), **parts})
    for voter, vote in enumerate(votes):
        office.cast(voter, *vote)
    office.cast(0, *votes[-1])
    office.close()
    if office.election.is_shuffled:
        office.shuffle(*office.secrets)
    office.decrypt(*office.secrets)
    office.announce()
    office.strong_file()
    return office


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_sirona_verifies_what_is_made_here(tmp_path: Path, kind: str) -> None:
    office = finished(tmp_path, kind)
    assert verify_archive(office.path, Demands(proofs=office.path.with_suffix(".proofs.json"))).passed
    sirona_verifies(office.path)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["single", "blank", "several"])
def test_a_ballot_that_sirona_makes_is_accepted_here(tmp_path: Path, kind: str) -> None:
    parts = {**KINDS[kind]}
    votes = parts.pop("votes")
    office = open_office(tmp_path, "Ed25519", **{"voters": 1, **parts})
    (tmp_path / "code").write_text(office.credentials[0].code)
    (tmp_path / "vote").write_text(str(votes[-1]))
    done = run_sirona(tmp_path, "election", "generate-ballot", "--privcred", "code", "--choice", "vote")
    assert done.returncode == 0, done.stderr[-2000:]
    ballot = done.stdout.strip().encode()
    verified = examine_archive(office.path, Demands(finished=False))
    context = ElectionContext(office.election, verified.credentials.weights)
    assert check_ballot(context, ballot).data == ballot


@pytest.mark.slow
def test_sirona_refuses_a_wrong_result(tmp_path: Path) -> None:
    # So that the tests above cannot pass with a program that accepts everything.
    office = finished(tmp_path, "single")

    def change(steps: list) -> None:
        first(steps, EventType.RESULT).json = {"result": [[1, 1, 1]]}

    (tmp_path / "wrong").mkdir()
    rewritten(office.path, tmp_path / "wrong", change)
    assert run_sirona(tmp_path / "wrong", "election", "verify").returncode != 0
