"""Verifying all ballots: in chunks, in parallel, in bounded memory, with the verdict of a single process.

A chunk is told to a worker as places in the file; the worker reads, checks and multiplies, and sends back a small sum.
The refusal reported is always that of the first wrong ballot in the order of the archive.
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from joblib import Parallel, delayed

from voting.election.ballot import Ballot, tracker_of
from voting.election.checking import CheckedBallot, ElectionContext, check_ballots
from voting.election.definition import Election
from voting.election.errors import ElectionRefusedError
from voting.election.progress import Progress
from voting.election.tally import TallyPart, TallySum
from voting.election.verify.index import ArchiveIndex, digest_of
from voting.encoding import sha256

CHUNK = 64
MOST_THREADS = 3
ROUND = 16
"""Chunks that each worker is given before the results are looked at."""


@dataclass(frozen=True, slots=True)
class BallotChunk:
    """What a worker needs to know of consecutive ballots.

    Attributes:
        path: the archive.
        election: the election's bytes.
        places: offset and size of each ballot.
        weights: of each ballot's credential; ``None`` if that is not on the list.
        counted: 1 for the last ballot of a credential.
    """

    path: Path
    election: bytes
    places: tuple[tuple[int, int], ...]
    weights: tuple[int | None, ...]
    counted: bytes


@dataclass(frozen=True, slots=True)
class BallotSum:
    """What all ballots together come to.

    Attributes:
        total: the sum of those that count.
        repeated: how many powers of fresh randomness occur more than once; honest devices repeat none.
    """

    total: TallySum
    repeated: int


def verify_ballots(
    index: ArchiveIndex,
    election: Election,
    weights: dict[str, int],
    *,
    jobs: int = 1,
    progress: Progress | None = None,
) -> BallotSum:
    """Check every ballot, superseded ones included, and sum up those that count.

    Args:
        index: of the archive.
        election: read from it.
        weights: canonical text of each credential → weight.
        jobs: number of processes, or of threads where those do.
        progress: called with the ballots done and all of them.

    Raises:
        RepeatedBallotError: a ballot is there twice.
        ElectionRefusedError: the refusal of the first wrong ballot, with its tracker.
    """
    index.require_distinct_ballots()
    chunks = list(_chunks(index, election, weights))
    total = TallySum(election)
    nonces = array("Q")
    done = 0
    for chunk, found in zip(chunks, _verified(chunks, jobs), strict=True):
        if isinstance(found, ElectionRefusedError):
            raise found
        total.merge(found.part)
        nonces.frombytes(found.nonces)
        done += len(chunk.places)
        if progress is not None:
            progress(done, index.ballot_count)
    return BallotSum(total, len(nonces) - len(set(nonces)))


@dataclass(frozen=True, slots=True)
class ChunkSum:
    """What a worker sends back: the sum of the ballots that count, and 64 bits of each power of fresh randomness."""

    part: TallyPart
    nonces: bytes


def verify_chunk(chunk: BallotChunk) -> ChunkSum | ElectionRefusedError:
    """Check the ballots of a chunk; return the sum of those that count, or the first refusal."""
    election = _election(chunk.election)
    parsed: list[Ballot] = []
    refusal: ElectionRefusedError | None = None
    weights: dict[str, int] = {}
    with chunk.path.open("rb") as file:
        for (offset, size), weight in zip(chunk.places, chunk.weights, strict=True):
            file.seek(offset)
            data = file.read(size)
            try:
                ballot = Ballot.parse(data, election)
            except ElectionRefusedError as error:
                refusal = error.locate(tracker=tracker_of(data))
                break
            parsed.append(ballot)
            if weight is not None:
                weights[ballot.credential] = weight
    total = TallySum(election)
    nonces = bytearray()
    for position, checked in enumerate(check_ballots(ElectionContext(election, weights), parsed)):
        if not isinstance(checked, CheckedBallot):
            return checked
        if chunk.counted[position]:
            total.add(checked)
        nonces += b"".join(sha256(text.encode())[:8] for text in checked.nonces)
    return refusal if refusal is not None else ChunkSum(total.part(), bytes(nonces))


def _chunks(index: ArchiveIndex, election: Election, weights: dict[str, int]) -> Iterator[BallotChunk]:
    known = {digest_of(text.encode()): weight for text, weight in weights.items()}
    counted = index.last_ballots()
    for start in range(0, index.ballot_count, CHUNK):
        ballots = range(start, min(start + CHUNK, index.ballot_count))
        yield BallotChunk(
            path=index.path,
            election=election.data,
            places=tuple(index.place(ballot) for ballot in ballots),
            weights=tuple(known.get(index.credential_digest(ballot)) for ballot in ballots),
            counted=bytes(counted[ballots.start : ballots.stop]),
        )


def _verified(chunks: Sequence[BallotChunk], jobs: int) -> Iterator[ChunkSum | ElectionRefusedError]:
    if jobs <= 1 or len(chunks) <= 1:
        yield from map(verify_chunk, chunks)
        return
    # Threads need no new interpreters. About a quarter of the work holds the interpreter lock, so they serve few jobs only.
    threads = jobs <= MOST_THREADS and _election(chunks[0].election).group.releases_lock
    # In rounds, so that a refusal early on ends the work soon, and never leaves a worker in the middle of something.
    with Parallel(n_jobs=jobs, prefer="threads" if threads else "processes") as pool:
        for start in range(0, len(chunks), ROUND * jobs):
            yield from pool(delayed(verify_chunk)(chunk) for chunk in chunks[start : start + ROUND * jobs])


@lru_cache(maxsize=2)
def _election(data: bytes) -> Election:
    return Election.parse(data)
