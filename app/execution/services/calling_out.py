"""Telling the district of what is late: promises that stay broken are not left to those who broke them."""

from datetime import datetime, timedelta

from sqlalchemy import select

from app.clock import kst_date
from app.db.session import get_or_not_found, session
from app.execution.models import Milestone, Project
from app.execution.rules.projects import ProjectState
from app.people.models import Person
from app.people.queries.people import grants_in_force
from app.people.rules import Role
from app.people.services.messages import tell
from app.places.models import Place
from app.places.queries import setting
from app.places.settings.execution import ESCALATE_DAYS
from app.record.services import append


def escalate_overdue(at: datetime, limit: int = 100) -> int:
    """Tell the staff of the dong and of the district about steps that are too long overdue, once each. Repeatable.

    Returns:
        how many steps were called out.
    """
    today = kst_date(at)
    query = (
        select(Milestone)
        .join(Project, Project.id == Milestone.project_id)
        .where(
            Milestone.done_on.is_(None),
            Milestone.escalated_at.is_(None),
            Milestone.planned_on < today,
            Project.state == ProjectState.RUNNING,
        )
        .order_by(Milestone.planned_on)
    )
    called = 0
    for milestone in session().scalars(query):
        project = milestone.project
        if called == limit:
            break
        if today <= milestone.planned_on + timedelta(days=setting(project.place, ESCALATE_DAYS)):
            continue
        milestone.escalated_at = at
        days = (today - milestone.planned_on).days
        for person in _responsible(project.place, at):
            tell(
                person,
                "execution/overdue",
                values={
                    "place": project.place.name_en if person.locale == "en" else project.place.name,
                    "project": project.title, "step": milestone.title, "days": days,
                    "slug": project.place.slug, "project_id": project.id,
                },
                key=f"{milestone.id}:{milestone.planned_on.isoformat()}",
                at=at,
                place_id=project.place_id,
            )  # fmt: skip
        append(
            project.place, "execution.called_out", role="clock", subject=f"project:{project.id}", at=at,
            values={"title": milestone.title, "days": days},
        )  # fmt: skip
        called += 1
    return called


def _responsible(place: Place, at: datetime) -> list[Person]:
    """Return the staff of the dong and of what lies above it, each once."""
    found: dict[int, Person] = {}
    for holder_id in place.ancestor_ids:
        for grant in grants_in_force(get_or_not_found(Place, holder_id), at):
            if grant.role in {Role.DONG_STAFF, Role.DISTRICT_STAFF, Role.CITY_STAFF}:
                found[grant.person_id] = grant.person
    return list(found.values())
