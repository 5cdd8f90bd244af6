"""Two published ways to select from a list by public randomness, for draws that are not lotteries of a council.

RFC 3797 orders a pool (speakers, juries, ties); Rivest's sampler picks with repetition (documents to inspect). Both are
checked against the vectors of their authors. The council lottery itself uses `voting.lottery.verify.draw`.
"""

import hashlib

from voting.lottery.verify.errors import MalformedBundleError

MAX_POOL = 65_536


def rfc3797_selection(key: str, *, pool: int, count: int, algorithm: str = "sha256") -> list[int]:
    """Return ``count`` of the numbers 1…pool, none twice, in order of selection (RFC 3797 §4).

    Args:
        key: the public sources in the canonical form of §4.2, each followed by ``/``.
        pool: how many there are to choose from; the numbering is published before the sources appear.
        count: how many are chosen. Somebody who turns out ineligible is skipped, never redrawn (§5.1).
        algorithm: a name of `hashlib`; the RFC's own vectors need ``md5``.

    Raises:
        MalformedBundleError: more than the pool or than 65,536 are asked for.
    """
    if not 0 <= count <= pool <= MAX_POOL:
        raise MalformedBundleError(f"{count} of {pool} cannot be selected")
    left = list(range(1, pool + 1))
    found: list[int] = []
    for at in range(count):
        counter = at.to_bytes(2, "big")
        digest = hashlib.new(algorithm, counter + key.encode() + counter, usedforsecurity=False).digest()
        found.append(left.pop(int.from_bytes(digest, "big") % len(left)))
    return found


def rivest_sample(seed: str, *, total: int, count: int) -> list[int]:
    """Return ``count`` of the numbers 1…total, with repetition: SHA-256(seed + "," + i) mod total (Rivest, 2011).

    Raises:
        MalformedBundleError: the total is not positive or the count negative.
    """
    if total < 1 or count < 0:
        raise MalformedBundleError(f"{count} of {total} cannot be sampled")
    digests = (hashlib.sha256(f"{seed},{at}".encode()).digest() for at in range(1, count + 1))
    return [1 + int.from_bytes(digest, "big") % total for digest in digests]
