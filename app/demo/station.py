"""A voter roll, a station with kiosks and some papers handed out, in the dong of the demonstration that votes.

Everybody on this roll has one made-up birthday, so that a visitor can play the clerk who looks somebody up.
"""

from datetime import date, datetime, time, timedelta

from sqlalchemy import insert, select

from app.assembly.kiosks.services import pairing, taking
from app.assembly.models import Assembly
from app.assembly.stations.models import Station
from app.assembly.stations.queries import roll_of_election
from app.assembly.stations.rules.hours import Details, Hours
from app.assembly.stations.rules.states import Method, PaperChannel
from app.assembly.stations.services import checking_in, running
from app.clock import kst_date
from app.db.session import session, transaction
from app.demo.people import SHOWN, Cast
from app.people.models import Person, RollEntry, Verification
from app.people.roll_files import Row
from app.people.rules import Sex
from app.people.services import freezing, rolls
from app.people.services.taking import Staging
from app.places.models import Place
from app.privacy.rules import normal_name

BORN = date(1970, 3, 4)
PAPERS, HANDED_OUT = 50, 6
HELD = 2
"""Locked ballots on the tablet that travels."""


def freeze_roll(place: Place, cast: Cast, residents: list[Person], *, on: date, at: datetime) -> None:
    """Put the residents on a roll that the vote binds when it opens.

    Args:
        place: only one dong of the demonstration has a roll; for others nothing happens.
        cast: its clerk keeps the roll.
        residents: who stands on it; their accounts count as verified by it.
        on: the day on which people have to be old enough.
        at: when.
    """
    if place.slug != SHOWN:
        return
    rows = [
        Row(number, normal_name(person.public_name), BORN, unit=f"{1 + number % 3}통", sex=list(Sex)[number % 2])
        for number, person in enumerate(residents, start=1)
    ]
    with transaction() as current:
        roll = rolls.open_roll(place, title=f"{on.year}년 주민총회 명부", by=cast.staff, at=at)
        sealed = Staging(roll.id, None, number=1, seen=None).prepare(rows)
        current.execute(insert(RollEntry), sealed)
        for person, entry in zip(residents, sealed, strict=True):
            known = select(Verification).where(Verification.person_id == person.id, Verification.place_id == place.id)
            current.scalars(known).one().identity_index = entry["identity_index"]
        freezing.freeze(roll.id, on=on, version=roll.version, by=cast.staff, at=at)


def _show_kiosks(station: Station, cast: Cast, *, at: datetime) -> None:
    """Three tablets: one in order, one that lost the network with ballots on it, one that waits to be brought in."""
    names = ("1층 민원대", "경로당 순회", "2층 회의실")
    handed = []
    for number, name in enumerate(names, start=1):
        with transaction():
            once = f"demo-kiosk-{station.assembly_id}-{number}"
            handed.append(pairing.register(station.id, name=f"{name} 태블릿", once=once, by=cast.staff, at=at))
    for each, waiting in zip(handed, (0, HELD), strict=False):
        with transaction():
            kiosk, _ = pairing.pair(each.code, at=at)
            taking.report(kiosk.id, waiting=waiting, refused=0, at=at)


def _further(first: date, last: date) -> list[tuple[str, PaperChannel, Method, Details]]:
    """Return a booth that comes to one place on one day, and the boards of the assembly day."""
    stop = last - timedelta(days=2)
    return [
        (
            "찾아가는 투표소: 벽제 경로당", PaperChannel.PAPER, Method.PAPER,
            Details("벽제 경로당 마당(예시)", "마당에 천막을 치므로 계단이 없습니다.", Hours(stop, stop, time(13, 30), time(16))),
        ),
        (
            "총회 현장 스티커판", PaperChannel.ONSITE, Method.STICKER,
            Details("행정복지센터 2층 대회의실(예시)", "승강기로 올라오실 수 있습니다.", Hours(last, last, time(13), time(17))),
        ),
    ]  # fmt: skip


def show_station(assembly: Assembly, cast: Cast, *, at: datetime) -> None:
    """Set up a station where the election has a roll; the last people of the roll take a paper there."""
    roll = roll_of_election(assembly)
    if roll is None:
        return
    first, last = kst_date(assembly.opens_at), kst_date(assembly.closes_at) - timedelta(days=1)
    with transaction():
        station = running.set_up(
            assembly.id, name="관산동 행정복지센터 1층", method=Method.PAPER, channel=PaperChannel.BOOTH, boxes=1,
            printed=PAPERS, once=f"demo-station-{assembly.id}", by=cast.staff, at=at,
            details=Details(
                "관산동 행정복지센터 1층 민원실 옆(예시)", "정문 왼쪽 경사로로 들어오시면 문턱이 없습니다.",
                Hours(first, last, time(9), time(18), weekdays_only=True),
            ),
        )  # fmt: skip
        for number, (name, channel, method, details) in enumerate(_further(first, last), start=2):
            running.set_up(
                assembly.id, name=name, method=method, channel=channel, boxes=1, printed=PAPERS, details=details,
                once=f"demo-station-{assembly.id}-{number}", by=cast.staff, at=at,
            )  # fmt: skip
    _show_kiosks(station, cast, at=at)
    newest = select(RollEntry.id).where(RollEntry.roll_id == roll.id).order_by(RollEntry.number.desc())
    for entry_id in session().scalars(newest.limit(HANDED_OUT)).all():
        with transaction():
            checking_in.check_in(station.id, entry_id, by=cast.staff, at=at)
