"""``python -m voting shuffle``: shuffle the NonHomomorphic answers, and prove it."""

import argparse

from voting.election.commands.acts import add_archive, append, examine
from voting.election.commands.terminal import progress_bar
from voting.election.conduct import require_stage, shuffle_payloads
from voting.election.events import EventType

EXAMPLE = """\
examples:
  python -m voting shuffle 4R8BtGkq2sMZ3x.bel --trustee 1
  python -m voting shuffle 4R8BtGkq2sMZ3x.bel --trustee 2
  python -m voting shuffle 4R8BtGkq2sMZ3x.bel --end
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = EXAMPLE
    add_archive(parser)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--trustee", type=int, metavar="NUMBER", help="who shuffles, counted from 1")
    what.add_argument("--end", action="store_true", help="no shuffle follows; decryption may begin")


def run(arguments: argparse.Namespace) -> int:
    """Verify, shuffle, append."""
    verified = examine(arguments)
    if arguments.end:
        require_stage(verified, EventType.SHUFFLE)
        append(verified, EventType.END_SHUFFLES)
    else:
        with progress_bar("shuffling", quiet=arguments.quiet) as progress:
            payloads = shuffle_payloads(verified, arguments.trustee, progress=progress)
        append(verified, EventType.SHUFFLE, *payloads)
    return 0
