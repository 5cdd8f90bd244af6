import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.clock import utc_now
from app.db.session import session, transaction
from app.people.models import Person, SignIn
from app.people.passwords import hash_password
from app.people.rules import ContactKind, Role
from app.people.services import sign_ins
from app.people.services.sign_up import add_contact
from tests.factories import make_holder, make_person, make_place

PASSWORD = "느티나무 아래에서 만나요"
HASH = hash_password(PASSWORD)


def with_password(person: Person, email: str = "minji@example.kr") -> Person:
    with transaction():
        person.password_hash = HASH
        add_contact(person, ContactKind.EMAIL, email, at=utc_now())
    session().refresh(person)
    return person


def attempt(client: FlaskClient, contact: str = "minji@example.kr", password: str = PASSWORD, **more: str):
    return client.post("/sign-in", data={"contact": contact, "password": password, **more})


def test_somebody_signs_in_and_lands_where_they_wanted(app: Flask, client: FlaskClient):
    with_password(make_person("민지"))
    answer = attempt(client, contact=" Minji@Example.KR ", next="/account/devices")
    assert (answer.status_code, answer.location) == (303, "/account/devices")
    assert "지금 이 기기" in client.get("/account/devices").text


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https:evil.example", "javascript:alert(1)", "/%0d%0a"]
)
def test_nobody_is_led_to_another_site(client: FlaskClient, target: str):
    with_password(make_person())
    answer = attempt(client, next=target)
    assert answer.status_code == 303
    assert answer.location.startswith("/")
    assert not answer.location.startswith(("//", "/\\"))


def test_an_unknown_contact_and_a_wrong_password_get_the_same_answer(client: FlaskClient):
    with_password(make_person())
    wrong = attempt(client, password="틀린 비밀번호입니다")
    unknown = attempt(client, contact="nobody@example.kr", password="틀린 비밀번호입니다")
    nonsense = attempt(client, contact="what is this", password="틀린 비밀번호입니다")
    bodies = [
        re.sub(r"value=\"[^\"]*\"|class=\"hash\">[0-9a-f]+|\d{4}-\d\d", "", page.text)
        for page in (wrong, unknown, nonsense)
    ]
    assert bodies[0] == bodies[1] == bodies[2]
    assert {wrong.status_code, unknown.status_code, nonsense.status_code} == {422}


def test_a_wrong_password_keeps_the_contact_but_never_the_password(client: FlaskClient):
    page = attempt(client, contact="minji@example.kr", password="비밀비밀비밀비밀").text
    assert "minji@example.kr" in page
    assert "비밀비밀비밀비밀" not in page


@pytest.mark.slow
def test_guessing_is_slowed_down_for_known_and_unknown_contacts_alike(client: FlaskClient):
    with_password(make_person())
    for contact in ("minji@example.kr", "nobody@example.kr"):
        answers = [attempt(client, contact=contact, password=f"guess {n} guess").status_code for n in range(11)]
        assert answers == [422] * 10 + [429]
    assert attempt(client).status_code == 429  # even the right password waits
    with time_machine.travel(utc_now() + timedelta(minutes=31), tick=False):
        assert attempt(client).status_code == 303


def test_signing_in_starts_a_new_session(app: Flask, client: FlaskClient):
    with_password(make_person())
    with client.session_transaction() as cookie:
        cookie["planted"] = "by an attacker"
    attempt(client)
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert len(cookie["_user_id"]) >= 43


def test_a_cookie_kept_after_signing_out_is_worthless(app: Flask, client: FlaskClient):
    with_password(make_person())
    attempt(client)
    with client.session_transaction() as cookie:
        stolen = dict(cookie)
    client.post("/sign-out")
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie.update(stolen)
    assert thief.get("/account").status_code == 303
    assert "/sign-in" in thief.get("/account").location


def test_the_table_holds_no_token_that_would_sign_anybody_in(app: Flask, client: FlaskClient):
    with_password(make_person())
    attempt(client)
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    row = session().scalar(select(SignIn))
    assert token.encode() not in row.token_hash
    assert row.token_hash == sign_ins.token_hash(token)


def test_one_device_signs_another_out(app: Flask, client: FlaskClient):
    with_password(make_person())
    other = app.test_client()
    attempt(client)
    attempt(other)
    with other.session_transaction() as cookie:
        hashed = sign_ins.token_hash(cookie["_user_id"])
    row_id = session().scalar(select(SignIn.id).where(SignIn.token_hash == hashed))
    assert client.post(f"/account/devices/{row_id}/end").status_code == 303
    assert other.get("/account").status_code == 303
    assert client.get("/account").status_code == 200


def test_somebody_elses_device_cannot_be_signed_out(app: Flask, client: FlaskClient):
    owner = make_person()
    with_password(owner)
    attempt(client)
    stranger = app.test_client()
    with_password(make_person(), "stranger@example.kr")
    attempt(stranger, contact="stranger@example.kr")
    first = session().scalar(select(SignIn.id).where(SignIn.person_id == owner.id))
    assert stranger.post(f"/account/devices/{first}/end").status_code == 404
    assert client.get("/account").status_code == 200


def test_all_other_devices_end_at_once(app: Flask, client: FlaskClient):
    with_password(make_person())
    others = [app.test_client() for _ in range(2)]
    for each in (client, *others):
        attempt(each)
    client.post("/account/devices/end-all")
    assert [each.get("/account").status_code for each in (client, *others)] == [200, 303, 303]


def test_a_sign_in_ends_after_its_longest_time_used_or_not(app: Flask, client: FlaskClient):
    with_password(make_person())
    start = utc_now()
    with time_machine.travel(start, tick=False):
        attempt(client)
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    # Counted from the full hour: sign-ins of residents are dated no more exactly (T51).
    for hours, status in ((10.99, 200), (12.01, 303)):
        browser = app.test_client()
        with time_machine.travel(start + timedelta(hours=hours), tick=False):
            with browser.session_transaction() as cookie:
                cookie["_user_id"] = token
            assert browser.get("/account").status_code == status


def test_staff_are_signed_out_when_idle_and_residents_are_not(app: Flask, client_of):
    place = make_place()
    staff, resident = client_of(make_holder(Role.DONG_STAFF, place)), client_of(make_person())
    start = utc_now()
    for minutes, expected in ((50, (200, 200)), (100, (200, 200)), (165, (303, 200))):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            assert (staff.get("/account").status_code, resident.get("/account").status_code) == expected


def test_a_closed_account_is_signed_out_everywhere_and_cannot_come_back(app: Flask, client: FlaskClient):
    with_password(make_person())
    other = app.test_client()
    attempt(client)
    attempt(other)
    assert client.post("/account/close", data={"current_password": "틀린 것"}).status_code == 422
    assert client.post("/account/close", data={"current_password": PASSWORD}).status_code == 303
    assert other.get("/account").status_code == 303
    assert attempt(app.test_client()).status_code == 422


def test_the_ready_accounts_of_a_demonstration_do_not_exist_elsewhere(app: Flask, client: FlaskClient):
    demo = make_person("시연 주민", is_demo=True)
    assert "시연용 계정" not in client.get("/sign-in").text
    assert client.post("/sign-in/demo", data={"person": str(demo.id)}).status_code == 403
    assert client.get("/account").status_code == 303
