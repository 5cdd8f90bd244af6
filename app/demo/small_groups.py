"""Small-group grants of a demonstration dong: a round that was decided, with one group's report, and one that is open."""

import io
from datetime import date, datetime, timedelta

from PIL import Image, ImageDraw
from sqlalchemy import select

from app.assembly.objections.rules import Finding
from app.clock import kst_date, kst_midnight
from app.council.models import CouncilMeeting
from app.cycle.models import Cycle
from app.db.session import session, transaction
from app.demo.people import Cast
from app.people.models import Person
from app.people.queries.people import grants_in_force
from app.people.rules import Role
from app.plan.rules import FundSource
from app.small_groups.models import GrantRound, GroupApplication
from app.small_groups.rules.applications import BudgetLine, Mark, Ruling, Wish
from app.small_groups.rules.rounds import Terms
from app.small_groups.services import (
    applying,
    checking,
    deliberating,
    granting,
    objecting,
    people,
    reporting,
    rounds,
)

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SHOWN_AT = "gwansan"
BASIS = "서울시 찾아가는 동주민센터 2017 기본계획(동마다 450만 원, 3~4개 모임)"
TEXT = """동네에 도움이 되는 일을 함께할 이웃 모임을 찾습니다. 세 사람이면 시작할 수 있습니다.

재료비, 다과비, 강사비에 쓸 수 있고 인건비와 개인 물건에는 쓸 수 없습니다. 활동이 끝나면 무엇을 했고 얼마를 썼는지 알려 주세요."""
ANSWER = """발표회 계획은 심의할 때 함께 보았습니다. 다만 돈의 대부분이 단체 옷과 연습실에 쓰여 다른 모임보다 뒤로 정했습니다.

다음 모집에는 이웃과 함께하는 횟수를 늘려 다시 신청해 주세요."""
Plot = tuple[str, str, tuple[str, str, str], tuple[tuple[str, int], ...]]
GARDEN: Plot = (
    "골목 꽃지기", "쓰레기가 쌓이던 골목 화단을 함께 돌봅니다. 지나는 사람 누구나 앉아 쉬고 인사하는 곳으로 만들려고 합니다.",
    ("화단 치우고 흙 고르기", "꽃 심고 물 당번 정하기", "이웃과 꽃차 마시는 골목 잔치"),
    (("꽃모종과 흙", 620_000), ("삽과 물뿌리개", 180_000), ("골목 잔치 다과", 200_000)),
)  # fmt: skip
PHONES: Plot = (
    "손전화 배움터", "어르신이 손전화로 병원을 예약하고 손주와 영상 통화를 하도록 한 사람씩 옆에 앉아 알려 드립니다.",
    ("배울 것 묻고 짝 정하기", "사진 보내기와 영상 통화", "예약과 길 찾기"), (("교재 만들기", 350_000), ("다과", 250_000), ("강사비", 600_000)),
)  # fmt: skip
SINGERS: Plot = (
    "관산 노래 모임", "노래를 좋아하는 이웃이 모여 한 달에 네 번 연습하고 발표합니다.",
    ("연습", "연습", "발표회"), (("연습실 빌리기", 800_000), ("단체 옷", 700_000)),
)  # fmt: skip
MENDERS: Plot = (
    "고쳐 쓰는 이웃", "우산, 장난감, 작은 가전을 함께 고쳐 씁니다. 고치는 법도 서로 배웁니다.",
    ("공구 갖추기", "우산 고치는 날", "장난감 고치는 날"), (("공구", 450_000), ("부품", 250_000)),
)  # fmt: skip
WALKERS: Plot = (
    "밤길 함께 걷기", "늦게 오는 청소년과 이웃이 버스 정류장에서 집까지 함께 걷습니다.",
    ("길 살피고 지도 만들기", "일주일에 세 번 함께 걷기", "어두운 곳 알리기"), (("야광 조끼와 손전등", 380_000), ("안내 지도 인쇄", 220_000)),
)  # fmt: skip


def show_small_groups(cycle: Cycle, cast: Cast, residents: list[Person], now: datetime) -> None:
    """Walk one dong through a round up to a settled report, and open another."""
    place = cycle.place
    known = session().scalar(select(GrantRound.id).where(GrantRound.place_id == place.id))
    meeting = session().scalar(
        select(CouncilMeeting)
        .where(CouncilMeeting.place_id == place.id, CouncilMeeting.opened_at.is_not(None))
        .order_by(CouncilMeeting.opened_at.desc())
        .limit(1)
    )
    if place.slug != SHOWN_AT or known is not None or meeting is None or len(residents) < 17:  # noqa: PLR2004
        return
    decided_at = meeting.starts_at + HOUR
    closes_on = kst_date(meeting.starts_at) - 12 * DAY
    row = _announce(
        cycle, cast, "올해 주민 소모임 지원", kst_midnight(closes_on - 21 * DAY), closes_on, won=3_000_000, most=2
    )
    garden, phones, singers = (
        _apply(row, plot, residents[1 + 4 * n : 5 + 4 * n], row.opens_at + n * DAY)
        for n, plot in enumerate((GARDEN, PHONES, SINGERS))
    )
    for each in (garden, phones, singers):
        with transaction():
            checking.check_application(
                each.id, failed=[], reason="", version=each.version, by=cast.staff, at=row.closes_at + 2 * DAY
            )
    _score(cast.chair, {garden: (5, 4, 5, 4), phones: (5, 4, 4, 3), singers: (2, 4, 2, 2)}, row.closes_at + 4 * DAY)
    rulings = {
        garden.id: Ruling(1_000_000, ""),
        phones.id: Ruling(900_000, "강사는 이웃이 서로 맡기로 해 강사비를 줄였습니다."),
        singers.id: Ruling(0, "모임 밖의 이웃과 함께하는 계획을 더해 다음에 다시 신청해 주세요."),
    }
    with transaction():
        deliberating.conclude(
            row.id, rulings, deliberating.Sitting(meeting.id), version=row.version, by=cast.staff, at=decided_at
        )
    for each in (garden, phones):
        with transaction():
            payment = granting.Payment(kst_date(decided_at) + 2 * DAY)
            granting.pay_out(each.id, payment, version=each.version, by=cast.staff, at=decided_at + 2 * DAY)
    _report(garden, cast, kst_date(decided_at), now)
    _object(
        singers,
        "누구나 들을 수 있게 골목에서 발표회를 한다는 계획을 신청서에 짧게만 적었습니다. 다시 보아 주세요.",
        decided_at + 2 * DAY,
    )
    officer = next(grant.person for grant in grants_in_force(place, now) if grant.role is Role.SUPPORT_OFFICER)
    with transaction():
        objecting.answer_objection(
            singers.id, finding=Finding.DISMISSED, answer=ANSWER, version=1, by=officer, at=decided_at + 5 * DAY
        )
    _object(
        phones,
        "이웃이 서로 알려 주어도 처음 네 번은 강사가 있어야 합니다. 강사비 절반만이라도 다시 보아 주세요.",
        now - 2 * DAY,
    )
    second = _announce(
        cycle, cast, "주민 소모임 추가 모집", now - 5 * DAY, kst_date(now) + 12 * DAY, won=1_500_000, most=2
    )
    _apply(second, MENDERS, residents[13:16], now - 3 * DAY)
    _apply(second, WALKERS, [residents[0], residents[16], residents[17 % len(residents)]], now - 2 * DAY, send=False)


def _object(row: GroupApplication, words: str, at: datetime) -> None:
    until = row.round.objections_until
    if until is not None and at < until:
        with transaction():
            objecting.object_to_decision(row.id, body=words, once=f"demo-objection-{row.id}", by=row.leader, at=at)


def _announce(
    cycle: Cycle, cast: Cast, title: str, opens_at: datetime, last_day: date, *, won: int, most: int
) -> GrantRound:
    starts_on = last_day + 10 * DAY
    terms = Terms(
        envelope_won=won, max_won=1_500_000 if won > 2_000_000 else 1_000_000, most_groups=most, opens_at=opens_at,
        closes_at=kst_midnight(last_day + DAY), starts_on=starts_on, ends_on=starts_on + 80 * DAY,
        report_due_on=starts_on + 110 * DAY,
    )  # fmt: skip
    words = rounds.Words(title, TEXT, BASIS, FundSource.SUBSIDY)
    with transaction():
        return rounds.announce_round(
            cycle, words, terms, once=f"demo-groups-{title}"[:60], by=cast.staff, at=opens_at - DAY
        )


def _apply(row: GrantRound, plot: Plot, members: list[Person], at: datetime, *, send: bool = True) -> GroupApplication:
    name, purpose, doings, lines = plot
    months = dict(zip(row.terms.months, doings, strict=False))
    wish = Wish(name, purpose, months, [BudgetLine(what, won) for what, won in lines])
    leader, *others = members
    with transaction():
        made = applying.begin_application(row.id, wish, group_id=None, by=leader, at=at)
    with transaction():
        people.make_link(made.id, word=f"demo-{made.id}", by=leader, at=at)
    for neighbour in others:
        with transaction():
            people.confirm(f"demo-{made.id}", by=neighbour, at=at + HOUR)
    if send:
        with transaction():
            applying.submit_application(made.id, by=leader, at=at + 2 * HOUR)
    return made


def _score(by: Person, sheets: dict[GroupApplication, tuple[int, int, int, int]], at: datetime) -> None:
    for application, marks in sheets.items():
        with transaction():
            deliberating.score(application.id, dict(zip(Mark, marks, strict=True)), by=by, at=at)


def _report(row: GroupApplication, cast: Cast, decided_on: date, now: datetime) -> None:
    """One group is early: it reported yesterday, and what it did can be read today."""
    at, leader = now - 2 * DAY, row.leader
    account = reporting.Account(
        "쓰레기가 쌓이던 화단 세 곳을 치우고 꽃 이백 포기를 심었습니다. 물 당번을 정해 매일 돌보고, 저녁마다 이웃이 나와 앉습니다.\n\n"
        "골목 잔치에는 처음 보는 이웃도 많이 왔습니다. 가을에 심을 꽃씨를 함께 받아 두었습니다.",
        9,
        112,
    )
    with transaction():
        reporting.write_report(row.id, account, version=1, by=leader, at=at)
    for n, (line, what, won) in enumerate(
        (
            ("꽃모종과 흙", "모종 200포기와 상토", 598_000),
            ("삽과 물뿌리개", "꽃삽과 물뿌리개", 164_500),
            ("골목 잔치 다과", "떡과 꽃차", 187_300),
        )
    ):
        paper = f"영수증 {n + 1}\n{what}\n{won:,}원\n".encode()
        spending = reporting.Spending(line, what, won, decided_on + (4 + n) * DAY, f"영수증{n + 1}.txt", paper)
        with transaction():
            reporting.add_receipt(row.id, spending, once=f"demo-{n}", by=leader, at=at)
    with transaction():
        reporting.add_photo(
            row.id, name="화단.png", content=_flower_bed(), text="꽃이 핀 골목 화단(그림)", by=leader, at=at
        )
    with transaction():
        report = reporting.submit_report(row.id, by=leader, at=at + HOUR)
    with transaction():
        reporting.accept_report(row.id, version=report.version, by=cast.staff, at=now - DAY)


def _flower_bed() -> bytes:
    """Draw a bed of flowers: the demonstration shows no photo of a real place."""
    picture = Image.new("RGB", (960, 600), "#dbeafe")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 330, 960, 600), fill="#a3b18a")
    draw.rectangle((60, 400, 900, 560), fill="#7f5539")
    for n in range(14):
        x, y = 105 + n * 58, 400 - (n * 37) % 60
        draw.line((x, y, x, 470), fill="#386641", width=7)
        for dx, dy in ((-18, 0), (18, 0), (0, -18), (0, 18)):
            draw.ellipse(
                (x + dx - 17, y + dy - 17, x + dx + 17, y + dy + 17), fill=("#f28482", "#f6bd60", "#9d4edd")[n % 3]
            )
        draw.ellipse((x - 12, y - 12, x + 12, y + 12), fill="#fff3b0")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
