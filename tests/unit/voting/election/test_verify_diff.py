"""A monitor's question: does today's copy of an archive continue yesterday's?"""

import json
from pathlib import Path

import pytest

from tests.finished_elections import mixed, plain
from tests.rewriting import steps_of, written
from voting.cli import main
from voting.election.ballot import tracker_of


def compared(earlier: Path, later: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    status = main(["verify-diff", str(earlier), str(later), *options])
    captured = capsys.readouterr()
    return status, captured.out if status == 0 else captured.err


def test_what_was_added_is_counted_by_its_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    earlier = written(tmp_path, steps_of(plain().path)[:3], "earlier.bel")
    status, text = compared(earlier, plain().path, capsys)
    assert status == 0
    first, second, verdict = text.splitlines()
    assert first.startswith(f"{earlier}: 3 events, head ")
    assert second.startswith(f"{plain().path}: 9 events, head ")
    assert verdict == "CONTINUED: added 2 Ballot, 1 EndBallots, 1 EncryptedTally, 1 PartialDecryption, 1 Result"


def test_a_program_is_told_heads_and_trackers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    steps = steps_of(plain().path)
    earlier = written(tmp_path, steps[:3], "earlier.bel")
    later = written(tmp_path, steps[:5], "later.bel")
    status, text = compared(earlier, later, capsys, "--json")
    report = json.loads(text)
    assert status == 0
    assert report["continues"] is True
    assert (report["earlier"]["height"], report["head"]["height"]) == (2, 4)
    assert report["added_events"] == {"Ballot": 2}
    assert report["added_ballots"] == [tracker_of(step.payloads[0]) for step in steps[3:5]]
    assert report["added_bytes"] == later.stat().st_size - earlier.stat().st_size


def test_a_copy_continues_itself(capsys: pytest.CaptureFixture[str]) -> None:
    status, text = compared(plain().path, plain().path, capsys)
    assert status == 0
    assert text.endswith("CONTINUED: added nothing\n")


def test_a_dropped_ballot_an_exchanged_order_and_another_election_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = steps_of(plain().path)
    earlier = written(tmp_path, steps[:4], "earlier.bel")
    dropped = written(tmp_path, [steps[0], *steps[2:]], "dropped.bel")
    exchanged = written(tmp_path, [steps[0], steps[2], steps[1], *steps[3:]], "exchanged.bel")
    shorter = written(tmp_path, steps[:3], "shorter.bel")
    for later in (dropped, exchanged, shorter, mixed().path):
        status, text = compared(earlier, later, capsys)
        assert status == 1
        assert "EarlierCopyError" in text


def test_a_file_that_is_damaged_is_no_copy_at_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = plain().path.read_bytes()
    cut, wrong, notes = (tmp_path / name for name in ("cut.bel", "wrong.bel", "notes.txt"))
    cut.write_bytes(data[:-700])
    wrong.write_bytes(data.replace(b'"num_tallied":3', b'"num_tallied":4'))
    notes.write_text("notes")
    for path, expected in ((cut, 2), (notes, 2), (tmp_path / "missing.bel", 2), (wrong, 1)):
        assert compared(path, plain().path, capsys)[0] == expected
        assert compared(plain().path, path, capsys)[0] == expected
