"""Writing ``.pb`` files, strictly: what Pabulib's own checker accepts, and what our reader reads back unchanged.

Privacy: voter ids are fresh numbers, ballots are in canonical order and not in the order of casting, and nothing is
written about a voter but her ballot: no age, no sex, no neighbourhood, no channel, no time.

Under a rule the projects are listed in its tie order, so that tools which settle ties by the order of the file agree.
"""

import csv
import io
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from voting.allocation.conditions import Conditions
from voting.allocation.election import BallotKind, Election, Profile
from voting.allocation.errors import MalformedElectionError
from voting.allocation.outcome import Outcome
from voting.allocation.pabulib.numbers import as_decimal
from voting.allocation.pabulib.tables import NO_AREA
from voting.allocation.rule import Completion, Rule, RuleName
from voting.allocation.scores import Tally, require_ballots, tally
from voting.allocation.ties import tie_ranks

_PLACES = 9


@dataclass(frozen=True, slots=True)
class About:
    """What META says about an election beside its figures.

    Attributes:
        description: one line.
        country: an English name or ISO code that ISO 3166 knows.
        unit: the municipality.
        subunit: the village or neighbourhood.
        instance: the year, or another name of this vote.
        begins: the first day of voting.
        ends: the last day of voting.
        language: ISO 639-1 code of the names.
        limits: limits of the ballot by Pabulib's names: ``min_length``, ``max_length``, ``max_sum_cost``,
            ``min_points``, ``max_points``, ``min_sum_points``, ``max_sum_points``.
        comments: remarks; numbered in the file.
    """

    description: str
    country: str
    unit: str
    instance: str
    begins: date
    ends: date
    subunit: str = ""
    language: str = "ko"
    limits: tuple[tuple[str, int], ...] = ()
    comments: tuple[str, ...] = ()


_LIMITS = (
    "min_length",
    "max_length",
    "max_sum_cost",
    "min_points",
    "max_points",
    "min_sum_points",
    "max_sum_points",
)


def without_blank_ballots(election: Election) -> Election:
    """Return the election as if those who cast a blank ballot had not taken part.

    Whether they did changes every voter's share under Equal Shares, so a village says it before the vote.

    Raises:
        BallotsNeededError: only sums are known.
    """
    profile = require_ballots(election)
    rows = [row for row in zip(profile.choices, profile.points, profile.counts, strict=True) if row[0]]
    return replace(
        election,
        profile=replace(
            profile,
            choices=tuple(choices for choices, _, _ in rows),
            points=tuple(points for _, points, _ in rows),
            counts=tuple(count for _, _, count in rows),
        ),
    )


def write_pabulib(
    election: Election, about: About, *, rule: Rule | None = None, outcome: Outcome | None = None
) -> bytes:
    """Write an election.

    Args:
        election: with ballots.
        about: what META says beside the figures.
        rule: names the rule where Pabulib has a name for it.
        outcome: fills the column ``selected``.

    Raises:
        BallotsNeededError: only sums are known.
        MalformedElectionError: an id or a category holds a character that the format cannot carry, a limit is
            unknown, or a ballot is blank, which the format does not know (see `without_blank_ballots`).
    """
    profile = require_ballots(election)
    if not all(profile.choices):
        raise MalformedElectionError("a .pb file cannot carry blank ballots; settle first whether they count as voters")
    for project in election.projects:
        if project.id.lower() in {"meta", "projects", "votes"} or any(sign in project.id for sign in ',;"'):
            raise MalformedElectionError(f"'{project.id}' cannot be a project id in a .pb file")
        if project.id != _line(project.id) or any("," in category for category in project.categories):
            raise MalformedElectionError(f"project '{project.id}' has spaces in its id or a comma in a category")
    unknown = sorted({name for name, _ in about.limits} - set(_LIMITS))
    if unknown:
        raise MalformedElectionError(f"'{unknown[0]}' is no limit of a .pb file")
    figures = tally(election)
    order = list(range(len(election.projects)))
    if rule is not None:
        ranks = tie_ranks(election, rule.ties, figures.votes)
        order.sort(key=lambda position: ranks[position])
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\n")
    writer.writerow(["META"])
    writer.writerow(["key", "value"])
    writer.writerows((key, _line(value)) for key, value in _meta(election, profile, about, rule) if value)
    writer.writerow(["PROJECTS"])
    header, *rows = _project_rows(election, profile, figures, outcome)
    writer.writerows([header, *(rows[position] for position in order)])
    writer.writerow(["VOTES"])
    writer.writerows(_vote_rows(election, profile))
    return file.getvalue().encode()


def _meta(election: Election, profile: Profile, about: About, rule: Rule | None) -> Iterator[tuple[str, str]]:
    limits = dict(about.limits)
    if profile.kind is BallotKind.KNAPSACK:
        limits.setdefault("max_sum_cost", election.budget)
    if profile.kind is BallotKind.CUMULATIVE:
        # The checker wants this limit for cumulative ballots; the largest sum given is the smallest one that holds.
        largest = Fraction(max(map(sum, profile.points), default=0), profile.points_scale)
        limits.setdefault("max_sum_points", -(-largest.numerator // largest.denominator))
    threshold = rule.conditions.minimum_score if rule is not None else None
    comments = [f"#{number}: {text}" for number, text in enumerate(about.comments, 1)]
    yield "description", about.description
    yield "country", about.country
    yield "unit", about.unit
    yield "subunit", about.subunit
    yield "instance", about.instance
    yield "num_projects", str(len(election.projects))
    yield "num_votes", str(profile.voters)
    yield "budget", _money(election, election.budget)
    yield "vote_type", "approval" if profile.kind is BallotKind.KNAPSACK else profile.kind.value
    yield "rule", pabulib_rule(rule)
    yield "date_begin", about.begins.strftime("%d.%m.%Y")
    yield "date_end", about.ends.strftime("%d.%m.%Y")
    for name in _LIMITS:
        if name in limits:
            yield name, _money(election, limits[name]) if name == "max_sum_cost" else str(limits[name])
    if threshold is not None and rule is not None and rule.name is RuleName.GREEDY_THRESHOLD:
        yield "min_project_score_threshold", as_decimal(threshold, _PLACES)
    yield "language", about.language
    yield "currency", "" if election.currency == "XXX" else election.currency
    yield "comment", " ".join(comments)


def pabulib_rule(rule: Rule | None) -> str:
    """Return Pabulib's name of a rule; ``unknown`` or ``greedy-custom`` where it has none that says it all."""
    if rule is None:
        return "unknown"
    plain = Conditions(minimum_score=rule.conditions.minimum_score)
    bare = rule.conditions == plain and rule.majority is None and not rule.combination
    greedy = {
        RuleName.GREEDY: "greedy",
        RuleName.GREEDY_THRESHOLD: "greedy-threshold",
        RuleName.GREEDY_NO_SKIP: "greedy-no-skip",
    }
    if rule.name in greedy:
        exact = bare and (rule.conditions.minimum_score is None or rule.name is RuleName.GREEDY_THRESHOLD)
        return greedy[rule.name] if exact else "greedy-custom"
    shares = {Completion.NONE: "equalshares", Completion.ADD1: "equalshares/add1"}
    if rule.name is RuleName.EQUAL_SHARES and bare and rule.completion in shares:
        return shares[rule.completion] + ("-comparison" if rule.comparison_step else "")
    return "unknown"


def _project_rows(election: Election, profile: Profile, figures: Tally, outcome: Outcome | None) -> Iterator[list[str]]:
    scored = profile.kind.has_points or profile.kind is BallotKind.ORDINAL
    categories = any(project.categories for project in election.projects)
    areas = any(project.area for project in election.projects)
    columns = [
        ("project_id", True),
        ("cost", True),
        ("votes", True),
        ("score", scored),
        ("name", True),
        ("category", categories),
        ("selected", outcome is not None),
        ("neighborhood", areas),
    ]
    yield [name for name, present in columns if present]
    for position, project in enumerate(election.projects):
        selected = outcome is not None and project.id in outcome.funded
        cells = [
            project.id,
            _money(election, project.cost),
            str(figures.votes[position]),
            as_decimal(figures.scores[position], _PLACES),
            _line(project.name) or project.id,
            ",".join(_line(category) for category in project.categories),
            "1" if selected else "0",
            _line(project.area) or NO_AREA,
        ]
        yield [cell for cell, (_, present) in zip(cells, columns, strict=True) if present]


def _vote_rows(election: Election, profile: Profile) -> Iterator[Sequence[str]]:
    yield ["voter_id", "vote", "points"] if profile.kind.has_points else ["voter_id", "vote"]
    ids = [project.id for project in election.projects]
    voter = 0
    # Sorted, so that the file says nothing about who voted when; as a shuffle's output would have to be sorted too.
    for choices, points, count in sorted(zip(profile.choices, profile.points, profile.counts, strict=True)):
        if profile.kind.has_points:
            # The checker wants the most points first; equal points keep the order of the ballot paper.
            pairs = sorted(zip(choices, points, strict=True), key=lambda pair: (-pair[1], pair[0]))
            given = ",".join(as_decimal(Fraction(value, profile.points_scale), _PLACES) for _, value in pairs)
            cells = [",".join(ids[position] for position, _ in pairs), given]
        else:
            cells = [",".join(ids[position] for position in choices)]
        for _ in range(count):
            voter += 1
            yield [str(voter), *cells]


def _money(election: Election, amount: int) -> str:
    return as_decimal(Fraction(amount, election.money_scale), _PLACES)


def _line(text: str) -> str:
    """Return a text in one line: line separators of every kind become spaces, control characters vanish."""
    joined = " ".join(text.split())
    return "".join(sign for sign in joined if unicodedata.category(sign) not in {"Cc", "Cs"} and sign != "\ufeff")
