"""The archive beside the heads that witnesses have seen: what a stranger checks with the command."""

from datetime import timedelta
from pathlib import Path

import pytest

from app.assembly.models import Assembly
from app.assembly.services import inclusion
from app.assembly.services.board import archive
from app.assembly.services.publishing import _witnessed
from tests.conftest import NOW
from tests.factories_witnesses import KEYS, cosigned, leave, make_witnessed
from tests.factories_year import make_assembly
from tests.integration.witnesses.test_cosigning import cast_all, offer
from voting.cli import FAILED, OK, UNREADABLE, main

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.slow]


def written(assembly: Assembly, folder: Path) -> tuple[Path, Path, Path]:
    """Write the archive, the witnessed head and the policy, as a result's bundle holds the last two."""
    paths = folder / "box.bel", folder / "checkpoint", folder / "witnesses.policy"
    paths[0].write_bytes(b"".join(archive(assembly)))
    for path in paths[1:]:
        path.write_bytes(_witnessed(assembly)[path.name])
    return paths


def verify(*words: object) -> int:
    return main(["verify", "--unfinished", "--jobs", "1", *map(str, words)])


def test_an_archive_is_the_one_that_the_witnesses_saw(tmp_path: Path, capsys):
    assembly, people = make_witnessed(KEYS)
    cast_all(assembly, people)
    offer(assembly, at=NOW + timedelta(minutes=10))
    box, head, policy = written(assembly, tmp_path)
    assert verify(box, "--checkpoint", head) == FAILED, "nobody has seen it yet"
    assert "QuorumNotMetError" in capsys.readouterr().err
    at = NOW + timedelta(minutes=11)
    leave(assembly, cosigned(assembly, *KEYS[:2], at=at), at=at)
    box, head, policy = written(assembly, tmp_path)
    assert verify(box, "--checkpoint", head) == OK
    assert "2 witnesses saw the first 4 events" in capsys.readouterr().out
    assert verify(box, "--checkpoint", head, "--policy", policy) == OK
    cast_all(assembly, people, at=at)
    written(assembly, tmp_path)
    assert verify(box, "--checkpoint", head) == OK, "it has grown since"
    assert main(["log", "verify", str(head), "--policy", str(policy)]) == OK


def test_an_archive_without_what_the_witnesses_saw_is_refused(tmp_path: Path, capsys):
    assembly, people = make_witnessed(KEYS[:1])
    earlier = b"".join(archive(assembly))
    cast_all(assembly, people)
    at = NOW + timedelta(minutes=10)
    offer(assembly, at=at)
    leave(assembly, cosigned(assembly, KEYS[0], at=at), at=at)
    box, head, policy = written(assembly, tmp_path)
    box.write_bytes(earlier)
    assert verify(box, "--checkpoint", head) == FAILED
    told = capsys.readouterr()
    assert "some were taken away" in told.err
    other, voters = make_assembly([1_000_000], residents=3)
    cast_all(other, voters)
    box.write_bytes(b"".join(archive(other)))
    assert verify(box, "--checkpoint", head, "--policy", policy) == FAILED
    assert "not those that the witnesses saw" in capsys.readouterr().err
    assert verify(box, "--checkpoint", head) == FAILED, "by the keys of the other election"
    policy.write_text("nonsense\n")
    assert verify(box, "--checkpoint", head, "--policy", policy) == UNREADABLE


def test_without_witnesses_the_bundle_has_the_servers_head_and_says_so(tmp_path: Path, capsys):
    assembly, people = make_assembly([1_000_000], residents=2)
    cast_all(assembly, people)
    box, head, policy = written(assembly, tmp_path)
    assert policy.read_text() == f"log {inclusion.log_key(assembly)}\nquorum none\n"
    assert verify(box, "--checkpoint", head) == OK
    assert "0 witnesses saw" in capsys.readouterr().out
