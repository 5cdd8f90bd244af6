"""What the commands share of the terminal: files, progress, numbers of processes."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from voting.election.errors import ElectionRefusedError
from voting.election.progress import Progress
from voting.election.shape import read_uuid
from voting.errors import UnreadableInputError

Read = TypeVar("Read")


class UnreadableFileError(UnreadableInputError):
    """A file given on the command line does not hold what it should; the message says which file and why."""


def read_file(path: Path, read: Callable[[bytes], Read]) -> Read:
    """Read an object from a file; a final line feed is ignored.

    Raises:
        UnreadableFileError: the file holds something else (exit status 2).
        OSError: it cannot be opened.
    """
    try:
        return read(path.read_bytes().removesuffix(b"\n"))
    except ElectionRefusedError as error:
        raise UnreadableFileError(f"{path}: {type(error).__name__}: {error}") from None


def write_file(path: Path, data: bytes, *, secret: bool = False) -> None:
    """Write a new file; a secret one can be read by its owner only. An existing file is never overwritten."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if secret else 0o644)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


def understood(act: Callable[[], Read]) -> Read:
    """Do something with what was typed; what it refuses is a usage error (exit status 2).

    Raises:
        UnreadableFileError: with the refusal's text.
    """
    try:
        return act()
    except ElectionRefusedError as error:
        raise UnreadableFileError(f"{type(error).__name__}: {error}") from None


def uuid_argument(text: str) -> str:
    """Read an election's identifier from the command line."""
    try:
        return read_uuid(text)
    except ElectionRefusedError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def add_jobs(parser: argparse.ArgumentParser) -> None:
    """Declare ``--jobs`` and ``--quiet``."""
    parser.add_argument(
        "--jobs",
        type=_positive,
        default=os.cpu_count() or 1,
        metavar="N",
        help="number of processes (default: one per core); the verdict does not depend on it",
    )
    parser.add_argument("--quiet", action="store_true", help="show no progress")


def add_step(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, what: str, example: str
) -> argparse.ArgumentParser:
    """Declare one step of a command, whose help shows an example of its own."""
    return actions.add_parser(
        name,
        help=what,
        description=what,
        epilog=f"example:\n{example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


@contextmanager
def progress_bar(what: str, *, quiet: bool) -> Iterator[Progress | None]:
    """Show a progress bar on standard error while something works, or nothing where that is no terminal.

    The line is wiped at the end, so that neither a report nor a refusal is written behind the bar.
    """
    if quiet or not sys.stderr.isatty():
        yield None
        return
    shown = ""

    def show(done: int, total: int) -> None:
        nonlocal shown
        bar = "#" * (30 * done // total if total else 30)
        line = f"{what} [{bar:<30}] {done:,}/{total:,}"
        if line != shown:
            sys.stderr.write(f"\r{line:<{len(shown)}}")
            sys.stderr.flush()
            shown = line

    try:
        yield show
    finally:
        sys.stderr.write(f"\r{'':<{len(shown)}}\r")
        sys.stderr.flush()


def say(text: str) -> None:
    """Print to standard output."""
    sys.stdout.write(text + "\n")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number
