"""``python -m voting opinions``: analyse an opinion round, or recompute a published analysis."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from voting.encoding import parse_json
from voting.opinions.analysis import Analysis, analyse
from voting.opinions.csvfile import parse_id, read_votes
from voting.opinions.errors import MalformedRunError, MalformedVotesError
from voting.opinions.record import MOST_RESAMPLES, freeze, verify_run
from voting.opinions.stability import RESAMPLES
from voting.opinions.votes import Id, VoteTable

_EXAMPLES = """\
examples:
  python -m voting opinions analyse votes.csv --moderated-out 3,17 --meta 1,2 --json run.json
  python -m voting opinions analyse votes.csv --mode polis --json -
  python -m voting opinions verify run.json votes.csv --digest 5f2c…

VOTES.csv has the columns participant, statement, vote (1 agree, -1 disagree, 0 pass) and timestamp; the last vote of a
participant on a statement wins. The record holds counts, groups, group_informed_consensus, consensus, representative,
priorities, silhouette, stability and every intermediate value; 'verify' computes it again from the votes.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the two actions."""
    parser.epilog = _EXAMPLES
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    compute = actions.add_parser("analyse", help="analyse a file of votes")
    compute.add_argument("votes", type=Path, metavar="VOTES.csv")
    compute.add_argument("--moderated-out", type=_ids, default=(), metavar="IDS", help="rejected statements, 3,17,…")
    compute.add_argument("--meta", type=_ids, default=(), metavar="IDS", help="statements about the person asked")
    compute.add_argument("--mode", choices=("madang", "polis"), default="madang", help="polis: compute as Polis does")
    compute.add_argument(
        "--groups", type=Path, metavar="FILE", help='use these groups: JSON, {"0": [participant, …], …}'
    )
    compute.add_argument("--group-count", type=int, choices=range(2, 6), metavar="K", help="insist on K groups, 2 to 5")
    compute.add_argument("--seed", type=_natural, default=0, metavar="N", help="of everything drawn (default 0)")
    compute.add_argument(
        "--resamples", type=_resamples, default=RESAMPLES, metavar="N", help="for the stability (default 20)"
    )
    compute.add_argument("--json", type=Path, metavar="OUT", help="write the record there; - for standard output")
    check = actions.add_parser("verify", help="recompute a published record from the votes")
    check.add_argument("record", type=Path, metavar="RUN.json")
    check.add_argument("votes", type=Path, metavar="VOTES.csv")
    check.add_argument("--digest", metavar="HEX", help="the SHA-256 that was announced")


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked; 0 on success."""
    return _verify(arguments) if arguments.action == "verify" else _analyse(arguments)


def _analyse(arguments: argparse.Namespace) -> int:
    table = VoteTable.from_events(read_votes(arguments.votes.read_bytes()))
    unknown = [item for item in (*arguments.moderated_out, *arguments.meta) if item not in set(table.statements)]
    if unknown:
        print(f"note: no votes on {', '.join(map(str, unknown))}", file=sys.stderr)
    analysis = analyse(
        table,
        None if arguments.groups is None else _groups(arguments.groups.read_bytes()),
        arguments.moderated_out,
        arguments.meta,
        arguments.mode,
        seed=arguments.seed,
        group_count=arguments.group_count,
        resamples=arguments.resamples,
    )
    frozen = freeze(analysis)
    if arguments.json is not None and str(arguments.json) == "-":
        sys.stdout.write(frozen.document.decode() + "\n")
        return 0
    if arguments.json is not None:
        arguments.json.write_bytes(frozen.document)
    _summarise(analysis)
    print(f"record sha256 {frozen.sha256}")
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    data = arguments.record.read_bytes()
    analysis = verify_run(data, read_votes(arguments.votes.read_bytes()), digest=arguments.digest)
    _summarise(analysis)
    print("VERIFIED: the votes give exactly this record" + ("" if arguments.digest is None else ", the one announced"))
    return 0


def _summarise(analysis: Analysis) -> None:
    people, statements = analysis.table.shape
    print(f"participants {people}, statements {statements}, votes {len(analysis.table.values)}")
    print(f"analysed {int(analysis.analysed.included.sum())} (at least {analysis.analysed.required_votes} votes)")
    for title, listed in (("agree", analysis.consensus.agree), ("disagree", analysis.consensus.disagree)):
        for item in listed:
            votes = item.agree if title == "agree" else item.disagree
            print(f"most {title}: statement {item.statement}, {votes} of {item.seen}")
    sizes = ", ".join(str(len(group.members)) for group in analysis.groups)
    silhouette = "none" if analysis.silhouette is None else f"{analysis.silhouette:.3f}"
    stability = "not measured" if analysis.stability is None else f"{analysis.stability.mean:.3f}"
    print(f"groups of {sizes}; silhouette {silhouette}, stability {stability}")
    refusals = ", ".join(analysis.gate.refusals)
    print("groups may be shown" if analysis.gate.is_open else f"groups are not to be shown: {refusals}")


def _groups(data: bytes) -> dict[int, Sequence[Id]]:
    found = parse_json(data)
    if not isinstance(found, dict) or not found:
        raise MalformedRunError("the groups are not a JSON object of lists of participants")
    groups: dict[int, Sequence[Id]] = {}
    for label, members in found.items():
        name = parse_id(label)
        if not isinstance(name, int) or not isinstance(members, list):
            raise MalformedRunError("the groups are not a JSON object of lists of participants")
        if not all(isinstance(person, str) or type(person) is int for person in members):
            raise MalformedRunError(f"group {label} holds something that is not an id")
        groups[name] = [parse_id(str(person)) for person in members]
    return groups


def _ids(text: str) -> tuple[Id, ...]:
    try:
        return tuple(parse_id(part.strip()) for part in text.split(",")) if text.strip() else ()
    except MalformedVotesError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of ids") from None


def _natural(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def _resamples(text: str) -> int:
    number = _natural(text)
    if number > MOST_RESAMPLES:
        raise argparse.ArgumentTypeError(f"more than {MOST_RESAMPLES}")
    return number
