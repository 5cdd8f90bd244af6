"""What a published ballot can carry as a secret mark, and how long a ranking may be for that (security.md T48). Pure."""

from collections import Counter
from collections.abc import Sequence

from app.assembly.rules.ballots import BallotForm, BallotLine, Preference
from app.errors import InvalidInput
from app.i18n import N_
from voting.allocation import (
    SUMS_ONLY,
    Patterns,
    approvals,
    baskets,
    choices_by_category,
    longest_ranking,
    points,
    rankings,
)

ALWAYS_RANKED = 3
"""First, second and third may always be asked: a shorter ranking is hardly one. The page warns where it is too much."""


def patterns_of(form: BallotForm, lines: Sequence[BallotLine], envelope_won: int) -> Patterns:
    """Return how many different ballots are published: one where nothing but sums is.

    The questions beside the preference (for or against each item) are only ever summed up and mark nobody.
    """
    if not form.shuffled:
        return SUMS_ONLY
    n, most = len(lines), form.at_most
    match form.preference:
        case Preference.NONE:
            return SUMS_ONLY
        case Preference.APPROVAL:
            return approvals(n, most)
        case Preference.RANKING:
            return rankings(n, most)
        case Preference.POINTS:
            return points(n, most, form.per_item)
        case Preference.CATEGORIES:
            return choices_by_category([*Counter(line.category for line in lines).values()], most)
        case Preference.KNAPSACK:
            return baskets([line.cost_won for line in lines], envelope_won)


def rank_limit(items: int, *, electors: int, wished: int) -> int:
    """Return up to which place voters may rank.

    Args:
        items: how many there are.
        electors: how many may vote; 0 while nobody knows, which limits nothing yet: opening looks again.
        wished: what the place has set; 0 for the longest with which nobody could give every elector a mark of their own.
    """
    if wished:
        return min(items, wished)
    if not electors:
        return items
    return min(items, max(ALWAYS_RANKED, longest_ranking(items, electors)))


def require_rank_length(form: BallotForm, lines: Sequence[BallotLine], *, electors: int, wished: int) -> None:
    """Refuse a ranking that is long enough to mark its voters.

    Raises:
        InvalidInput: so; it names the longest one, and how many different ballots there would have been.
    """
    if form.preference is not Preference.RANKING:
        return
    most = rank_limit(len(lines), electors=electors, wished=wished)
    if form.at_most > most:
        raise InvalidInput(
            N_(
                "%(k)s위까지 매기면 나올 수 있는 표가 %(ways)s가지라서, 공개된 표의 차례가 누구의 표인지 알리는 표식이 될 수 "
                "있습니다. %(most)s위까지로 줄여 주세요. 이 한도는 설정 “순위를 매기는 가장 많은 수”에서 정합니다."
            ),
            field="at_most",
            k=form.at_most,
            ways=shown(rankings(len(lines), form.at_most).ballots),
            most=most,
        )


def shown(number: int) -> str:
    """Return a number of ballots as people read it: exact up to a quadrillion, then its size."""
    return f"{number:,}" if number < 10**15 else f"10^{len(str(number)) - 1}"
