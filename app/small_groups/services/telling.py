"""Messages to the people of a group: to whoever answers for it, or to all of them."""

from datetime import datetime

from app.people.services.messages import tell
from app.small_groups.models import GroupApplication
from app.small_groups.queries.applications import people_of


def tell_leader(application: GroupApplication, template: str, *, key: str, at: datetime, **values: object) -> None:
    """Tell a group's leader at all their contacts; the same key never tells twice."""
    tell(
        application.leader,
        f"small_groups/{template}",
        values=_values(application, values),
        key=f"{application.id}:{key}",
        at=at,
        place_id=application.place_id,
    )


def tell_others(application: GroupApplication, template: str, *, key: str, at: datetime, **values: object) -> None:
    """Tell everybody in a group but its leader."""
    for row in people_of(application):
        if row.person_id != application.leader_id:
            tell(
                row.person,
                f"small_groups/{template}",
                values=_values(application, values),
                key=f"{application.id}:{key}:{row.person_id}",
                at=at,
                place_id=application.place_id,
            )


def _values(application: GroupApplication, more: dict[str, object]) -> dict[str, object]:
    return {
        "name": application.name, "round": application.round.title, "slug": application.place.slug,
        "application_id": application.id, **more,
    }  # fmt: skip
