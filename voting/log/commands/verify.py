"""``python -m voting log verify``: check receipts and checkpoints offline."""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path

from voting.encoding import parse_hex
from voting.errors import UnreadableInputError
from voting.log.checkpoint import parse_checkpoint, require_successor
from voting.log.errors import MalformedPolicyError
from voting.log.merkle import leaf_hash
from voting.log.note import parse_note, parse_verifier_key
from voting.log.policy import Policy, WitnessedCheckpoint, parse_policy, policy_of
from voting.log.proof_file import HEADER, parse_hashes, parse_log_proof

_DESCRIPTION = """\
Check a receipt (.tlog-proof) or a checkpoint against a trust policy, offline.

  python -m voting log verify receipt.tlog-proof --policy village.policy --leaf entry.bin
  python -m voting log verify receipt.tlog-proof --log VKEY --witness VKEY --witness VKEY --quorum 2 --leaf-hash HEX
  python -m voting log verify checkpoint --policy village.policy
  python -m voting log verify checkpoint --policy village.policy --earlier checkpoint.monday --consistency proof.txt

A receipt proves that the entry is in the log and that the policy's witnesses saw the log's head. With --earlier, the
checkpoint must also continue an earlier one: --consistency holds the proof, one hash in base64 a line, from the earlier
size to the later."""


class UsageError(UnreadableInputError):
    """The arguments do not go together."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.description = _DESCRIPTION
    parser.add_argument("file", type=Path, help="a .tlog-proof file or a checkpoint")
    parser.add_argument("--policy", type=Path, metavar="FILE", help="a trust policy (C2SP tlog-policy)")
    parser.add_argument("--log", action="append", default=[], metavar="VKEY", help="the log's key, instead of a policy")
    parser.add_argument("--witness", action="append", default=[], metavar="VKEY", help="a witness's key; repeatable")
    parser.add_argument("--quorum", type=int, metavar="K", help="how many of the witnesses must have cosigned")
    leaf = parser.add_mutually_exclusive_group()
    leaf.add_argument("--leaf", type=Path, metavar="FILE", help="the logged entry, byte for byte")
    leaf.add_argument("--leaf-hash", metavar="HEX", help="its RFC 6962 leaf hash")
    parser.add_argument("--earlier", type=Path, metavar="FILE", help="an earlier checkpoint of the same log")
    parser.add_argument("--consistency", type=Path, metavar="FILE", help="the proof from the earlier checkpoint on")
    parser.add_argument("--json", action="store_true", help="report as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Verify; return 0 only when everything asked for holds.

    Raises:
        VotingError: the exact refusal.
    """
    policy = _policy(arguments)
    data = arguments.file.read_bytes()
    if data.startswith(f"{HEADER}\n".encode()):
        witnessed, index = _verify_proof(data, policy, arguments)
    else:
        if arguments.leaf or arguments.leaf_hash:
            raise UsageError("--leaf and --leaf-hash go with a .tlog-proof file; this is a checkpoint")
        witnessed, index = policy.verify_checkpoint(parse_note(data)), None
    earlier_size = _verify_earlier(witnessed, policy, arguments)
    _report(witnessed, index=index, earlier_size=earlier_size, as_json=arguments.json)
    return 0


def _policy(arguments: argparse.Namespace) -> Policy:
    if arguments.policy:
        if arguments.log or arguments.witness or arguments.quorum is not None:
            raise UsageError("--policy already says which keys and how many")
        return parse_policy(arguments.policy.read_bytes())
    if not arguments.log:
        raise UsageError("whom to trust? give --policy, or --log with --witness and --quorum")
    # Whoever names witnesses and forgets the number wants all of them.
    quorum = len(arguments.witness) if arguments.quorum is None else arguments.quorum
    if quorum < 0:
        raise MalformedPolicyError("a quorum is not negative")
    return policy_of(
        [parse_verifier_key(text) for text in arguments.log],
        [parse_verifier_key(text) for text in arguments.witness],
        quorum=quorum,
    )


def _verify_proof(data: bytes, policy: Policy, arguments: argparse.Namespace) -> tuple[WitnessedCheckpoint, int]:
    if arguments.leaf:
        leaf = leaf_hash(arguments.leaf.read_bytes())
    elif arguments.leaf_hash:
        leaf = parse_hex(arguments.leaf_hash, length=32)
    else:
        raise UsageError("a proof of which entry? give --leaf or --leaf-hash")
    proof = parse_log_proof(data)
    return proof.verify(leaf, policy), proof.index


def _verify_earlier(witnessed: WitnessedCheckpoint, policy: Policy, arguments: argparse.Namespace) -> int | None:
    if not arguments.earlier:
        if arguments.consistency:
            raise UsageError("--consistency goes with --earlier")
        return None
    note, earlier = parse_checkpoint(arguments.earlier.read_bytes())
    # The earlier one may be from before the witnesses: only the log's own signature is asked of it.
    Policy(policy.logs, {}, {}, b"none").verify_checkpoint(note)
    proof = parse_hashes(arguments.consistency.read_bytes()) if arguments.consistency else []
    require_successor(earlier, witnessed.checkpoint, proof)
    return earlier.size


def _report(witnessed: WitnessedCheckpoint, *, index: int | None, earlier_size: int | None, as_json: bool) -> None:
    checkpoint = witnessed.checkpoint
    times = {
        name.decode("utf-8", errors="backslashreplace"): _instant(seconds)
        for name, seconds in witnessed.cosigned_at.items()
    }
    if as_json:
        report = {
            "origin": checkpoint.origin,
            "size": checkpoint.size,
            "root": checkpoint.root.hex(),
            "index": index,
            "cosigned_at": times,
            "continues_size": earlier_size,
        }
        print(json.dumps(report, ensure_ascii=False, indent=2))
        return
    print(f"log       {checkpoint.origin}")
    print(f"size      {checkpoint.size}")
    print(f"root      {checkpoint.root.hex()}")
    if index is not None:
        print(f"entry     number {index} is in the log")
    for name, time in times.items():
        print(f"cosigned  {time} by {name}")
    if earlier_size is not None:
        print(f"history   continues the log of {earlier_size} entries unchanged")
    print("OK")


def _instant(seconds: int) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (OverflowError, ValueError, OSError):
        return f"{seconds} seconds after 1970"
