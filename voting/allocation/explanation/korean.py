"""One Korean sentence per decision. The particles after a word follow its sound: ``{name:은}``."""

from voting.allocation.explanation.facts import Account, Facts
from voting.allocation.explanation.wording import Money, Word, decimal, listed, percent
from voting.allocation.outcome import Reason
from voting.allocation.rule import RuleName

_SHOWN = 3

_SENTENCES = {
    Reason.RANKED: "{name:은} {score:으로} {rank}위였고, 차례가 왔을 때 남은 {left} 안에 사업비 {cost:이} 들어와 선정되었습니다.",
    Reason.RESERVED: "{name:은} {score:으로} 분야에 미리 정해 둔 자리에 들어 선정되었습니다.",
    Reason.BEST_SET: "{name:은} {score:을} 얻었고, 예산 안에서 합계가 가장 큰 조합에 들어 선정되었습니다.",
    Reason.FILLED: "{name:은} 각자의 몫으로 사고 남은 {left} 안에서 {votes:으로} 차례가 되어 사업비 {cost:이} 배정되었습니다.",
    Reason.PARTLY: "{name:은} 사업비 {cost} 전부는 남은 돈에 들어오지 않았으나, 조정할 수 있는 사업이어서 {granted:이} 배정되었습니다.",
    Reason.BOUGHT: (
        "{name:은} 지지자 {payers}명이 각자의 몫 {share} 가운데 많아야 {most}씩 내어 사업비 {cost:을} 모두 마련해 선정되었습니다."
    ),
    Reason.NO_SUPPORT: "{name:은} 지지한 사람이 없어 선정되지 않았습니다.",
    Reason.TOO_FEW_VOTES: "{name:은} {needed}표가 필요했는데 {votes:을} 얻어 선정되지 않았습니다.",
    Reason.BELOW_THRESHOLD: "{name:은} {score:을} 얻어 기준 {needed}{unit}에 이르지 못해 선정되지 않았습니다.",
    Reason.BELOW_FLOOR: "{name:은} 사업비 {cost}에 견주어 {needed}표의 지지가 필요했는데 {votes:을} 얻어 선정되지 않았습니다.",
    Reason.NO_MAJORITY: "{name:은} 찬성 {yes}표, 반대 {no}표로 과반인 {needed}표에 이르지 못해 부결되었습니다.",
    Reason.OVER_BUDGET: "{name:은} 사업비 {cost:이} 전체 예산 {budget}보다 커서 선정될 수 없었습니다.",
    Reason.DOES_NOT_FIT: (
        "{name:은} {score:으로} {rank}위였으나, 앞선 {number}건({ahead})이 배정받고 남은 {left:이} "
        "사업비 {cost}에 모자라 선정되지 않았습니다."
    ),
    Reason.AFTER_STOP: (
        "{name:은} {score:으로} {rank}위였으나, 앞선 {ahead:이} 남은 돈을 넘어 거기서 집계가 끝나 선정되지 않았습니다."
    ),
    Reason.CONFLICT: "{name:은} {score:을} 얻었으나, 함께 할 수 없는 {ahead:이} 먼저 선정되어 선정되지 않았습니다.",
    Reason.NO_PLACE_LEFT: "{name:은} {score:으로} {rank}위였으나, 정해진 {number}건이 앞에서 모두 차서 선정되지 않았습니다.",
    Reason.CATEGORY_FULL: "{name:은} {score:을} 얻었으나, 같은 분야의 {number}자리가 {ahead:으로} 먼저 차서 선정되지 않았습니다.",
    Reason.CATEGORY_SPENT: "{name:은} {score:을} 얻었으나, 사업비 {cost:이} 같은 분야에 남은 한도를 넘어 선정되지 않았습니다.",
    Reason.SUPPORTERS_SPENT: (
        "{name:은} 지지자 {supporters}명에게 남은 몫이 모두 {left:으로} 사업비 {cost}의 {percent}에 그쳐 "
        "선정되지 않았습니다{flows}."
    ),
    Reason.NOT_IN_BEST_SET: (
        "{name:은} {score:을} 얻었으나, 사업비 {cost:을} 들여 넣어도 전체 합계가 더 커지지 않아 선정되지 않았습니다."
    ),
}
_FREE = "{name:은} 지지가 있고 돈이 들지 않아 선정되었습니다."
_NO_POINTS = "{name:은} 얻은 점수가 {score:으로} 0점을 넘지 못해 선정되지 않았습니다."


def korean_sentence(account: Account, facts: Facts) -> str:
    """Say in one Korean sentence why a project was funded or not."""
    sentence = _SENTENCES[facts.reason]
    if facts.reason is Reason.BOUGHT and facts.cost == 0:
        sentence = _FREE
    elif facts.reason is Reason.NO_SUPPORT and facts.decision.votes:
        sentence = _NO_POINTS
    return sentence.format(**_words(account, facts))


def _words(account: Account, facts: Facts) -> dict[str, Word]:
    election, decision = account.election, facts.decision
    money = Money(election.currency, election.money_scale)
    names = [account.name_of(project_id) for project_id in facts.ahead]
    shown = 1 if facts.reason in {Reason.CONFLICT, Reason.AFTER_STOP} else _SHOWN
    left = facts.had if facts.standing is not None else decision.money_left
    words = {
        "name": f"「{facts.name}」",
        "rank": decimal(facts.rank),
        "votes": f"{decision.votes:,}표",
        "score": _score(account, facts),
        "unit": "점" if account.counts_points or account.rule.combination else "표",
        "cost": money.korean(facts.cost),
        "granted": money.korean(decision.granted),
        "left": money.korean(left or 0),
        "budget": money.korean(election.budget),
        "needed": decimal(facts.needed or 0, 2),
        "number": decimal(len(names)),
        "ahead": listed(names, most=shown, korean=True),
    }
    answers = election.yes_no.get(facts.project_id)
    if answers is not None:
        words |= {"yes": f"{answers.yes:,}", "no": f"{answers.no:,}"}
    if facts.purchase is not None and account.trace is not None:
        words |= {
            "payers": decimal(facts.purchase.payers),
            "share": money.korean(account.trace.endowment),
            "most": money.korean(facts.purchase.largest_payment),
        }
    if facts.standing is not None:
        paid = [f"「{account.name_at(flow.project)}」에 {money.korean(flow.amount)}" for flow in facts.flows[:_SHOWN]]
        words |= {
            "supporters": decimal(facts.standing.supporters),
            "percent": percent(facts.standing.share_of_cost),
            "flows": f" (이들의 몫은 {', '.join(paid)} 등으로 쓰였습니다)" if paid else "",
        }
    return {key: Word(text) for key, text in words.items()}


def _score(account: Account, facts: Facts) -> str:
    if account.rule.combination:
        return f"종합 {decimal(facts.decision.score * 100, 2)}점"
    if account.counts_points and account.rule.name is not RuleName.PHRAGMEN:
        return f"{decimal(facts.decision.score, 2)}점"
    return f"{facts.decision.votes:,}표"
