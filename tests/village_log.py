"""A small log with three witnesses, for the tests of `voting.log`. All keys are made from their names."""

import hashlib

from voting.log.checkpoint import Checkpoint, sign_checkpoint
from voting.log.merkle import MerkleTree, leaf_hash
from voting.log.note import SignatureType, SignedNote, SignerKey
from voting.log.policy import Policy, policy_of
from voting.log.proof_file import LogProof

ORIGIN = "assembly.example.kr/2026/dong-a"
NOON = 1_782_874_800
"""1 July 2026, noon in Korea."""


def key(name: str, kind: SignatureType = SignatureType.ED25519) -> SignerKey:
    """Return the key of a name; different kinds have different seeds."""
    return SignerKey(name, kind, hashlib.sha256(f"{kind} {name}".encode()).digest())


LOG = key(ORIGIN)
WITNESSES = [key(f"witness{number}.example", SignatureType.COSIGNATURE) for number in (1, 2, 3)]
STRANGER = key("stranger.example", SignatureType.COSIGNATURE)


def entry(number: int) -> bytes:
    """Return the n-th entry."""
    return f"entry {number}".encode()


def tree_of(size: int) -> MerkleTree:
    """Return the tree of the first entries."""
    return MerkleTree(leaf_hash(entry(number)) for number in range(size))


def checkpoint_of(tree: MerkleTree, size: int | None = None) -> Checkpoint:
    """Return a tree's head."""
    return Checkpoint(ORIGIN, len(tree) if size is None else size, tree.root(size))


def signed(checkpoint: Checkpoint, *witnesses: SignerKey, at: int = NOON) -> SignedNote:
    """Return a checkpoint signed by the log and cosigned by witnesses."""
    note = sign_checkpoint(checkpoint, LOG)
    return note.with_signatures(witness.sign(note.text, at=at) for witness in witnesses)


def policy(quorum: int = 2) -> Policy:
    """Return the policy that asks for some of the three witnesses."""
    return policy_of([LOG.verifier], [witness.verifier for witness in WITNESSES], quorum=quorum)


def proof_of(tree: MerkleTree, index: int, *witnesses: SignerKey) -> LogProof:
    """Return a receipt."""
    return LogProof(index, tuple(tree.inclusion_proof(index)), signed(checkpoint_of(tree), *witnesses))
