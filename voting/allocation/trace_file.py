"""The purchases of Equal Shares at their exact prices, as canonical JSON: enough for a voter to follow their own share.

What a share paid for depends on nobody else's ballot: at each purchase in turn a supporter pays price · value, or all that
is left when that is less. With this file a voter works it out on their own device, and no ballot has to leave it.

Fields: ``endowment`` and ``price`` are fractions "numerator/denominator" in the election's unit of money, of any length.
``value`` says what a choice on a ballot counts: "one" (with points: if they are above nought), "points" (those of the
ballot, as in ``election.json``), or "rank", and then ``ranks`` is "own-length" (n, n-1, … 1 on a ballot of n), "borda" (one
less each), or the list of what the first, second, … rank counts, and nothing past its end. ``filled`` are projects that
were added from the money that shares had left; nobody's share paid for them. Extension rule: as for rules.
"""

from voting.allocation.election import BallotKind, Profile
from voting.allocation.explanation.facts import Account
from voting.allocation.fields import fraction_text
from voting.allocation.rule import Rule
from voting.allocation.scores import Ranking, Utility, require_ballots
from voting.encoding import JSON, canonical_json

FORMAT = "madang-trace-1"


def trace_to_json(account: Account) -> bytes | None:
    """Write the trace of a count; ``None`` unless Equal Shares decided it."""
    outcome, election = account.outcome, account.election
    if outcome.run is None or (outcome.comparison is not None and outcome.comparison.takes_greedy):
        return None
    profile = require_ballots(election)
    value = _value(profile, account.rule)
    bought = set(outcome.run.bought)
    return canonical_json(
        {
            "format": FORMAT,
            "endowment": fraction_text(outcome.run.endowment),
            "value": value,
            "ranks": _ranks(profile, account.rule.ranking_in_force, len(election.projects))
            if value == "rank"
            else None,
            "purchases": [
                {"project": election.projects[purchase.project].id, "price": fraction_text(purchase.price)}
                for purchase in outcome.run.purchases
            ],
            "filled": [project_id for project_id in outcome.funded if election.position(project_id) not in bought],
        }
    )


def _value(profile: Profile, rule: Rule) -> str:
    if rule.utility_for(profile.kind) is not Utility.POINTS:
        return "one"
    if profile.kind.has_points:
        return "points"
    return "rank" if profile.kind is BallotKind.ORDINAL else "one"


def _ranks(profile: Profile, ranking: Ranking | tuple[int, ...], projects: int) -> JSON:
    match ranking:
        case Ranking.OWN_LENGTH | Ranking.BORDA:
            return str(ranking)
        case Ranking.LONGEST:
            return list(range(max(map(len, profile.choices), default=0), 0, -1))
        case Ranking.ALL_PROJECTS:
            return list(range(projects - 1, -1, -1))
        case tuple():
            return list(ranking)
