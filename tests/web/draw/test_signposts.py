"""From the council's pages to the draw and back: a call's draw, who is next for an empty seat, the desk."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from app.council.models import Application, AppointmentList, CouncilMember, Vacancy
from app.council.rules.membership import EndReason, VacancyState
from app.council.services import appointing, vacancies
from app.db.session import session, transaction
from app.draw.models import LotteryDraw
from app.draw.queries.files import sitting_and_reserves
from app.people.models import Person
from tests.conftest import NOW
from tests.factories_draw import DRAWS_AT, DrawWorld, make_draw

Browsers = Callable[[Person], FlaskClient]
BEGINS = datetime(2027, 1, 4, 3, 0, tzinfo=DRAWS_AT.tzinfo)


def call_page(world: DrawWorld) -> str:
    return f"/{world.place.slug}/council/calls/{world.call.id}"


def text(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())


def leave(world: DrawWorld, *numbers: str) -> list[Vacancy]:
    """Appoint whom the draw chose, then let some of them resign, a day apart."""
    session().rollback()
    for row in list(session().scalars(select(AppointmentList).where(AppointmentList.appointed_at.is_(None)))):
        with transaction():
            appointing.send_list(row.id, version=row.version, by=world.clerk, at=BEGINS - timedelta(days=20))
        session().refresh(row)
        with transaction():
            appointing.appoint(row.id, starts_on=BEGINS.date(), version=row.version, by=world.head, at=BEGINS)
    found = []
    for day, number in enumerate(numbers):
        query = select(CouncilMember).join(Application, Application.id == CouncilMember.application_id)
        row = session().scalars(query.where(Application.number == number)).one()
        at = BEGINS + timedelta(days=60 + day)
        with transaction():
            found.append(
                vacancies.end_membership(row.id, reason=EndReason.RESIGNED, version=row.version, by=world.clerk, at=at)
            )
    return found


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_a_call_that_is_closed_leads_its_clerk_to_the_draw_and_nobody_else(
    world: DrawWorld, client: FlaskClient, client_of: Browsers
):
    prepare = f"/{world.place.slug}/calls/{world.call.id}/draw"
    assert prepare in client_of(world.clerk).get(call_page(world)).text
    assert prepare not in client.get(call_page(world)).text
    draw = make_draw(world)
    assert f"/draws/{draw.id}" in client_of(world.clerk).get(call_page(world)).text
    assert f"/draws/{draw.id}" not in client.get(call_page(world)).text


@time_machine.travel(NOW, tick=False)
def test_a_call_and_its_published_draw_lead_to_each_other(
    world: DrawWorld, published: LotteryDraw, client: FlaskClient
):
    shown = client.get(call_page(world)).text
    assert f'href="/{world.place.slug}/draws/{published.id}"' in shown
    assert "공개 추첨 보기" in shown
    assert f'href="{call_page(world)}"' in client.get(f"/{world.place.slug}/draws/{published.id}").text


@pytest.mark.slow
def test_the_desk_leads_to_the_empty_seat_and_the_seat_to_who_is_next(
    world: DrawWorld, drawn: LotteryDraw, client_of: Browsers
):
    first, second = leave(world, *sitting_and_reserves(drawn)[0][:2])
    with time_machine.travel(BEGINS + timedelta(days=62), tick=False):
        clerk = client_of(world.clerk)
        seat = f"/{world.place.slug}/council/vacancies/{{}}"
        desk = clerk.get("/desk").text
        assert seat.format(first.id) in desk
        assert seat.format(second.id) in desk
        fill = f"/{world.place.slug}/draws/{drawn.id}/vacancies/{first.id}"
        assert f'action="{fill}"' in clerk.get(seat.format(first.id)).text
        later = clerk.get(seat.format(second.id)).text
        assert "먼저 생긴" in later
        assert seat.format(first.id) in later
        assert "예비 순번으로 채우기" not in later
        assert clerk.post(fill).status_code == 303
        session().rollback()
        assert session().get_one(Vacancy, first.id, populate_existing=True).state is VacancyState.FILLED
        assert "예비 순번으로 채우기" in clerk.get(seat.format(second.id)).text
        assert "예비 순번으로 채우기" not in clerk.get(seat.format(first.id)).text
