"""What an unfunded project lacked, in one or two Korean and English sentences.

Under Equal Shares every sentence keeps the voters' shares as they were: a completion that raises them would raise them
differently in another election, and nothing is said about that.
"""

from voting.allocation.explanation.facts import Account
from voting.allocation.explanation.what_if import WhatIf
from voting.allocation.explanation.wording import Money, decimal


def korean_what_if(account: Account, what_if: WhatIf) -> str:
    """Say in Korean at which cost, or with how many more votes, a project would have been funded; "" if nothing helps."""
    money = Money(account.election.currency, account.election.money_scale)
    shares = account.outcome.run is not None
    said = []
    if what_if.winning_cost is not None:
        cost = money.korean(what_if.winning_cost)
        said.append(
            f"각자의 몫이 그대로라면 사업비가 {cost} 이하일 때 지지자들이 마련할 수 있었습니다."
            if shares
            else f"사업비가 {cost} 이하였다면 선정되었습니다."
        )
    if what_if.votes_missing is not None:
        number = decimal(what_if.votes_missing)
        if shares:
            said.append(f"각자의 몫이 그대로라면 이 사업만 지지하는 사람이 {number}명 더 있을 때 마련할 수 있었습니다.")
        else:
            said.append(f"{number}{'점' if account.counts_points else '표'}{_more(account)} 있었다면 선정되었습니다.")
    return " ".join(said)


def english_what_if(account: Account, what_if: WhatIf) -> str:
    """Say in English at which cost, or with how many more votes, a project would have been funded; "" if nothing helps."""
    money = Money(account.election.currency, account.election.money_scale)
    shares = account.outcome.run is not None
    said = []
    if what_if.winning_cost is not None:
        cost = money.english(what_if.winning_cost)
        said.append(
            f"With the shares as they were, its supporters could have paid a cost of {cost} or less."
            if shares
            else f"It would have been funded at a cost of {cost} or less."
        )
    if what_if.votes_missing is not None:
        number, one = decimal(what_if.votes_missing), what_if.votes_missing == 1
        if shares:
            who = "supporter who supports" if one else "supporters who support"
            said.append(f"With the shares as they were, {number} more {who} nothing else could have paid for it.")
        else:
            noun = "point" if account.counts_points else "vote"
            said.append(f"It would have been funded with {number} more {noun if one else noun + 's'}.")
    return " ".join(said)


def _more(account: Account) -> str:
    return "이 더" if account.counts_points else "가 더"
