"""SELECTs about the resource survey."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import selectinload, undefer

from app.cycle.dong_page import Lead, Number
from app.cycle.models import Cycle
from app.db.session import get_or_not_found, session
from app.errors import NotFound
from app.i18n import N_
from app.people.models import Person
from app.people.queries.people import in_places_of
from app.places.models import Place
from app.planning_group.models import GroupMember
from app.planning_group.queries import is_member, member_count
from app.planning_group.rules import MemberState
from app.privacy.sealing import reveal
from app.survey.models import CommunityResource, ListState, PlaceGround, ResourceList, ResourcePhoto
from app.survey.permissions import can_see, can_survey
from app.survey.rules import ResourceKind, ResourceState, ResourceWords, plain
from app.todo import Todo

PAGE = 24
MOST_PINS = 5000
"""So many are drawn on one map; a dong with more is looked at by kind."""


@dataclass(frozen=True)
class Listing:
    """One page of resources."""

    rows: list[CommunityResource]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True)
class Filters:
    """What a visitor looks for."""

    text: str = ""
    kind: ResourceKind | None = None


def resources_page(place: Place, filters: Filters, *, page: int) -> Listing:
    """Return one page of a dong's public resources, by name."""
    query = matching(select(CommunityResource), place, filters).options(selectinload(CommunityResource.photos))
    rows = session().scalars(
        query.order_by(CommunityResource.name, CommunityResource.id).limit(PAGE).offset((page - 1) * PAGE)
    )
    total = session().scalar(matching(select(func.count(CommunityResource.id)), place, filters)) or 0
    return Listing(list(rows), total, page)


def matching(query: Select[Any], place: Place, filters: Filters) -> Select[Any]:
    """Narrow a query to the public resources of a dong that a visitor looks for."""
    query = query.where(CommunityResource.place_id == place.id, CommunityResource.state == ResourceState.PUBLIC)
    if filters.kind is not None:
        query = query.where(CommunityResource.kind == filters.kind)
    for word in plain(filters.text).split():
        query = query.where(CommunityResource.plain.contains(word, autoescape=True))
    return query


def on_the_map(place: Place, filters: Filters) -> list[CommunityResource]:
    """Return the public resources that have a position."""
    query = matching(select(CommunityResource), place, filters).where(CommunityResource.latitude_e6.is_not(None))
    return list(session().scalars(query.order_by(CommunityResource.id).limit(MOST_PINS)))


def public_resources(place: Place) -> Iterator[CommunityResource]:
    """Yield every public resource of a dong by number, a few at a time, for files."""
    query = matching(select(CommunityResource), place, Filters()).order_by(CommunityResource.number)
    yield from session().scalars(query.execution_options(yield_per=500))


def counts_by_kind(place: Place) -> dict[ResourceKind, int]:
    """Return how many public resources of each kind there are."""
    rows = session().execute(
        select(CommunityResource.kind, func.count())
        .where(CommunityResource.place_id == place.id, CommunityResource.state == ResourceState.PUBLIC)
        .group_by(CommunityResource.kind)
    )
    return {row[0]: row[1] for row in rows}


def waiting(place: Place, *, limit: int = 100) -> list[CommunityResource]:
    """Return what waits for a second pair of eyes, oldest first."""
    query = (
        select(CommunityResource)
        .where(CommunityResource.place_id == place.id, CommunityResource.state == ResourceState.PROPOSED)
        .options(selectinload(CommunityResource.photos))
        .order_by(CommunityResource.changed_at, CommunityResource.id)
    )
    return list(session().scalars(query.limit(limit)))


def own_unfinished(place: Place, person: Person | None) -> list[CommunityResource]:
    """Return what somebody added here and what is not public."""
    if person is None:
        return []
    query = select(CommunityResource).where(
        CommunityResource.place_id == place.id,
        CommunityResource.added_by == person.id,
        CommunityResource.state.in_([ResourceState.PROPOSED, ResourceState.RETURNED]),
    )
    return list(session().scalars(query.order_by(CommunityResource.id.desc()).limit(50)))


def visible_resource(place: Place, resource_id: int, person: Person | None, at: datetime) -> CommunityResource:
    """Return a resource of a dong that this person may read.

    Raises:
        NotFound: there is none, it belongs to another dong, or it is not public.
    """
    found = get_or_not_found(CommunityResource, resource_id)
    if found.place_id != place.id or not can_see(person, found, at, in_group=is_member(place, person)):
        raise NotFound(N_("찾으시는 자원이 없습니다."))
    return found


def photo_of(resource: CommunityResource, photo_id: int) -> ResourcePhoto:
    """Return a photo of a resource.

    Raises:
        NotFound: it has none of this number any more.
    """
    found = get_or_not_found(ResourcePhoto, photo_id)
    if found.resource_id != resource.id or found.removed_at is not None:
        raise NotFound(N_("찾으시는 사진이 없습니다."))
    return found


def words_of(resource: CommunityResource) -> ResourceWords:
    """Return what a resource says, its contact opened."""
    return ResourceWords(
        resource.kind, resource.name, resource.description, resource.use, resource.where, resource.point,
        reveal(resource, CommunityResource.contact) or "", resource.agreed_on, resource.agreed_how,
    )  # fmt: skip


def list_of(place: Place, list_id: int) -> ResourceList:
    """Return an uploaded list of a dong.

    Raises:
        NotFound: there is none here.
    """
    found = get_or_not_found(ResourceList, list_id)
    if found.place_id != place.id:
        raise NotFound(N_("찾으시는 파일이 없습니다."))
    return found


def lists_of(place: Place) -> list[ResourceList]:
    """Return the last twenty uploaded lists of a dong, newest first."""
    query = select(ResourceList).where(ResourceList.place_id == place.id, ResourceList.state != ListState.DISCARDED)
    return list(session().scalars(query.order_by(ResourceList.id.desc()).limit(20)))


def known_numbers(place: Place, numbers: Iterable[int], keys: Iterable[str]) -> list[CommunityResource]:
    """Return the resources of a dong with one of these numbers or natural keys, removed ones too."""
    wanted, named = list(numbers), list(keys)
    query = select(CommunityResource).where(
        CommunityResource.place_id == place.id,
        or_(CommunityResource.number.in_(wanted), CommunityResource.natural_key.in_(named)),
    )
    return list(session().scalars(query.order_by(CommunityResource.id)))


# The ground


def ground_for(place: Place, *, whole: bool = False) -> PlaceGround | None:
    """Return the ground of a place's maps: its own, or that of the nearest place above it."""
    query = select(PlaceGround).where(PlaceGround.place_id.in_(place.ancestor_ids))
    if whole:
        query = query.options(undefer(PlaceGround.geojson))
    found = {ground.place_id: ground for ground in session().scalars(query)}
    return next((found[place_id] for place_id in reversed(place.ancestor_ids) if place_id in found), None)


# What the cycle and the desk ask


def lead(cycle: Cycle) -> Lead:
    """Return what can be done while the dong looks at what it has."""
    count = sum(counts_by_kind(cycle.place).values())
    return Lead(
        question=N_("우리 동네에는 무엇이 있나요?"),
        text=N_("자원조사는 동네의 사람과 곳과 이야기를 찾아 지도에 모으는 일입니다. 지금까지 %(n)s곳을 모았습니다.")
        if count
        else N_("자원조사는 동네의 사람과 곳과 이야기를 찾아 지도에 모으는 일입니다. 첫 자원을 기다리고 있습니다."),
        action=N_("마을 지도 보기"),
        endpoint="survey.index",
        arguments={"slug": cycle.place.slug},
        values={"n": count},
    )


def numbers(cycle: Cycle) -> list[Number]:
    """Return how many are in the planning group of the year, and how many resources the dong knows, once there are any."""
    members, count = member_count(cycle), sum(counts_by_kind(cycle.place).values())
    found = [Number(N_("마을계획단"), f"{members:,}", N_("명"))] if members else []
    return [*found, Number(N_("마을 자원"), f"{count:,}", N_("곳"))] if count else found


def todos(person: Person, at: datetime) -> list[Todo]:
    """Return what this person should look through, one line for each dong; not what they wrote themselves."""
    group = select(GroupMember.place_id).where(
        GroupMember.person_id == person.id, GroupMember.state == MemberState.MEMBER
    )
    query = (
        select(Place, func.count(CommunityResource.id))
        .join(CommunityResource, CommunityResource.place_id == Place.id)
        .where(
            CommunityResource.state == ResourceState.PROPOSED,
            CommunityResource.changed_by != person.id,
            or_(
                in_places_of(person),
                Place.id.in_(group),
            ),
        )
        .group_by(Place.id)
        .limit(50)
    )
    return [
        Todo(
            title=N_("마을 자원 %(n)s곳 확인하기"),
            action=N_("확인하기"),
            endpoint="survey.check",
            arguments={"slug": place.slug},
            values={"n": count},
            context=place.name,
            place_id=place.id,
        )
        for place, count in session().execute(query)
        if can_survey(person, place, at, in_group=is_member(place, person))
    ]
