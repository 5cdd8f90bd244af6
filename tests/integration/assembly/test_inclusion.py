"""The board's Merkle log: every event can be shown to stand under a signed head, and the command agrees."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from app.assembly.models import Assembly
from app.assembly.services import board, inclusion
from app.db.session import session, transaction
from tests.conftest import NOW
from tests.factories_year import make_assembly
from tests.integration.assembly.test_election import ballot_of, cast
from tests.tampering import take_guards_away
from voting import EventType
from voting.log.merkle import MerkleTree, leaf_hash
from voting.log.note import parse_verifier_key
from voting.log.policy import policy_of
from voting.log.proof_file import parse_log_proof

pytestmark = pytest.mark.usefixtures("app")


def events(assembly: Assembly) -> list[bytes]:
    return [record.event.to_bytes() for record in board.records(assembly)]


@pytest.mark.slow
def test_every_event_of_a_long_board_is_proven_under_the_newest_head():
    assembly, _ = make_assembly([1_000_000], residents=1)
    policy = policy_of([parse_verifier_key(inclusion.log_key(assembly))], [], quorum=0)
    for _ in range(20):
        with transaction():
            for _ in range(random.Random(assembly.head_height).randrange(1, 4)):
                board.append_record(assembly, EventType.BALLOT, (f'"{assembly.head_height}"'.encode(),))
    listed = events(assembly)
    tree = MerkleTree(map(leaf_hash, listed))
    for height, event in enumerate(listed):
        proof = parse_log_proof(inclusion.proof_of(assembly, height).encode())
        seen = proof.verify(leaf_hash(event), policy)
        assert (seen.checkpoint.size, seen.checkpoint.root) == (len(listed), tree.root())
        assert inclusion.leaf_of(assembly, height) == leaf_hash(event).hex()


@pytest.mark.slow
def test_a_receipt_brings_its_proof_and_the_command_checks_it(tmp_path: Path):
    assembly, people = make_assembly([1_000_000], residents=2)
    cast(assembly, ballot_of(assembly, people[0], [1]))
    receipt = cast(assembly, ballot_of(assembly, people[1], [1]))
    bound = board.context_of(assembly).election.extensions["assembly"]
    assert isinstance(bound, dict)
    assert bound["log_key"] == inclusion.log_key(assembly)
    path, event = tmp_path / "receipt.tlog-proof", tmp_path / "event.json"
    path.write_text(receipt.proof)
    event.write_bytes(events(assembly)[receipt.height])
    command = [sys.executable, "-m", "voting", "log", "verify", str(path), "--log", str(bound["log_key"])]
    told = subprocess.run([*command, "--leaf", str(event)], check=True, capture_output=True, text=True).stdout
    assert "entry     number 2" in told
    event.write_bytes(events(assembly)[1])
    assert subprocess.run([*command, "--leaf", str(event)], check=False, capture_output=True).returncode == 1


def test_a_board_from_before_boards_had_a_log_has_no_proofs():
    assembly, people = make_assembly([1_000_000], residents=1)
    take_guards_away(inclusion.BoardNode)
    with transaction() as current:
        assembly.log_key = None
        for node in current.query(inclusion.BoardNode):
            current.delete(node)
    session().expire_all()
    receipt = cast(assembly, ballot_of(assembly, people[0], [1]), at=NOW)
    assert receipt.proof == ""
    assert inclusion.log_key(assembly) == inclusion.leaf_of(assembly, 1) == ""


@pytest.mark.slow
def test_the_cost_of_a_proof_does_not_grow_with_the_board():
    assembly, _ = make_assembly([1_000_000], residents=1)
    with transaction():
        for number in range(70):
            board.append_record(assembly, EventType.BALLOT, (f'"{number}"'.encode(),))
    count = session().query(inclusion.BoardNode).filter_by(assembly_id=assembly.id).count()
    assert count < 2 * 71
