"""Reading ``.pb`` files: tolerant of form, strict in substance, every refusal with its line.

Tolerated: a byte-order mark, carriage returns, any order of columns, spaces around values and after commas, empty
lines, unknown columns (ages and sexes are read over and never kept), money with decimals, ``target`` for
``beneficiaries``, a ballot that lists a project twice (counted once, as a voter has one vote per project; reported).
Refused: equal project ids or voter ids, ballots for unknown projects, money that is no number, missing points.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

from voting.allocation.election import BallotKind, Election, Profile, Project
from voting.allocation.errors import MalformedElectionError, MalformedPabulibError
from voting.allocation.pabulib.numbers import exact_number, whole_number
from voting.allocation.pabulib.tables import NO_AREA, Row, Tables, cut, decode

WITHDRAWN_COST = 999_999_999
"""Pabulib's cost of a project that was withdrawn after printing; no budget ever reaches it."""


@dataclass(frozen=True, slots=True)
class Published:
    """What the file itself says about the result: claims to compare with, never used for counting.

    Attributes:
        votes: per project, the published number of votes.
        scores: per project, the published sum of points.
        selected: per project: 0 no, 1 funded, 2 funded from other money, 3 merged into another project.
    """

    votes: tuple[int | None, ...]
    scores: tuple[Fraction | None, ...]
    selected: tuple[int | None, ...]

    def funded(self, projects: Sequence[Project]) -> tuple[str, ...]:
        """Return the ids with code 1, in the order of the file."""
        return tuple(project.id for project, code in zip(projects, self.selected, strict=True) if code == 1)


@dataclass(frozen=True, slots=True)
class PabulibFile:
    """A file that was read.

    Attributes:
        election: projects, budget and merged ballots.
        meta: all keys and values of META as written; keys in lower case.
        published: the file's own claims about the result.
        threshold: ``min_project_score_threshold``, when there is one.
        warnings: oddities that did not stop the reading, with their lines.
    """

    election: Election
    meta: Mapping[str, str]
    published: Published
    threshold: Fraction | None = None
    warnings: tuple[str, ...] = field(default=())


def read_pabulib(data: bytes) -> PabulibFile:
    """Read a ``.pb`` file.

    Raises:
        MalformedPabulibError: with the line where the file cannot be understood.
    """
    tables = cut(decode(data))
    warnings: list[str] = []
    meta = {key: value for key, (_, value) in tables.meta.items()}
    kind = _kind(tables)
    budget = _money(tables, "budget")
    rows = list(_project_rows(tables))
    scale = lcm(budget.denominator, *(cost.denominator for _, cost, _ in rows))
    projects = tuple(_project(tables, row, cost=int(cost * scale), project_id=id_) for id_, cost, row in rows)
    profile = _Ballots(tables, kind, projects, warnings).profile()
    try:
        election = Election(
            projects=projects,
            budget=int(budget * scale),
            profile=profile,
            currency=meta.get("currency", "") or "XXX",
            money_scale=scale,
        )
    except MalformedElectionError as error:
        raise MalformedPabulibError(str(error)) from None
    _check_number(tables, "num_projects", len(projects), warnings)
    _check_number(tables, "num_votes", profile.voters, warnings)
    threshold = meta.get("min_project_score_threshold", "")
    return PabulibFile(
        election=election,
        meta=meta,
        published=_published(tables),
        threshold=exact_number(threshold) if threshold else None,
        warnings=tuple(warnings),
    )


def _kind(tables: Tables) -> BallotKind:
    line, text = tables.meta.get("vote_type", (None, ""))
    try:
        kind = BallotKind(text.strip().lower())
    except ValueError:
        raise MalformedPabulibError(f"META's vote_type '{text}' is not known", line=line) from None
    # Pabulib has no word for knapsack ballots; a limit on the sum of costs makes an approval ballot one.
    if kind is BallotKind.APPROVAL and tables.meta.get("max_sum_cost", (0, ""))[1]:
        return BallotKind.KNAPSACK
    return kind


def _money(tables: Tables, key: str) -> Fraction:
    line, text = tables.meta.get(key, (None, ""))
    amount = exact_number(text)
    if amount is None or amount < 0:
        raise MalformedPabulibError(f"META needs '{key}', a number that is not negative, and has '{text}'", line=line)
    return amount


def _cell(columns: Mapping[str, int], fields: Sequence[str], *names: str) -> str:
    """Return the first of several columns that exists, stripped; ``""`` where there is none."""
    for name in names:
        place = columns.get(name)
        if place is not None and place < len(fields):
            return fields[place].strip()
    return ""


def _project_rows(tables: Tables) -> Iterator[tuple[str, Fraction, Row]]:
    seen: dict[str, int] = {}
    for line, fields in tables.projects:
        project_id = _cell(tables.project_columns, fields, "project_id")
        if not project_id or "," in project_id:
            raise MalformedPabulibError(f"the project id '{project_id}' is empty or holds a comma", line=line)
        if project_id in seen:
            raise MalformedPabulibError(f"project '{project_id}' is already on line {seen[project_id]}", line=line)
        seen[project_id] = line
        text = _cell(tables.project_columns, fields, "cost")
        cost = exact_number(text)
        if cost is None or cost < 0:
            raise MalformedPabulibError(
                f"project '{project_id}' costs '{text}', which is no amount of money", line=line
            )
        yield project_id, cost, (line, fields)


def _project(tables: Tables, row: Row, *, cost: int, project_id: str) -> Project:
    columns, (_, fields) = tables.project_columns, row
    categories = _cell(columns, fields, "category", "categories")
    area = _cell(columns, fields, "neighborhood", "subunit", "district")
    return Project(
        id=project_id,
        cost=cost,
        name=_cell(columns, fields, "name"),
        categories=tuple(part.strip() for part in categories.split(",") if part.strip()),
        area="" if area == NO_AREA else area,
    )


def _published(tables: Tables) -> Published:
    columns = tables.project_columns
    votes: list[int | None] = []
    scores: list[Fraction | None] = []
    selected: list[int | None] = []
    for line, fields in tables.projects:
        votes.append(whole_number(_cell(columns, fields, "votes")))
        scores.append(exact_number(_cell(columns, fields, "score")))
        text = _cell(columns, fields, "selected")
        code = whole_number(text) if text else None
        if text and code not in {0, 1, 2, 3}:
            raise MalformedPabulibError(f"selected is '{text}', not 0, 1, 2 or 3", line=line)
        selected.append(code)
    return Published(votes=tuple(votes), scores=tuple(scores), selected=tuple(selected))


def _check_number(tables: Tables, key: str, found: int, warnings: list[str]) -> None:
    line, text = tables.meta.get(key, (None, ""))
    if line is not None and whole_number(text) != found:
        warnings.append(f"line {line}: META says {key} is '{text}', but there are {found}")


class _Ballots:
    """Reads and merges the ballots. Equal texts are parsed once, which is what makes large files quick."""

    def __init__(self, tables: Tables, kind: BallotKind, projects: Sequence[Project], warnings: list[str]) -> None:
        self._tables = tables
        self._kind = kind
        self._position_of = {project.id: position for position, project in enumerate(projects)}
        self._warnings = warnings

    def profile(self) -> Profile:
        """Return all ballots.

        Raises:
            MalformedPabulibError: with the line of the ballot that cannot be understood.
        """
        merged: dict[tuple[tuple[int, ...], tuple[Fraction, ...]], int] = {}
        for (vote, points), (line, count) in self._distinct_texts().items():
            ballot = self._ballot(line, vote, points)
            merged[ballot] = merged.get(ballot, 0) + count
        scale = lcm(*{point.denominator for _, points in merged for point in points})
        return Profile(
            kind=self._kind,
            choices=tuple(choices for choices, _ in merged),
            points=tuple(tuple(int(point * scale) for point in points) for _, points in merged),
            counts=tuple(merged.values()),
            points_scale=scale,
        )

    def _distinct_texts(self) -> dict[tuple[str, str], tuple[int, int]]:
        """Return text of vote and points → (first line, number of voters)."""
        columns = self._tables.vote_columns
        voter_at, vote_at = columns["voter_id"], columns["vote"]
        points_at = columns.get("points") if self._kind.has_points else None
        if self._kind.has_points and points_at is None:
            raise MalformedPabulibError(f"VOTES needs the column 'points' for ballots of kind '{self._kind}'")
        voters: set[str] = set()
        texts: dict[tuple[str, str], tuple[int, int]] = {}
        for line, fields in self._tables.votes:
            voter = fields[voter_at].strip() if voter_at < len(fields) else ""
            if not voter:
                raise MalformedPabulibError("a ballot without voter_id", line=line)
            if voter in voters:
                raise MalformedPabulibError(f"voter '{voter}' has a second ballot", line=line)
            voters.add(voter)
            vote = fields[vote_at] if vote_at < len(fields) else ""
            points = fields[points_at] if points_at is not None and points_at < len(fields) else ""
            first, count = texts.get((vote, points), (line, 0))
            texts[vote, points] = (first, count + 1)
            if not count and "," in vote:
                self._report_repetition(line, vote)
        return texts

    def _report_repetition(self, line: int, vote: str) -> None:
        named = [part.strip() for part in vote.split(",")]
        if len(set(named)) != len(named):
            again = next(name for place, name in enumerate(named) if name in named[:place])
            self._warnings.append(f"line {line}: the ballot lists project '{again}' twice; it counts once")

    def _ballot(self, line: int, vote: str, points: str) -> tuple[tuple[int, ...], tuple[Fraction, ...]]:
        position_of = self._position_of
        try:
            # A comma at the end, or two in a row, name nothing.
            named = [position_of[part.strip()] for part in vote.split(",") if part.strip()]
        except KeyError as error:
            raise MalformedPabulibError(f"the ballot names the unknown project '{error.args[0]}'", line=line) from None
        if self._kind.has_points:
            return self._with_points(line, named, points)
        if self._kind is BallotKind.ORDINAL:
            return tuple(dict.fromkeys(named)), ()
        if self._kind is BallotKind.CHOOSE_ONE and len(set(named)) > 1:
            raise MalformedPabulibError("a ballot of kind 'choose-1' names more than one project", line=line)
        return tuple(sorted(set(named))), ()

    def _with_points(self, line: int, named: Sequence[int], text: str) -> tuple[tuple[int, ...], tuple[Fraction, ...]]:
        given = [exact_number(part) for part in text.split(",") if part.strip()]
        if len(set(named)) != len(named):
            raise MalformedPabulibError("the ballot gives one project points twice", line=line)
        if len(given) != len(named) or any(point is None for point in given):
            raise MalformedPabulibError(f"{len(named)} projects, but the points are '{text}'", line=line)
        pairs = sorted((position, point) for position, point in zip(named, given, strict=True) if point is not None)
        return tuple(position for position, _ in pairs), tuple(point for _, point in pairs)
