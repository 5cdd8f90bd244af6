"""Assembly days of the demonstration: one that is coming, one that was held and minuted. Words and numbers are made up."""

import io
from datetime import datetime, timedelta

from PIL import Image, ImageDraw

from app.assembly.floor.models import FloorDay, FloorItem
from app.assembly.floor.rules.deciding import hands
from app.assembly.floor.rules.states import ItemKind, SpeakerRole
from app.assembly.floor.services import attending, counting, holding, minuting, preparing, speaking
from app.assembly.models import Assembly
from app.clock import kst_date, kst_midnight
from app.council.rules.training import code_at
from app.db.session import session, transaction
from app.demo.people import Cast
from app.people.models import Person

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
COMING, HELD = "gwansan", "jeondong"
CAME = 34
SAID = {
    ItemKind.REPORT: "담당자가 보고하고 모두 들었다.",
    ItemKind.DELIBERATION: "제안한 주민이 설명했고, 돌보는 사람과 비용을 묻는 말이 있었다.",
    ItemKind.VOTE: "휴대전화와 투표소에서 투표했다. 개표는 투표가 끝난 뒤에 한다.",
    ItemKind.FREE: "버스 시간을 알리는 판을 다음 계획에 담자는 말이 있었다.",
}


def show_assembly_day(
    assembly: Assembly, cast: Cast, residents: list[Person], *, closes: datetime, at: datetime
) -> None:
    """Give the dong that votes a coming day, and the dong that carries out its plan one that was held."""
    if assembly.place.slug not in {COMING, HELD}:
        return
    starts = kst_midnight(kst_date(closes) - timedelta(days=1)) + 14 * HOUR
    with transaction():
        day = preparing.plan_day(
            assembly.id, where="행정복지센터 2층 대회의실", starts_at=starts, chair_id=cast.chair.id,
            secretary_id=cast.staff.id, once=f"demo-day-{assembly.id}", by=cast.staff, at=at,
        )  # fmt: skip
    if assembly.place.slug == HELD:
        _hold(day, cast, residents, starts)


def _hold(day: FloorDay, cast: Cast, residents: list[Person], starts: datetime) -> None:
    with transaction():
        holding.open_doors(day.id, by=cast.chair, at=starts - HOUR)
        for person in residents[:CAME]:
            code = code_at(day.secret, starts - HOUR)
            attending.check_in_self(day.id, code=code, by=person, at=starts - HOUR)
        for number in range(3):
            attending.add_guest(day.id, once=f"demo-guest-{day.id}-{number}", by=cast.staff, at=starts - HOUR)
        holding.open_session(day.id, by=cast.chair, at=starts)
    at = starts + MINUTE
    for item in list(day.items):
        at = _deal_with(item, cast, residents, at)
    with transaction():
        holding.close_day(day.id, by=cast.chair, at=at)
    written = at + 30 * HOUR
    with transaction():
        minuting.save(day.id, minuting.draft_of(day), version=day.version, by=cast.staff, at=written)
    for person in (cast.chair, cast.staff):
        session().refresh(day)
        with transaction():
            minuting.confirm(day.id, version=day.version, by=person, at=written + HOUR)


def _deal_with(item: FloorItem, cast: Cast, residents: list[Person], at: datetime) -> datetime:
    with transaction():
        holding.open_item(item.id, by=cast.chair, at=at)
        if item.kind in {ItemKind.DELIBERATION, ItemKind.FREE}:
            speaker = residents[item.number % CAME]
            own = speaking.ask(item.id, shows_name=item.number % 2 == 0, by=speaker, at=at + MINUTE)
            other = speaking.ask_by_hand(
                item.id, role=SpeakerRole.RESIDENT, once=f"demo-word-{item.id}", by=cast.staff, at=at + 2 * MINUTE
            )
            for minute, word in ((3, own), (6, other)):
                speaking.give(word.id, by=cast.chair, at=at + minute * MINUTE)
                speaking.end(word.id, by=cast.chair, at=at + (minute + 2) * MINUTE)
    if item.kind is ItemKind.HANDS:
        _count(item, cast, at + 3 * MINUTE)
    ends = at + 12 * MINUTE
    with transaction():
        holding.close_item(item.id, said=SAID.get(item.kind, ""), by=cast.chair, at=ends)
    return ends


def _count(item: FloorItem, cast: Cast, at: datetime) -> None:
    with transaction():
        count = counting.begin_count(item.id, by=cast.chair, at=at)
    # The chair miscounts once; the two look again.
    for person, yes in ((cast.chair, 28), (cast.staff, 29), (cast.chair, 29)):
        with transaction():
            counting.enter(count.id, hands(yes=yes, no=3, abstained=CAME - yes - 3), by=person, at=at)
    with transaction():
        counting.keep_sheet(count.id, _sheet(), by=cast.staff, at=at)
    with transaction():
        counting.announce(item.id, by=cast.chair, at=at)


def _sheet() -> bytes:
    picture = Image.new("RGB", (480, 320), "white")
    ImageDraw.Draw(picture).text((40, 40), "29 / 3 / 2", fill="black")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
