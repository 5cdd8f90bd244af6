"""The council of the demonstration: names made up, meetings and a call as a dong would have them."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from app.clock import kst_date, kst_midnight
from app.council.models import CouncilMember
from app.council.queries.meetings import attendances_of
from app.council.queries.people import council_of
from app.council.rules.calls import CallKind, Capacity, Recommender
from app.council.rules.meetings import ItemKind, MeetingKind, Method, Outcome, Vote
from app.council.rules.membership import Office
from app.council.services import calling, deciding, founding, meetings, organising, overseeing, schooling
from app.db.session import session, transaction
from app.demo.people import Cast
from app.people.rules import Sex
from app.places.models import Place

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NAMES = [
    "강서윤",
    "고민재",
    "구하은",
    "권도현",
    "김가람",
    "김나래",
    "김도윤",
    "노은서",
    "류지호",
    "문소라",
    "박다온",
    "박민지",
    "배준서",
    "백하린",
    "서유진",
    "손태양",
    "송가을",
    "신예린",
    "안지훈",
    "양수빈",
    "오하늘",
    "유민서",
    "윤슬기",
    "이새봄",
    "이한결",
    "임도담",
    "장우진",
    "정다솜",
    "최은별",
    "한바다",
]
SHOWN_AT = "gwansan"
BANDS = ("30대", "40대", "50대", "50대", "60대", "60대", "70대 이상")
COMMITTEES = (("마을환경분과", "골목과 공원을 돌봅니다."), ("나눔복지분과", "이웃을 살피고 나눔가게를 잇습니다."))


def show_council(place: Place, cast: Cast, now: datetime) -> None:
    """Give one dong a council in the middle of its term, with a meeting behind it, a school and a call before it."""
    if place.slug != SHOWN_AT or council_of(place) is not None:
        return
    starts_on = date(kst_date(now).year - 1, 1, 1)
    at = now - 60 * DAY
    with transaction():
        council = founding.found_council(
            place, seats=30, founded_on=starts_on, term_number=2, term_starts_on=starts_on, by=cast.staff, at=at
        )
        term = council.terms[0]
        for index, name in enumerate(NAMES):
            founding.enter_member(
                term, name=name, sex=Sex.WOMAN if index % 5 in {0, 2, 3} else Sex.MAN, age_band=BANDS[index % len(BANDS)],
                area="", track="공개모집" if index < 18 else "단체추천", person=None, by=cast.staff, at=at,
            )  # fmt: skip
        session().flush()
    members = list(session().scalars(select(CouncilMember).where(CouncilMember.term_id == term.id)))
    with transaction():
        chosen = (
            (Office.CHAIR, 0),
            (Office.VICE_CHAIR, 1),
            (Office.VICE_CHAIR, 2),
            (Office.AUDITOR, 3),
            (Office.AUDITOR, 4),
        )
        for office, index in chosen:
            organising.elect_officer(
                members[index].id, office, elected_on=starts_on, how="첫 정기회의에서 비밀 투표", by=cast.staff, at=at
            )
        for number, (name, purpose) in enumerate(COMMITTEES):
            committee = organising.found_committee(place, name=name, purpose=purpose, by=cast.staff, at=at)
            for index in range(number * 8, number * 8 + 8):
                organising.join_committee(
                    committee.id, member_id=members[index].id, is_chair=index == number * 8, by=cast.staff, at=at
                )
    _meet(place, members, cast, now)
    _call(place, cast, now)


def _meet(place: Place, members: list[CouncilMember], cast: Cast, now: datetime) -> None:
    starts = kst_midnight(kst_date(now) - 20 * DAY) + 19 * HOUR
    items = (
        meetings.ItemPlan("지난달 활동 보고", "", ItemKind.REPORT),
        meetings.ItemPlan("총회 준비 계획", "총회를 여는 날과 알리는 방법을 정합니다.", ItemKind.DECISION),
    )
    with transaction():
        held = meetings.call_meeting(
            members[0].term, None, kind=MeetingKind.REGULAR, title="지난달 정기회의", where="동 주민센터 회의실",
            is_online=False, starts_at=starts, items=items, once=f"demo-council-{place.id}", by=cast.staff,
            at=starts - 10 * DAY,
        )  # fmt: skip
        meetings.prepare_attendance(held, at=starts)
        present = {row.id: index < 24 for index, row in enumerate(attendances_of(held))}
        meetings.note_present(held.id, present, version=held.version, by=cast.staff, at=starts)
        meetings.open_meeting(held.id, version=held.version, by=cast.staff, at=starts)
        deciding.decide_item(
            held.items[0].id, text="지난달 활동을 듣고 나누었다.", outcome=Outcome.NOTED, method=None, vote=None,
            by=cast.staff, at=starts + HOUR,
        )  # fmt: skip
        deciding.decide_item(
            held.items[1].id, text="총회 준비 계획을 원안대로 정한다.", outcome=None, method=Method.HANDS,
            vote=Vote(21, 2, 1), by=cast.staff, at=starts + HOUR,
        )  # fmt: skip
        meetings.close_meeting(held.id, version=held.version, by=cast.staff, at=starts + 2 * HOUR)
        meetings.publish_minutes(
            held.id, minutes="위원 24명이 모였다. 지난달 활동을 듣고, 총회를 여는 날과 알리는 방법을 이야기했다.",
            version=held.version, by=cast.staff, at=starts + 3 * DAY,
        )  # fmt: skip
    with transaction():
        meetings.call_meeting(
            members[0].term, None, kind=MeetingKind.REGULAR, title="이달 정기회의", where="동 주민센터 회의실",
            is_online=False, starts_at=kst_midnight(kst_date(now) + 9 * DAY) + 19 * HOUR, items=items[:1],
            once=f"demo-council-next-{place.id}", by=cast.staff, at=now - DAY,
        )  # fmt: skip


def _call(place: Place, cast: Cast, now: datetime) -> None:
    today = kst_date(now)
    with transaction():
        schooling.plan_course(
            place, title="주민자치학교 기본 과정", text="자치회가 하는 일, 마을계획, 회의하는 법을 함께 배웁니다.", capacity=60,
            sessions=[
                schooling.SessionPlan("주민자치란 무엇인가", "동 주민센터 강당", kst_midnight(today + 3 * DAY) + 14 * HOUR, 180),
                schooling.SessionPlan("마을계획과 예산", "동 주민센터 강당", kst_midnight(today + 5 * DAY) + 14 * HOUR, 180),
            ],
            once=f"demo-school-{place.id}", by=cast.staff, at=now - 2 * DAY,
        )  # fmt: skip
        term = founding.plan_next_term(place, seats=30, by=cast.staff, at=now - 2 * DAY)
        plan = calling.CallPlan(
            title="제3기 주민자치회 위원 모집", text="동네를 함께 돌볼 이웃을 추첨으로 모십니다. 주민자치학교를 먼저 들어 주세요.",
            reference_on=today - DAY, opens_at=kst_midnight(today - DAY), closes_at=kst_midnight(today + 20 * DAY),
            objections_until=kst_midnight(today + 27 * DAY),
        )  # fmt: skip
        call = calling.plan_call(
            place, term, CallKind.FULL, plan, once=f"demo-call-{place.id}", by=cast.staff, at=now - 2 * DAY
        )
        calling.announce_call(call.id, version=call.version, by=cast.staff, at=now - 2 * DAY)
        overseeing.form_draw_committee(
            call.id,
            [
                overseeing.Seat("정가온", "지역아동센터", Recommender.INSTITUTION),
                overseeing.Seat("조은솔", "동장 추천", Recommender.DONG_HEAD),
                overseeing.Seat("하나래", "주민자치회", Recommender.COUNCIL),
            ],
            by=cast.staff, at=now - DAY,
        )  # fmt: skip
        overseeing.name_witness(
            call.id, name="경찰관", capacity=Capacity.POLICE, person=None, by=cast.staff, at=now - DAY
        )
