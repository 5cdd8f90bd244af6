"""Photos of resources: written anew, so that neither place nor camera nor time travel with them."""

from datetime import datetime

from sqlalchemy import func, select

from app.db.session import get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, NotFound, RuleViolation
from app.files.services import keep_file
from app.i18n import N_
from app.people.models import Person
from app.people.permissions import is_staff
from app.planning_group.queries import is_member
from app.survey.models import CommunityResource, ResourcePhoto
from app.survey.permissions import can_edit
from app.survey.rules import ResourceState
from app.survey.services.surveying import NOT_YOURS

MOST_PHOTOS = 6
TEXT_LEAST = 5


def add_photo(resource_id: int, *, name: str, content: bytes, text: str, by: Person, at: datetime) -> ResourcePhoto:
    """Add a photo; the same one sent twice is there once. A public resource is checked again unless staff add it.

    Args:
        resource_id: of which resource.
        name: of the file.
        content: all of it.
        text: what it shows, for those who do not see it.
        by: who adds it.
        at: when.

    Raises:
        NotFound, NotAllowed: no such resource; not one who may change it.
        RuleViolation: it was removed, or has as many photos as one can have.
        InvalidInput: no description, or no picture (`app.files.services.keep_file`).
    """
    row = _changeable(resource_id, by, at)
    if len(text) < TEXT_LEAST:
        raise InvalidInput(N_("무엇인지 짧게 적어 주세요. 사진을 보지 못하는 분이 읽습니다."), field="text")
    mine = ResourcePhoto.resource_id == row.id, ResourcePhoto.removed_at.is_(None)
    stored = keep_file(row.place, name=name, content=content, by=by, at=at, only_pictures=True)
    known = next(
        (p for p in session().scalars(select(ResourcePhoto).where(*mine)) if p.file.sha256 == stored.sha256), None
    )
    if known is not None:
        session().delete(stored)
        return known
    if (session().scalar(select(func.count(ResourcePhoto.id)).where(*mine)) or 0) >= MOST_PHOTOS:
        raise RuleViolation(N_("한 자원에 사진을 %(n)s장까지 더할 수 있습니다."), n=MOST_PHOTOS)
    photo = ResourcePhoto(resource_id=row.id, file_id=stored.id, file=stored, text=text, added_at=at)
    session().add(photo)
    _again(row, by, at)
    session().flush()
    return photo


def remove_photo(resource_id: int, photo_id: int, *, by: Person, at: datetime) -> ResourcePhoto:
    """Take a photo away; its content is erased.

    Raises:
        NotFound, NotAllowed, RuleViolation: no such photo; not one who may change the resource; it was removed.
    """
    row = _changeable(resource_id, by, at)
    photo = get_or_not_found(ResourcePhoto, photo_id, lock=True)
    if photo.resource_id != row.id:
        raise NotFound(N_("찾으시는 사진이 없습니다."))
    if photo.removed_at is None:
        photo.removed_at = at
        photo.file.content, photo.file.preview = b"", None
        row.version += 1
    return photo


def _changeable(resource_id: int, by: Person, at: datetime) -> CommunityResource:
    row = get_or_not_found(CommunityResource, resource_id, lock=True)
    if not can_edit(by, row, at, in_group=is_member(row.place, by)):
        raise NotAllowed(NOT_YOURS)
    return row


def _again(row: CommunityResource, by: Person, at: datetime) -> None:
    """A new picture is looked through like new words: the version that a checker saw is no longer the one that stands."""
    row.version += 1
    row.changed_at = at
    if row.state is ResourceState.PUBLIC and not is_staff(by, row.place, at):
        row.state = ResourceState.PROPOSED
    if row.state is not ResourceState.PUBLIC:
        row.changed_by = by.id
