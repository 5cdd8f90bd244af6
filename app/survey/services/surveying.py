"""Adding, changing, checking, returning and removing resources."""

from datetime import datetime

from sqlalchemy import func, select

from app.clock import kst_date
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.permissions import is_council, is_staff
from app.people.rules import Role
from app.places.models import Place
from app.places.queries import setting
from app.planning_group.queries import is_member
from app.privacy.sealing import seal
from app.record.services import append
from app.survey.models import CommunityResource, ResourcePhoto
from app.survey.permissions import can_add, can_edit, can_survey
from app.survey.rules import (
    RemoveReason,
    ResourceKind,
    ResourceState,
    ResourceWords,
    natural_key,
    plain,
    require_move,
    require_other_eyes,
    require_sound,
)

NOT_YOURS = N_("마을계획단과 주민자치회, 담당자만 할 수 있습니다.")
ERASED_NAME = N_("지운 자원")
MOST_AT_ONCE = 200


def add_resource(place: Place, words: ResourceWords, *, once: str, by: Person, at: datetime) -> CommunityResource:
    """Add a resource; the public sees it once somebody else has checked it. Sent twice, it is one resource.

    Args:
        place: the dong.
        words: what it says of itself.
        once: the form's key.
        by: who adds it.
        at: when.

    Raises:
        NotAllowed: not one who may add here.
        InvalidInput: `require_sound`; or the dong has it already.
        ResidentNumberRefused: a resident number is in it.
    """
    if not can_add(by, place, at, in_group=is_member(place, by), adders=setting(place, "survey.adders")):
        raise NotAllowed(NOT_YOURS)
    known = session().scalar(
        select(CommunityResource).where(CommunityResource.added_by == by.id, CommunityResource.once == once)
    )
    if known is not None:
        return known
    require_sound(words, today=kst_date(at))
    get_or_not_found(Place, place.id, lock=True)  # numbers are given one after the other
    key = natural_key(words.kind, words.name, words.where)
    twin = session().scalar(
        select(CommunityResource.number).where(
            CommunityResource.place_id == place.id,
            CommunityResource.natural_key == key,
            CommunityResource.state != ResourceState.REMOVED,
        )
    )
    if twin is not None:
        raise InvalidInput(N_("같은 곳의 같은 자원이 이미 있습니다(%(number)s번)."), field="name", number=twin)
    return new_row(place, words, number=next_number(place), once=once, by=by, at=at)


def edit_resource(
    resource_id: int, words: ResourceWords, *, version: int, by: Person, at: datetime
) -> CommunityResource:
    """Change a resource. What staff correct stays public; what anybody else changes is checked again first.

    Raises:
        NotFound, NotAllowed, Conflict: no such resource; not one who may change it; changed meanwhile.
        RuleViolation: it was removed.
        InvalidInput: `require_sound`.
    """
    row = get_or_not_found(CommunityResource, resource_id, lock=True)
    if row.state is ResourceState.REMOVED:
        require_move(row.state, ResourceState.PROPOSED)
    if not can_edit(by, row, at, in_group=is_member(row.place, by)):
        raise NotAllowed(NOT_YOURS)
    claim_version(row, version)
    require_sound(words, today=kst_date(at))
    change(row, words, by=by, at=at)
    return row


def check_resources(place: Place, seen: list[tuple[int, int]], *, by: Person, at: datetime) -> list[CommunityResource]:
    """Make resources public that somebody has looked through; all of them or none.

    Args:
        place: the dong.
        seen: (id, version as it was seen) of each.
        by: who looked; not who wrote.
        at: when.

    Raises:
        NotFound, NotAllowed: one is not of this dong; not one who surveys.
        Conflict: one was changed since it was shown.
        RuleViolation: nothing or too much was picked, one is not waiting, or it is the checker's own.
    """
    if not can_survey(by, place, at, in_group=is_member(place, by)):
        raise NotAllowed(NOT_YOURS)
    if not seen:
        raise RuleViolation(N_("확인한 자원을 하나 이상 골라 주세요."))
    if len(seen) > MOST_AT_ONCE:
        raise RuleViolation(N_("한 번에 %(most)s곳까지 확인합니다."), most=MOST_AT_ONCE)
    rows = []
    for resource_id, version in sorted(set(seen)):
        row = _here(place, resource_id)
        if row.state is ResourceState.PUBLIC and row.checked_by == by.id:
            continue  # the same click twice
        require_move(row.state, ResourceState.PUBLIC)
        require_other_eyes(changed_by=row.changed_by, checked_by=by.id)
        claim_version(row, version)
        require_sound(_words(row), today=kst_date(at))
        row.state, row.checked_by, row.checked_at, row.return_reason = ResourceState.PUBLIC, by.id, at, ""
        rows.append(row)
    if rows:
        subject = f"resource:{rows[0].id}" if len(rows) == 1 else f"place:{place.id}"
        _note(place, "survey.published", subject, by, at, count=len(rows))
    return rows


def return_resource(resource_id: int, *, reason: str, version: int, by: Person, at: datetime) -> CommunityResource:
    """Give a resource back to who wrote it, saying what must be put right.

    Raises:
        NotFound, NotAllowed, Conflict: no such resource; not one who surveys; changed meanwhile.
        RuleViolation: it is not waiting.
    """
    row = get_or_not_found(CommunityResource, resource_id, lock=True)
    if not can_survey(by, row.place, at, in_group=is_member(row.place, by)):
        raise NotAllowed(NOT_YOURS)
    claim_version(row, version)
    require_move(row.state, ResourceState.RETURNED)
    row.state, row.return_reason = ResourceState.RETURNED, reason
    return row


def remove_resource(
    resource_id: int, *, reason: RemoveReason, version: int, by: Person, at: datetime
) -> CommunityResource:
    """Take a resource off the list; its contact and photos are erased, of a person everything.

    Raises:
        NotFound, NotAllowed, Conflict: no such resource; not one who may change it; changed meanwhile.
        RuleViolation: it was removed already.
    """
    row = get_or_not_found(CommunityResource, resource_id, lock=True)
    require_move(row.state, ResourceState.REMOVED)
    if not can_edit(by, row, at, in_group=is_member(row.place, by)):
        raise NotAllowed(NOT_YOURS)
    claim_version(row, version)
    was_public = row.checked_at is not None
    row.state, row.removed_at, row.removed_for, row.contact = ResourceState.REMOVED, at, reason, None
    if row.kind is ResourceKind.PEOPLE:
        row.name, row.description, row.use, row.where, row.agreed_how, row.plain = ERASED_NAME, "", "", "", "", ""
        row.natural_key = f"removed|{row.id}"
    for photo in session().scalars(
        select(ResourcePhoto).where(ResourcePhoto.resource_id == row.id, ResourcePhoto.removed_at.is_(None))
    ):
        photo.removed_at, photo.text = at, ""
        photo.file.content, photo.file.preview = b"", None
    if was_public:
        _note(row.place, "survey.removed", f"resource:{row.id}", by, at, number=row.number, removed_why=reason.value)
    return row


def next_number(place: Place) -> int:
    """Return the next free number of a dong; the place must be locked."""
    highest = session().scalar(select(func.max(CommunityResource.number)).where(CommunityResource.place_id == place.id))
    return (highest or 0) + 1


def new_row(
    place: Place, words: ResourceWords, *, number: int, once: str, by: Person, at: datetime
) -> CommunityResource:
    """Insert a resource that waits to be checked; the words are sound and the place is locked."""
    row = CommunityResource(
        place_id=place.id, place=place, number=number, once=once, state=ResourceState.PROPOSED, added_by=by.id,
        added_at=at,
    )  # fmt: skip
    _fill(row, words, by, at)
    session().add(row)
    session().flush()
    return row


def change(row: CommunityResource, words: ResourceWords, *, by: Person, at: datetime) -> None:
    """Write new words into a resource whose version was claimed, and say where it stands then."""
    stays = row.state is ResourceState.PUBLIC and is_staff(by, row.place, at)
    wanted = ResourceState.PUBLIC if stays else ResourceState.PROPOSED
    require_move(row.state, wanted)
    _fill(row, words, by, at)
    row.state, row.return_reason = wanted, ""
    if stays:
        _note(row.place, "survey.corrected", f"resource:{row.id}", by, at, number=row.number)


def role_of(by: Person, place: Place, at: datetime) -> str:
    """Return in which role somebody works on the survey, for the record."""
    return by.staff_role(place, at) or (Role.COUNCIL_MEMBER if is_council(by, place, at) else Role.RESIDENT)


def _fill(row: CommunityResource, words: ResourceWords, by: Person, at: datetime) -> None:
    row.kind, row.name, row.description, row.use = words.kind, words.name, words.description, words.use
    row.where, row.agreed_on, row.agreed_how = words.where, words.agreed_on, words.agreed_how
    row.latitude_e6 = words.point.latitude_e6 if words.point else None
    row.longitude_e6 = words.point.longitude_e6 if words.point else None
    row.plain = plain(words.name, words.where, words.use, words.description)
    row.natural_key = natural_key(words.kind, words.name, words.where)
    row.changed_by, row.changed_at = by.id, at
    seal(row, CommunityResource.contact, words.contact or None)


def _words(row: CommunityResource) -> ResourceWords:
    return ResourceWords(
        row.kind, row.name, where=row.where, point=row.point, contact="x" if row.contact else "",
        agreed_on=row.agreed_on, agreed_how=row.agreed_how,
    )  # fmt: skip


def _here(place: Place, resource_id: int) -> CommunityResource:
    row = get_or_not_found(CommunityResource, resource_id, lock=True)
    if row.place_id != place.id:
        raise NotAllowed(NOT_YOURS)
    return row


def _note(place: Place, act: str, subject: str, by: Person, at: datetime, **values: str | int) -> None:
    append(place, act, role=role_of(by, place, at), subject=subject, at=at, values={**values})
