"""SELECTs of what neighbours say to the news of a project."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.db.session import get_or_not_found, session
from app.errors import NotFound
from app.execution.models import ProjectUpdate, UpdateComment
from app.i18n import N_
from app.places.models import Place

MOST = 500
"""How many comments a project's page shows, the newest."""


def comments_on(updates: Iterable[ProjectUpdate]) -> dict[int, list[UpdateComment]]:
    """Return what was said to each piece of news, oldest first, by its id."""
    found: dict[int, list[UpdateComment]] = {update.id: [] for update in updates}
    query = (
        select(UpdateComment)
        .where(UpdateComment.update_id.in_(found))
        .order_by(UpdateComment.id.desc())
        .limit(MOST)
        .options(joinedload(UpdateComment.author))
    )
    for comment in reversed(session().scalars(query).all()):
        found[comment.update_id].append(comment)
    return found


def comment_of(place: Place, comment_id: int) -> UpdateComment:
    """Return a comment of a dong that its author has not taken back.

    Raises:
        NotFound: there is none here.
    """
    comment = get_or_not_found(UpdateComment, comment_id)
    if comment.place_id != place.id or comment.withdrawn_at is not None:
        raise NotFound(N_("찾으시는 글이 없습니다."))
    return comment


def update_of(place: Place, update_id: int) -> ProjectUpdate:
    """Return a piece of news of a dong.

    Raises:
        NotFound: there is none here.
    """
    update = get_or_not_found(ProjectUpdate, update_id)
    if update.project.place_id != place.id:
        raise NotFound(N_("찾으시는 소식이 없습니다."))
    return update
