"""What the commands that continue an archive share: verify it first, then append."""

import argparse
from pathlib import Path

from voting.election.archive import ArchiveWriter
from voting.election.commands.terminal import add_jobs, progress_bar, say
from voting.election.events import EventType
from voting.election.verify.report import Demands
from voting.election.verify.run import examine_archive
from voting.election.verify.state import VerifiedElection


def add_archive(parser: argparse.ArgumentParser) -> None:
    """Declare the archive and how it is verified before anything is done with it."""
    parser.add_argument("archive", type=Path, help="the election's .bel file")
    parser.add_argument("--earlier", type=Path, metavar="FILE", help="an earlier copy, which must be continued")
    add_jobs(parser)


def examine(arguments: argparse.Namespace) -> VerifiedElection:
    """Verify the archive as far as it goes.

    Raises:
        VotingError: it is wrong; nothing is done on its ground.
    """
    # The strong proofs of other trustees are not this act's concern: they stand beside the archive, for its readers.
    demands = Demands(finished=False, strong_decryption=False, earlier=arguments.earlier)
    with progress_bar("verifying", quiet=arguments.quiet) as progress:
        return examine_archive(arguments.archive, demands, jobs=arguments.jobs, progress=progress)


def append(verified: VerifiedElection, kind: EventType, *payloads: bytes) -> None:
    """Append an event to the archive that was verified, and say its hash."""
    writer = ArchiveWriter(verified.index.path, verified.index.timestamp, verified.head)
    record = writer.append(kind, *payloads)
    say(f"event {record.event.height} {kind}: {record.event.hash}")
