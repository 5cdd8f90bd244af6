import re
from datetime import timedelta

import pyotp
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.clock import utc_now
from app.db.session import session, transaction
from app.people.models import Passkey, Person, SignIn
from app.people.passwords import hash_password
from app.people.rules import ContactKind, Role
from app.people.services.roles import grant_role
from app.people.services.sign_up import add_contact
from tests.factories import make_holder, make_person, make_place
from tests.mailbox import texts_to
from tests.web.people.software_passkey import SoftwarePasskey

pytestmark = pytest.mark.slow

PASSWORD = "느티나무 아래에서 만나요"
HASH = hash_password(PASSWORD)
CHECK = "/account/second-factor/check"


def equipped(person: Person) -> Person:
    with transaction():
        person.password_hash = HASH
        add_contact(person, ContactKind.EMAIL, "clerk@example.kr", at=utc_now())
    session().refresh(person)
    return person


def clerk() -> Person:
    return equipped(make_holder(Role.DONG_STAFF, make_place(name="관산동")))


def sign_in(client: FlaskClient, target: str = "/places"):
    return client.post("/sign-in", data={"contact": "clerk@example.kr", "password": PASSWORD, "next": target})


def set_up_app(client: FlaskClient) -> tuple[pyotp.TOTP, list[str]]:
    client.post("/account/second-factor/app", data={"next": "/places"})
    page = client.get("/account/second-factor/app/confirm").text
    app = pyotp.TOTP(re.search(r"secret=([A-Z2-7]+)", page)[1])
    answer = client.post("/account/second-factor/app/confirm", data={"code": app.at(utc_now()), "next": "/places"})
    assert answer.status_code == 303, answer.text
    codes = re.findall(r'<li class="code">([^<]+)</li>', client.get(answer.location).text)
    return app, codes


def set_up_key(client: FlaskClient, key: SoftwarePasskey, name: str = "열쇠"):
    options = client.post("/account/second-factor/passkey-options", json={}).json
    return client.post(
        "/account/second-factor/passkey", json={"credential": key.make(options), "name": name, "next": "/places"}
    )


def use_key(client: FlaskClient, key: SoftwarePasskey, **how: int):
    options = client.post(f"{CHECK}/passkey-options", json={}).json
    return client.post(f"{CHECK}/passkey", json={"credential": key.use(options, **how), "next": "/places"})


def test_staff_are_led_to_setting_one_up_and_see_nothing_before(client: FlaskClient):
    clerk()
    answer = sign_in(client)
    assert answer.location.startswith(CHECK)
    assert "/account/second-factor?next=" in client.get(answer.location).location
    assert client.get("/places").status_code == 303  # a guest to every page
    assert client.get("/account").status_code == 303
    set_up_app(client)
    assert client.get("/places").status_code == 200


def test_residents_may_do_without(client: FlaskClient):
    equipped(make_person())
    assert sign_in(client, "/account").location == "/account"
    assert client.get("/account").status_code == 200


def test_a_role_that_needs_one_stops_a_sign_in_that_lacks_it(app: Flask, client: FlaskClient):
    place, person = make_place(), equipped(make_person())
    sign_in(client, "/account")
    assert client.get("/account").status_code == 200
    with transaction():
        grant_role(place, Role.DONG_STAFF, person, by=None, at=utc_now())
    assert client.get("/account").status_code == 303
    assert CHECK in client.get("/sign-in?next=/account").location


def test_the_app_is_asked_for_at_the_next_sign_in(app: Flask, client: FlaskClient):
    clerk()
    sign_in(client)
    totp, _codes = set_up_app(client)
    other = app.test_client()
    sign_in(other)
    assert other.get("/places").status_code == 303
    assert other.post(CHECK, data={"code": "000000"}).status_code == 422
    with time_machine.travel(utc_now() + timedelta(seconds=60), tick=False):
        answer = other.post(CHECK, data={"code": totp.at(utc_now()), "next": "/places"})
        assert (answer.status_code, answer.location) == (303, "/places")
        assert other.get("/places").status_code == 200


def test_a_code_of_the_app_is_taken_once(app: Flask, client: FlaskClient):
    clerk()
    sign_in(client)
    totp, _codes = set_up_app(client)
    with time_machine.travel(utc_now() + timedelta(seconds=90), tick=False):
        code = totp.at(utc_now())
        answers = []
        for _ in range(2):
            browser = app.test_client()
            sign_in(browser)
            answers.append(browser.post(CHECK, data={"code": code}).status_code)
        assert answers == [303, 422]


@pytest.mark.parametrize(("seconds", "status"), [(-90, 422), (-30, 303), (0, 303), (30, 303), (90, 422)])
def test_a_clock_may_be_half_a_minute_wrong_and_no_more(app: Flask, client: FlaskClient, seconds: int, status: int):
    clerk()
    with time_machine.travel("2026-07-01T00:00:15Z", tick=False):
        sign_in(client)
        totp, _codes = set_up_app(client)
    with time_machine.travel("2026-07-01T00:10:15Z", tick=False):
        browser = app.test_client()
        sign_in(browser)
        code = totp.at(utc_now() + timedelta(seconds=seconds))
        assert browser.post(CHECK, data={"code": code}).status_code == status


def test_guessing_codes_is_stopped(app: Flask, client: FlaskClient):
    clerk()
    sign_in(client)
    totp, _codes = set_up_app(client)
    browser = app.test_client()
    with time_machine.travel("2027-01-01T00:00:15Z", tick=False):
        sign_in(browser)
        statuses = [browser.post(CHECK, data={"code": f"{n:06d}"}).status_code for n in range(11)]
        assert statuses == [422] * 10 + [429]
        assert browser.post(CHECK, data={"code": totp.at(utc_now())}).status_code == 429


def test_a_recovery_code_works_once_in_any_spelling(app: Flask, client: FlaskClient):
    clerk()
    sign_in(client)
    _totp, codes = set_up_app(client)
    assert len(set(codes)) == 10
    answers = []
    for _ in range(2):
        browser = app.test_client()
        sign_in(browser)
        answers.append(browser.post(CHECK, data={"code": codes[3].upper().replace("-", " ")}).status_code)
    assert answers == [303, 422]


def test_recovery_codes_are_shown_once(client: FlaskClient):
    clerk()
    sign_in(client)
    _totp, codes = set_up_app(client)
    again = client.get("/account/second-factor/recovery-codes")
    assert again.status_code == 303
    assert codes[0] not in client.get("/account/second-factor").text


def test_new_recovery_codes_make_the_old_ones_worthless(app: Flask, client: FlaskClient):
    clerk()
    sign_in(client)
    _totp, old = set_up_app(client)
    answer = client.post("/account/second-factor/recovery-codes", data={"current_password": PASSWORD})
    new = re.findall(r'<li class="code">([^<]+)</li>', client.get(answer.location).text)
    browser = app.test_client()
    sign_in(browser)
    assert browser.post(CHECK, data={"code": old[0]}).status_code == 422
    assert browser.post(CHECK, data={"code": new[0]}).status_code == 303


def test_nobody_sets_up_a_factor_beside_one_they_did_not_show(app: Flask, client: FlaskClient):
    clerk()
    sign_in(client)
    set_up_app(client)
    thief = app.test_client()  # knows the password only
    sign_in(thief)
    assert thief.post("/account/second-factor/passkey-options", json={}).status_code == 401
    assert thief.post("/account/second-factor/app").status_code == 401
    assert thief.get("/account/second-factor").status_code == 303
    assert set_up_key_refused(thief)


def set_up_key_refused(client: FlaskClient) -> bool:
    answer = client.post(
        "/account/second-factor/passkey", json={"credential": SoftwarePasskey().make({"challenge": "AA"})}
    )
    return answer.status_code == 401 and session().scalar(select(Passkey)) is None


def test_the_last_factor_of_staff_stays_and_a_residents_may_go(app: Flask, client: FlaskClient):
    clerk()
    sign_in(client)
    set_up_app(client)
    answer = client.post("/account/second-factor/app/remove", data={"current_password": PASSWORD})
    assert answer.status_code == 422
    assert "꼭 필요합니다" in answer.text
    assert set_up_key(client, SoftwarePasskey()).status_code == 200
    assert client.post("/account/second-factor/app/remove", data={"current_password": "틀린 것"}).status_code == 422
    assert client.post("/account/second-factor/app/remove", data={"current_password": PASSWORD}).status_code == 303
    assert "두 번째 확인 수단을 끊었습니다" in texts_to(app, "clerk@example.kr")[-1]


def test_a_passkey_is_made_and_used(app: Flask, client: FlaskClient):
    clerk()
    sign_in(client)
    key = SoftwarePasskey()
    made = set_up_key(client, key, "사무실 열쇠")
    assert made.json["next"].endswith("/recovery-codes")
    assert client.get("/places").status_code == 200
    browser = app.test_client()
    sign_in(browser)
    assert browser.get("/places").status_code == 303
    answer = use_key(browser, key)
    assert (answer.status_code, answer.json) == (200, {"next": "/places"})
    assert browser.get("/places").status_code == 200
    page = browser.get("/account/second-factor").text
    assert "사무실 열쇠" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://evil.example"},
        {"rp_id": "evil.example"},
        {"flags": 0x00},
        {"credential_id": b"another credential"},
        {"key": SoftwarePasskey().key},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_passkey_answer_with_one_thing_wrong_is_refused(app: Flask, client: FlaskClient, wrong: dict):
    clerk()
    sign_in(client)
    key = SoftwarePasskey()
    set_up_key(client, key)
    browser = app.test_client()
    sign_in(browser)
    for name, value in wrong.items():
        setattr(key, name, value)
    assert use_key(browser, key).status_code == 422
    assert browser.get("/places").status_code == 303


@pytest.mark.parametrize("wrong", [{"origin": "https://evil.example"}, {"rp_id": "evil.example"}, {"flags": 0x00}])
def test_a_passkey_made_for_another_site_is_refused(client: FlaskClient, wrong: dict):
    clerk()
    sign_in(client)
    assert set_up_key(client, SoftwarePasskey(**wrong)).status_code == 422
    assert session().scalar(select(Passkey)) is None
    assert client.get("/places").status_code == 303


def test_a_passkey_answer_is_taken_once(app: Flask, client: FlaskClient):
    clerk()
    sign_in(client)
    key = SoftwarePasskey()
    set_up_key(client, key)
    browser = app.test_client()
    sign_in(browser)
    options = browser.post(f"{CHECK}/passkey-options", json={}).json
    answer = key.use(options)
    assert browser.post(f"{CHECK}/passkey", json={"credential": answer}).status_code == 200
    replayed = app.test_client()
    sign_in(replayed)
    assert replayed.post(f"{CHECK}/passkey", json={"credential": answer}).status_code == 422
    replayed.post(f"{CHECK}/passkey-options", json={})
    assert replayed.post(f"{CHECK}/passkey", json={"credential": answer}).status_code == 422


def test_a_copied_key_betrays_itself_by_its_counter(app: Flask, client: FlaskClient):
    clerk()
    sign_in(client)
    key = SoftwarePasskey(count=5)
    set_up_key(client, key)
    browser = app.test_client()
    sign_in(browser)
    assert use_key(browser, key, grow=0).status_code == 422
    assert use_key(browser, key, grow=1).status_code == 200


def test_another_persons_passkey_opens_nothing(app: Flask, client: FlaskClient):
    clerk()
    sign_in(client)
    set_up_key(client, SoftwarePasskey())
    stranger = make_holder(Role.DONG_STAFF, make_place())
    with transaction():
        stranger.password_hash = HASH
        add_contact(stranger, ContactKind.EMAIL, "stranger@example.kr", at=utc_now())
    other = app.test_client()
    other.post("/sign-in", data={"contact": "stranger@example.kr", "password": PASSWORD})
    strange = SoftwarePasskey()
    set_up_key(other, strange)
    browser = app.test_client()
    sign_in(browser)
    assert use_key(browser, strange).status_code == 422


@pytest.mark.parametrize(
    "body", [None, [], {"credential": None}, {"credential": []}, {"credential": {"rawId": "é", "id": 3}}]
)
def test_a_malformed_passkey_answer_is_refused(client: FlaskClient, body: object):
    clerk()
    sign_in(client)
    set_up_key(client, SoftwarePasskey())
    client.post("/account/second-factor/passkey-options", json={})
    assert client.post("/account/second-factor/passkey", json=body).status_code == 422
    client.post(f"{CHECK}/passkey-options", json={})
    assert client.post(f"{CHECK}/passkey", json=body).status_code == 422
    assert len(session().scalars(select(Passkey)).all()) == 1
    assert session().scalar(select(SignIn)).challenge is None
