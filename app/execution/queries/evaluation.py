"""SELECTs about looking back: what residents and the council say, the numbers, the meeting."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import select

from app.cycle.models import Cycle
from app.db.session import get_or_not_found, session
from app.errors import NotFound
from app.execution.models import CouncilEvaluation, Evaluation, Indicator, Project, SharingMeeting
from app.execution.rules.projects import QUESTIONS
from app.i18n import N_
from app.people.models import Person
from app.places.models import Place


@dataclass(frozen=True)
class Ratings:
    """What one group of people says of a project.

    Attributes:
        count: how many people.
        means: question to the exact mean of 1 to 5; empty when nobody answered.
        words: remarks without names, newest first, at most fifty.
    """

    count: int
    means: dict[str, Fraction]
    words: list[str]

    @property
    def mean(self) -> Fraction | None:
        """The mean over all questions; None when nobody answered."""
        return sum(self.means.values(), Fraction(0)) / len(self.means) if self.means else None


@dataclass(frozen=True)
class Heard:
    """Everything that was said of a project: verified residents apart from others."""

    residents: Ratings
    others: Ratings


def heard_of(projects: Iterable[Project]) -> dict[int, Heard]:
    """Return what was said of each project, by project id."""
    ids = [project.id for project in projects]
    rows = session().scalars(select(Evaluation).where(Evaluation.project_id.in_(ids)).order_by(Evaluation.id.desc()))
    found: dict[int, tuple[list[Evaluation], list[Evaluation]]] = {project_id: ([], []) for project_id in ids}
    for row in rows:
        found[row.project_id][0 if row.is_resident else 1].append(row)
    return {key: Heard(_ratings(residents), _ratings(others)) for key, (residents, others) in found.items()}


def _ratings(rows: list[Evaluation]) -> Ratings:
    means = (
        {question: Fraction(sum(row.ratings[question] for row in rows), len(rows)) for question in QUESTIONS}
        if rows
        else {}
    )
    return Ratings(len(rows), means, [row.words for row in rows if row.words][:50])


def own_evaluation(project: Project, person: Person | None) -> Evaluation | None:
    """Return what somebody said of a project."""
    if person is None:
        return None
    return session().scalar(
        select(Evaluation).where(Evaluation.project_id == project.id, Evaluation.person_id == person.id)
    )


def council_evaluation_of(project: Project) -> CouncilEvaluation | None:
    """Return what the council says of a project."""
    return session().scalar(select(CouncilEvaluation).where(CouncilEvaluation.project_id == project.id))


def indicators_of(project: Project) -> list[Indicator]:
    """Return the numbers that a project was meant to move."""
    return list(session().scalars(select(Indicator).where(Indicator.project_id == project.id).order_by(Indicator.id)))


def indicator_of(place: Place, indicator_id: int) -> tuple[Indicator, Project]:
    """Return an indicator of a dong with its project.

    Raises:
        NotFound: there is none here.
    """
    found = get_or_not_found(Indicator, indicator_id)
    project = get_or_not_found(Project, found.project_id)
    if project.place_id != place.id:
        raise NotFound(N_("찾으시는 지표가 없습니다."))
    return found, project


def sharing_meeting_of(cycle: Cycle) -> SharingMeeting | None:
    """Return the results-sharing meeting of a year."""
    return session().scalar(select(SharingMeeting).where(SharingMeeting.cycle_id == cycle.id))
