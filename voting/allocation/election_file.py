"""An election as canonical JSON: everything that a rule may look at, and nothing about who voted.

Unlike ``.pb`` it also carries sums without ballots, blank ballots, approve-or-reject answers, scores of others and
adjustable costs, so that every count can be repeated from it. Ballots are merged and sorted: the file says nothing about
the order in which they were cast. Extension rule: unknown fields are refused; another content takes another format name.
"""

from fractions import Fraction

from voting.allocation.election import BallotKind, Election, Profile, Project, Sums, YesNo
from voting.allocation.errors import MalformedElectionError, MalformedFieldError
from voting.allocation.fields import (
    Fields,
    fraction_text,
    read_fraction,
    read_whole,
)
from voting.encoding import JSON, canonical_json, parse_json

FORMAT = "madang-election-1"
MAX_BYTES = 64 * 1024 * 1024


def election_to_json(election: Election) -> bytes:
    """Write an election; equal elections give equal bytes, in whatever order the ballots came."""
    profile, sums = election.profile, election.sums
    return canonical_json(
        {
            "format": FORMAT,
            "currency": election.currency,
            "money_scale": election.money_scale,
            "budget": election.budget,
            "projects": [_project(project) for project in election.projects],
            "ballots": None if profile is None else _ballots(election.projects, profile),
            "sums": None
            if sums is None
            else {
                "voters": sums.voters,
                "votes": list(sums.votes),
                "scores": [fraction_text(score) for score in sums.scores],
            },
            "yes_no": {id_: {"yes": answers.yes, "no": answers.no} for id_, answers in election.yes_no.items()},
            "scores": {
                source: {id_: fraction_text(Fraction(score)) for id_, score in given.items()}
                for source, given in election.scores.items()
            },
        }
    )


def election_from_json(data: bytes) -> Election:
    """Read an election.

    Raises:
        MalformedJSONError: not strict JSON.
        MalformedElectionError: a field is missing, unknown or of the wrong kind, or the parts contradict each other.
    """
    try:
        return _election(Fields(parse_json(data, max_bytes=MAX_BYTES), "the election"))
    except MalformedFieldError as error:
        raise MalformedElectionError(str(error)) from None


def _project(project: Project) -> dict[str, JSON]:
    return {
        "id": project.id,
        "cost": project.cost,
        "name": project.name,
        "categories": list(project.categories),
        "area": project.area,
        "least_cost": project.least_cost,
    }


def _ballots(projects: tuple[Project, ...], profile: Profile) -> dict[str, JSON]:
    merged: dict[tuple[tuple[int, ...], tuple[int, ...]], int] = {}
    for choices, points, count in zip(profile.choices, profile.points, profile.counts, strict=True):
        merged[choices, points] = merged.get((choices, points), 0) + count
    distinct: list[JSON] = []
    for (choices, points), count in sorted(merged.items()):
        distinct.append(
            {"choices": [projects[position].id for position in choices], "points": list(points), "count": count}
        )
    return {"kind": profile.kind.value, "points_scale": profile.points_scale, "distinct": distinct}


def _election(fields: Fields) -> Election:
    if fields.text("format") != FORMAT:
        raise MalformedElectionError(f"not an election of format {FORMAT}")
    projects = tuple(_read_project(Fields(each, "a project")) for each in fields.array("projects"))
    position_of = {project.id: position for position, project in enumerate(projects)}
    election = Election(
        projects=projects,
        budget=fields.whole("budget"),
        profile=fields.optional("ballots", lambda: _read_ballots(fields.inside("ballots"), position_of)),
        sums=fields.optional("sums", lambda: _read_sums(fields.inside("sums"))),
        yes_no=_read_yes_no(fields.take("yes_no")),
        scores=_read_scores(fields.take("scores")),
        currency=fields.text("currency"),
        money_scale=fields.whole("money_scale"),
    )
    fields.close()
    return election


def _read_project(fields: Fields) -> Project:
    project = Project(
        id=fields.text("id"),
        cost=fields.whole("cost"),
        name=fields.text("name"),
        categories=fields.texts("categories"),
        area=fields.text("area"),
        least_cost=fields.optional("least_cost", lambda: fields.whole("least_cost")),
    )
    fields.close()
    return project


def _read_ballots(fields: Fields, position_of: dict[str, int]) -> Profile:
    kind = fields.named("kind", BallotKind)
    scale = fields.whole("points_scale")
    rows = [_read_ballot(Fields(each, "a ballot"), kind, position_of) for each in fields.array("distinct")]
    fields.close()
    if scale < 1:
        raise MalformedElectionError("the scale of the points must be positive")
    return Profile(
        kind=kind,
        choices=tuple(choices for choices, _, _ in rows),
        points=tuple(points for _, points, _ in rows),
        counts=tuple(count for _, _, count in rows),
        points_scale=scale,
    )


def _read_ballot(
    fields: Fields, kind: BallotKind, position_of: dict[str, int]
) -> tuple[tuple[int, ...], tuple[int, ...], int]:
    named, count = fields.texts("choices"), fields.whole("count")
    points = tuple(read_whole(each, "points") for each in fields.array("points"))
    fields.close()
    unknown = [each for each in named if each not in position_of]
    if unknown:
        raise MalformedElectionError(f"a ballot names the unknown project '{unknown[0]}'")
    if len(set(named)) != len(named) or count < 1 or len(points) != (len(named) if kind.has_points else 0):
        raise MalformedElectionError(
            "a ballot names a project twice, counts for nobody, or has other points than choices"
        )
    if kind is BallotKind.CHOOSE_ONE and len(named) > 1:
        raise MalformedElectionError("a ballot of kind 'choose-1' names more than one project")
    positions = tuple(position_of[each] for each in named)
    if kind is not BallotKind.ORDINAL and list(positions) != sorted(positions):
        raise MalformedElectionError("the choices of a ballot are not in the order of the ballot paper")
    return positions, points, count


def _read_sums(fields: Fields) -> Sums:
    sums = Sums(
        votes=tuple(read_whole(each, "votes") for each in fields.array("votes")),
        scores=tuple(read_fraction(each, "scores") for each in fields.array("scores")),
        voters=fields.whole("voters"),
    )
    fields.close()
    if any(not 0 <= votes <= sums.voters for votes in sums.votes):
        raise MalformedElectionError("a project has fewer votes than none, or more than there are voters")
    return sums


def _read_yes_no(value: JSON) -> dict[str, YesNo]:
    answers = {}
    for id_, each in _items(value, "yes_no"):
        fields = Fields(each, "an answer")
        answers[id_] = YesNo(yes=fields.whole("yes"), no=fields.whole("no"))
        fields.close()
    return answers


def _read_scores(value: JSON) -> dict[str, dict[str, Fraction]]:
    return {
        source: {id_: read_fraction(score, "scores") for id_, score in _items(given, "scores")}
        for source, given in _items(value, "scores")
    }


def _items(value: JSON, key: str) -> list[tuple[str, JSON]]:
    if not isinstance(value, dict):
        raise MalformedFieldError(f"'{key}' is not an object")
    return list(value.items())
