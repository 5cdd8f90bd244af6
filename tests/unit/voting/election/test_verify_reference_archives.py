"""Every honest archive of the reference tool verifies; every tampered one is refused with its own error, always."""

import base64
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shared_data import shared_data
from voting.cli import main
from voting.election.errors import ElectionRefusedError
from voting.election.verify.report import Demands, Step, VerificationReport
from voting.election.verify.run import verify_archive
from voting.errors import VotingError

RUNS = int(os.environ.get("MADANG_VERIFY_RUNS", "2"))
"""How often each verdict is repeated; 100 were run for the record (docs/testing.md)."""

HONEST = {
    "a-belenios2048-single": [[9, 10, 9, 2, 10]],
    "b-threshold-2of3": [[3, 3, 3, 4]],
    "c-nonhomomorphic-2shuffles": [
        [3, 5],
        [[2, 1, 3], [1, 2, 3], [2, 1, 3], [2, 1, 3], [1, 2, 3], [3, 1, 2], [255, 0, 7], [2, 3, 1]],
    ],
    "d-blank": [[3, 4, 5, 4, 5]],
    "e-weights": [[90006, 11, 1010]],
    "n30-belenios2048-threshold": [[3, 3, 3, 4]],
    "n30-ed25519-blank": [[3, 4, 5, 4, 5]],
    "n30-ed25519-nh": [
        [3, 5],
        [[1, 2, 3], [2, 3, 1], [2, 1, 3], [2, 1, 3], [3, 1, 2], [255, 0, 7], [2, 1, 3], [1, 2, 3]],
    ],
    "n30-ed25519-single": [[9, 10, 9, 2, 10]],
    "n30-ed25519-threshold": [[3, 3, 3, 4]],
}

# Folder → the error, the step that fails, and which ballot is named (its number among the ballots, from 1).
TAMPERED: dict[str, tuple[str, Step | None, int | None]] = {
    "01-ballot-proof-flipped-raw": ("MemberHashError", Step.CONTAINER, None),
    "02-ballot-proof-flipped-rechained": ("BallotHashError", Step.BALLOTS, 1),
    "04-ballot-proof-flipped-resigned": ("IndividualProofError", Step.BALLOTS, 1),
    "05-ballot-encrypts-100-resigned-retallied": ("IndividualProofError", Step.BALLOTS, 1),
    "07-ballot-dropped-rechained": ("BallotCountError", Step.TALLY, None),
    "10-last-ballot-duplicated-rechained": ("RepeatedBallotError", Step.BALLOTS, 24),
    "12-result-changed-rechained": ("ResultMismatchError", Step.RESULT, None),
    "14-decryption-factor-broken": ("DecryptionProofError", Step.DECRYPTIONS, None),
    "17-unknown-credential-retallied": ("UnknownCredentialError", Step.BALLOTS, 25),
    "19-chain-parent-changed": ("ChainError", Step.CONTAINER, None),
    "22-truncated": ("TruncatedArchiveError", None, None),
    "25-encrypted-tally-changed": ("TallyMismatchError", Step.TALLY, None),
    "27-endballots-in-the-middle": ("EventOrderError", Step.ORDER, None),
    "30-duplicate-public-credential": ("DuplicateCredentialError", Step.CREDENTIALS, None),
    "31-trustee-pok-broken": ("PossessionProofError", Step.TRUSTEES, None),
    "33-non-canonical-ballot-space": ("NonCanonicalObjectError", Step.BALLOTS, 1),
    "36-answer-extra-field-resigned": ("MalformedObjectError", Step.BALLOTS, 1),
    "50-thr-not-enough-pds": ("NotEnoughDecryptionsError", Step.RESULT, None),
    "60-shuffle-proof-broken": ("ShuffleProofError", Step.SHUFFLES, None),
    "63-no-shuffle-at-all-retallied": ("MissingShuffleError", Step.ORDER, None),
    "70-blank-proof-broken-resigned": ("BlankProofError", Step.BALLOTS, 1),
}


def archive(folder: str, name: str) -> Path:
    (found,) = (shared_data() / "belenios" / folder / name).glob("*.bel")
    return found


def trackers(path: Path) -> list[str]:
    """Return the trackers of an archive's ballots without the kernel's own reader."""
    data, position, found = path.read_bytes(), 0, []
    previous = b""
    while position + 512 <= len(data):
        size = int(data[position + 124 : position + 135], 8)
        body = data[position + 512 : position + 512 + size]
        if b'"type":"Ballot"' in body:
            found.append(base64.b64encode(hashlib.sha256(previous).digest()).decode().rstrip("="))
        previous, position = body, position + 512 + -(-size // 512) * 512
    return found


def test_every_archive_has_a_verdict_here() -> None:
    data = shared_data() / "belenios"
    assert {path.name for path in (data / "honest").iterdir()} == set(HONEST)
    assert {path.name for path in (data / "tampered").iterdir()} == set(TAMPERED)


@pytest.mark.slow
@pytest.mark.parametrize("name", HONEST)
def test_an_honest_archive_verifies(name: str) -> None:
    path = archive("honest", name)
    for _ in range(RUNS):
        report = verify_archive(path)
        assert report.passed
        assert report.facts["result"] == HONEST[name]
        weaknesses = {weakness.name for weakness in report.weaknesses}
        assert "no-strong-decryption-proofs" in weaknesses


@pytest.mark.slow
@pytest.mark.parametrize("name", TAMPERED)
def test_a_tampered_archive_is_refused_with_its_own_error(name: str) -> None:
    path = archive("tampered", name)
    error, step, ballot = TAMPERED[name]
    tracker = None if ballot is None else trackers(path)[ballot - 1]
    for _ in range(RUNS):
        report = VerificationReport()
        with pytest.raises(VotingError) as refusal:
            verify_archive(path, report=report)
        assert type(refusal.value).__name__ == error
        assert not report.passed
        assert report.failure is not None
        assert (report.failure.error, report.failure.step, report.failure.tracker) == (error, step, tracker)
        if isinstance(refusal.value, ElectionRefusedError):
            assert [outcome.step for outcome in report.outcomes] == list(Step)[: refusal.value.step - 1]


@pytest.mark.slow
@pytest.mark.parametrize(("folder", "name"), [("honest", "a-belenios2048-single"), ("honest", "n30-ed25519-nh")])
def test_several_processes_pass_what_one_passes(folder: str, name: str) -> None:
    path = archive(folder, name)
    assert verify_archive(path, jobs=2).to_json() == verify_archive(path).to_json()


STRIPPED = """
import sys
from pathlib import Path
from voting.election.verify.run import verify_archive
from voting.errors import VotingError
assert False, "assertions are on"
for path in sys.argv[1:]:
    try:
        report = verify_archive(Path(path))
        print("passed" if report.passed else "nothing")
    except VotingError as error:
        print(type(error).__name__)
"""


@pytest.mark.slow
def test_the_verdicts_are_the_same_without_assertions() -> None:
    paths = [archive("honest", name) for name in HONEST] + [archive("tampered", name) for name in TAMPERED]
    done = subprocess.run(
        [sys.executable, "-O", "-c", STRIPPED, *map(str, paths)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["passed"] * len(HONEST) + [error for error, _, _ in TAMPERED.values()]


@pytest.mark.parametrize("name", ["n30-ed25519-single", "n30-ed25519-nh"])
def test_the_command_exits_zero_for_an_honest_archive(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(archive("honest", name)), "--json", "--jobs", "1"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["verified"] is True
    assert report["failure"] is None
    assert report["result"] == HONEST[name]
    assert [step["step"] for step in report["steps"]] == list(range(1, 13))


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, (_, step, _) in TAMPERED.items() if step != Step.BALLOTS])
def test_the_command_exits_one_for_a_wrong_archive_and_two_for_an_unreadable_one(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    error, step, _ = TAMPERED[name]
    expected = 2 if step is None else 1
    assert main(["verify", str(archive("tampered", name)), "--json", "--jobs", "1"]) == expected
    captured = capsys.readouterr()
    report = json.loads(captured.out)
    assert report["verified"] is False
    assert report["failure"]["error"] == error
    assert error in captured.err


def test_a_demand_for_strong_proofs_refuses_an_archive_without_them() -> None:
    with pytest.raises(VotingError, match="strong decryption proofs"):
        verify_archive(archive("honest", "n30-ed25519-single"), Demands(strong_decryption=True))


@pytest.mark.slow
@pytest.mark.parametrize("name", HONEST)
def test_the_reference_tools_own_fingerprint_is_demanded_and_met(name: str) -> None:
    path = archive("honest", name)
    report = verify_archive(path)
    again = Demands(
        fingerprint=str(report.facts["fingerprint"]), credentials=report.facts["credentials"]["fingerprint"]
    )
    weaknesses = {weakness.name for weakness in verify_archive(path, again).weaknesses}
    assert "credentials-not-compared" not in weaknesses
