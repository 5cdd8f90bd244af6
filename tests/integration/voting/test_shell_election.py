"""A whole election by the commands alone, and what each of them refuses."""

import argparse
import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from voting.cli import COMMANDS, main
from voting.election.group import GROUP_NAMES
from voting.log.note import SignatureType, SignerKey

TEMPLATE = {
    "name": "주민총회",
    "description": "2026",
    "administrator": "동장",
    "projects": [{"id": 1, "cost_won": 1000}],
    "questions": [
        {"question": "어느 사업?", "answers": ["가", "나"], "min": 1, "max": 1},
        {"type": "NonHomomorphic", "value": {"question": "순위", "answers": ["가", "나"]}},
    ],
}


class Shell:
    """Runs commands inside a folder and keeps what they print."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(folder)
        self.folder = folder
        self.capsys = capsys

    def __call__(self, *words: str, status: int = 0) -> str:
        self.capsys.readouterr()
        assert main(list(words)) == status, self.capsys.readouterr()
        captured = self.capsys.readouterr()
        return captured.out if status == 0 else captured.err


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    return Shell(tmp_path, capsys, monkeypatch)


def ceremony(shell: Shell, group: str = "Ed25519") -> None:
    for member in "123":
        shell("trustee", "seed", "--out", f"m{member}.seed")
        certificate = ("--dir", "cer", "--seed", f"m{member}.seed", "--index", member, "--members", "3")
        shell("trustee", "certificate", *certificate, "--threshold", "2", "--group", group)
    for step in ("commit", "reveal", "key"):
        for member in "123":
            shell("trustee", step, "--dir", "cer", "--seed", f"m{member}.seed")
    shell("trustee", "assemble", "--dir", "cer")


def opened(shell: Shell, group: str = "Ed25519", template: dict | None = None, voters: int = 3) -> str:
    """Make keys and codes and open an election with one single trustee and a 2-of-3; return the archive's name."""
    ceremony(shell, group)
    shell("trustee", "single", "--group", group, "--name", "감사", "--out", "keys")
    (key,) = (shell.folder / "keys").glob("*.pubkey")
    together = ("--threshold", "cer/threshold.json", "--group", group, "--out", "trustees.json")
    shell("trustee", "list", str(key), *together)
    uuid = shell("setup", "uuid").strip()
    codes = ("--uuid", uuid, "--group", group, "--count", str(voters), "--out", "codes")
    fingerprint = shell("credentials", "generate", *codes).split()[-1]
    (shell.folder / "t.json").write_text(json.dumps(template or TEMPLATE))
    arguments = ("--uuid", uuid, "--group", group, "--template", "t.json", "--trustees", "trustees.json")
    listed = ("--credentials", "codes/public_credentials.json", "--credentials-fingerprint", fingerprint)
    shell("setup", "open", *arguments, *listed)
    for number, line in enumerate((shell.folder / "codes/private_codes.csv").read_text().splitlines()[1:]):
        (shell.folder / f"code{number}").write_text(line.split(",")[-1])
    return f"{uuid}.bel"


def voted(shell: Shell, archive: str, voter: int, vote: str, name: str) -> str:
    shell("cast", "make", archive, "--code-file", f"code{voter}", "--vote", vote, "--out", name)
    return shell("cast", "append", archive, "--ballot", name).split()[1]


@pytest.mark.parametrize("group", [GROUP_NAMES[0], pytest.param(GROUP_NAMES[2], marks=pytest.mark.slow)])
def test_an_election_from_the_first_key_to_the_last_proof(shell: Shell, group: str) -> None:
    archive = opened(shell, group)
    tracker = voted(shell, archive, 0, "[[1,0],[1,2]]", "b0")
    voted(shell, archive, 1, "[[1,0],[2,1]]", "b1")
    assert "RepeatedBallotError" in shell("cast", "append", archive, "--ballot", "b0", status=1)

    shell("cast", "make", archive, "--code-file", "code2", "--vote", "[[0,1],[7,8]]", "--out", "b2")
    holds = shell("cast", "challenge", archive, "--ballot", "b2", "--opening", "b2.opening")
    assert holds.strip().endswith("holds [[0,1],[7,8]]")
    challenged = holds.split()[0]
    refusal = shell("cast", "append", archive, "--ballot", "b2", "--challenged", challenged, status=1)
    assert "ChallengedBallotError" in refusal

    (shell.folder / "earlier.bel").write_bytes((shell.folder / archive).read_bytes())
    shell("tally", archive, "--jobs", "1")
    shell("shuffle", archive, "--trustee", "1", "--jobs", "1")
    assert "ShuffleOwnerError" in shell("shuffle", archive, "--trustee", "1", "--jobs", "1", status=1)
    shell("shuffle", archive, "--trustee", "3", "--jobs", "1")
    shell("shuffle", archive, "--end", "--jobs", "1")
    (private,) = (shell.folder / "keys").glob("*.privkey")
    shell("decrypt", archive, "--key", str(private), "--jobs", "1")
    assert "DecryptionOwnerError" in shell("decrypt", archive, "--key", str(private), "--jobs", "1", status=1)
    assert "NotEnoughDecryptionsError" in shell("result", archive, "--jobs", "1", status=1)
    for member in "13":
        secret = ("--seed", f"m{member}.seed", "--output", f"cer/output-{member}.json")
        shell("decrypt", archive, *secret, "--jobs", "1", "--earlier", "earlier.bel")
    result = json.loads(shell("result", archive, "--jobs", "1").splitlines()[-1])["result"]
    assert result[0] == [2, 0]
    assert sorted(result[1]) == [[1, 2], [2, 1]]

    demands = ("--tracker", tracker, "--earlier", "earlier.bel", "--shuffles", "2", "--require-strong-decryption")
    report = json.loads(shell("verify", archive, "--json", "--jobs", "1", *demands))
    assert report["verified"] is True
    assert report["result"] == result
    assert {step["outcome"] for step in report["steps"]} == {"passed"}
    (shell.folder / archive).with_suffix(".proofs.json").rename("elsewhere.json")
    assert "MissingStrongProofError" in shell("verify", archive, "--jobs", "1", status=1)
    assert "VERIFIED" in shell("verify", archive, "--jobs", "1", "--proofs", "elsewhere.json")


def test_the_tally_can_wait_after_the_closing(shell: Shell) -> None:
    archive = opened(shell, template={**TEMPLATE, "questions": TEMPLATE["questions"][:1]}, voters=1)
    shell("tally", archive, "--close-only", "--jobs", "1")
    assert "EventOrderError" in shell("cast", "append", archive, "--ballot", _ballot_of(shell, archive), status=1)
    shell("tally", archive, "--jobs", "1")
    assert "EventOrderError" in shell("tally", archive, "--jobs", "1", status=1)
    assert "EventOrderError" in shell("shuffle", archive, "--trustee", "1", "--jobs", "1", status=1)


def _ballot_of(shell: Shell, archive: str) -> str:
    shell("cast", "make", archive, "--code-file", "code0", "--vote", "[[1,0]]", "--out", "late")
    return "late"


def test_a_resident_proves_not_to_have_voted(shell: Shell) -> None:
    archive = opened(shell, template={**TEMPLATE, "questions": TEMPLATE["questions"][:1]}, voters=2)
    voted(shell, archive, 0, "[[1,0]]", "b0")
    signer = SignerKey("board.example", SignatureType.ED25519, bytes(range(32)))
    (shell.folder / "board.key").write_text(signer.secret_text())
    sign = ("abstention", "sign", archive, "--signer", "board.key", "--out", "not-voted.note", "--jobs", "1")
    assert "AbstentionStatementError" in shell(*sign, "--code-file", "code1", status=1)
    shell("tally", archive, "--jobs", "1")
    assert "AbstentionStatementError" in shell(*sign, "--code-file", "code0", status=1)
    shell(*sign, "--code-file", "code1")
    verify = ("abstention", "verify", archive, "--note", "not-voted.note", "--jobs", "1")
    assert shell(*verify, "--key", str(signer.verifier)).startswith("true")
    public = shell("credentials", "public", "--uuid", archive.removesuffix(".bel"), "--code-file", "code1").strip()
    assert public in (shell.folder / "not-voted.note").read_text()


def test_secrets_are_readable_by_their_owner_only(shell: Shell) -> None:
    opened(shell, template={**TEMPLATE, "questions": TEMPLATE["questions"][:1]}, voters=1)
    archive = next(shell.folder.glob("*.bel")).name
    shell("cast", "make", archive, "--code-file", "code0", "--vote", "[[1,0]]", "--out", "b0")
    secret = ["m1.seed", "m1.seed.polynomial", "codes/private_codes.csv", "b0.opening"]
    secret += [str(path.relative_to(shell.folder)) for path in (shell.folder / "keys").glob("*.privkey")]
    for name in secret:
        assert (shell.folder / name).stat().st_mode & 0o077 == 0, name
    assert shell("trustee", "seed", "--out", "m1.seed", status=2)


def test_voters_with_weights_come_from_a_file(shell: Shell) -> None:
    (shell.folder / "voters").write_text("kim@example.org,kim,3\nlee@example.org\npark@example.org,,0\n")
    arguments = ("--uuid", "x6tZhtBGC9cNDL", "--voters", "voters", "--out", "codes")
    fingerprint = shell("credentials", "generate", *arguments).split()[-1]
    assert shell("credentials", "fingerprint", "codes/public_credentials.json").strip() == fingerprint
    lines = (shell.folder / "codes/private_codes.csv").read_text().splitlines()
    assert [line.rsplit(",", 1)[0] for line in lines[1:]] == [
        "kim@example.org,kim,3",
        "lee@example.org,,1",
        "park@example.org,,0",
    ]
    for wrong in ("a,b,c,d\n", ",x\n", "a,b,-1\n", "a,b,1e3\n", "a,b,999999999999\n"):
        (shell.folder / "wrong").write_text(wrong)
        shell("credentials", "generate", *arguments[:3], "wrong", "--out", "c2", status=2)


def test_a_mistyped_code_or_vote_exits_with_two_and_is_not_repeated(shell: Shell) -> None:
    archive = opened(shell, template={**TEMPLATE, "questions": TEMPLATE["questions"][:1]}, voters=1)
    make = ("cast", "make", archive, "--out", "b", "--code-file")
    for vote in ("[[1,1]]", "[[0,0]]", "[[2,0]]", "[[1]]", "[]", "[[1,0],[1,0]]", "x", '[["1",0]]', "[[1.5,0]]"):
        assert vote not in shell(*make, "code0", "--vote", vote, status=2)
    code = (shell.folder / "code0").read_text()
    (shell.folder / "wrong").write_text("0" + code[1:])
    assert code[1:] not in shell(*make, "wrong", "--vote", "[[1,0]]", status=2)
    shell("credentials", "generate", "--uuid", "../../etc", "--count", "1", "--out", "c", status=2)


@pytest.mark.parametrize(
    "words",
    [
        ["verify"],
        ["verify", "missing.bel"],
        ["verify", "folder"],
        ["verify", "notes.txt"],
        ["verify", "notes.txt", "--jobs", "0"],
        ["verify", "notes.txt", "--head", "x"],
        ["verify", "notes.txt", "--head", "1:" + "A" * 64],
        ["setup"],
        ["setup", "open", "--uuid", "x6tZhtBGC9cNDL"],
        ["trustee", "list", "--out", "x", "notes.txt"],
        ["trustee", "certificate", "--dir", "d", "--seed", "s", "--index", "1", "--members", "1", "--threshold", "1"],
        ["credentials", "generate", "--uuid", "x6tZhtBGC9cNDL", "--count", "0", "--out", "c"],
        ["cast", "make", "notes.txt", "--code-file", "c", "--vote", "[]", "--out", "b"],
        ["tally", "notes.txt"],
        ["decrypt", "notes.txt", "--key", "k"],
        ["result", "notes.txt"],
        ["nonsense"],
        [],
    ],
)
def test_wrong_usage_and_unreadable_input_exit_with_two(shell: Shell, words: list[str]) -> None:
    (shell.folder / "notes.txt").write_text("just notes")
    (shell.folder / "folder").mkdir()
    (shell.folder / "c").write_text("x")
    shell(*words, status=2)


@pytest.mark.parametrize(
    "name",
    [
        "verify",
        "trustee",
        "credentials",
        "setup",
        "cast",
        "tally",
        "shuffle",
        "decrypt",
        "result",
        "abstention",
        "rehearsal",
        "verify-diff",
    ],
)
def test_every_commands_help_has_an_example(name: str, shell: Shell) -> None:
    text = shell(name, "--help")
    assert "example" in text
    assert f"python -m voting {name}" in text


def steps_of(name: str) -> list[str]:
    parser = argparse.ArgumentParser()
    importlib.import_module(COMMANDS[name][0]).add_arguments(parser)
    choices = [action.choices for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return [step for found in choices for step in found]


STEPS = {"trustee": 11, "credentials": 3, "setup": 2, "cast": 3, "rehearsal": 2, "abstention": 2}


@pytest.mark.parametrize("name", STEPS)
def test_every_steps_help_has_an_example_of_its_own(name: str, shell: Shell) -> None:
    assert len(steps_of(name)) == STEPS[name]
    for step in steps_of(name):
        text = shell(name, step, "--help")
        assert f"example:\n  python -m voting {name} {step}" in text


def test_a_broken_option_never_exits_zero_and_neither_does_a_crash(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("voting.election.commands.verify.verify_archive", crash)
    (shell.folder / "a.bel").write_bytes(b"")
    assert "ZeroDivisionError" in shell("verify", "a.bel", status=2)


def test_a_verification_that_took_not_every_step_is_no_success(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voting.election.commands.verify.verify_archive", lambda *_, **__: None)
    (shell.folder / "a.bel").write_bytes(b"")
    shell("verify", "a.bel", status=1)


@pytest.mark.slow
def test_the_module_runs_as_a_program(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "voting", "verify", str(tmp_path / "missing.bel")], capture_output=True, check=False
    )
    assert done.returncode == 2
