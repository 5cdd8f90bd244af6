import re
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from app.clock import utc_now
from app.db.session import session, transaction
from app.people.jobs import forget_what_ran_out
from app.people.models import Contact, OneTimeSecret, Person, SignIn
from app.people.passwords import hash_password, is_password
from app.people.queries.sign_ins import person_of_contact
from app.people.rules import ContactKind
from app.people.services.sign_up import add_contact
from app.privacy.sealing import reveal
from tests.factories import make_person, make_place
from tests.mailbox import messages, texts_to

pytestmark = pytest.mark.slow

PASSWORD = "느티나무 아래에서 만나요"
HASH = hash_password(PASSWORD)
APPLICATION = {
    "contact": "minji@example.kr",
    "password": PASSWORD,
    "public_name": "민지네",
    "legal_name": "김민지",
    "birth_date": "1990-03-04",
    "home": "관산동",
    "unit": "12통",
    "address": "가상로 12",
    "agree": "y",
}


def code_to(app: Flask, contact: str) -> str:
    found = re.search(r"\b\d{8}\b", texts_to(app, contact)[-1])
    assert found, texts_to(app, contact)
    return found[0]


def signed_up(app: Flask, client: FlaskClient, **changes: str) -> Person:
    make_place(name="관산동")
    assert client.post("/sign-up", data={**APPLICATION, **changes}).status_code == 303
    contact = changes.get("contact", APPLICATION["contact"])
    number = contact if "@" in contact else "+82" + contact.lstrip("0").replace("-", "")
    answer = client.post("/sign-up/confirm", data={"code": code_to(app, number)})
    assert answer.status_code == 303, answer.text
    return session().scalars(select(Person).order_by(Person.id.desc())).first()


def holder(email: str = "minji@example.kr") -> Person:
    person = make_person("민지")
    with transaction():
        person.password_hash = HASH
        add_contact(person, ContactKind.EMAIL, email, at=utc_now())
    session().refresh(person)
    return person


def sign_in(client: FlaskClient, password: str = PASSWORD) -> int:
    return client.post("/sign-in", data={"contact": "minji@example.kr", "password": password}).status_code


def test_an_account_exists_once_its_contact_is_confirmed(app: Flask, client: FlaskClient):
    make_place(name="관산동")
    client.post("/sign-up", data=APPLICATION)
    assert session().scalar(select(func.count(Person.id))) == 0
    assert client.post("/sign-up/confirm", data={"code": "00000000"}).status_code == 422
    entered = client.post("/sign-up/confirm", data={"code": code_to(app, "minji@example.kr")})
    assert (entered.status_code, entered.location) == (303, "/account/verification")
    assert "계정을 만들었습니다" in client.get(entered.location).text
    person = session().scalar(select(Person))
    assert (person.public_name, reveal(person, Person.legal_name), reveal(person, Person.birth_date)) == (
        "민지네",
        "김민지",
        "1990-03-04",
    )
    assert "민지네" in client.get("/account").text


def test_a_telephone_number_is_an_account_too(app: Flask, client: FlaskClient):
    person = signed_up(app, client, contact="010-1234-5678")
    assert person_of_contact("+82 10 1234 5678").id == person.id
    assert client.get("/account").status_code == 200


def test_nothing_personal_lies_open_in_the_database(app: Flask, client: FlaskClient):
    signed_up(app, client)
    dump = ""
    for table in ("people", "contacts", "one_time_secrets", "attempt_counts", "messages"):
        for row in session().execute(text(f"select * from {table}")):
            dump += " ".join(
                bytes(v).decode("utf-8", "replace") if isinstance(v, (bytes, memoryview)) else str(v) for v in row
            )
    for canary in ("minji@example", "김민지", "1990-03-04", "가상로", "12통", PASSWORD):
        assert canary not in dump


def test_a_known_contact_gets_the_same_page_and_only_its_owner_learns_why(app: Flask, client: FlaskClient):
    make_place(name="관산동")
    holder()
    known = client.post("/sign-up", data=APPLICATION)
    fresh = app.test_client().post("/sign-up", data={**APPLICATION, "contact": "new@example.kr"})
    assert (known.status_code, known.location) == (fresh.status_code, fresh.location)
    told = texts_to(app, "minji@example.kr")[-1]
    assert "이미 계정이 있습니다" in told
    assert not re.search(r"\b\d{8}\b", told)
    for guess in range(6):
        assert client.post("/sign-up/confirm", data={"code": f"{guess:08d}"}).status_code == 422
    assert session().scalar(select(func.count(Person.id))) == 1


def test_a_code_dies_after_five_wrong_tries(app: Flask, client: FlaskClient):
    make_place(name="관산동")
    client.post("/sign-up", data=APPLICATION)
    right = code_to(app, "minji@example.kr")
    for guess in range(5):
        client.post("/sign-up/confirm", data={"code": f"{guess:08d}"})
    page = client.post("/sign-up/confirm", data={"code": right})
    assert page.status_code == 422
    assert "더 쓸 수 없습니다" in page.text


def test_a_code_dies_after_ten_minutes_and_fits_only_the_browser_that_asked(app: Flask, client: FlaskClient):
    make_place(name="관산동")
    client.post("/sign-up", data=APPLICATION)
    right = code_to(app, "minji@example.kr")
    other = app.test_client()
    other.post("/sign-up", data={**APPLICATION, "contact": "other@example.kr"})
    assert other.post("/sign-up/confirm", data={"code": right}).status_code == 422
    with time_machine.travel(utc_now() + timedelta(minutes=11), tick=False):
        assert client.post("/sign-up/confirm", data={"code": right}).status_code == 422
    assert session().scalar(select(func.count(Person.id))) == 0


def test_a_newcomer_returns_to_the_page_that_they_came_from(app: Flask, client: FlaskClient):
    make_place(name="관산동")
    client.post("/sign-up", data={**APPLICATION, "next": "/mine"})
    assert client.post("/sign-up/confirm", data={"code": code_to(app, "minji@example.kr")}).location == "/mine"


def test_a_code_works_once(app: Flask, client: FlaskClient):
    make_place(name="관산동")
    client.post("/sign-up", data=APPLICATION)
    with client.session_transaction() as cookie:
        asked = dict(cookie)
    right = code_to(app, "minji@example.kr")
    client.post("/sign-up/confirm", data={"code": right})
    again = app.test_client()
    with again.session_transaction() as cookie:
        cookie.update(asked)
    assert again.post("/sign-up/confirm", data={"code": right}).status_code == 422


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("contact", "not a contact", "전화번호"),
        ("contact", "02-123-4567", "휴대전화"),
        ("password", "짧은것", "8자 이상"),
        ("password", "password", "먼저 떠올리는"),
        ("password", "minji1990", "알아내기 쉽습니다"),
        ("public_name", "", "채워 주세요"),
        ("public_name", "민\u202e지", "보이지 않는 글자"),
        ("legal_name", "900101-1234567", "주민등록번호"),
        ("address", "가상로 12 (900304-2345678)", "주민등록번호"),
        ("birth_date", "1990-13-04", "Not a valid"),
        ("birth_date", "2020-01-01", "보호자"),
        ("birth_date", "2999-01-01", "생년월일"),
        ("home", "없는동", "그런 동네가 없습니다"),
        ("agree", "", "동의하셔야"),
    ],
)
def test_wrong_input_is_explained_and_everything_else_stays(client: FlaskClient, field: str, value: str, says: str):
    make_place(name="관산동")
    data = {**APPLICATION, field: value}
    if field == "agree":
        del data["agree"]
    answer = client.post("/sign-up", data=data)
    assert answer.status_code == 422
    assert says in answer.text or field == "birth_date"
    assert 'aria-invalid="true"' in answer.text
    for name in ("contact", "public_name", "legal_name", "home", "unit"):
        if name != field:
            assert APPLICATION[name] in answer.text
    assert PASSWORD not in answer.text


def test_two_dongs_of_one_name_are_told_apart(app: Flask, client: FlaskClient):
    first, _second = make_place(name="중앙동"), make_place(name="중앙동")
    answer = client.post("/sign-up", data={**APPLICATION, "home": "중앙동"})
    assert answer.status_code == 422
    assert "여러 곳이 있습니다" in answer.text
    district = first.parent.name
    assert client.post("/sign-up", data={**APPLICATION, "home": f"{district} 중앙동"}).status_code == 303


def test_messages_to_one_contact_are_limited(client: FlaskClient):
    make_place(name="관산동")
    answers = [client.post("/sign-up", data=APPLICATION).status_code for _ in range(6)]
    assert answers == [303] * 5 + [429]


def test_a_forgotten_password_is_reset_by_code(app: Flask, client: FlaskClient):
    holder()
    client.post("/account/reset", data={"contact": "minji@example.kr"})
    code = code_to(app, "minji@example.kr")
    refused = client.post("/account/reset/code", data={"code": code, "new_password": "12345678"})
    assert refused.status_code == 422  # a bad password does not use the code up
    assert (
        client.post("/account/reset/code", data={"code": code, "new_password": "새벽 산책은 둘레길로"}).status_code
        == 303
    )
    assert (sign_in(client), sign_in(client, "새벽 산책은 둘레길로")) == (422, 303)
    assert any("비밀번호가 바뀌었습니다" in each for each in texts_to(app, "minji@example.kr"))


def test_a_reset_link_works_once_in_any_browser_and_ends_all_sign_ins(app: Flask, client: FlaskClient):
    holder()
    elsewhere = app.test_client()
    sign_in(elsewhere)
    client.post("/account/reset", data={"contact": "minji@example.kr"})
    link = re.search(r"/account/reset/link/([\w-]+)", texts_to(app, "minji@example.kr")[-1])[0]
    phone, scanner = app.test_client(), app.test_client()
    for _ in range(3):
        assert scanner.get(link).status_code == 303  # opening it, as mail scanners do, uses nothing up
    opened = phone.get(link)
    assert link.split("/")[-1] not in opened.location
    assert phone.post("/account/reset/new", data={"new_password": "새벽 산책은 둘레길로"}).status_code == 303
    assert elsewhere.get("/account").status_code == 303
    assert scanner.post("/account/reset/new", data={"new_password": "다른 사람이 정한 것"}).status_code == 422
    person = person_of_contact("minji@example.kr")
    session().refresh(person)
    assert is_password(person.password_hash, "새벽 산책은 둘레길로")


def test_a_reset_link_dies_after_half_an_hour(app: Flask, client: FlaskClient):
    holder()
    client.post("/account/reset", data={"contact": "minji@example.kr"})
    client.get(re.search(r"/account/reset/link/[\w-]+", texts_to(app, "minji@example.kr")[-1])[0])
    with time_machine.travel(utc_now() + timedelta(minutes=31), tick=False):
        answer = client.post("/account/reset/new", data={"new_password": "새벽 산책은 둘레길로"})
    assert answer.status_code == 422
    assert sign_in(client) == 303


def test_a_reset_tells_the_page_nothing_and_the_contact_everything(app: Flask, client: FlaskClient):
    holder()
    known = client.post("/account/reset", data={"contact": "minji@example.kr"})
    unknown = app.test_client().post("/account/reset", data={"contact": "nobody@example.kr"})
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    assert "계정이 없습니다" in texts_to(app, "nobody@example.kr")[-1]
    assert len(messages(app)) == 2


def test_asking_again_makes_the_first_code_worthless(app: Flask, client: FlaskClient):
    holder()
    client.post("/account/reset", data={"contact": "minji@example.kr"})
    first = code_to(app, "minji@example.kr")
    with client.session_transaction() as cookie:
        asked = dict(cookie)
    app.test_client().post("/account/reset", data={"contact": "minji@example.kr"})
    with client.session_transaction() as cookie:
        cookie.update(asked)
    data = {"code": first, "new_password": "새벽 산책은 둘레길로"}
    assert client.post("/account/reset/code", data=data).status_code == 422


def test_a_new_contact_is_confirmed_and_the_old_one_is_told(app: Flask, client: FlaskClient):
    person = holder()
    sign_in(client)
    wrong = client.post("/account/contacts", data={"contact": "010-9999-8888", "current_password": "틀린 것"})
    assert wrong.status_code == 422
    assert "010-9999-8888" in wrong.text
    client.post("/account/contacts", data={"contact": "010-9999-8888", "current_password": PASSWORD})
    assert client.post("/account/contacts/confirm", data={"code": "11111111"}).status_code == 422
    code = code_to(app, "+821099998888")
    assert client.post("/account/contacts/confirm", data={"code": code}).status_code == 303
    assert "연락처가 더해졌습니다" in texts_to(app, "minji@example.kr")[-1]
    assert person_of_contact("010 9999 8888").id == person.id


def test_somebody_elses_contact_cannot_be_taken(app: Flask, client: FlaskClient):
    holder()
    holder("stranger@example.kr")
    sign_in(client)
    client.post("/account/contacts", data={"contact": "stranger@example.kr", "current_password": PASSWORD})
    code = code_to(app, "stranger@example.kr")
    answer = client.post("/account/contacts/confirm", data={"code": code})
    assert answer.status_code == 422
    assert "이미 다른 계정에서" in answer.text
    assert session().scalar(select(func.count(Contact.id))) == 2


def test_the_last_contact_stays_and_a_strangers_is_not_found(app: Flask, client: FlaskClient):
    person = holder()
    other = holder("stranger@example.kr")
    sign_in(client)
    own, strange = person.contacts[0].id, other.contacts[0].id
    assert client.post(f"/account/contacts/{own}/remove", data={"current_password": PASSWORD}).status_code == 422
    assert client.post(f"/account/contacts/{strange}/remove", data={"current_password": PASSWORD}).status_code == 404


def test_changing_the_password_needs_the_old_one_and_ends_the_other_devices(app: Flask, client: FlaskClient):
    holder()
    other = app.test_client()
    sign_in(client)
    sign_in(other)
    new = "새벽 산책은 둘레길로"
    assert (
        client.post("/account/password", data={"current_password": "틀린 것", "new_password": new}).status_code == 422
    )
    assert client.post("/account/password", data={"current_password": PASSWORD, "new_password": new}).status_code == 303
    assert (client.get("/account").status_code, other.get("/account").status_code) == (200, 303)


def test_the_language_of_an_account_is_used_at_once_and_at_the_next_sign_in(app: Flask, client: FlaskClient):
    holder()
    sign_in(client)
    client.post("/account/language", data={"locale": "en"})
    assert '<html lang="en">' in client.get("/account").text
    again = app.test_client()
    sign_in(again)
    assert '<html lang="en">' in again.get("/account").text


def test_a_profile_is_changed_and_a_resident_number_in_it_refused(app: Flask, client: FlaskClient):
    place = make_place(name="상면")
    person = holder()
    sign_in(client)
    data = {
        "public_name": "민지",
        "legal_name": "김민지",
        "birth_date": "1990-03-04",
        "home": "상면",
        "unit": "3통",
        "address": "가상로 1",
    }
    assert client.post("/account/profile", data=data).status_code == 303
    session().expire_all()
    assert (person.home_id, reveal(person, Person.unit)) == (place.id, "3통")
    assert client.post("/account/profile", data={**data, "address": "900101-1234567"}).status_code == 422
    page = client.get("/account").text
    assert "김민지" in page
    assert "가상로 1" in page


def test_closing_an_account_blanks_the_person_and_keeps_the_row(app: Flask, client: FlaskClient):
    person = signed_up(app, client)
    person_id = person.id
    client.post("/account/close", data={"current_password": PASSWORD})
    session().expire_all()
    row = session().get(Person, person_id)
    assert (row.public_name, row.is_active, row.password_hash, row.legal_name, row.identity_index) == (
        "떠난 주민", False, None, None, None,
    )  # fmt: skip
    assert session().scalar(select(func.count(Contact.id))) == 0
    assert session().scalars(select(SignIn).where(SignIn.ended_at.is_(None))).all() == []
    fresh = app.test_client()
    assert fresh.post("/sign-up", data=APPLICATION).status_code == 303  # the contact is free again
    assert "확인 번호" in texts_to(app, "minji@example.kr")[-1]


def test_old_secrets_are_forgotten_with_what_they_held(app: Flask, client: FlaskClient):
    make_place(name="관산동")
    client.post("/sign-up", data=APPLICATION)
    forget_what_ran_out(utc_now() + timedelta(minutes=9))
    assert session().scalar(select(func.count(OneTimeSecret.id))) == 1
    forget_what_ran_out(utc_now() + timedelta(minutes=11))
    assert session().scalar(select(func.count(OneTimeSecret.id))) == 0


def test_fourteen_is_old_enough_to_the_day(client: FlaskClient):
    make_place(name="관산동")
    today = date(2026, 7, 1)
    with time_machine.travel("2026-07-01T03:00:00Z", tick=False):
        answers = [
            client.post(
                "/sign-up", data={**APPLICATION, "contact": f"a{n}@example.kr", "birth_date": born.isoformat()}
            ).status_code
            for n, born in enumerate((today.replace(year=2012), date(2012, 7, 2)))
        ]
    assert answers == [303, 422]
