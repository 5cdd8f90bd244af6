"""News of a project."""

from datetime import datetime

from sqlalchemy import select

from app.cycle.rules import require_not_over
from app.db.session import get_or_not_found, session
from app.errors import InvalidInput, NotAllowed
from app.execution.models import Photo, Project, ProjectUpdate
from app.execution.permissions import can_report
from app.execution.rules.projects import PhotoShows
from app.files.pictures import clean_picture
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.record.services import append


def post_update(
    project_id: int,
    *,
    text: str,
    photo: bytes | None,
    photo_text: str,
    once: str,
    by: Person,
    at: datetime,
    shows: PhotoShows = PhotoShows.DURING,
) -> ProjectUpdate:
    """Post news with an optional photo; the same form sent twice posts once.

    Raises:
        NotFound, NotAllowed: no such project; neither staff nor council.
        InvalidInput: a file that is no photo, or a photo without a description.
    """
    project = get_or_not_found(Project, project_id, lock=True)
    if not can_report(by, project.place, at):
        raise NotAllowed(N_("담당자와 위원이 소식을 올립니다."))
    known = session().scalar(
        select(ProjectUpdate).where(ProjectUpdate.project_id == project_id, ProjectUpdate.once == once)
    )
    if known is not None:
        return known
    require_not_over(is_over=project.is_archived)
    stored = None
    if photo:
        if len(photo_text) < 5:
            raise InvalidInput(
                N_("사진에 무엇이 보이는지 적어 주세요. 사진을 보지 못하는 분이 읽습니다."), field="photo_text"
            )
        clean = clean_picture(photo, field="photo")
        stored = Photo(
            place_id=project.place_id, sha256=clean.sha256, width=clean.width, height=clean.height,
            content=clean.content, created_at=at,
        )  # fmt: skip
        session().add(stored)
        session().flush()
    update = ProjectUpdate(
        project_id=project.id, once=once, text=text, posted_at=at,
        photo_id=stored.id if stored else None, photo_text=photo_text if stored else "",
        photo_shows=shows if stored else None,
    )  # fmt: skip
    session().add(update)
    session().flush()
    append(
        project.place,
        "execution.update",
        role=Role.COUNCIL_MEMBER,
        subject=f"project:{project.id}",
        at=at,
        values={"title": project.title},
        document_hash=stored.sha256 if stored else None,
    )
    return update
