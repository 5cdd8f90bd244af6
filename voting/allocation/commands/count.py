"""``python -m voting count``: recount an election from its ballots."""

import argparse
import sys

from voting.allocation.commands.arguments import add_rule_arguments, read_arguments
from voting.allocation.commands.output import amount, decision
from voting.allocation.counting import count
from voting.allocation.explanation.facts import Account, give_account
from voting.allocation.explanation.korean import korean_sentence
from voting.allocation.explanation.wording import Money
from voting.cli import OK
from voting.encoding import canonical_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description = """Recount an election from its ballots: which projects are funded, in order, and why the others are not.

examples:
  python -m voting count ballots.pb --rule greedy
  python -m voting count ballots.pb --rule equal-shares --completion add1 --increment 100 --json
  python -m voting count ballots.pb --rule equal-shares --ties lottery-order.txt
  python -m voting count ballots.pb --rule-file rule.json --json"""
    add_rule_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Count and print the funded list, with the reason for every project."""
    file, rule = read_arguments(arguments)
    account = give_account(file.election, rule, count(file.election, rule))
    if arguments.json:
        sys.stdout.write(
            canonical_json(
                {
                    "funded": list(account.outcome.funded),
                    "total_cost": amount(account, account.outcome.total_cost),
                    "unspent": amount(account, account.outcome.unspent),
                    "reasons": {facts.project_id: decision(account, facts) for facts in account.facts},
                }
            ).decode()
            + "\n"
        )
    else:
        sys.stdout.write("\n".join(_lines(account)) + "\n")
    return OK


def _lines(account: Account) -> list[str]:
    money = Money(account.election.currency, account.election.money_scale)
    by_id = {facts.project_id: facts for facts in account.facts}
    lines = []
    for place, project_id in enumerate(account.outcome.funded, 1):
        facts = by_id[project_id]
        lines.append(f"{place:>4}. {project_id}  {facts.name}  {money.korean(facts.decision.granted)}")
    lines += [
        "",
        f"배정 {money.korean(account.outcome.total_cost)} · 남은 돈 {money.korean(account.outcome.unspent)}",
        "",
    ]
    lines += [f"  - {korean_sentence(account, facts)}" for facts in account.facts if not facts.reason.funded]
    return lines
