"""After the draw: seats that fall empty are filled from it, in order, with the reason, and never drawn again."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.council.models import Application, AppointmentList, CouncilMember, Vacancy
from app.council.queries.pool import candidates
from app.council.rules.membership import EndReason, MemberState, VacancyState
from app.council.services import appointing
from app.council.services import vacancies as council_vacancies
from app.db.session import session, transaction
from app.draw.models import LotteryDraw
from app.draw.queries import pages
from app.draw.queries.candidates import pool_of
from app.draw.queries.files import bundle_of, sitting_and_reserves
from app.draw.queries.todos import todos
from app.draw.queries.vacancies import open_vacancies
from app.draw.rules import EventKind, Mode
from app.draw.services import ceremony, filling, preparing
from app.errors import NotAllowed, NotFound, RuleViolation
from app.people.rules import Role
from tests.conftest import NOW
from tests.factories import make_holder, make_place, make_resident
from tests.factories_draw import (
    DRAWS_AT,
    SECRETS,
    DrawWorld,
    fresh,
    make_published,
    make_revealing,
    make_supplement,
)
from voting.lottery import next_reserve, prepare, verify_bundle, verify_replacement

BEGINS = datetime(2027, 1, 4, 3, 0, tzinfo=DRAWS_AT.tzinfo)


@pytest.fixture
def draw(drawn: LotteryDraw) -> LotteryDraw:
    return drawn


def appoint(world: DrawWorld) -> None:
    """Send every list that waits and appoint who is on it."""
    for row in list(session().scalars(select(AppointmentList).where(AppointmentList.appointed_at.is_(None)))):
        with transaction():
            appointing.send_list(row.id, version=row.version, by=world.clerk, at=BEGINS - timedelta(days=20))
        session().refresh(row)
        with transaction():
            appointing.appoint(row.id, starts_on=BEGINS.date(), version=row.version, by=world.head, at=BEGINS)


def member(number: str) -> CouncilMember:
    session().rollback()
    query = (
        select(CouncilMember)
        .join(Application, Application.id == CouncilMember.application_id)
        .where(Application.number == number)
        .execution_options(populate_existing=True)
    )
    return session().scalars(query).one()


def leave(world: DrawWorld, number: str, at: datetime, reason: EndReason = EndReason.RESIGNED) -> Vacancy:
    row = member(number)
    with transaction():
        return council_vacancies.end_membership(row.id, reason=reason, version=row.version, by=world.clerk, at=at)


def test_an_empty_seat_goes_to_the_first_reserve_who_keeps_every_quota(world: DrawWorld, draw: LotteryDraw):
    appoint(world)
    sitting, reserves = sitting_and_reserves(draw)
    left = sitting[0]
    expected = next_reserve(bundle_of(draw), sitting[1:], reserves)
    assert expected is not None
    vacancy = leave(world, left, BEGINS + timedelta(days=60))
    assert open_vacancies(fresh(draw))[0].next == expected.number
    with transaction():
        event = filling.fill_vacancy(draw.id, vacancy.id, by=world.clerk, at=BEGINS + timedelta(days=61))
    assert (event.kind, event.enters, event.shortfall) == (EventKind.VACANT, expected.number, 0)
    assert member(expected.number).state is MemberState.NOMINATED
    settled = session().get_one(Vacancy, vacancy.id)
    assert settled.state is VacancyState.FILLED
    assert f"{expected.number}번" in settled.reason
    found = fresh(draw)
    verify_replacement(found.bundle.encode(), found.result.encode(), found.replacement.encode())
    shown = pages.events_of(found)[0]
    assert [number for number, _ in shown.passed] == reserves[: expected.rank - 1]
    assert all(reasons for _, reasons in shown.passed)


@pytest.mark.slow
def test_filling_the_same_seat_twice_fills_it_once(world: DrawWorld, draw: LotteryDraw):
    appoint(world)
    vacancy = leave(world, sitting_and_reserves(draw)[0][0], BEGINS + timedelta(days=60))
    found = []
    for _ in range(2):
        with transaction():
            found.append(filling.fill_vacancy(draw.id, vacancy.id, by=world.clerk, at=BEGINS + timedelta(days=61)).id)
    assert len(set(found)) == 1
    assert len(fresh(draw).events) == 1


@pytest.mark.slow
def test_seats_are_filled_in_the_order_in_which_they_fell_empty(world: DrawWorld, draw: LotteryDraw):
    appoint(world)
    sitting, _ = sitting_and_reserves(draw)
    first = leave(world, sitting[0], BEGINS + timedelta(days=10))
    second = leave(world, sitting[1], BEGINS + timedelta(days=11))
    with pytest.raises(RuleViolation), transaction():
        filling.fill_vacancy(draw.id, second.id, by=world.clerk, at=BEGINS + timedelta(days=12))
    announced = [empty.next for empty in open_vacancies(fresh(draw))]
    entered = []
    for vacancy in (first, second):
        with transaction():
            event = filling.fill_vacancy(draw.id, vacancy.id, by=world.clerk, at=BEGINS + timedelta(days=12))
            entered.append(event.enters)
    assert entered == announced
    found = fresh(draw)
    verify_replacement(found.bundle.encode(), found.result.encode(), found.replacement.encode())


@pytest.mark.slow
def test_a_seat_stays_empty_when_little_of_the_term_is_left(world: DrawWorld, draw: LotteryDraw):
    appoint(world)
    sitting, reserves = sitting_and_reserves(draw)
    early = leave(world, sitting[0], BEGINS + timedelta(days=400))
    late = leave(world, sitting[1], datetime(2028, 7, 15, 3, 0, tzinfo=BEGINS.tzinfo))
    assert late.state is VacancyState.LEFT
    with transaction():
        filling.fill_vacancy(draw.id, early.id, by=world.clerk, at=late.arisen_at)
    with transaction():
        noted = filling.fill_vacancy(draw.id, late.id, by=world.clerk, at=late.arisen_at)
    assert (noted.kind, noted.enters) == (EventKind.UNFILLED, None)
    assert len(sitting_and_reserves(fresh(draw))[1]) == len(reserves) - 1


@pytest.mark.slow
def test_who_declines_before_the_appointment_is_replaced_as_well(world: DrawWorld, draw: LotteryDraw):
    number = sitting_and_reserves(draw)[0][2]
    with transaction():
        vacancy = appointing.decline_seat(member(number).id, by=world.clerk, at=DRAWS_AT + timedelta(days=2))
    with transaction():
        event = filling.fill_vacancy(draw.id, vacancy.id, by=world.clerk, at=DRAWS_AT + timedelta(days=2))
    assert event.kind is EventKind.REFUSED
    assert event.enters is not None
    appoint(world)
    assert member(event.enters).state is MemberState.SERVING


def test_who_proves_ineligible_is_skipped_and_nothing_is_drawn_again(world: DrawWorld, draw: LotteryDraw):
    appoint(world)
    result = draw.result
    vacancy = leave(world, sitting_and_reserves(draw)[0][0], BEGINS + timedelta(days=3), EndReason.LOST_ELIGIBILITY)
    with transaction():
        event = filling.fill_vacancy(draw.id, vacancy.id, by=world.clerk, at=BEGINS + timedelta(days=3))
    assert event.kind is EventKind.INELIGIBLE
    assert fresh(draw).result == result


@pytest.mark.slow
def test_a_reserve_who_declines_is_passed_over_from_then_on(world: DrawWorld, draw: LotteryDraw):
    appoint(world)
    sitting, reserves = sitting_and_reserves(draw)
    for _ in range(2):
        with transaction():
            filling.strike_reserve(draw.id, reserves[0], by=world.clerk, at=BEGINS)
    found = fresh(draw)
    assert len(found.events) == 1
    assert sitting_and_reserves(found) == (sitting, reserves[1:])
    vacancy = leave(world, sitting[0], BEGINS + timedelta(days=60))
    with transaction():
        event = filling.fill_vacancy(draw.id, vacancy.id, by=world.clerk, at=BEGINS + timedelta(days=61))
    assert event.enters != reserves[0]
    found = fresh(draw)
    verify_replacement(found.bundle.encode(), found.result.encode(), found.replacement.encode())


@pytest.mark.slow
def test_only_staff_fill_seats_and_only_of_this_draw(world: DrawWorld, draw: LotteryDraw):
    appoint(world)
    vacancy = leave(world, sitting_and_reserves(draw)[0][0], BEGINS + timedelta(days=60))
    resident = make_resident(world.place)
    with pytest.raises(NotAllowed), transaction():
        filling.fill_vacancy(draw.id, vacancy.id, by=resident, at=BEGINS)
    with pytest.raises(NotFound), transaction():
        filling.fill_vacancy(draw.id, vacancy.id + 99, by=world.clerk, at=BEGINS + timedelta(days=61))
    with pytest.raises(RuleViolation), transaction():
        filling.strike_reserve(draw.id, sitting_and_reserves(draw)[0][1], by=world.clerk, at=BEGINS)


def test_the_desk_names_the_next_step_of_everybody(world: DrawWorld, draw: LotteryDraw):
    assert [todo.title for todo in todos(world.clerk, DRAWS_AT)] == ["추첨록에 서명 받기"]
    assert todos(make_resident(world.place), DRAWS_AT) == []


def test_the_desk_asks_for_a_draw_once_the_objections_are_over(world: DrawWorld):
    ended = world.call.objections_until
    assert todos(world.clerk, ended - timedelta(seconds=1)) == []
    assert [todo.endpoint for todo in todos(world.clerk, ended)] == ["draw.new"]
    assert todos(make_holder(Role.DONG_STAFF, make_place()), ended) == []


def test_a_witness_is_asked_for_the_secret_until_it_is_open(world: DrawWorld):
    found = make_published(world)
    witness = world.witnesses[0]
    assert [todo.title for todo in todos(witness, NOW)] == ["참관인: 비밀 문구 맡기기"]
    make_revealing(world, found)
    assert [todo.title for todo in todos(witness, DRAWS_AT)] == ["참관인: 비밀 문구 열기"]
    with transaction():
        ceremony.reveal(found.id, SECRETS[0], by=witness, at=DRAWS_AT)
    assert todos(witness, DRAWS_AT) == []


@pytest.mark.slow
def test_a_supplement_takes_the_seats_of_those_who_stay_off_the_quotas(world: DrawWorld, draw: LotteryDraw):
    appoint(world)
    for number in sitting_and_reserves(draw)[0][:2]:
        leave(world, number, BEGINS + timedelta(days=60))
    call = make_supplement(
        world, seats=2, candidates=[("open", s, a) for s in "여남" for a in ("30대", "50대", "60대")]
    )
    with transaction():
        later = preparing.set_up(
            call.id, mode=Mode.QUOTA, draws_at=BEGINS + timedelta(days=90), hall="강당", beacon=None, by=world.clerk,
            at=BEGINS + timedelta(days=70),
        )  # fmt: skip
    assert (later.seats, later.open_seats, len(later.sitting)) == (6, 2, 4)
    pool = pool_of(later, candidates(call))
    assert pool.seats == 2
    held = Counter(values["sex"] for values in later.sitting)
    women = next(rule for rule in pool.quotas if (rule.feature, rule.value) == ("sex", "여"))
    assert (women.minimum, women.maximum) == (max(0, 2 - held["여"]), 4 - held["여"])
    frozen = prepare(pool)
    assert verify_bundle(frozen).bundle.seats == 2
