"""Arguments that ``count`` and ``explain`` share: which file, and by which rule."""

import argparse
import sys
from pathlib import Path

from voting.allocation.conditions import Conditions
from voting.allocation.election_file import election_from_json
from voting.allocation.errors import MalformedRuleError
from voting.allocation.pabulib.numbers import exact_number
from voting.allocation.pabulib.reader import PabulibFile, Published, read_pabulib
from voting.allocation.rule import Completion, Rule, RuleName
from voting.allocation.rule_file import rule_from_json
from voting.allocation.scores import Utility
from voting.allocation.ties import TieKey, TieOrder

_TIES = {
    "votes": (TieKey.VOTES, TieKey.COST),
    "cost": (TieKey.COST, TieKey.VOTES),
    "lexico": (TieKey.LEXICO,),
}


def add_rule_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the file and the rule."""
    parser.add_argument(
        "file",
        metavar="FILE",
        type=Path,
        help="projects and ballots: .pb in Pabulib's format, or election.json, which may hold sums instead",
    )
    rule = parser.add_mutually_exclusive_group(required=True)
    rule.add_argument("--rule", choices=[name.value for name in RuleName], help="the counting rule")
    rule.add_argument("--rule-file", type=Path, metavar="FILE", help="the whole rule, as published with the election")
    parser.add_argument(
        "--completion",
        choices=[completion.value for completion in Completion],
        default=Completion.NONE.value,
        help="what Equal Shares does with the money left (default: none)",
    )
    parser.add_argument(
        "--increment", metavar="N", default="1", help="by how much add1 raises every share, in units of currency"
    )
    parser.add_argument(
        "--utility",
        choices=[utility.value for utility in Utility],
        help="what a project is worth to a voter (default: cost, or points where ballots have them)",
    )
    parser.add_argument(
        "--ties",
        metavar="ORDER",
        default="votes",
        help="votes (more votes, then lower cost), cost (lower cost, then more votes), lexico (the id as a string), or "
        "a file with one project id per line: the order of a public lottery (default: votes)",
    )
    parser.add_argument(
        "--compat",
        choices=["pabutools"],
        help="count as that library does where it differs (phragmen: fund what nobody supports, stop at the first misfit)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def read_arguments(arguments: argparse.Namespace) -> tuple[PabulibFile, Rule]:
    """Return the file and the rule; oddities of the file go to standard error.

    Raises:
        MalformedPabulibError, MalformedElectionError: the file cannot be read.
        MalformedRuleError: the arguments do not make a rule.
        OSError: a file is not there.
    """
    data = arguments.file.read_bytes()
    file = _published(data) if data.lstrip()[:1] == b"{" else read_pabulib(data)
    for warning in file.warnings:
        sys.stderr.write(f"{arguments.file}: {warning}\n")
    if arguments.rule_file is not None:
        return file, rule_from_json(arguments.rule_file.read_bytes())
    return file, _rule(arguments, file)


def _published(data: bytes) -> PabulibFile:
    """Read an election that was published as JSON; it claims nothing about its result."""
    election = election_from_json(data)
    nothing = (None,) * len(election.projects)
    return PabulibFile(election=election, meta={}, published=Published(votes=nothing, scores=nothing, selected=nothing))


def _rule(arguments: argparse.Namespace, file: PabulibFile) -> Rule:
    name = RuleName(arguments.rule)
    compatible = arguments.compat == "pabutools"
    threshold = None
    if name is RuleName.GREEDY_THRESHOLD:
        if file.threshold is None:
            raise MalformedRuleError("the file states no min_project_score_threshold, which greedy-threshold needs")
        threshold = file.threshold
    return Rule(
        name=name,
        utility=None if arguments.utility is None else Utility(arguments.utility),
        completion=Completion(arguments.completion),
        increment=_increment(arguments.increment, file.election.money_scale),
        ties=_ties(arguments.ties),
        conditions=Conditions(minimum_votes=0 if compatible else 1, minimum_score=threshold),
        pabutools=compatible and name is RuleName.PHRAGMEN,
    )


def _increment(text: str, scale: int) -> int:
    number = exact_number(text)
    if number is None or number <= 0 or (number * scale).denominator != 1:
        raise MalformedRuleError(f"the increment '{text}' is no positive amount in the file's units")
    return int(number * scale)


def _ties(text: str) -> TieOrder:
    if text in _TIES:
        return TieOrder(keys=_TIES[text])
    try:
        lines = Path(text).read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError:
        raise MalformedRuleError(f"the lottery order '{text}' is not a text in UTF-8") from None
    drawn = tuple(line.strip() for line in lines if line.strip())
    return TieOrder(keys=(TieKey.LOTTERY,), lottery=drawn)
