"""Makes resources, grounds and planning groups that tests play with. Every function commits what it makes."""

import io
import itertools
from datetime import date, timedelta

from PIL import Image

from app.cycle.models import Cycle
from app.db.session import transaction
from app.people.models import Person
from app.places.models import Place
from app.places.points import GeoPoint
from app.planning_group import services as group_services
from app.planning_group.models import GroupCall, GroupMember
from app.survey.models import CommunityResource
from app.survey.rules import ResourceKind, ResourceWords
from app.survey.services import surveying
from tests.conftest import NOW

_serial = itertools.count(1)
POINT = GeoPoint(37_664_213, 126_831_502)
GROUND = (
    b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"kind":"outline"},"geometry":{"type":"Polygon",'
    b'"coordinates":[[[126.82,37.66],[126.84,37.66],[126.84,37.67],[126.82,37.67],[126.82,37.66]]]}}]}'
)


def words(**changes: object) -> ResourceWords:
    """Return what a resource says."""
    values: dict[str, object] = {
        "kind": ResourceKind.SPACE,
        "name": f"느티나무 쉼터 {next(_serial)}",
        "description": "마을 사람이 여름마다 모이는 그늘입니다.",
        "where": "관산동 향촌길 3",
        "point": POINT,
    }
    return ResourceWords(**{**values, **changes})  # type: ignore[arg-type]


def person_words(**changes: object) -> ResourceWords:
    """Return what a person with a skill says, with consent."""
    values: dict[str, object] = {
        "kind": ResourceKind.PEOPLE, "name": "매듭 선생님", "where": "3통 둘레", "point": None, "contact": "031-000-0000",
        "agreed_on": date(2026, 6, 1), "agreed_how": "조사지에 서명",
    }  # fmt: skip
    return words(**{**values, **changes})


def make_resource(
    place: Place, by: Person, checker: Person | None = None, said: ResourceWords | None = None
) -> CommunityResource:
    """Make a resource; public when somebody checks it."""
    with transaction():
        row = surveying.add_resource(place, said or words(), once=f"r{next(_serial)}", by=by, at=NOW)
    if checker is not None:
        with transaction():
            surveying.check_resources(place, [(row.id, row.version)], by=checker, at=NOW)
    return row


def make_call(cycle: Cycle, by: Person, *, seats: int = 0) -> GroupCall:
    """Make a call that is open."""
    said = group_services.CallWords(
        "단원 모집", "함께 동네를 둘러봅니다.", seats, NOW - timedelta(days=1), NOW + timedelta(days=10)
    )
    with transaction():
        return group_services.announce_call(cycle, said, once=f"c{next(_serial)}", by=by, at=NOW)


def make_member(call: GroupCall, person: Person, by: Person) -> GroupMember:
    """Make somebody a member of the planning group."""
    with transaction():
        row = group_services.apply(call.id, motive="나무를 좋아합니다.", by=person, at=NOW)
    with transaction():
        group_services.accept(row.id, version=row.version, by=by, at=NOW)
    return row


def a_photo() -> bytes:
    """Return a small JPEG that says where it was taken."""
    picture, out = Image.new("RGB", (40, 30), "green"), io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "비밀 장소"
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()
