"""``python -m voting log verify``: exit status 0 for what holds, 1 for what does not, 2 for what cannot be read."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.village_log import LOG, STRANGER, WITNESSES, checkpoint_of, entry, key, proof_of, signed, tree_of
from voting.cli import FAILED, OK, UNREADABLE, main
from voting.log.merkle import leaf_hash
from voting.log.proof_file import format_hashes

TREE = tree_of(11)
POLICY = "".join(
    [
        f"log {LOG.verifier}\n",
        *(f"witness 이웃{n} {w.verifier}\n" for n, w in enumerate(WITNESSES, start=1)),
        "group village 2 이웃1 이웃2 이웃3\nquorum village\n",
    ]
)
KEYS = ["--log", str(LOG.verifier), *(word for w in WITNESSES for word in ("--witness", str(w.verifier)))]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder with a policy, a receipt and its entry, two checkpoints and the proof between them."""
    monkeypatch.chdir(tmp_path)
    Path("policy").write_text(POLICY, encoding="utf-8")
    Path("receipt").write_bytes(proof_of(TREE, 6, *WITNESSES[:2]).serialize())
    Path("entry").write_bytes(entry(6))
    Path("checkpoint").write_bytes(signed(checkpoint_of(TREE), *WITNESSES).serialize())
    Path("earlier").write_bytes(signed(checkpoint_of(TREE, 5)).serialize())
    Path("consistency").write_bytes(format_hashes(TREE.consistency_proof(5)))
    return tmp_path


def verify(*words: str) -> int:
    return main(["log", "verify", *words])


def test_a_receipt_holds(capsys):
    assert verify("receipt", "--policy", "policy", "--leaf", "entry") == OK
    out = capsys.readouterr().out
    assert "number 6 is in the log" in out
    assert "이웃1" in out
    assert out.endswith("OK\n")


def test_a_receipt_holds_with_keys_and_a_leaf_hash_too(capsys):
    assert verify("receipt", *KEYS, "--quorum", "2", "--leaf-hash", leaf_hash(entry(6)).hex(), "--json") == OK
    report = json.loads(capsys.readouterr().out)
    assert report["index"] == 6
    assert report["size"] == 11
    assert report["root"] == TREE.root().hex()
    assert report["cosigned_at"] == dict.fromkeys(["w1", "w2"], "2026-07-01T03:00:00+00:00")


def test_a_checkpoint_continues_an_earlier_one(capsys):
    words = ["checkpoint", "--policy", "policy", "--earlier", "earlier", "--consistency", "consistency"]
    assert verify(*words) == OK
    assert "continues the log of 5 entries" in capsys.readouterr().out


def test_naming_witnesses_without_a_quorum_asks_for_all(capsys):
    assert verify("checkpoint", *KEYS) == OK
    assert verify("receipt", *KEYS, "--leaf", "entry") == FAILED
    assert "QuorumNotMetError" in capsys.readouterr().err


def refused(capsys, status: int, error: str, *words: str) -> None:
    assert verify(*words) == status
    captured = capsys.readouterr()
    assert error in captured.err
    assert "OK" not in captured.out


def test_what_does_not_hold_fails_by_name(capsys, folder):
    Path("other").write_bytes(entry(7))
    fork = tree_of(4)
    fork.append(leaf_hash(b"forged"))
    Path("fork").write_bytes(signed(checkpoint_of(fork)).serialize())
    Path("unsigned").write_bytes(
        signed(checkpoint_of(TREE), STRANGER).serialize().replace(b"\xe2\x80\x94 assembly", b"\xe2\x80\x94 nobody")
    )
    refused(capsys, FAILED, "RootMismatchError", "receipt", "--policy", "policy", "--leaf", "other")
    refused(capsys, FAILED, "QuorumNotMetError", "earlier", "--policy", "policy")
    refused(capsys, FAILED, "NoKnownSignatureError", "unsigned", "--policy", "policy")
    refused(capsys, FAILED, "UnknownLogError", "checkpoint", "--log", str(key("x").verifier))
    earlier = ["checkpoint", "--policy", "policy", "--earlier"]
    refused(capsys, FAILED, "RootMismatchError", *earlier, "fork", "--consistency", "consistency")
    refused(capsys, FAILED, "ProofLengthError", *earlier, "earlier")
    Path("cosigned").write_bytes(signed(checkpoint_of(TREE, 3), *WITNESSES).serialize())
    refused(capsys, FAILED, "RollbackError", "cosigned", "--policy", "policy", "--earlier", "earlier")


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["receipt"],
        ["receipt", "--policy", "policy"],
        ["receipt", "--policy", "policy", "--leaf", "missing"],
        ["receipt", "--policy", "policy", "--leaf-hash", "AB" * 32],
        ["receipt", "--policy", "policy", "--leaf-hash", "ab"],
        ["receipt", "--policy", "policy", "--leaf", "entry", "--leaf-hash", "ab" * 32],
        ["receipt", "--policy", "entry", "--leaf", "entry"],
        ["receipt", "--policy", "policy", *KEYS, "--leaf", "entry"],
        ["receipt", "--policy", "policy", "--quorum", "1", "--leaf", "entry"],
        ["receipt", *KEYS, "--quorum", "4", "--leaf", "entry"],
        ["receipt", *KEYS, "--quorum", "-1", "--leaf", "entry"],
        ["receipt", *KEYS, "--quorum", "two", "--leaf", "entry"],
        ["receipt", "--log", "nonsense", "--leaf", "entry"],
        ["missing", "--policy", "policy"],
        ["entry", "--policy", "policy"],
        ["checkpoint", "--policy", "policy", "--leaf", "entry"],
        ["checkpoint", "--policy", "policy", "--consistency", "consistency"],
        ["checkpoint", "--policy", "policy", "--earlier", "entry"],
        ["checkpoint", "--policy", "policy", "--earlier", "earlier", "--consistency", "entry"],
        [".", "--policy", "policy"],
    ],
)
def test_what_cannot_be_read_or_asked_exits_2(words, capsys):
    assert verify(*words) == UNREADABLE
    assert "OK" not in capsys.readouterr().out


def test_an_impossible_date_is_shown_and_no_crash(capsys):
    Path("late").write_bytes(signed(checkpoint_of(TREE), *WITNESSES, at=2**63 - 1).serialize())
    assert verify("late", "--policy", "policy") == OK
    assert "seconds after 1970" in capsys.readouterr().out


@pytest.mark.slow
def test_it_runs_as_a_program(folder):
    repository = Path(__file__).resolve().parents[4]
    for python, leaf, status in (([], "entry", 0), ([], "receipt", 1), (["-O"], "receipt", 1)):
        words = ["-m", "voting", "log", "verify", str(folder / "receipt"), "--policy", str(folder / "policy")]
        done = subprocess.run(
            [sys.executable, *python, *words, "--leaf", str(folder / leaf)],
            check=False,
            cwd=repository,
            capture_output=True,
        )
        assert done.returncode == status, done.stderr
