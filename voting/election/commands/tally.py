"""``python -m voting tally``: close the voting and publish the encrypted tally."""

import argparse

from voting.election.commands.acts import add_archive, append, examine
from voting.election.conduct import require_stage, verified_tally_payloads
from voting.election.events import EventType

EXAMPLE = """\
example:
  python -m voting tally 4R8BtGkq2sMZ3x.bel             close, then add up the last ballot of each credential
  python -m voting tally 4R8BtGkq2sMZ3x.bel --close-only
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = EXAMPLE
    add_archive(parser)
    parser.add_argument("--close-only", action="store_true", help="end the voting, and leave the tally for later")


def run(arguments: argparse.Namespace) -> int:
    """Verify, close, add up."""
    verified = examine(arguments)
    if verified.stage in {EventType.SETUP, EventType.BALLOT}:
        append(verified, EventType.END_BALLOTS)
        if arguments.close_only:
            return 0
        verified = examine(arguments)
    require_stage(verified, EventType.END_BALLOTS)
    append(verified, EventType.ENCRYPTED_TALLY, *verified_tally_payloads(verified))
    return 0
