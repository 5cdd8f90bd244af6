"""The citizen's verifier: ``python -m voting COMMAND``.

Exit status: 0 only on full success, 1 when verification failed, 2 on usage errors and unreadable input. An exception
that nobody foresaw is printed and exits 2; nothing else ever exits 0.

A command is one module with two functions: ``add_arguments(parser)`` and ``run(arguments) -> int``. It is named in
`COMMANDS` and imported only when called, so that one broken optional library cannot take the verifier down.
"""

import argparse
import importlib
import sys
import traceback
from collections.abc import Sequence
from typing import Protocol, cast

from voting.errors import InfeasibleError, UnreadableInputError, VerificationError

OK = 0
FAILED = 1
UNREADABLE = 2

COMMANDS: dict[str, tuple[str, str]] = {
    # command: (module, one line of help)
    "count": ("voting.allocation.commands.count", "recount which projects are funded, from a .pb file"),
    "explain": (
        "voting.allocation.commands.explain",
        "say why each project is funded or not, and how fair the list is",
    ),
    "recount": ("voting.allocation.commands.recount", "check a downloaded result bundle and recount it"),
    "patterns": (
        "voting.allocation.commands.patterns",
        "say how many different ballots there are, and whether they could mark voters",
    ),
    "lottery": ("voting.lottery.cli", "prepare, draw and check a fair council lottery"),
    "verify": ("voting.election.commands.verify", "check an election from its archive"),
    "verify-diff": ("voting.election.commands.verify_diff", "check that an archive continues an earlier copy"),
    "trustee": ("voting.election.commands.trustee", "make trustees' keys, alone or in a threshold ceremony"),
    "rehearsal": ("voting.election.commands.rehearsal", "let trustees show that they still hold their keys"),
    "credentials": ("voting.election.commands.credentials", "make voting codes and the public list of credentials"),
    "setup": ("voting.election.commands.setup", "draft an election and open it"),
    "cast": ("voting.election.commands.cast", "make a ballot, cast it, or challenge it"),
    "tally": ("voting.election.commands.tally", "close the voting and publish the encrypted tally"),
    "shuffle": ("voting.election.commands.shuffle", "shuffle NonHomomorphic answers, and prove it"),
    "decrypt": ("voting.election.commands.decrypt", "decrypt a trustee's part of the verified tally"),
    "result": ("voting.election.commands.result", "combine the partial decryptions into the result"),
    "abstention": ("voting.election.commands.abstention", "prove that no ballot was cast with a credential"),
    "log": ("voting.log.cli", "check receipts and checkpoints of the transparency log, or witness one"),
    "opinions": ("voting.opinions.cli", "analyse an opinion round, or recompute a published analysis"),
}


class Command(Protocol):
    """What a command's module offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's arguments; the description holds an example."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it and return the exit status; raise a `VotingError` to fail."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or words[0] in {"-h", "--help"}:
        print(_overview())
        return OK if words else UNREADABLE
    name = words[0]
    if name not in COMMANDS:
        print(f"python -m voting: no command '{name}'\n\n{_overview()}", file=sys.stderr)
        return UNREADABLE
    module, summary = COMMANDS[name]
    command = cast("Command", importlib.import_module(module))
    parser = argparse.ArgumentParser(
        prog=f"python -m voting {name}",
        description=summary,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_arguments(parser)
    try:
        arguments = parser.parse_args(words[1:])
    except SystemExit as exit_:
        return OK if exit_.code == 0 else UNREADABLE
    return _run(command, arguments)


def _run(command: Command, arguments: argparse.Namespace) -> int:
    try:
        return command.run(arguments)
    except (VerificationError, InfeasibleError) as error:
        print(f"FAILED: {type(error).__name__}: {error}", file=sys.stderr)
        return FAILED
    except (UnreadableInputError, OSError) as error:
        print(f"UNREADABLE: {type(error).__name__}: {error}", file=sys.stderr)
        return UNREADABLE
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return UNREADABLE
    except Exception:  # noqa: BLE001 - the last line of defence: an unforeseen error must never look like success
        traceback.print_exc()
        return UNREADABLE


def _overview() -> str:
    lines = ["usage: python -m voting COMMAND …", "", "commands:"]
    lines += [f"  {name:<12} {summary}" for name, (_, summary) in COMMANDS.items()]
    lines += ["", "exit status: 0 full success, 1 verification failed, 2 usage error or unreadable input"]
    return "\n".join(lines)
