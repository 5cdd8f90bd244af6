"""``python -m voting patterns``: how many different ballots there are, and whether they could mark every voter."""

import argparse
import sys

from voting.allocation.patterns import (
    Patterns,
    approvals,
    baskets,
    choices_by_category,
    longest_ranking,
    points,
    rankings,
)
from voting.cli import OK
from voting.encoding import canonical_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description = """Say how many different ballots a question admits, and whether a coercer could give every voter a mark of their own.

It matters where whole ballots are published after a shuffle; sums mark nobody.

examples:
  python -m voting patterns ranking --items 30 --most 3 --voters 3000
  python -m voting patterns approval --items 20 --most 5 --voters 771
  python -m voting patterns categories --sizes 6,4 --most 2 --voters 771
  python -m voting patterns points --items 8 --most 10 --per-item 5 --voters 771
  python -m voting patterns basket --costs 9000000,7500000,6000000 --envelope 15000000 --voters 771 --json"""
    parser.add_argument("kind", choices=("ranking", "approval", "categories", "points", "basket"))
    parser.add_argument("--items", type=int, default=0, metavar="N", help="how many items there are")
    parser.add_argument("--most", type=int, default=0, metavar="K", help="how many are ranked or chosen, or all points")
    parser.add_argument("--per-item", type=int, default=0, metavar="P", help="the most points for one item")
    parser.add_argument("--sizes", type=_numbers, default=[], metavar="N,N…", help="items of each category")
    parser.add_argument("--costs", type=_numbers, default=[], metavar="W,W…", help="costs of the items")
    parser.add_argument("--envelope", type=int, default=0, metavar="W", help="the money of a basket")
    parser.add_argument("--voters", type=int, required=True, metavar="N", help="how many may vote")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Count and print.

    Raises:
        ImpossibleBallotsError: negative numbers, or more items than can be counted.
    """
    found = _patterns(arguments)
    longest = longest_ranking(arguments.items, arguments.voters) if arguments.kind == "ranking" else None
    if arguments.json:
        data = {
            "ballots": str(found.ballots),
            "beside_one_choice": str(found.beside),
            "voters": arguments.voters,
            "can_mark_every_voter": found.can_mark(arguments.voters),
        }
        sys.stdout.write(canonical_json(data | ({} if longest is None else {"longest": longest})).decode() + "\n")
        return OK
    verdict = "enough to mark every voter" if found.can_mark(arguments.voters) else "too few to mark every voter"
    sys.stdout.write(
        f"different ballots: {found.ballots:,}\nof them beside one dictated choice: {found.beside:,}\n"
        f"voters: {arguments.voters:,} ({float(found.per_voter(arguments.voters)):,.1f} ballots for each)\n{verdict}\n"
    )
    if longest is not None:
        sys.stdout.write(f"longest ranking that is not: {longest}\n")
    return OK


def _patterns(arguments: argparse.Namespace) -> Patterns:
    match arguments.kind:
        case "ranking":
            return rankings(arguments.items, arguments.most)
        case "approval":
            return approvals(arguments.items, arguments.most)
        case "categories":
            return choices_by_category(arguments.sizes, arguments.most)
        case "points":
            return points(arguments.items, arguments.most, arguments.per_item)
        case _:
            return baskets(arguments.costs, arguments.envelope)


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]
