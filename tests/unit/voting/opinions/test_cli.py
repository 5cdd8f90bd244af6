"""``python -m voting opinions``."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.voting.opinions.rounds import camps
from voting.cli import main
from voting.opinions import write_votes


@pytest.fixture
def votes(tmp_path):
    path = tmp_path / "votes.csv"
    path.write_text(write_votes(camps(30, 20)))
    return path


def test_analyse_writes_the_record_and_says_what_it_found(votes, tmp_path, capsys):
    out = tmp_path / "run.json"
    assert main(["opinions", "analyse", str(votes), "--meta", "1, 2", "--moderated-out", "3", "--json", str(out)]) == 0
    document = json.loads(out.read_text())
    assert document["parameters"]["meta"] == [1, 2]
    assert document["parameters"]["moderated_out"] == [3]
    assert {label: len(members) for label, members in document["groups"].items()} == {"0": 30, "1": 20}
    printed = capsys.readouterr().out
    assert "groups may be shown" in printed
    assert "groups of 30, 20" in printed


def test_the_record_goes_to_standard_output_alone(votes, capsys):
    assert main(["opinions", "analyse", str(votes), "--mode", "polis", "--resamples", "0", "--json", "-"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["parameters"]["mode"] == "polis"
    assert document["stability"] is None


def test_given_groups_are_read_from_a_file(votes, tmp_path, capsys):
    groups = tmp_path / "groups.json"
    groups.write_text(json.dumps({"0": list(range(10)), "1": [str(person) for person in range(10, 50)]}))
    assert main(["opinions", "analyse", str(votes), "--groups", str(groups), "--json", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["groups"]["1"] == list(range(10, 50))


def test_verify_accepts_the_record_of_analyse(votes, tmp_path, capsys):
    out = tmp_path / "run.json"
    main(["opinions", "analyse", str(votes), "--json", str(out)])
    digest = capsys.readouterr().out.split("sha256 ")[1].strip()
    assert main(["opinions", "verify", str(out), str(votes), "--digest", digest]) == 0
    assert "VERIFIED" in capsys.readouterr().out


@pytest.mark.slow
def test_verify_fails_on_a_changed_record_changed_votes_and_another_digest(votes, tmp_path, capsys):
    out = tmp_path / "run.json"
    main(["opinions", "analyse", str(votes), "--json", str(out)])
    good = out.read_text()
    assert main(["opinions", "verify", str(out), str(votes), "--digest", "00" * 32]) == 1
    out.write_text(good.replace('"open":true', '"open":false'))
    assert main(["opinions", "verify", str(out), str(votes)]) == 1
    out.write_text(good)
    votes.write_text(votes.read_text() + "0,0,0,99999999\n")
    assert main(["opinions", "verify", str(out), str(votes)]) == 1
    errors = capsys.readouterr().err
    for refusal in ("RunDigestMismatchError", "RunResultMismatchError", "RunVotesMismatchError"):
        assert refusal in errors


def test_groups_that_do_not_fit_the_votes_fail(votes, tmp_path, capsys):
    groups = tmp_path / "groups.json"
    groups.write_text('{"0":[0],"1":[0]}')
    assert main(["opinions", "analyse", str(votes), "--groups", str(groups)]) == 1
    assert "OverlappingGroupsError" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["[]", "{}", '{"a":[1]}', '{"0":1}', '{"0":[[1]]}', '{"0":[true]}', "{"])
def test_a_malformed_groups_file_is_unreadable(votes, tmp_path, content, capsys):
    groups = tmp_path / "groups.json"
    groups.write_text(content)
    assert main(["opinions", "analyse", str(votes), "--groups", str(groups)]) == 2


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["count", "votes.csv"],
        ["analyse"],
        ["analyse", "VOTES", "--mode", "fast"],
        ["analyse", "VOTES", "--seed", "-1"],
        ["analyse", "VOTES", "--resamples", "x"],
        ["analyse", "VOTES", "--resamples", "1001"],
        ["analyse", "VOTES", "--group-count", "9"],
        ["analyse", "VOTES", "--meta", "1,,2"],
        ["verify", "VOTES"],
        ["verify", "VOTES", "VOTES"],
        ["analyse", "missing.csv"],
    ],
)
def test_usage_errors_and_unreadable_input_exit_2(words, votes, capsys):
    assert main(["opinions", *(str(votes) if word == "VOTES" else word for word in words)]) == 2


def test_malformed_votes_exit_2_and_name_the_line(votes, capsys):
    votes.write_text(votes.read_text() + "1,1,5,0\n")
    assert main(["opinions", "analyse", str(votes)]) == 2
    assert "line " in capsys.readouterr().err


def test_ids_without_votes_are_noted(votes, capsys):
    assert main(["opinions", "analyse", str(votes), "--meta", "1,77", "--resamples", "0"]) == 0
    assert "no votes on 77" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["madang", "polis"])
def test_the_record_does_not_depend_on_threads_or_hash_seeds(votes, mode):
    records = set()
    for threads, seed in (("1", "0"), ("2", "1")):
        done = subprocess.run(
            [sys.executable, "-m", "voting", "opinions", "analyse", str(votes), "--mode", mode, "--json", "-"],
            check=True,
            capture_output=True,
            cwd=Path(__file__).resolve().parents[4],
            env={**os.environ, "OPENBLAS_NUM_THREADS": threads, "PYTHONHASHSEED": seed},
        )
        records.add(done.stdout)
    assert len(records) == 1


def test_importing_the_kernel_and_its_command_list_stays_light():
    code = "import sys, voting, voting.cli; sys.exit(any(name.split('.')[0] == 'numpy' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
