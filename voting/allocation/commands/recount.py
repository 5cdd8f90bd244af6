"""``python -m voting recount``: check a downloaded result bundle and recount it."""

import argparse
import sys
from pathlib import Path

from voting.allocation.bundle import recount
from voting.cli import OK
from voting.encoding import canonical_json
from voting.log.note import parse_verifier_key


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description = """Check that every file of a result bundle is the one that was signed, and recount the result from them.

The election's own archive inside is checked with `python -m voting verify`.

examples:
  python -m voting recount result.zip
  python -m voting recount result.zip --key 'madang.example/log+5a2b5e4f+AX…' --json"""
    parser.add_argument("file", metavar="RESULT.zip", type=Path, help="the bundle")
    parser.add_argument(
        "--key", action="append", default=[], metavar="VKEY", help="whose signature must hold; repeatable"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Check, recount and print.

    Raises:
        VotingError: the exact refusal.
    """
    found = recount(arguments.file.read_bytes(), [parse_verifier_key(text) for text in arguments.key])
    if arguments.json:
        sys.stdout.write(
            canonical_json(
                {
                    "title": found.title,
                    "fingerprint": found.fingerprint,
                    "members": list(found.members),
                    "signed_by": list(found.signed_by),
                    "funded": list(found.funded),
                }
            ).decode()
            + "\n"
        )
        return OK
    signed = ", ".join(found.signed_by) or "not checked (no --key)"
    sys.stdout.write(
        f"{found.title}\nfiles as listed: {', '.join(found.members)}\nsigned by: {signed}\n"
        f"recounted, the same result: {', '.join(found.funded) or 'nothing is funded'}\n"
    )
    return OK
