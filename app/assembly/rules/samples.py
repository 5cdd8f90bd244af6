"""Made-up votes on real items, for trying a rule where there is no earlier vote. Pure, and always the same.

Two hundred voters live in two neighbourhoods of unequal size that want different things, as villages do; within each,
tastes differ. The numbers come from SHA-256 of voter and item, so that every run and every machine makes the same ones.
"""

import hashlib
from collections.abc import Sequence

from app.assembly.rules.ballots import BallotForm, BallotLine, Preference, categories_of
from app.assembly.rules.reading import KINDS, projects_of
from voting.allocation import Election, merge_ballots

VOTERS = 200
UPPER = 120
"""Voters of the larger neighbourhood."""


def sample_election(form: BallotForm, lines: Sequence[BallotLine], envelope_won: int) -> Election:
    """Return an election with made-up ballots of the form's kind (of approvals, where only yes and no are asked)."""
    kind = KINDS.get(form.preference, KINDS[Preference.APPROVAL])
    ballots = [_answer(form, lines, _taste(voter, lines), envelope_won) for voter in range(VOTERS)]
    return Election(projects_of(lines), envelope_won, profile=merge_ballots(kind, ballots))


def _taste(voter: int, lines: Sequence[BallotLine]) -> list[int]:
    """Return positions, the dearest to this voter first."""
    side = 0 if voter < UPPER else 1

    def liking(position: int) -> int:
        digest = hashlib.sha256(f"{voter}|{position}".encode()).digest()
        return int.from_bytes(digest[:2], "big") + (60_000 if position % 2 == side else 0)

    return sorted(range(len(lines)), key=liking, reverse=True)


def _answer(
    form: BallotForm, lines: Sequence[BallotLine], taste: list[int], envelope_won: int
) -> dict[int, int] | list[int]:
    match form.preference:
        case Preference.POINTS:
            given: dict[int, int] = {}
            left = form.at_most
            for position in taste:
                if points := min(left, form.per_item, -(-form.at_most // 2)):
                    given[position] = points
                    left -= points
            return given
        case Preference.KNAPSACK:
            left, chosen = envelope_won, []
            for position in taste:
                if lines[position].cost_won <= left:
                    chosen.append(position)
                    left -= lines[position].cost_won
            return chosen
        case Preference.CATEGORIES:
            return [
                position
                for category in categories_of(lines)
                for position in [each for each in taste if lines[each].category == category][: form.at_most]
            ]
        case Preference.NONE:
            return taste[: (len(taste) + 1) // 2]
        case Preference.APPROVAL | Preference.RANKING:
            return taste[: form.at_most]
