"""RFC 6962 trees: known roots, every size from 0 to 300, and every way to be a little wrong."""

import hashlib
import random

import pytest

from tests.village_log import tree_of
from voting.log.errors import IndexOutOfRangeError, ProofLengthError, RootMismatchError
from voting.log.merkle import (
    EMPTY_ROOT,
    MAX_SIZE,
    MerkleTree,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)

SIZES = 301
TREE = tree_of(SIZES - 1)
ROOTS = [TREE.root(size) for size in range(SIZES)]
REFUSED = (IndexOutOfRangeError, ProofLengthError, RootMismatchError)


def places(size: int, chance: random.Random) -> list[int]:
    """Return every index below a size to 64; above, the ends, what lies around powers of two, and random ones."""
    if size <= 64:
        return list(range(size))
    edges = {edge + step for edge in (0, 64, 128, 256, size) for step in (-1, 0, 1)}
    return sorted({*edges, *(chance.randrange(size) for _ in range(12))} & set(range(size)))


KNOWN_LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
KNOWN_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""The roots of the eight leaves that implementations of RFC 6962 compare with each other."""


def root_by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962 §2.1, word by word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + root_by_definition(leaves[:split]) + root_by_definition(leaves[split:])).digest()


def path_by_definition(index: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 6962 §2.1.1, word by word."""
    if len(leaves) == 1:
        return []
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if index < split:
        return [*path_by_definition(index, leaves[:split]), root_by_definition(leaves[split:])]
    return [*path_by_definition(index - split, leaves[split:]), root_by_definition(leaves[:split])]


def consistency_by_definition(old_size: int, leaves: list[bytes], *, known: bool = True) -> list[bytes]:
    """RFC 6962 §2.1.2, word by word."""
    if old_size == len(leaves):
        return [] if known else [root_by_definition(leaves)]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if old_size <= split:
        return [
            *consistency_by_definition(old_size, leaves[:split], known=known),
            root_by_definition(leaves[split:]),
        ]
    return [
        *consistency_by_definition(old_size - split, leaves[split:], known=False),
        root_by_definition(leaves[:split]),
    ]


def leaves(size: int) -> list[bytes]:
    return [TREE.hash_at(0, index) for index in range(size)]


def flip(proof: list[bytes], bit: int) -> list[bytes]:
    """Return the proof with one bit of all its hashes changed."""
    data = bytearray(b"".join(proof))
    data[bit // 8] ^= 1 << bit % 8
    return [bytes(data[i : i + 32]) for i in range(0, len(data), 32)]


def verify_leaf(index: int, size: int, proof: list[bytes], *, leaf: int | None = None, root: int | None = None) -> None:
    verify_inclusion(
        leaf=TREE.hash_at(0, index if leaf is None else leaf),
        index=index,
        size=size,
        proof=proof,
        root=ROOTS[size if root is None else root],
    )


def verify_prefix(old: int, size: int, proof: list[bytes]) -> None:
    verify_consistency(old_size=old, old_root=ROOTS[old], size=size, root=ROOTS[size], proof=proof)


@pytest.mark.parametrize("size", range(9))
def test_the_known_roots_come_out(size):
    tree = MerkleTree(leaf_hash(bytes.fromhex(leaf)) for leaf in KNOWN_LEAVES[:size])
    assert tree.root().hex() == KNOWN_ROOTS[size]


def test_every_root_is_the_definition_s():
    assert all(ROOTS[size] == root_by_definition(leaves(size)) for size in range(SIZES))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 31, 32, 33, 100, 255, 256, 257, 300])
def test_every_proof_is_the_definition_s(size):
    for index in range(size):
        assert TREE.inclusion_proof(index, size) == path_by_definition(index, leaves(size))
        if index:
            assert TREE.consistency_proof(index, size) == consistency_by_definition(index, leaves(size))


@pytest.mark.slow
def test_every_leaf_of_every_size_has_a_proof():
    for size in range(1, SIZES):
        for index in range(size):
            verify_leaf(index, size, TREE.inclusion_proof(index, size))


@pytest.mark.slow
def test_every_size_is_a_prefix_of_every_later_one():
    for size in range(SIZES):
        for old in range(size + 1):
            verify_prefix(old, size, TREE.consistency_proof(old, size))


@pytest.mark.slow
def test_an_inclusion_proof_is_of_one_index_and_one_tree():
    """Every wrong index of every size to 64, the neighbours and random ones to 300; every wrong size with its root."""
    chance = random.Random(6962)
    for size in range(1, SIZES):
        for index in places(size, chance):
            proof = TREE.inclusion_proof(index, size)
            others = range(size) if size <= 64 else {(index + 1) % size, (index - 1) % size, chance.randrange(size)}
            for other in set(others) - {index}:
                with pytest.raises(REFUSED):
                    verify_leaf(other, size, proof, leaf=index)
                with pytest.raises(REFUSED):
                    verify_leaf(index, size, proof, leaf=other)
            for other in {size - 1, size + 1, chance.randrange(SIZES)} - {size, SIZES}:
                with pytest.raises(REFUSED):
                    verify_leaf(index, other, proof)


@pytest.mark.slow
def test_one_changed_bit_makes_any_proof_wrong():
    """Every bit to size 12, one random bit of proofs of every size to 300."""
    chance = random.Random(9162)
    for size in range(2, SIZES):
        for index in places(size, chance):
            proof = TREE.inclusion_proof(index, size)
            bits = 256 * len(proof)
            for bit in range(bits) if size <= 12 else [chance.randrange(bits)]:
                with pytest.raises(RootMismatchError):
                    verify_leaf(index, size, flip(proof, bit))
            proof = TREE.consistency_proof(index, size)
            bits = 256 * len(proof)
            for bit in range(bits) if size <= 12 else [chance.randrange(bits)] if bits else []:
                with pytest.raises(RootMismatchError):
                    verify_prefix(index, size, flip(proof, bit))


@pytest.mark.slow
def test_a_consistency_proof_is_of_one_pair_of_sizes():
    chance = random.Random(2026)
    for size in range(2, SIZES):
        for old in places(size, chance)[1:]:
            proof = TREE.consistency_proof(old, size)
            others = range(1, size) if size <= 64 else {old - 1, old + 1, chance.randrange(1, size)}
            for other in set(others) - {0, old, size}:
                with pytest.raises(REFUSED):
                    verify_prefix(other, size, proof)
            for other in {size - 1, size + 1} - {old, SIZES}:
                with pytest.raises(REFUSED):
                    verify_prefix(old, other, proof)


@pytest.mark.parametrize("size", [1, 2, 5, 8, 13, 300])
def test_a_proof_with_a_hash_too_many_or_too_few_is_refused(size):
    for index in range(size):
        proof = TREE.inclusion_proof(index, size)
        for extra in ([*proof, EMPTY_ROOT], [EMPTY_ROOT, *proof]):
            with pytest.raises(ProofLengthError):
                verify_leaf(index, size, extra)
        if proof:
            with pytest.raises((ProofLengthError, RootMismatchError)):
                verify_leaf(index, size, proof[:-1])
    for old in range(1, size):
        proof = TREE.consistency_proof(old, size)
        with pytest.raises((ProofLengthError, RootMismatchError)):
            verify_prefix(old, size, [*proof, EMPTY_ROOT])
        with pytest.raises((ProofLengthError, RootMismatchError)):
            verify_prefix(old, size, proof[:-1])


def test_a_changed_root_is_refused():
    with pytest.raises(RootMismatchError):
        verify_leaf(3, 7, TREE.inclusion_proof(3, 7), root=8)
    with pytest.raises(RootMismatchError, match="old root"):
        verify_consistency(old_size=6, old_root=ROOTS[5], size=7, root=ROOTS[7], proof=TREE.consistency_proof(6, 7))
    with pytest.raises(RootMismatchError, match="new root"):
        verify_consistency(old_size=6, old_root=ROOTS[6], size=7, root=ROOTS[8], proof=TREE.consistency_proof(6, 7))


def test_trees_of_equal_size_are_consistent_only_when_equal():
    verify_prefix(7, 7, [])
    with pytest.raises(RootMismatchError):
        verify_consistency(old_size=7, old_root=ROOTS[7], size=7, root=ROOTS[8], proof=[])
    with pytest.raises(ProofLengthError):
        verify_prefix(7, 7, [ROOTS[7]])


def test_the_empty_tree_is_a_prefix_of_everything_and_holds_nothing():
    for size in (0, 1, 300):
        verify_prefix(0, size, [])
    with pytest.raises(ProofLengthError):
        verify_prefix(0, 5, [ROOTS[5]])
    with pytest.raises(RootMismatchError):
        verify_consistency(old_size=0, old_root=ROOTS[1], size=5, root=ROOTS[5], proof=[])
    with pytest.raises(RootMismatchError):
        verify_consistency(old_size=0, old_root=EMPTY_ROOT, size=0, root=ROOTS[1], proof=[])
    with pytest.raises(IndexOutOfRangeError):
        verify_inclusion(leaf=EMPTY_ROOT, index=0, size=0, proof=[], root=EMPTY_ROOT)


@pytest.mark.parametrize(("index", "size"), [(-1, 5), (5, 5), (6, 5), (0, 2**63), (2**63, 2**63 + 1)])
def test_a_leaf_that_cannot_exist_is_refused(index, size):
    with pytest.raises(IndexOutOfRangeError):
        verify_inclusion(leaf=EMPTY_ROOT, index=index, size=size, proof=[], root=EMPTY_ROOT)


@pytest.mark.parametrize(("old", "size"), [(-1, 5), (6, 5), (2**63, 2**63), (1, 2**63)])
def test_a_prefix_that_cannot_exist_is_refused(old, size):
    with pytest.raises(IndexOutOfRangeError):
        verify_consistency(old_size=old, old_root=EMPTY_ROOT, size=size, root=EMPTY_ROOT, proof=[])


def test_the_largest_tree_verifies():
    """A leaf at the far right of a tree of 2^63 - 1 leaves, with 62 made-up subtrees on its left."""
    leaf = result = leaf_hash(b"last")
    proof = [leaf_hash(str(level).encode()) for level in range(62)]
    for sibling in proof:
        result = node_hash(sibling, result)
    verify_inclusion(leaf=leaf, index=MAX_SIZE - 1, size=MAX_SIZE, proof=proof, root=result)
    with pytest.raises(RootMismatchError):
        verify_inclusion(leaf=leaf, index=MAX_SIZE - 1, size=MAX_SIZE, proof=proof, root=leaf)


def test_a_hash_of_another_length_is_refused():
    with pytest.raises(ProofLengthError):
        verify_inclusion(leaf=b"short", index=0, size=1, proof=[], root=b"short")
    with pytest.raises(ValueError, match="32 bytes"):
        MerkleTree([b"short"])


def test_leaves_and_nodes_are_never_confused():
    """An inner node's content offered as an entry hashes to something else (second preimage, RFC 6962 §2.1)."""
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)


def test_a_tree_knows_only_what_it_has():
    tree = tree_of(3)
    for ask in (
        lambda: tree.root(4),
        lambda: tree.root(-1),
        lambda: tree.inclusion_proof(3),
        lambda: tree.inclusion_proof(0, 4),
        lambda: tree.consistency_proof(4),
        lambda: tree.consistency_proof(1, 4),
        lambda: tree.hash_at(1, 1),
        lambda: tree.hash_at(0, -1),
        lambda: tree.hash_at(9, 0),
    ):
        with pytest.raises(IndexOutOfRangeError):
            ask()
