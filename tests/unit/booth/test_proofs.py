"""The booth checks the way from its ballot to a signed head of the board's log."""

import base64
import json
from dataclasses import replace

import pytest

from tests.booth import ask
from voting.encoding import canonical_json, sha256
from voting.log.checkpoint import Checkpoint, sign_checkpoint
from voting.log.merkle import MerkleTree, leaf_hash
from voting.log.note import SignatureType, SignerKey
from voting.log.proof_file import LogProof, parse_log_proof

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


WITNESSES = [
    SignerKey(f"witness{number}.example", SignatureType.COSIGNATURE, bytes([number] * 32)) for number in (1, 2, 3)
]
SECONDS = 1_782_874_800


def cosigned(*witnesses: SignerKey, text: str | None = None) -> str:
    proof = parse_log_proof(proof_in(9, 5).encode())
    lines = [witness.sign(text or proof.note.text, at=SECONDS) for witness in witnesses]
    return replace(proof, note=proof.note.with_signatures(lines)).serialize().decode()


def seen(proof: str, **changes: object) -> dict[str, object]:
    keys = [str(witness.verifier) for witness in WITNESSES]
    (told,) = ask(proofs=[asked(proof, 5, witnesses=keys, **changes)])["proofs"]
    return told


def test_the_booth_counts_the_witnesses_that_the_election_binds_and_nobody_else():
    stranger = SignerKey("stranger.example", SignatureType.COSIGNATURE, bytes(32))
    impostor = SignerKey("witness1.example", SignatureType.COSIGNATURE, bytes(32))
    assert seen(proof_in(9, 5))["cosigned"] == []
    assert seen(cosigned(stranger, impostor))["cosigned"] == []
    found = seen(cosigned(impostor, WITNESSES[2], stranger, WITNESSES[0]))["cosigned"]
    assert found == [{"name": f"witness{number}.example", "at": SECONDS} for number in (1, 3)]


def test_a_witnesss_signature_of_another_head_makes_the_proof_worthless():
    assert "error" in seen(cosigned(WITNESSES[0], text="madang/dong/abc\n8\n" + "A" * 43 + "=\n"))


def test_a_receipt_without_its_ballot_is_checked_by_the_ballots_hash():
    payload = sha256(BALLOT.encode()).hex()
    assert seen(cosigned(WITNESSES[1]), ballot=None, payload=payload)["size"] == 9
    assert "error" in seen(cosigned(WITNESSES[1]), ballot=None, payload="ab" * 32)
