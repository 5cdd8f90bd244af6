"""Weighted combination: residents' votes with the scores of a committee or a survey.

Weights in use: Daejeon 50:50, Yeoju 30:70, Incheon Dong-gu 40:60, Seoul 2015 45:45:10. Nothing here is rounded.
"""

from collections.abc import Sequence
from fractions import Fraction

from voting.allocation.election import Election
from voting.allocation.errors import MissingScoresError
from voting.allocation.rule import RESIDENTS, ScoreScale, ScoreSource


def combined_scores(
    election: Election, residents: Sequence[Fraction], parts: Sequence[ScoreSource]
) -> tuple[Fraction, ...]:
    """Return Σ weight · scaled score / Σ weight per project.

    Args:
        election: holds the scores of the other sources.
        residents: the score of each project in the vote itself.
        parts: the sources, their weights and scales.

    Raises:
        MissingScoresError: a source scored nothing, or not every project, or nobody took part.
    """
    total_weight = sum(part.weight for part in parts)
    combined = [Fraction(0)] * len(election.projects)
    for part in parts:
        scaled = _scaled(election, _raw(election, residents, part), part)
        for position, score in enumerate(scaled):
            combined[position] += Fraction(part.weight, total_weight) * score
    return tuple(combined)


def _raw(election: Election, residents: Sequence[Fraction], part: ScoreSource) -> list[Fraction]:
    if part.source == RESIDENTS:
        return list(residents)
    given = election.scores.get(part.source)
    if given is None:
        raise MissingScoresError(f"there are no scores of '{part.source}'")
    missing = [project.id for project in election.projects if project.id not in given]
    if missing:
        raise MissingScoresError(f"'{part.source}' did not score project '{missing[0]}'")
    return [Fraction(given[project.id]) for project in election.projects]


def _scaled(election: Election, raw: Sequence[Fraction], part: ScoreSource) -> list[Fraction]:
    match part.scale:
        case ScoreScale.RAW:
            base = Fraction(1)
        case ScoreScale.SHARE:
            base = sum(raw, Fraction(0))
        case ScoreScale.BEST:
            base = max(raw, default=Fraction(0))
        case ScoreScale.VOTERS:
            base = Fraction(election.voters)
    if base <= 0:
        raise MissingScoresError(f"all scores of '{part.source}' are nought")
    return [score / base for score in raw]
