"""Amounts and decisions as JSON, the same in both commands."""

from fractions import Fraction

from voting.allocation.explanation.english import english_sentence
from voting.allocation.explanation.facts import Account, Facts
from voting.allocation.explanation.korean import korean_sentence
from voting.allocation.pabulib.numbers import as_decimal
from voting.encoding import JSON

_PLACES = 4


def amount(account: Account, value: int) -> JSON:
    """Return money in units of currency: a whole number, or a decimal string where there are cents."""
    exact = Fraction(value, account.election.money_scale)
    return int(exact) if exact.denominator == 1 else as_decimal(exact, 9)


def rounded(value: Fraction | None) -> JSON:
    """Return a whole number as it is and any other fraction as a decimal string of at most four places."""
    if value is None:
        return None
    if value.denominator == 1:
        return int(value)
    scaled = value * 10**_PLACES
    nearest = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
    return as_decimal(Fraction(nearest if value > 0 else -nearest, 10**_PLACES), _PLACES)


def decision(account: Account, facts: Facts) -> dict[str, JSON]:
    """Return one decision with its numbers and both sentences. Amounts of money are in units of currency."""
    about_money = facts.decision.money_left is not None or facts.standing is not None
    scale = account.election.money_scale if about_money else 1
    return {
        "funded": facts.reason.funded,
        "reason": facts.reason.value,
        "votes": facts.decision.votes,
        "score": rounded(facts.decision.score),
        "rank": facts.rank,
        "granted": amount(account, facts.decision.granted),
        "needed": rounded(None if facts.needed is None else facts.needed / scale),
        "had": rounded(None if facts.had is None else facts.had / scale),
        "ahead": list(facts.ahead),
        "ko": korean_sentence(account, facts),
        "en": english_sentence(account, facts),
    }
