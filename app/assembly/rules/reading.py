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
    Channel,
    Election,
    Project,
    Sums,
    YesNo,
    combine_channels,
    merge_ballots,
)

KINDS: dict[Preference, BallotKind] = {
    Preference.APPROVAL: BallotKind.APPROVAL,
    Preference.CATEGORIES: BallotKind.APPROVAL,
    Preference.POINTS: BallotKind.CUMULATIVE,
    Preference.RANKING: BallotKind.ORDINAL,
    Preference.KNAPSACK: BallotKind.KNAPSACK,
}

ONLINE = "online"
"""The channel of every encrypted ballot, from wherever it was sent: they have one tally, and nothing tells them apart."""
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
        channels: the same by way of voting, in the order in which they are named.
    """

    election: Election
    majorities: tuple[Majorities, ...]
    blank: int | None
    invalid: int
    channels: Mapping[str, Channel]


@dataclass(frozen=True)
class OnPaper:
    """What a channel that is counted by hand brought.

    Attributes:
        voters: how many took part.
        votes: per item, how many support it.
        scores: per item, its points; the votes again where there are none.
        majorities: per item the answers to its own question; empty without such questions.
        ballots: where whole ballots are looked at, every paper; an invalid one is a blank one.
    """

    voters: int
    votes: tuple[int, ...]
    scores: tuple[int, ...]
    majorities: tuple[Majorities, ...] = ()
    ballots: tuple[tuple[int, ...], ...] = ()


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
    papers: Mapping[str, OnPaper] | None = None,
    weights: Mapping[str, Fraction] | None = None,
) -> Reading:
    """Read the result of an election whose questions are those of `questions_of`, and of what was counted by hand.

    Args:
        form: the ballot.
        lines: its items.
        questions: per question its counts, or its shuffled ballots (`voting.Result.questions`).
        envelope_won: the money there is.
        voters: how many encrypted ballots counted.
        papers: what was counted by hand, by channel.
        weights: what the sum of each channel weighs; one where nothing is said.
    """
    rest = list(questions)
    projects, papers, weights = projects_of(lines), papers or {}, weights or {}
    preference = [rest.pop(0) for _ in range(_width(form, lines))]
    online = tuple(_majorities(_counts(each)) for each in rest)
    majorities = _together([online, *(each.majorities for each in papers.values())])
    yes_no = _yes_no(lines, majorities)
    if form.shuffled:
        opened = [_numbers(each) for each in preference[0]]
        ballots = opened + [row for each in papers.values() for row in each.ballots]
        answers = [answer_of(form, lines, each, envelope_won) for each in ballots]
        profile = merge_ballots(KINDS[form.preference], [_named(form, each or ()) for each in answers])
        election = Election(projects, envelope_won, profile=profile, yes_no=yes_no)
        blank, invalid = sum(not each for each in answers), sum(each is None for each in answers)
        supporters = [{place for place, _ in each or ()} for each in answers[: len(opened)]]
        votes = tuple(sum(place in each for each in supporters) for place in range(len(lines)))
        sums = Sums(votes, tuple(map(Fraction, votes)), voters)
        channels = _channels(lines, sums, online, papers, {})
        return Reading(election, majorities, blank=blank, invalid=invalid, channels=channels)
    sums = _sums(form, lines, [_counts(each) for each in preference], online, voters)
    channels = _channels(lines, sums, online, papers, weights)
    total = combine_channels({name: each.sums for name, each in channels.items()}, weights)
    election = Election(projects, envelope_won, sums=total, yes_no=yes_no)
    return Reading(election, majorities, blank=None, invalid=0, channels=channels)


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


def _channels(
    lines: Sequence[BallotLine],
    online: Sums,
    answers: Sequence[Majorities],
    papers: Mapping[str, OnPaper],
    weights: Mapping[str, Fraction],
) -> dict[str, Channel]:
    one = Fraction(1)
    found = {ONLINE: Channel(online, _yes_no(lines, answers), weights.get(ONLINE, one))}
    for name, each in papers.items():
        sums = Sums(each.votes, tuple(map(Fraction, each.scores)), each.voters)
        found[name] = Channel(sums, _yes_no(lines, each.majorities), weights.get(name, one))
    return found


def _together(parts: Sequence[Sequence[Majorities]]) -> tuple[Majorities, ...]:
    return tuple(
        Majorities(
            *(sum(values) for values in zip(*((each.yes, each.no, each.abstained) for each in row), strict=True))
        )
        for row in zip(*(part for part in parts if part), strict=True)
    )


def _yes_no(lines: Sequence[BallotLine], answers: Sequence[Majorities]) -> dict[str, YesNo]:
    return {line.project_id: YesNo(each.yes, each.no) for line, each in zip(lines, answers, strict=False)}


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
