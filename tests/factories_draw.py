"""Makes calls with checked applications, and draws that have come some way. Every function commits what it makes."""

import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import time_machine

from app.council.models import (
    Application,
    CallQuota,
    CallTrack,
    Council,
    CouncilTerm,
    DrawWitness,
    OpenCall,
)
from app.council.rules.calls import ApplicationState, CallKind, CallState, Capacity, Channel
from app.db.session import get_or_not_found, session, transaction
from app.draw.models import LotteryDraw
from app.draw.rules import Mode, way_of
from app.draw.services import balls, ceremony, preparing
from app.people.models import Person
from app.people.rules import Role, Sex
from app.places.models import Place
from app.places.rules import PlaceKind
from app.privacy.sealing import seal
from tests.conftest import NOW
from tests.factories import make_holder, make_person, make_place

_serial = itertools.count(1)
DRAWS_AT = NOW + timedelta(days=9)
PICKS_AT = DRAWS_AT + timedelta(days=9)
"""Where panels are drawn from, they are mixed at `DRAWS_AT` and one is picked now."""
SECRETS = ("봄날의 느티나무 아래", "열네 번째 골목 모퉁이", "미사강변의 새벽 공기")
WITNESSES = (("경찰관", Capacity.POLICE), ("주민 대표", Capacity.RESIDENT), ("후보 대표", Capacity.CANDIDATE))


@dataclass
class DrawWorld:
    """A dong whose council is to be drawn, and its people."""

    place: Place
    clerk: Person
    second: Person
    head: Person
    call: OpenCall
    witnesses: list[Person]
    candidates: list[Person] = field(default_factory=list)


def make_call(  # noqa: PLR0913 - a row of a table
    candidates: Sequence[tuple[str, str, str]],
    quotas: Sequence[tuple[str, str, int, int]],
    *,
    seats: int,
    place: Place | None = None,
    homes: Sequence[int | None] | None = None,
    witnesses: int = 3,
    accounts: int = 3,
    at: datetime = NOW,
) -> DrawWorld:
    """Make a dong with a call whose applications are all checked and whose objections are over.

    Args:
        candidates: (code of the track, sex ``여``/``남``, age band) of each.
        quotas: (feature, value, least, most) of the council.
        seats: of the council, all of them free.
        place: the dong.
        homes: number of the shared home of each candidate.
        witnesses: how many are named.
        accounts: how many candidates, from the first, have an account.
        at: today.
    """
    place = place or make_place(PlaceKind.DONG, name="미사2동")
    assert place.parent is not None
    clerk = make_holder(Role.DONG_STAFF, place, "동 담당자")
    second = make_holder(Role.SUPPORT_OFFICER, place, "주민자치지원관")
    head = make_holder(Role.DISTRICT_STAFF, place.parent, "구 담당자")
    people = [make_person(f"증인 {n}") for n in range(witnesses)]
    standing = [make_person(f"후보 {n}") for n in range(accounts)]
    with transaction() as current:
        council = Council(place_id=place.id, founded_on=at.date(), seats=seats, created_at=at)
        current.add(council)
        current.flush()
        first = date(at.year + 1, 1, 1)
        term = CouncilTerm(
            council_id=council.id, number=1, starts_on=first, ends_on=date(at.year + 2, 12, 31), seats=seats
        )
        current.add(term)
        current.flush()
        call = OpenCall(
            place_id=place.id, term_id=term.id, kind=CallKind.FULL, state=CallState.ANNOUNCED, title="위원 모집",
            seats=seats, areas=[], reference_on=at.date() - timedelta(days=40), opens_at=at - timedelta(days=40),
            closes_at=at - timedelta(days=20), objections_until=at - timedelta(days=10), once=f"call-{next(_serial)}",
            created_by=clerk.id, created_at=at - timedelta(days=50), announced_at=at - timedelta(days=45),
        )  # fmt: skip
        call.tracks = [
            CallTrack(position=0, code="open", name="공개모집", seats=seats),
            CallTrack(position=1, code="recommended", name="단체추천", seats=0),
        ]
        call.quotas = [
            CallQuota(
                position=at_, feature=f, value=v, minimum=low, maximum=high, least_minimum=0, greatest_maximum=seats
            )
            for at_, (f, v, low, high) in enumerate(quotas)
        ]
        current.add(call)
        current.flush()
        for (name, capacity), person in zip(WITNESSES, people, strict=False):
            current.add(DrawWitness(call_id=call.id, person_id=person.id, name=name, capacity=capacity, named_at=at))
        _apply(call, candidates, standing, clerk, homes=homes, at=at)
    return DrawWorld(place, clerk, second, head, call, people, standing)


def _apply(
    call: OpenCall,
    candidates: Sequence[tuple[str, str, str]],
    standing: Sequence[Person],
    clerk: Person,
    *,
    homes: Sequence[int | None] | None,
    at: datetime,
) -> None:
    for index, (track, sex, age) in enumerate(candidates):
        row = Application(
            call_id=call.id, number=f"{index + 1:04}", person_id=standing[index].id if index < len(standing) else None,
            entered_by=clerk.id, once=f"a{next(_serial)}", channel=Channel.VISIT, state=ApplicationState.ELIGIBLE,
            track=track, sex=Sex.WOMAN if sex == "여" else Sex.MAN, age_band=age, received_at=at,
            household=homes[index] if homes else None,
        )  # fmt: skip
        seal(row, Application.legal_name, f"가상 {index + 1}", checked=True)
        seal(row, Application.birth_date, f"19{60 + index % 40}-03-0{1 + index % 9}", checked=True)
        seal(row, Application.identity_salt, hashlib.sha256(str(index).encode()).hexdigest()[:32], checked=True)
        session().add(row)


def make_supplement(world: DrawWorld, *, seats: int, candidates: Sequence[tuple[str, str, str]]) -> OpenCall:
    """Make a call for the empty seats of the same term, with the quotas of the first."""
    first = session().get_one(OpenCall, world.call.id)
    with transaction() as current:
        call = OpenCall(
            place_id=first.place_id, term_id=first.term_id, kind=CallKind.SUPPLEMENT, state=CallState.ANNOUNCED,
            title="빈자리 위원 모집", seats=seats, areas=[], reference_on=first.reference_on, opens_at=first.opens_at,
            closes_at=first.closes_at, objections_until=first.objections_until, once=f"call-{next(_serial)}",
            created_by=world.clerk.id, created_at=NOW, announced_at=NOW,
        )  # fmt: skip
        call.tracks = [CallTrack(position=0, code="open", name="공개모집", seats=seats)]
        call.quotas = [
            CallQuota(
                position=q.position, feature=q.feature, value=q.value, minimum=q.minimum, maximum=q.maximum,
                least_minimum=q.least_minimum, greatest_maximum=q.greatest_maximum,
            )
            for q in first.quotas
        ]  # fmt: skip
        current.add(call)
        current.flush()
        _apply(call, candidates, [], world.clerk, homes=None, at=NOW)
    return call


def make_village(**options: object) -> DrawWorld:
    """Make a call of a small everyday village: 24 candidates, 6 seats, sex and age."""
    ages = ["30대", "50대", "60대"]
    candidates = [("open", "여" if n % 3 else "남", ages[n % 7 % 3]) for n in range(24)]
    quotas = [
        ("sex", "여", 2, 4),
        ("sex", "남", 2, 4),
        ("age", "30대", 1, 3),
        ("age", "50대", 1, 2),
        ("age", "60대", 1, 3),
    ]
    return make_call(candidates, quotas, seats=6, **options)  # type: ignore[arg-type]


def make_draw(
    world: DrawWorld,
    *,
    mode: Mode = Mode.QUOTA,
    beacon: tuple[str, int] | None = None,
    draws_at: datetime | None = None,
    at: datetime = NOW,
) -> LotteryDraw:
    """Set the draw of a call up."""
    mixes = way_of(mode).mixes
    with transaction():
        return preparing.set_up(
            world.call.id, mode=mode, mixes_at=DRAWS_AT if mixes else None,
            draws_at=draws_at or (PICKS_AT if mixes else DRAWS_AT), hall="동 주민센터 3층", beacon=beacon, by=world.clerk, at=at,
        )  # fmt: skip


def freeze(world: DrawWorld, draw: LotteryDraw, *, at: datetime = NOW) -> LotteryDraw:
    """Freeze a draw; the queue of tests does the job at once."""
    with transaction():
        preparing.request_freeze(draw.id, version=fresh(draw).version, by=world.clerk, at=at)
    return fresh(draw)


def make_published(world: DrawWorld, *, at: datetime = NOW, **options: object) -> LotteryDraw:
    """Make a draw that is published."""
    draw = freeze(world, make_draw(world, at=at, **options), at=at)  # type: ignore[arg-type]
    with transaction():
        preparing.publish(draw.id, version=fresh(draw).version, by=world.clerk, at=at)
    return fresh(draw)


def hand_in_all(world: DrawWorld, draw: LotteryDraw, *, at: datetime = NOW) -> None:
    """Let every witness hand in the hash of their secret."""
    for person, secret in zip(world.witnesses, SECRETS, strict=False):
        with transaction():
            ceremony.hand_in(draw.id, hashlib.sha256(secret.encode()).hexdigest(), by=person, at=at)


def make_revealing(world: DrawWorld, draw: LotteryDraw, *, at: datetime = DRAWS_AT) -> LotteryDraw:
    """Bring a published draw to the opening of secrets."""
    hand_in_all(world, draw)
    with transaction():
        begin = ceremony.open_mixing if draw.way.mixes else ceremony.open_ceremony
        begin(draw.id, by=world.clerk, at=at)
        ceremony.close_commitments(draw.id, by=world.clerk, at=at)
    return fresh(draw)


def make_balls(world: DrawWorld, draw: LotteryDraw, *, at: datetime = DRAWS_AT, opened: int = 3) -> LotteryDraw:
    """Bring a published draw to the balls."""
    make_revealing(world, draw, at=at)
    for person, secret in list(zip(world.witnesses, SECRETS, strict=False))[:opened]:
        with transaction():
            ceremony.reveal(draw.id, secret, by=person, at=at)
    with transaction():
        ceremony.close_reveals(draw.id, by=world.clerk, at=at)
    return fresh(draw)


def make_drawn(world: DrawWorld, *, digits: str = "482913", **options: object) -> LotteryDraw:
    """Hold a draw to its end."""
    draw = make_balls(world, make_published(world, **options))  # type: ignore[arg-type]
    for person in (world.clerk, world.second):
        with transaction():
            balls.read_balls(draw.id, digits, randomness="", by=person, at=DRAWS_AT)
    return fresh(draw)


def make_tabled(world: DrawWorld, *, digits: str = "482913", **options: object) -> LotteryDraw:
    """Mix the panels of a draw; the queue of tests computes and publishes the table at once."""
    draw = make_balls(world, make_published(world, mode=Mode.PANELS, **options))  # type: ignore[arg-type]
    with time_machine.travel(DRAWS_AT, tick=False):  # the job goes by the clock
        for person in (world.clerk, world.second):
            with transaction():
                balls.read_balls(draw.id, digits, randomness="", by=person, at=DRAWS_AT)
    return fresh(draw)


def make_picked(world: DrawWorld, *, number: str = "417", **options: object) -> LotteryDraw:
    """Pick a panel."""
    draw = make_tabled(world, **options)
    with transaction():
        ceremony.open_ceremony(draw.id, by=world.clerk, at=PICKS_AT)
    for person in (world.clerk, world.second):
        with transaction():
            balls.read_balls(draw.id, number, randomness="", by=person, at=PICKS_AT)
    return fresh(draw)


def fresh(draw: LotteryDraw) -> LotteryDraw:
    """Return a draw as it stands in the database now."""
    session().rollback()
    return get_or_not_found(LotteryDraw, draw.id)
