"""The booth checks the way from its ballot to a signed head of the board's log."""

import base64
import json

import pytest

from tests.booth import ask
from voting.encoding import canonical_json, sha256
from voting.log.checkpoint import Checkpoint, sign_checkpoint
from voting.log.merkle import MerkleTree, leaf_hash
from voting.log.note import SignatureType, SignerKey
from voting.log.proof_file import LogProof

SIGNER = SignerKey("madang/dong/abc", SignatureType.ED25519, bytes(range(32)))
OTHER = SignerKey("madang/dong/abc", SignatureType.ED25519, bytes(range(1, 33)))
BALLOT = '{"ballot":"가"}'
PARENT = "ab" * 32


def event_of(height: int) -> bytes:
    return canonical_json(
        {"parent": PARENT, "height": height, "type": "Ballot", "payload": sha256(BALLOT.encode()).hex()}
    )


def proof_in(size: int, height: int, signer: SignerKey = SIGNER) -> str:
    tree = MerkleTree()
    for number in range(size):
        tree.append(leaf_hash(event_of(height) if number == height else f"event {number}".encode()))
    head = Checkpoint(signer.verifier.name, size, tree.root())
    return LogProof(height, tuple(tree.inclusion_proof(height)), sign_checkpoint(head, signer)).serialize().decode()


def asked(proof: str, height: int, **changes: object) -> dict[str, object]:
    return {"proof": proof, "parent": PARENT, "height": height, "ballot": BALLOT, "key": str(SIGNER.verifier)} | changes


@pytest.mark.slow
def test_every_place_in_every_tree_is_found():
    places = [(size, height) for size in range(2, 20) for height in range(1, size)]
    told = ask(proofs=[asked(proof_in(size, height), height) for size, height in places])["proofs"]
    assert [each["size"] for each in told] == [size for size, _ in places]


def changed_path(proof: str) -> str:
    lines = proof.split("\n")
    lines[2] = base64.b64encode(bytes(32)).decode()
    return "\n".join(lines)


def with_longer_path(proof: str) -> str:
    head, rest = proof.split("\n\n", 1)
    return f"{head}\n{base64.b64encode(bytes(32)).decode()}\n\n{rest}"


@pytest.mark.slow
@pytest.mark.parametrize(
    "wrong",
    [
        lambda: asked(proof_in(9, 5), 5, ballot=BALLOT + " "),
        lambda: asked(proof_in(9, 5), 5, parent="cd" * 32),
        lambda: asked(proof_in(9, 5), 6),
        lambda: asked(proof_in(9, 5), 5, key=str(OTHER.verifier)),
        lambda: asked(proof_in(9, 5, OTHER), 5),
        lambda: asked(changed_path(proof_in(9, 5)), 5),
        lambda: asked(with_longer_path(proof_in(9, 5)), 5),
        lambda: asked(proof_in(9, 5).replace("\n9\n", "\n10\n"), 5),
        lambda: asked(proof_in(9, 5).split("\n\n")[0], 5),
        lambda: asked("", 5),
        lambda: asked(proof_in(9, 5).replace("madang/dong/abc", "madang/dong/xyz"), 5),
    ],
)
def test_a_proof_with_one_thing_wrong_is_refused(wrong):
    (told,) = ask(proofs=[wrong()])["proofs"]
    assert told["error"] == "WrongProof", json.dumps(told)
