"""The Merkle tree of RFC 6962 (§2.1), SHA-256: hashing, an append-only tree, inclusion and consistency proofs.

Proofs are made from the hashes of *complete* subtrees: the one at ``(level, index)`` covers the ``2^level`` leaves from
``index · 2^level`` on and never changes once all of them exist. Whoever stores these (a `MerkleTree` in memory, tiles
on disk, a table) offers them as a `HashAt`, and proofs cost a logarithmic number of look-ups.

Verification returns nothing, or raises the exact refusal.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from voting.log.errors import IndexOutOfRangeError, ProofLengthError, RootMismatchError

HASH_BYTES = 32
MAX_SIZE = 2**63 - 1
"""Larger trees are refused wherever a size is read: others keep it in a signed 64-bit integer."""

EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of the tree without leaves."""

HashAt: TypeAlias = Callable[[int, int], bytes]
"""``hash_at(level, index)``: the hash of a complete subtree."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a leaf: SHA-256 of a zero byte and the entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node: SHA-256 of a one byte and both children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class MerkleTree:
    """An append-only tree in memory: 64 bytes a leaf, constant amortised time to append."""

    def __init__(self, leaf_hashes: Iterable[bytes] = ()) -> None:
        """Make a tree of leaf hashes (see `leaf_hash`)."""
        self._levels: list[list[bytes]] = [[]]
        for leaf in leaf_hashes:
            self.append(leaf)

    def __len__(self) -> int:
        return len(self._levels[0])

    def append(self, leaf: bytes) -> int:
        """Append a leaf hash and return its index.

        Raises:
            ValueError: not 32 bytes.
        """
        if len(leaf) != HASH_BYTES:
            raise ValueError("a leaf hash has 32 bytes")
        index = len(self)
        self._levels[0].append(leaf)
        for level in range(len(self._levels)):
            nodes = self._levels[level]
            if len(nodes) % 2:
                break
            if level + 1 == len(self._levels):
                self._levels.append([])
            self._levels[level + 1].append(node_hash(nodes[-2], nodes[-1]))
        return index

    def hash_at(self, level: int, index: int) -> bytes:
        """Return the hash of a complete subtree.

        Raises:
            IndexOutOfRangeError: the subtree is not complete yet.
        """
        if not 0 <= level < len(self._levels) or not 0 <= index < len(self._levels[level]):
            raise IndexOutOfRangeError(f"the subtree {index} of level {level} is not complete")
        return self._levels[level][index]

    def root(self, size: int | None = None) -> bytes:
        """Return the root of the tree, or of the tree that it was at an earlier size."""
        return root_hash(len(self) if size is None else self._known(size), self.hash_at)

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """Return the audit path of a leaf in the tree (of an earlier size); see `inclusion_proof`."""
        return inclusion_proof(index, len(self) if size is None else self._known(size), self.hash_at)

    def consistency_proof(self, old_size: int, size: int | None = None) -> list[bytes]:
        """Return the proof that an earlier tree is a prefix of the tree; see `consistency_proof`."""
        return consistency_proof(old_size, len(self) if size is None else self._known(size), self.hash_at)

    def _known(self, size: int) -> int:
        if not 0 <= size <= len(self):
            raise IndexOutOfRangeError(f"a tree of {len(self)} leaves was never of size {size}")
        return size


def root_hash(size: int, hash_at: HashAt) -> bytes:
    """Return the root of the first ``size`` leaves (RFC 6962 §2.1)."""
    return _range_hash(0, size, hash_at) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, hash_at: HashAt) -> list[bytes]:
    """Return the audit path of leaf ``index`` in the tree of the first ``size`` leaves, from the leaf upward.

    Source: RFC 6962 §2.1.1.

    Raises:
        IndexOutOfRangeError: the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise IndexOutOfRangeError(f"a tree of {size} leaves has no leaf {index}")
    start, end = 0, size
    path: list[bytes] = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range_hash(middle, end, hash_at))
            end = middle
        else:
            path.append(_range_hash(start, middle, hash_at))
            start = middle
    return path[::-1]


def consistency_proof(old_size: int, size: int, hash_at: HashAt) -> list[bytes]:
    """Return the proof that the first ``old_size`` leaves are a prefix of the first ``size``.

    Source: RFC 6962 §2.1.2. Empty when the sizes are equal or the old tree is empty.

    Raises:
        IndexOutOfRangeError: ``old_size`` is larger than ``size``.
    """
    if not 0 <= old_size <= size:
        raise IndexOutOfRangeError(f"a tree of {size} leaves was never of size {old_size}")
    if old_size in {0, size}:
        return []
    start, end = 0, size
    path: list[bytes] = []
    while end != old_size:
        middle = start + _split(end - start)
        if old_size <= middle:
            path.append(_range_hash(middle, end, hash_at))
            end = middle
        else:
            path.append(_range_hash(start, middle, hash_at))
            start = middle
    if start:
        # The old tree is no complete subtree of the new one, so its last part has to be given too.
        path.append(_range_hash(start, end, hash_at))
    return path[::-1]


def verify_inclusion(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that a leaf hash stands at an index of the tree with this size and root.

    Source: RFC 9162 §2.1.3.2, which makes RFC 6962's implicit checks explicit.

    Raises:
        IndexOutOfRangeError: the index is not below the size.
        ProofLengthError: too many or too few hashes.
        RootMismatchError: another root comes out.
    """
    if not 0 <= index < size <= MAX_SIZE:
        raise IndexOutOfRangeError(f"a tree of {size} leaves has no leaf {index}")
    _require_hashes(leaf, root, *proof)
    node, last, result = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofLengthError("the inclusion proof has too many hashes")
        if node & 1 or node == last:
            result = node_hash(sibling, result)
            while not node & 1 and node:
                # No sibling on this level: the right edge of the tree is carried up as it is.
                node >>= 1
                last >>= 1
        else:
            result = node_hash(result, sibling)
        node >>= 1
        last >>= 1
    if last != 0:
        raise ProofLengthError("the inclusion proof has too few hashes")
    if result != root:
        raise RootMismatchError("the inclusion proof leads to another root")


def verify_consistency(*, old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the tree with the old size and root is a prefix of the other.

    Source: RFC 9162 §2.1.4.2.

    Raises:
        IndexOutOfRangeError: the old size is larger.
        ProofLengthError: too many or too few hashes.
        RootMismatchError: another old or new root comes out, or an empty tree has a root of its own.
    """
    if not 0 <= old_size <= size <= MAX_SIZE:
        raise IndexOutOfRangeError(f"a tree of {size} leaves was never of size {old_size}")
    _require_hashes(old_root, root, *proof)
    if (old_size == 0 and old_root != EMPTY_ROOT) or (size == 0 and root != EMPTY_ROOT):
        raise RootMismatchError("an empty tree has the hash of nothing as its root")
    if old_size in {0, size}:
        if proof:
            raise ProofLengthError("the consistency proof must be empty")
        if old_size == size and old_root != root:
            raise RootMismatchError("trees of equal size have different roots")
        return
    # A complete subtree's root is where the proof starts, and is left out of it.
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    old_result, new_result = _roots_of_consistency(old_size, size, path)
    if old_result != old_root:
        raise RootMismatchError("the consistency proof leads to another old root")
    if new_result != root:
        raise RootMismatchError("the consistency proof leads to another new root")


def _roots_of_consistency(old_size: int, size: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Return the old and the new root that a path leads to (RFC 9162 §2.1.4.2, steps 4 to 7)."""
    if not path:
        raise ProofLengthError("the consistency proof has too few hashes")
    node, last = old_size - 1, size - 1
    while node & 1:
        node >>= 1
        last >>= 1
    old_result = new_result = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofLengthError("the consistency proof has too many hashes")
        if node & 1 or node == last:
            old_result = node_hash(sibling, old_result)
            new_result = node_hash(sibling, new_result)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            new_result = node_hash(new_result, sibling)
        node >>= 1
        last >>= 1
    if last != 0:
        raise ProofLengthError("the consistency proof has too few hashes")
    return old_result, new_result


def _split(size: int) -> int:
    """Return the largest power of two smaller than ``size``."""
    return 1 << ((size - 1).bit_length() - 1)


def _range_hash(start: int, end: int, hash_at: HashAt) -> bytes:
    """Return the hash of the leaves ``start … end - 1``, where ``start`` is a multiple of a power of two ≥ the length."""
    parts: list[bytes] = []
    while start < end:
        level = (end - start).bit_length() - 1
        parts.append(hash_at(level, start >> level))
        start += 1 << level
    result = parts.pop()
    while parts:
        result = node_hash(parts.pop(), result)
    return result


def _require_hashes(*hashes: bytes) -> None:
    if any(len(item) != HASH_BYTES for item in hashes):
        raise ProofLengthError("a hash has 32 bytes")
