"""``python -m voting result``: combine the partial decryptions into the result."""

import argparse

from voting.election.commands.acts import add_archive, append, examine
from voting.election.commands.terminal import say
from voting.election.conduct import result_of
from voting.election.events import EventType

EXAMPLE = """\
example:
  python -m voting result 4R8BtGkq2sMZ3x.bel
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = EXAMPLE
    add_archive(parser)


def run(arguments: argparse.Namespace) -> int:
    """Verify, combine, append."""
    verified = examine(arguments)
    data = result_of(verified).to_bytes()
    append(verified, EventType.RESULT, data)
    say(data.decode())
    return 0
