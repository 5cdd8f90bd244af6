"""``python -m voting verify-diff``: what a monitor asks of two copies of an archive."""

import argparse
from collections import Counter
from pathlib import Path

from voting.election.archive import require_continues_copy
from voting.election.commands.terminal import progress_bar, say
from voting.election.errors import IncompleteElectionError
from voting.election.events import Event, EventType
from voting.election.verify.index import ArchiveIndex, index_archive
from voting.encoding import JSON, canonical_json

EXAMPLE = """\
example:
  python -m voting verify-diff monday.bel 4R8BtGkq2sMZ3x.bel          today's copy must continue Monday's

Both files are read whole: every byte in its place, every event in the chain. Whether what they hold is right is for
`python -m voting verify` to say. With --json, the trackers of the ballots that were added are listed.

exit status: 0 the later file continues the earlier, 1 it does not or one of them is wrong, 2 a file cannot be read
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = EXAMPLE
    parser.add_argument("earlier", type=Path, help="the copy that was kept")
    parser.add_argument("later", type=Path, help="the copy of today")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--quiet", action="store_true", help="show no progress")


def run(arguments: argparse.Namespace) -> int:
    """Read both, compare, and tell what was added."""
    before, now = (_read(path, quiet=arguments.quiet) for path in (arguments.earlier, arguments.later))
    (earlier, earlier_head), (later, head) = before, now
    added_bytes = require_continues_copy(arguments.later, arguments.earlier)
    added = _added(earlier, later)
    if arguments.json:
        trackers: list[JSON] = [later.tracker(ballot) for ballot in range(earlier.ballot_count, later.ballot_count)]
        report: JSON = {
            "continues": True,
            "earlier": {"height": earlier_head.height, "hash": earlier_head.hash},
            "head": {"height": head.height, "hash": head.hash},
            "added_bytes": added_bytes,
            "added_events": {kind.value: count for kind, count in added.items()},
            "added_ballots": trackers,
        }
        say(canonical_json(report).decode())
        return 0
    say(f"{arguments.earlier}: {earlier_head.height + 1} events, head {earlier_head.hash}")
    say(f"{arguments.later}: {head.height + 1} events, head {head.hash}")
    listed = ", ".join(f"{count} {kind}" for kind, count in added.items()) or "nothing"
    say(f"CONTINUED: added {listed}")
    return 0


def _read(path: Path, *, quiet: bool) -> tuple[ArchiveIndex, Event]:
    with progress_bar(f"reading {path.name}", quiet=quiet) as progress:
        index = index_archive(path, progress=progress)
    if index.head is None:
        raise IncompleteElectionError(f"{path}: an archive without any event")
    return index, index.head


def _added(earlier: ArchiveIndex, later: ArchiveIndex) -> Counter[EventType]:
    """Count what was added by type, in the order of an election."""
    found: Counter[EventType] = Counter()
    if ballots := later.ballot_count - earlier.ballot_count:
        found[EventType.BALLOT] = ballots
    for indexed in later.events[len(earlier.events) :]:
        found[indexed.event.type] += 1
    return found
