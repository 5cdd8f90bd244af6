"""``python -m voting cast``: make a ballot, cast it, or challenge it."""

import argparse
from pathlib import Path

from voting.election.archive import ArchiveWriter
from voting.election.casting import Opening, make_ballot, open_challenged
from voting.election.checking import ElectionContext, check_ballot
from voting.election.commands.credentials import private_credential
from voting.election.commands.terminal import UnreadableFileError, add_step, read_file, say, understood, write_file
from voting.election.credentials import PublicCredentials
from voting.election.definition import Election
from voting.election.events import EventType, require_allowed
from voting.election.questions import LARGEST_RANK
from voting.election.shape import read_array, read_integer, read_json
from voting.election.verify.index import ArchiveIndex, index_archive
from voting.encoding import canonical_json

_VOTE = """\
A vote has one list per question: 0 or 1 per answer (where blank is allowed, one more in front: 1 for a blank vote), or
a number of 0 to 255 per answer of a NonHomomorphic question.
"""
_MAKE = """\
  python -m voting cast make 4R8BtGkq2sMZ3x.bel --code-file my-code.txt --vote '[[1,0,0]]' --out ballot.json
      prints the tracker, and keeps ballot.json.opening (secret: publish it only to challenge the ballot)
"""
_APPEND = "  python -m voting cast append 4R8BtGkq2sMZ3x.bel --ballot ballot.json\n"
_CHALLENGE = """\
  python -m voting cast challenge 4R8BtGkq2sMZ3x.bel --ballot ballot.json --opening ballot.json.opening
      shows what the ballot holds; it can never be cast afterwards: keep its tracker with --challenged
"""
EXAMPLE = f"examples:\n{_MAKE}{_APPEND}{_CHALLENGE}\n{_VOTE}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = EXAMPLE
    actions = parser.add_subparsers(dest="action", required=True)
    make = add_step(actions, "make", "encrypt and sign a vote; shows the tracker", f"{_MAKE}\n{_VOTE}")
    make.add_argument("archive", type=Path, help="the election's .bel file")
    make.add_argument("--code-file", type=Path, required=True, metavar="FILE", help="a file with the voting code")
    vote = make.add_mutually_exclusive_group(required=True)
    vote.add_argument("--vote", metavar="JSON", help="the choices; other users of this machine may see them")
    vote.add_argument("--vote-file", type=Path, metavar="FILE", help="the same from a file")
    make.add_argument("--out", type=Path, required=True, metavar="FILE", help="the ballot; FILE.opening is kept beside")
    append = add_step(actions, "append", "check a ballot as the ballot box does, and cast it", _APPEND)
    append.add_argument("archive", type=Path, help="the election's .bel file")
    append.add_argument("--ballot", type=Path, required=True, metavar="FILE", help="from `cast make`")
    append.add_argument(
        "--challenged", action="append", default=[], metavar="TRACKER", help="of a challenged ballot (may be repeated)"
    )
    challenge = add_step(actions, "challenge", "open a ballot and show what it holds", _CHALLENGE)
    challenge.add_argument("archive", type=Path, help="the election's .bel file")
    challenge.add_argument("--ballot", type=Path, required=True, metavar="FILE", help="from `cast make`")
    challenge.add_argument("--opening", type=Path, required=True, metavar="FILE", help="what was kept beside it")


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    index = index_archive(arguments.archive)
    election, context = _context(index)
    if arguments.action == "make":
        _make(arguments, election)
    elif arguments.action == "append":
        _append(arguments, index, context)
    else:
        opening = read_file(arguments.opening, lambda data: Opening.parse(data, election))
        votes = open_challenged(context, _ballot(arguments.ballot), opening)
        say(f"{opening.tracker} holds {canonical_json([list(vote) for vote in votes]).decode()}")
    return 0


def _context(index: ArchiveIndex) -> tuple[Election, ElectionContext]:
    setup = next(index.of_type(EventType.SETUP), None)
    if setup is None:
        raise UnreadableFileError(f"{index.path}: an archive without any event")
    data, _, credentials, _ = index.read(setup)
    election = Election.parse(data)
    return election, ElectionContext(election, PublicCredentials.parse(credentials, election.group).weights)


def _make(arguments: argparse.Namespace, election: Election) -> None:
    credential = private_credential(arguments.code_file, election.uuid, election.group)
    text = arguments.vote.encode() if arguments.vote is not None else arguments.vote_file.read_bytes()
    prepared = understood(lambda: make_ballot(election, credential, _read_votes(text.strip())))
    write_file(arguments.out, prepared.data)
    write_file(arguments.out.with_name(arguments.out.name + ".opening"), prepared.opening.to_bytes(), secret=True)
    say(f"tracker: {prepared.tracker}")


def _read_votes(text: bytes) -> list[list[int]]:
    rows = read_array(read_json(text, "vote"), "vote")
    return [[read_integer(item, "choice", most=LARGEST_RANK) for item in read_array(row, "answer")] for row in rows]


def _append(arguments: argparse.Namespace, index: ArchiveIndex, context: ElectionContext) -> None:
    data = _ballot(arguments.ballot)
    cast = {index.tracker(ballot) for ballot in range(index.ballot_count)}
    checked = check_ballot(context, data, cast=cast, challenged=frozenset(arguments.challenged))
    writer = ArchiveWriter(index.path, index.timestamp, index.head)
    require_allowed(index.head, writer.next_event(EventType.BALLOT, data), shuffled=context.election.is_shuffled)
    record = writer.append(EventType.BALLOT, data)
    say(f"tracker: {checked.tracker}\nevent {record.event.height}: {record.event.hash}")


def _ballot(path: Path) -> bytes:
    return path.read_bytes().removesuffix(b"\n")
