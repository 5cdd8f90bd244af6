"""Whether a signed head of the board's log, with its witnesses, is a head of this archive.

The log's leaves are the archive's events, byte for byte (RFC 6962), so that a receipt, a witness's memory and the file that
everybody downloads can be compared. Which key signs the heads, and whose cosignatures count, is bound by the election:
``assembly.log_key`` and ``assembly.witnesses`` (``quorum``, ``keys``).
"""

from itertools import islice
from pathlib import Path

from voting.election.archive import read_header, read_records
from voting.election.definition import Election
from voting.election.errors import WitnessedHeadError
from voting.election.events import EventType
from voting.election.verify.index import ArchiveIndex
from voting.errors import UnreadableInputError, VerificationError
from voting.log.checkpoint import Checkpoint
from voting.log.merkle import EMPTY_ROOT, leaf_hash, node_hash
from voting.log.note import parse_note, parse_verifier_key
from voting.log.policy import Policy, WitnessedCheckpoint, parse_policy, policy_of


def compare_with_witnesses(index: ArchiveIndex, checkpoint: Path, policy: Path | None) -> str:
    """Check the file of a cosigned head against an archive, and return what was found in words.

    Args:
        index: of an archive in its order.
        checkpoint: the file.
        policy: a file that says whose signatures it needs; None takes what the election binds.

    Raises:
        UnreadableInputError: the head or the policy cannot be read.
        WitnessedHeadError: see `require_head_of`.
    """
    if policy is not None:
        trusted = parse_policy(policy.read_bytes())
    else:
        trusted = bound_policy(Election.parse(index.read(next(index.of_type(EventType.SETUP)))[0]))
    seen = require_head_of(index.path, checkpoint.read_bytes(), trusted)
    return f"{len(seen.cosigned_at)} witnesses saw the first {seen.checkpoint.size} events as they are"


def bound_policy(election: Election) -> Policy:
    """Return the trust policy that an election binds.

    Raises:
        WitnessedHeadError: it binds no key of a log.
    """
    bound = election.extensions.get("assembly")
    try:
        match bound:
            case {"log_key": str(key), "witnesses": {"quorum": int(quorum), "keys": list(keys)}}:
                return policy_of(
                    [parse_verifier_key(key)], [parse_verifier_key(str(each)) for each in keys], quorum=quorum
                )
            case {"log_key": str(key)}:
                return policy_of([parse_verifier_key(key)], [], quorum=0)
            case _:
                raise WitnessedHeadError("the election names no key of a log; give a policy")
    except UnreadableInputError as error:
        raise WitnessedHeadError(f"the election's keys cannot be used: {error}") from None


def require_head_of(archive: Path, note: bytes, policy: Policy) -> WitnessedCheckpoint:
    """Check that a cosigned head is the archive's own, now or when it had fewer events.

    Args:
        archive: a file whose chain was checked.
        note: a checkpoint with its signatures (C2SP signed-note).
        policy: which log, and how many of which witnesses.

    Raises:
        MalformedNoteError: the note cannot be read.
        WitnessedHeadError: it is not signed as the policy asks, or is the head of other events.
    """
    parsed = parse_note(note)
    try:
        witnessed = policy.verify_checkpoint(parsed)
    except VerificationError as error:
        raise WitnessedHeadError(f"{type(error).__name__}: {error}") from None
    _require_root(archive, witnessed.checkpoint)
    return witnessed


def _require_root(archive: Path, head: Checkpoint) -> None:
    # Complete subtrees from left to right; their heights are the ones of the number of leaves so far, in binary.
    left: list[bytes] = []
    count = 0
    with archive.open("rb") as file:
        for stored in islice(read_records(file, read_header(file)), head.size):
            left.append(leaf_hash(stored.record.event.to_bytes()))
            rest, count = count, count + 1
            while rest & 1:
                right = left.pop()
                left.append(node_hash(left.pop(), right))
                rest >>= 1
    if count < head.size:
        raise WitnessedHeadError(f"witnesses saw {head.size} events, and the archive has {count}: some were taken away")
    root = left.pop() if left else EMPTY_ROOT
    while left:
        root = node_hash(left.pop(), root)
    if root != head.root:
        raise WitnessedHeadError(f"the first {head.size} events are not those that the witnesses saw")
