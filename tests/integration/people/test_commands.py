"""Commands on the server: how an installation begins."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.db.session import session
from app.people.models import Person
from app.people.queries.sign_ins import person_of_contact
from app.people.rules import Role
from app.places.models import Place
from app.privacy.models import AccessLogEntry
from tests.factories import make_holder, make_place

pytestmark = pytest.mark.usefixtures("app")
PASSWORD = "느티나무 아래에서 만나요"


def run(app: Flask, *words: str):
    return app.test_cli_runner().invoke(args=list(words))


def test_an_installation_begins_with_a_city_and_its_operator(app: Flask):
    assert run(app, "places", "add", "goyang", "고양시", "Goyang-si").exit_code == 0
    assert (
        run(app, "places", "add", "gwansan", "관산동", "Gwansan-dong", "--kind", "dong", "--under", "goyang").exit_code
        == 0
    )
    made = run(app, "people", "operator", "goyang", "boss@example.kr", "--name", "운영자", "--password", PASSWORD)
    assert made.exit_code == 0, made.output
    assert "boss@example.kr" not in made.output
    person = person_of_contact("boss@example.kr")
    city = session().scalar(select(Place).where(Place.slug == "goyang"))
    assert [(grant.role, grant.place_id) for grant in person.grants] == [(Role.OPERATOR, city.id)]
    assert run(app, "places", "list").output.splitlines() == ["goyang: 고양시 (city)", "  gwansan: 관산동 (dong)"]


@pytest.mark.slow
def test_a_weak_password_makes_no_operator(app: Flask):
    place = make_place()
    made = run(app, "people", "operator", place.slug, "boss@example.kr", "--name", "운영자", "--password", "12345678")
    assert made.exit_code != 0
    assert session().scalar(select(Person)) is None


def test_whoever_lost_every_second_factor_begins_anew(app: Flask):
    run(app, "places", "add", "goyang", "고양시", "Goyang-si")
    run(app, "people", "operator", "goyang", "boss@example.kr", "--name", "운영자", "--password", PASSWORD)
    done = run(app, "people", "forget-second-factor", "boss@example.kr", "--reason", "신분증을 보았음")
    assert done.exit_code == 0, done.output
    entry = session().scalar(select(AccessLogEntry))
    assert (entry.ip, entry.reason) == ("command", "신분증을 보았음")
    assert run(app, "people", "forget-second-factor", "nobody@example.kr", "--reason", "x").exit_code == 1
    assert make_holder(Role.OPERATOR, make_place()).second_factor_since is None
