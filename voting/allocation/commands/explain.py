"""``python -m voting explain``: why each project was funded or not, round by round, and how fair the list is."""

import argparse
import sys

from voting.allocation.commands.arguments import add_rule_arguments, read_arguments
from voting.allocation.commands.output import amount, decision, rounded
from voting.allocation.explanation.english import english_sentence
from voting.allocation.explanation.facts import Account
from voting.allocation.explanation.korean import korean_sentence
from voting.allocation.explanation.missing import english_what_if, korean_what_if
from voting.allocation.explanation.report import Report, SideBySide, explain
from voting.allocation.explanation.wording import Money, decimal, percent
from voting.allocation.fairness import Fairness, Proportion
from voting.allocation.rule_file import rule_to_value
from voting.cli import OK
from voting.encoding import JSON, canonical_json

_Texts = dict[str, tuple[str, str]]
_TEXTS: _Texts = {
    "rounds": ("차례대로 무엇을 샀나 (1인당 몫 {0})", "Round by round (share of every voter: {0})"),
    "round": (
        "  {0}. {1}: {2}명이 많아야 {3}씩, 유효 지지 {4}명",
        "  {0}. {1}: {2} payers, at most {3} each, effective support {4}",
    ),
    "fairness": ("고르게 돌아갔나", "Fairness"),
    "panel": (
        "  빈손인 사람 {0} · 1인당 선정된 지지 사업 {1}건 · 예산 사용 {2} · 몫의 지니계수 {3}",
        "  empty-handed {0} · funded projects per voter {1} · budget used {2} · Gini of the money share {3}",
    ),
    "deserving": (
        "  대표성 점검에 걸린 사업: {0}",
        "  projects that fail the representation check: {0}",
    ),
    "none": ("없음", "none"),
    "greedy": ("다득표순으로 했다면", "Side by side with greedy"),
    "beside": (
        "  여기서만 선정: {0} · 다득표순에서만 선정: {1} · 여기서 더 얻는 사람 {2}명, 다득표순에서 더 얻는 사람 {3}명",
        "  only here: {0} · only greedy: {1} · voters with more here {2}, with more under greedy {3}",
    ),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description = """Say why each project is funded or not, round by round, beside the greedy list, and how fair the list is.

examples:
  python -m voting explain ballots.pb --rule equal-shares --completion add1 --language en
  python -m voting explain ballots.pb --rule-file rule.json --json"""
    add_rule_arguments(parser)
    parser.add_argument("--language", choices=["ko", "en"], default="ko", help="of the text (default: ko)")


def run(arguments: argparse.Namespace) -> int:
    """Count, explain and print."""
    file, rule = read_arguments(arguments)
    report = explain(file.election, rule)
    if arguments.json:
        sys.stdout.write(canonical_json(report_to_value(report)).decode() + "\n")
    else:
        sys.stdout.write("\n".join(_lines(report, 0 if arguments.language == "ko" else 1)) + "\n")
    return OK


def report_to_value(report: Report) -> dict[str, JSON]:
    """Return a report as a JSON object."""
    account = report.account
    missing = {entry.project_id: entry for entry in report.what_ifs}
    projects: dict[str, JSON] = {}
    for facts in account.facts:
        entry = decision(account, facts)
        what_if = missing.get(facts.project_id)
        if what_if is not None:
            cost = what_if.winning_cost
            entry["winning_cost"] = None if cost is None else amount(account, cost)
            entry["votes_missing"] = what_if.votes_missing
        if facts.standing is not None:
            entry["supporters"] = facts.standing.supporters
            entry["share_of_cost"] = rounded(facts.standing.share_of_cost)
            entry["paid_for_others"] = [
                {
                    "project": account.election.projects[flow.project].id,
                    "amount": rounded(flow.amount / account.election.money_scale),
                    "supporters": flow.supporters,
                }
                for flow in facts.flows
            ]
        projects[facts.project_id] = entry
    return {
        "rule": rule_to_value(account.rule),
        "funded": list(account.outcome.funded),
        "total_cost": amount(account, account.outcome.total_cost),
        "unspent": amount(account, account.outcome.unspent),
        "projects": projects,
        "rounds": _rounds(account),
        "endowment": None if account.trace is None else rounded(account.trace.endowment / account.election.money_scale),
        "comparison_step": _comparison(account),
        "fairness": None if report.fairness is None else _fairness(report.fairness),
        "greedy": None if report.greedy is None else _greedy(report.greedy),
    }


def _rounds(account: Account) -> list[JSON]:
    if account.trace is None:
        return []
    scale = account.election.money_scale
    return [
        {
            "project": account.election.projects[round_.project].id,
            "payers": round_.payers,
            "in_full": round_.in_full,
            "largest_payment": rounded(round_.largest_payment / scale),
            "effective_support": rounded(round_.effective_support),
            "money_left": rounded(round_.money_left / scale),
        }
        for round_ in account.trace.rounds
    ]


def _comparison(account: Account) -> JSON:
    step = account.outcome.comparison
    if step is None:
        return None
    return {
        "prefer_shares": step.prefer_shares,
        "prefer_greedy": step.prefer_greedy,
        "takes_greedy": step.takes_greedy,
    }


def _fairness(fairness: Fairness) -> dict[str, JSON]:
    return {
        "voters": fairness.voters,
        "satisfied": fairness.satisfied,
        "empty_handed": rounded(fairness.empty_handed),
        "funded_per_voter": rounded(fairness.funded_per_voter),
        "budget_used": rounded(fairness.budget_used),
        "gini": rounded(fairness.gini),
        "categories": _proportions(fairness.categories),
        "areas": _proportions(fairness.areas),
        "deserving": [
            {"project": claim.project_id, "group": claim.group, "entitlement": rounded(claim.entitlement)}
            for claim in fairness.deserving
        ],
    }


def _proportions(proportions: tuple[Proportion, ...]) -> list[JSON]:
    return [
        {"label": entry.label, "support": rounded(entry.support), "money": rounded(entry.money)}
        for entry in proportions
    ]


def _greedy(beside: SideBySide) -> dict[str, JSON]:
    return {
        "funded": list(beside.outcome.funded),
        "only_here": list(beside.only_here),
        "only_greedy": list(beside.only_greedy),
        "more_here": beside.more_here,
        "more_greedy": beside.more_greedy,
        "alike": beside.alike,
        "fairness": _fairness(beside.fairness),
    }


def _lines(report: Report, language: int) -> list[str]:
    account = report.account
    money = Money(account.election.currency, account.election.money_scale)
    write = money.korean if language == 0 else money.english
    sentence = korean_sentence if language == 0 else english_sentence
    lacking = korean_what_if if language == 0 else english_what_if

    def text(key: str, *values: str) -> str:
        return _TEXTS[key][language].format(*values)

    missing = {entry.project_id: entry for entry in report.what_ifs}
    lines = []
    for facts in sorted(account.facts, key=lambda facts: (not facts.reason.funded, facts.rank)):
        line = f"[{facts.project_id}] {sentence(account, facts)}"
        what_if = missing.get(facts.project_id)
        lacked = "" if what_if is None else lacking(account, what_if)
        if lacked:
            line += " " + lacked
        lines.append(line)
    if account.trace is not None:
        lines += ["", text("rounds", write(account.trace.endowment))]
        lines += [
            text(
                "round",
                str(number),
                account.name_at(round_.project),
                decimal(round_.payers),
                write(round_.largest_payment),
                decimal(round_.effective_support, 1),
            )
            for number, round_ in enumerate(account.trace.rounds, 1)
        ]
    if report.fairness is not None:
        fairness = report.fairness
        lines += ["", text("fairness")]
        lines.append(
            text(
                "panel",
                percent(fairness.empty_handed),
                decimal(fairness.funded_per_voter, 2),
                percent(fairness.budget_used),
                decimal(fairness.gini, 3),
            )
        )
        names = ", ".join(claim.project_id for claim in fairness.deserving) or text("none")
        lines.append(text("deserving", names))
    if report.greedy is not None:
        beside = report.greedy
        none = text("none")
        lines += ["", text("greedy")]
        lines.append(
            text(
                "beside",
                ", ".join(beside.only_here) or none,
                ", ".join(beside.only_greedy) or none,
                decimal(beside.more_here),
                decimal(beside.more_greedy),
            )
        )
    return lines
