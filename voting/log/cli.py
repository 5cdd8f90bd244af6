"""``python -m voting log``: check receipts and checkpoints offline, and witness the log of somebody else."""

import argparse

from voting.log.commands import verify, witness


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of both words."""
    parser.description = "Check receipts and checkpoints of a transparency log, or witness one."
    words = parser.add_subparsers(dest="word", required=True, metavar="verify|witness")
    verify.add_arguments(_word(words, "verify", "check a receipt or a checkpoint, offline"))
    witness.add_arguments(_word(words, "witness", "follow a log and cosign what continues it"))


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked; return the exit status.

    Raises:
        VotingError: the exact refusal.
    """
    return verify.run(arguments) if arguments.word == "verify" else witness.run(arguments)


def _word(
    words: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, summary: str
) -> argparse.ArgumentParser:
    return words.add_parser(name, help=summary, formatter_class=argparse.RawDescriptionHelpFormatter)
