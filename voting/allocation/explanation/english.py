"""One English sentence per decision."""

from voting.allocation.explanation.facts import Account, Facts
from voting.allocation.explanation.wording import Money, decimal, listed, percent
from voting.allocation.outcome import Reason
from voting.allocation.rule import RuleName

_SHOWN = 3

_SENTENCES = {
    Reason.RANKED: "{name} was funded: with {score} it ranked {rank}, and its cost of {cost} fitted into the {left} left.",
    Reason.RESERVED: "{name} was funded: with {score} it took a place reserved for its category.",
    Reason.BEST_SET: "{name} was funded: it had {score} and belongs to the affordable set with the largest total.",
    Reason.FILLED: (
        "{name} was funded: with {votes} its turn came to fill up, and its cost of {cost} fitted into the {left} that "
        "the shares had left."
    ),
    Reason.PARTLY: (
        "{name} was funded in part: its full cost of {cost} no longer fitted, and being adjustable it was granted "
        "{granted}."
    ),
    Reason.BOUGHT: (
        "{name} was funded: {payers} supporters paid its cost of {cost} from their shares of {share}, at most {most} each."
    ),
    Reason.NO_SUPPORT: "{name} was not funded: nobody supported it.",
    Reason.TOO_FEW_VOTES: "{name} was not funded: it needed {needed} and had {votes}.",
    Reason.BELOW_THRESHOLD: "{name} was not funded: it had {score}, below the threshold of {needed}.",
    Reason.BELOW_FLOOR: "{name} was not funded: for its cost of {cost} it needed {needed} and had {votes}.",
    Reason.NO_MAJORITY: (
        "{name} was rejected: {yes} voted yes and {no} voted no, and a majority would have been {needed} yes votes."
    ),
    Reason.OVER_BUDGET: "{name} could not be funded: its cost of {cost} exceeds the whole budget of {budget}.",
    Reason.DOES_NOT_FIT: (
        "{name} was not funded: with {score} it ranked {rank}, but after {ahead} the {left} left did not reach its cost "
        "of {cost}."
    ),
    Reason.AFTER_STOP: (
        "{name} was not funded: with {score} it ranked {rank}, and the count had ended at {ahead}, which exceeded the "
        "money left."
    ),
    Reason.CONFLICT: (
        "{name} was not funded: it had {score}, but {ahead}, with which it cannot be combined, was funded before it."
    ),
    Reason.NO_PLACE_LEFT: (
        "{name} was not funded: with {score} it ranked {rank}, and all places ({number}) were taken before it."
    ),
    Reason.CATEGORY_FULL: (
        "{name} was not funded: it had {score}, but the places of its category ({number}) were taken by {ahead}."
    ),
    Reason.CATEGORY_SPENT: (
        "{name} was not funded: it had {score}, but its cost of {cost} exceeds what was left of its category's limit."
    ),
    Reason.SUPPORTERS_SPENT: (
        "{name} was not funded: its supporters ({supporters}) had {left} of their shares left, {percent} of its cost of "
        "{cost}{flows}."
    ),
    Reason.NOT_IN_BEST_SET: (
        "{name} was not funded: it had {score}, but no affordable set that includes it at {cost} has a larger total."
    ),
}
_FREE = "{name} was funded: it has support and costs nothing."
_NO_POINTS = "{name} was not funded: it had {score} and needed more than 0."
_NEEDS_VOTES = {Reason.TOO_FEW_VOTES, Reason.BELOW_FLOOR}


def english_sentence(account: Account, facts: Facts) -> str:
    """Say in one English sentence why a project was funded or not."""
    sentence = _SENTENCES[facts.reason]
    if facts.reason is Reason.BOUGHT and facts.cost == 0:
        sentence = _FREE
    elif facts.reason is Reason.NO_SUPPORT and facts.decision.votes:
        sentence = _NO_POINTS
    return sentence.format(**_words(account, facts))


def _words(account: Account, facts: Facts) -> dict[str, str]:
    election, decision = account.election, facts.decision
    money = Money(election.currency, election.money_scale)
    names = [account.name_of(project_id) for project_id in facts.ahead]
    shown = 1 if facts.reason in {Reason.CONFLICT, Reason.AFTER_STOP} else _SHOWN
    left = facts.had if facts.standing is not None else decision.money_left
    needed = facts.needed or 0
    words = {
        "name": f"‘{facts.name}’",
        "rank": decimal(facts.rank),
        "votes": _counted(decision.votes, "vote"),
        "score": _score(account, facts),
        "cost": money.english(facts.cost),
        "granted": money.english(decision.granted),
        "left": money.english(left or 0),
        "budget": money.english(election.budget),
        "needed": _counted(int(needed), "vote") if facts.reason in _NEEDS_VOTES else decimal(needed, 2),
        "number": decimal(len(names)),
        "ahead": listed(names, most=shown, korean=False),
    }
    answers = election.yes_no.get(facts.project_id)
    if answers is not None:
        words |= {"yes": f"{answers.yes:,}", "no": f"{answers.no:,}"}
    if facts.purchase is not None and account.trace is not None:
        words |= {
            "payers": decimal(facts.purchase.payers),
            "share": money.english(account.trace.endowment),
            "most": money.english(facts.purchase.largest_payment),
        }
    if facts.standing is not None:
        paid = [f"{money.english(flow.amount)} to ‘{account.name_at(flow.project)}’" for flow in facts.flows[:_SHOWN]]
        words |= {
            "supporters": decimal(facts.standing.supporters),
            "percent": percent(facts.standing.share_of_cost),
            "flows": f"; they had paid {', '.join(paid)}" if paid else "",
        }
    return words


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _score(account: Account, facts: Facts) -> str:
    if account.rule.combination:
        return f"a combined score of {decimal(facts.decision.score * 100, 2)}"
    if account.counts_points and account.rule.name is not RuleName.PHRAGMEN:
        return f"{decimal(facts.decision.score, 2)} points"
    return _counted(facts.decision.votes, "vote")
