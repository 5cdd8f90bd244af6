"""From a decrypted result to what a counting rule looks at. Pure; anybody with the archive can repeat it.

Of a shuffled ballot the protocol proves only that it is a list of small numbers; whether they are an answer is judged
here, by a rule that is the same for everybody: a ballot that is no answer counts as a blank one. Its voter took part.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.assembly.rules.ballots import BallotForm, BallotLine, Preference, categories_of
from voting.allocation import (
    BallotKind,
    Election,
    Project,
    Sums,
    YesNo,
    merge_ballots,
)

KINDS: dict[Preference, BallotKind] = {
    Preference.APPROVAL: BallotKind.APPROVAL,
    Preference.CATEGORIES: BallotKind.APPROVAL,
    Preference.POINTS: BallotKind.CUMULATIVE,
    Preference.RANKING: BallotKind.ORDINAL,
    Preference.KNAPSACK: BallotKind.KNAPSACK,
}

Shuffled = Sequence[Sequence[int]]
"""One list of numbers per ballot, in the order that the shuffle left."""


@dataclass(frozen=True)
class Majorities:
    """The answers to one item's own question."""

    yes: int
    no: int
    abstained: int


@dataclass(frozen=True)
class Reading:
    """What the voters said, together.

    Attributes:
        election: projects, money, and sums or ballots, for `voting.allocation.count`.
        majorities: per item the answers to its own question; empty without such questions.
        blank: preference ballots without any choice; known of shuffled ballots only.
        invalid: shuffled ballots that are no answer, counted among the blank ones.
    """

    election: Election
    majorities: tuple[Majorities, ...]
    blank: int | None
    invalid: int


def projects_of(lines: Sequence[BallotLine]) -> tuple[Project, ...]:
    """Return the items as a counting rule sees them."""
    return tuple(
        Project(line.project_id, line.cost_won, line.title, (line.category,) if line.category else ()) for line in lines
    )


def read_result(
    form: BallotForm,
    lines: Sequence[BallotLine],
    questions: Sequence[Sequence[int] | Shuffled],
    *,
    envelope_won: int,
    voters: int,
) -> Reading:
    """Read the result of an election whose questions are those of `questions_of`.

    Args:
        form: the ballot.
        lines: its items.
        questions: per question its counts, or its shuffled ballots (`voting.Result.questions`).
        envelope_won: the money there is.
        voters: how many ballots counted.
    """
    rest = list(questions)
    projects = projects_of(lines)
    preference = [rest.pop(0) for _ in range(_width(form, lines))]
    majorities = tuple(_majorities(_counts(each)) for each in rest)
    yes_no = {line.project_id: YesNo(found.yes, found.no) for line, found in zip(lines, majorities, strict=False)}
    if form.shuffled:
        ballots = [_numbers(each) for each in preference[0]]
        answers = [answer_of(form, lines, each, envelope_won) for each in ballots]
        election = Election(
            projects,
            envelope_won,
            profile=merge_ballots(KINDS[form.preference], [_named(form, each or ()) for each in answers]),
            yes_no=yes_no,
        )
        return Reading(
            election, majorities, blank=sum(not each for each in answers), invalid=sum(each is None for each in answers)
        )
    sums = _sums(form, lines, [_counts(each) for each in preference], majorities, voters)
    return Reading(Election(projects, envelope_won, sums=sums, yes_no=yes_no), majorities, blank=None, invalid=0)


def answer_of(
    form: BallotForm, lines: Sequence[BallotLine], numbers: Sequence[int], envelope_won: int
) -> tuple[tuple[int, int], ...] | None:
    """Return what a shuffled ballot says: positions with their numbers, or None when it is no answer.

    Args:
        form: the ballot.
        lines: its items.
        numbers: one number per item: 1 for chosen, points, or the rank; 0 for not at all.
        envelope_won: what a shopping list may cost.
    """
    marks = tuple((position, number) for position, number in enumerate(numbers) if number)
    given = [number for _, number in marks]
    chosen = [lines[position] for position, _ in marks]
    match form.preference:
        case Preference.APPROVAL:
            valid = set(given) <= {1} and len(marks) <= form.at_most
        case Preference.CATEGORIES:
            fullest = max((sum(line.category == each for line in chosen) for each in categories_of(lines)), default=0)
            valid = set(given) <= {1} and fullest <= form.at_most
        case Preference.POINTS:
            valid = sum(given) <= form.at_most and max(given, default=0) <= form.per_item
        case Preference.RANKING:
            # First, second, third … without a gap and without two of the same.
            valid = sorted(given) == list(range(1, len(marks) + 1)) and len(marks) <= form.at_most
        case Preference.KNAPSACK:
            valid = set(given) <= {1} and sum(line.cost_won for line in chosen) <= envelope_won
        case Preference.NONE:
            valid = not marks
    return marks if valid else None


def combine_channels(parts: Mapping[str, Sums], weights: Mapping[str, Fraction]) -> Sums:
    """Add up sums of several channels (online, polling place, paper, assembly floor), each with its weight.

    The weight is on the sum and never on a person: supporters and participants are counted as people, and only the scores
    that rank the items are weighted (순천시 조례 제16조제9항 leaves the weights to the bylaws).

    Args:
        parts: sums over the same items by channel.
        weights: by channel; a channel that is not named weighs one.
    """
    rows = list(parts.items())
    return Sums(
        votes=tuple(map(sum, zip(*(part.votes for _, part in rows), strict=True))),
        scores=tuple(
            sum(
                (weights.get(channel, Fraction(1)) * score for (channel, _), score in zip(rows, row, strict=True)),
                Fraction(),
            )
            for row in zip(*(part.scores for _, part in rows), strict=True)
        ),
        voters=sum(part.voters for _, part in rows),
    )


def _width(form: BallotForm, lines: Sequence[BallotLine]) -> int:
    """Return how many questions the preference takes."""
    if form.preference is Preference.NONE:
        return 0
    return len(categories_of(lines)) if form.preference is Preference.CATEGORIES and not form.shuffled else 1


def _sums(
    form: BallotForm,
    lines: Sequence[BallotLine],
    counts: Sequence[Sequence[int]],
    majorities: Sequence[Majorities],
    voters: int,
) -> Sums:
    match form.preference:
        case Preference.NONE:
            votes = [each.yes for each in majorities]
        case Preference.CATEGORIES:
            left = {name: list(row) for name, row in zip(categories_of(lines), counts, strict=True)}
            votes = [left[line.category].pop(0) for line in lines]
        case Preference.POINTS:
            units = [counts[0][i : i + form.per_item] for i in range(0, len(counts[0]), form.per_item)]
            # A device marks an item's first unit first; whatever a strange one does, as many people as marked any one
            # unit support the item, and the points are the sum in any case.
            supporters = tuple(max(row) for row in units)
            return Sums(supporters, tuple(Fraction(sum(row)) for row in units), voters)
        case _:
            votes = list(counts[0])
    return Sums(tuple(votes), tuple(map(Fraction, votes)), voters)


def _named(form: BallotForm, marks: Sequence[tuple[int, int]]) -> dict[int, int] | list[int]:
    if form.preference is Preference.POINTS:
        return dict(marks)
    if form.preference is Preference.RANKING:
        return [position for position, _ in sorted(marks, key=lambda mark: mark[1])]
    return [position for position, _ in marks]


def _majorities(counts: Sequence[int]) -> Majorities:
    abstained, yes, no = counts
    return Majorities(yes, no, abstained)


def _counts(row: Sequence[int] | Shuffled) -> list[int]:
    return [number for number in row if isinstance(number, int)]


def _numbers(row: int | Sequence[int]) -> tuple[int, ...]:
    return () if isinstance(row, int) else tuple(row)
