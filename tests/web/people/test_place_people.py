"""The pages of a place's people and of its voter roll, walked through as a clerk does."""

import io
import re
from datetime import date

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.clock import utc_now
from app.db.session import session, transaction
from app.people.models import Person, Roll, RollEntry, RollImport, Verification
from app.people.rules import ContactKind, Role, RollState
from app.people.services.sign_up import add_contact, seal_identity
from app.places.models import Place
from app.places.rules import PlaceKind
from app.privacy.models import AccessLogEntry
from tests.factories import make_holder, make_person, make_place, make_resident
from tests.mailbox import texts_to

pytestmark = pytest.mark.slow

ROLL = (
    "이름,생년월일,통,주소,전화번호\n김민지,1990-03-04,12통,가상로 12,010-1234-5678\n이서준,1985-12-31,3통,가상로 3,\n"
)


@pytest.fixture
def dong() -> Place:
    return make_place(name="관산동")


def minji(contact: str = "010-1234-5678") -> Person:
    person = make_person("민지")
    with transaction():
        seal_identity(person, legal_name="김민지", birth_date=date(1990, 3, 4))
        kind = ContactKind.EMAIL if "@" in contact else ContactKind.PHONE
        add_contact(person, kind, contact, at=utc_now())
    session().refresh(person)
    return person


def upload(client: FlaskClient, dong: Place, content: bytes, name: str = "roll.csv"):
    client.post(f"/{dong.slug}/roll", data={"title": "2026년 명부"})
    session().rollback()
    roll = session().scalars(select(Roll).order_by(Roll.id.desc())).first()
    data = {"file": (io.BytesIO(content), name)}
    return roll, client.post(f"/{dong.slug}/roll/{roll.id}/files", data=data, content_type="multipart/form-data")


def test_roles_are_given_and_taken_on_the_page(app: Flask, client_of, dong: Place):
    person = minji("minji@example.kr")
    boss = client_of(make_holder(Role.DISTRICT_STAFF, dong.parent))
    data = {"role": "dong_staff", "contact": "minji@example.kr"}
    assert boss.post(f"/{dong.slug}/people/grants", data=data).status_code == 303
    page = boss.get(f"/{dong.slug}/people").text
    assert "민지" in page
    assert "김민지" not in page
    session().rollback()
    session().refresh(person)
    grant = person.grants[0]
    assert boss.post(f"/{dong.slug}/people/grants/{grant.id}/revoke").status_code == 303
    assert "지난 일" in boss.get(f"/{dong.slug}/people").text


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"role": "operator"}, "역할"),
        ({"role": "nonsense"}, "역할"),
        ({"contact": "nobody@example.kr"}, "계정이 없습니다"),
        ({"contact": "900101-1234567"}, "주민등록번호"),
        ({"last_day": "2020-01-01"}, "오늘보다 뒤"),
    ],
)
def test_wrong_grants_are_explained_and_kept(client_of, dong: Place, changes: dict, says: str):
    minji("minji@example.kr")
    boss = client_of(make_holder(Role.DISTRICT_STAFF, dong.parent))
    data = {"role": "dong_staff", "contact": "minji@example.kr", **changes}
    answer = boss.post(f"/{dong.slug}/people/grants", data=data)
    assert answer.status_code == 422
    assert says in answer.text
    if says != "주민등록번호":
        assert data["contact"] in answer.text


def test_a_reviewer_is_invited_joins_and_sets_up_a_second_factor(
    app: Flask, client: FlaskClient, client_of, dong: Place
):
    boss = client_of(make_holder(Role.DISTRICT_STAFF, dong.parent))
    address = f"/{dong.parent.slug}/people/invitations"
    data = {"role": "department_reviewer", "email": "reviewer@example.kr", "department": "공원녹지과"}
    assert boss.post(address, data={**data, "department": ""}).status_code == 422
    assert boss.post(address, data=data).status_code == 303
    link = re.search(r"/account/invitation/[\w-]+", texts_to(app, "reviewer@example.kr")[-1])[0]
    assert client.get(link).location == "/account/invitation"
    page = client.get("/account/invitation").text
    assert "부서 담당자 (공원녹지과)" in page
    assert (
        client.post("/account/invitation", data={"public_name": "박검토", "new_password": "12345678"}).status_code
        == 422
    )
    joined = client.post("/account/invitation", data={"public_name": "박검토", "new_password": "새벽 산책은 둘레길로"})
    assert joined.location.startswith("/account/second-factor/check")
    assert "/account/second-factor" in client.get(joined.location).location
    session().rollback()
    person = session().scalars(select(Person).order_by(Person.id.desc())).first()
    reviewer = client_of(person)
    assert reviewer.get("/account").status_code == 200
    for path in (f"/{dong.slug}/people", f"/{dong.slug}/roll", f"/{dong.slug}/people/counter", "/places"):
        assert reviewer.get(path).status_code == 403
    assert client.get(link).status_code == 303
    assert app.test_client().get("/account/invitation").status_code == 303


def test_an_invitation_is_withdrawn_on_the_page(app: Flask, client: FlaskClient, client_of, dong: Place):
    boss = client_of(make_holder(Role.DISTRICT_STAFF, dong.parent))
    data = {"role": "district_staff", "email": "x@example.kr"}
    assert boss.post(f"/{dong.parent.slug}/people/invitations", data=data).status_code == 422
    data = {"role": "department_reviewer", "email": "x@example.kr", "department": "도로과"}
    boss.post(f"/{dong.parent.slug}/people/invitations", data=data)
    number = re.search(r"invitations/(\d+)/withdraw", boss.get(f"/{dong.parent.slug}/people").text)[1]
    assert boss.post(f"/{dong.parent.slug}/people/invitations/{number}/withdraw").status_code == 303
    client.get(re.search(r"/account/invitation/[\w-]+", texts_to(app, "x@example.kr")[-1])[0])
    assert client.get("/account/invitation").status_code == 404


def test_a_clerk_verifies_at_the_counter(app: Flask, client_of, dong: Place):
    person = minji()
    clerk = client_of(make_holder(Role.DONG_STAFF, dong))
    assert clerk.post(f"/{dong.slug}/people/counter", data={"contact": "010-0000-0000"}).status_code == 422
    assert clerk.post(f"/{dong.slug}/people/counter", data={"contact": "010-1234-5678"}).status_code == 303
    page = clerk.get(f"/{dong.slug}/people/counter/id").text
    assert "김민지" in page
    assert "1990. 3. 4." in page
    address = f"/{dong.slug}/people/counter/id"
    assert clerk.post(address, data={"person": str(person.id)}).status_code == 422
    assert clerk.post(address, data={"person": str(person.id + 1), "saw_id": "y"}).status_code == 422
    assert clerk.post(address, data={"person": str(person.id), "saw_id": "y"}).status_code == 303
    assert session().scalar(select(func.count(Verification.id))) == 1
    assert session().scalar(select(func.count(AccessLogEntry.id))) == 1


def test_a_resident_is_verified_by_the_roll_from_their_own_page(app: Flask, client_of, dong: Place):
    clerk = client_of(make_holder(Role.DONG_STAFF, dong))
    person = minji()
    resident = client_of(person)
    assert resident.post("/account/verification/roll").status_code == 422  # says first where they live
    with transaction():
        person.home_id = dong.id
    assert "아직 명부를 올리지" in resident.get("/account/verification").text
    _roll, answer = upload(clerk, dong, ROLL.encode())
    clerk.post(f"{answer.location}/take")
    assert resident.post("/account/verification/roll").status_code == 303
    assert "확인된 주민" in resident.get("/account").text


def test_a_resident_is_verified_by_a_letter(app: Flask, client_of, dong: Place):
    clerk = client_of(make_holder(Role.DONG_STAFF, dong))
    person = minji("010-7777-7777")
    with transaction():
        person.home_id = dong.id
    resident = client_of(person)
    _roll, answer = upload(clerk, dong, ROLL.encode())
    clerk.post(f"{answer.location}/take")
    assert resident.post("/account/verification/roll").status_code == 422
    assert resident.post("/account/verification/letter").status_code == 303
    assert resident.post("/account/verification/letter").status_code == 422
    number = re.search(r"letters/(\d+)/print", clerk.get(f"/{dong.slug}/people/counter").text)[1]
    letter = clerk.post(f"/{dong.slug}/people/letters/{number}/print").text
    assert "가상로 12" in letter
    code = re.search(r'<p class="code">([^<]+)</p>', letter)[1]
    assert resident.post("/account/verification/code", data={"code": "AAAA-AAAA-AAAA"}).status_code == 422
    assert resident.post("/account/verification/code", data={"code": code}).status_code == 303
    assert "편지로 확인" in resident.get("/account").text


def test_guessing_a_letters_code_is_stopped_for_a_day(client_of, dong: Place):
    person = minji()
    with transaction():
        person.home_id = dong.id
    resident = client_of(person)
    answers = [resident.post("/account/verification/code", data={"code": f"AAAA{n}"}).status_code for n in range(6)]
    assert answers == [422] * 5 + [429]


def test_a_roll_is_uploaded_looked_at_taken_searched_and_frozen(app: Flask, client_of, dong: Place):
    clerk = client_of(make_holder(Role.DONG_STAFF, dong))
    roll, answer = upload(clerk, dong, ROLL.encode("cp949"))
    page = clerk.get(answer.location).text
    assert "아직 아무것도 올리지 않았습니다" in page
    assert "김민지" in page
    assert "2명 올리기" in page
    done = clerk.post(f"{answer.location}/take")
    assert done.status_code == 303
    shown = clerk.get(f"/{dong.slug}/roll/{roll.id}").text
    assert "김민지" not in shown
    found = clerk.post(f"/{dong.slug}/roll/{roll.id}/find", data={"name": "김 민지", "birth_date": "1990-03-04"}).text
    assert "가상로 12" in found
    session().rollback()
    roll = session().get(Roll, roll.id)
    frozen = clerk.post(f"/{dong.slug}/roll/{roll.id}/freeze", data={"on": "2026-09-12", "version": str(roll.version)})
    assert frozen.status_code == 303
    session().expire_all()
    assert roll.state is RollState.FROZEN
    assert roll.root in clerk.get(f"/{dong.slug}/roll/{roll.id}").text
    assert roll.root in app.test_client().get(f"/{dong.slug}/record.jsonl").text
    accesses = session().execute(select(AccessLogEntry.access, AccessLogEntry.subject)).all()
    assert [(str(a), s.split(":")[0]) for a, s in accesses] == [("viewed", "roll_import"), ("searched", "roll")]


def test_a_workbook_is_taken_too(app: Flask, client_of, dong: Place):
    book = openpyxl.Workbook()
    for line in ROLL.splitlines():
        book.active.append(line.split(","))
    out = io.BytesIO()
    book.save(out)
    clerk = client_of(make_holder(Role.DONG_STAFF, dong))
    _roll, answer = upload(clerk, dong, out.getvalue(), "명부.xlsx")
    clerk.post(f"{answer.location}/take")
    session().rollback()
    assert session().scalar(select(func.count(RollEntry.id))) == 2


def test_what_is_wrong_with_a_file_is_shown_by_line_and_downloaded(app: Flask, client_of, dong: Place):
    clerk = client_of(make_holder(Role.DONG_STAFF, dong))
    _roll, answer = upload(clerk, dong, (ROLL + "박하늘,850101,1통,,\n김민지,19900304,12,,\n").encode())
    page = clerk.get(answer.location).text
    assert "태어난 해를 네 자리로" in page
    assert "명 올리기" not in page
    assert clerk.post(f"{answer.location}/take", data={"twins": "once"}).status_code == 422
    listed = clerk.get(f"{answer.location}/problems.csv")
    assert listed.data.startswith(b"\xef\xbb\xbf")
    assert "4,생년월일,태어난 해를 네 자리로 적어 주세요" in listed.text
    assert "5,,2번째 줄과 같은 사람으로 보입니다." in listed.text
    assert "김민지" not in listed.text
    assert session().scalar(select(func.count(RollEntry.id))) == 0


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("이름,주민등록번호\n김민지,900304-2345678\n", "주민등록번호"),
        ("이름,생년월일,비고\n김민지,1990-03-04,900304-2345678\n", "주민등록번호"),
        ("", ""),
    ],
)
def test_a_file_with_resident_numbers_never_enters(app: Flask, client_of, dong: Place, content: str, says: str):
    clerk = client_of(make_holder(Role.DONG_STAFF, dong))
    _roll, answer = upload(clerk, dong, content.encode())
    assert answer.status_code == 422
    assert says in answer.text
    assert session().scalar(select(func.count(RollImport.id))) == 0


def test_a_file_is_thrown_away(app: Flask, client_of, dong: Place):
    clerk = client_of(make_holder(Role.DONG_STAFF, dong))
    _roll, answer = upload(clerk, dong, ROLL.encode())
    assert clerk.post(f"{answer.location}/discard").status_code == 303
    session().rollback()
    assert session().scalar(select(RollImport)).content is None
    assert clerk.post(f"{answer.location}/take").status_code == 422


def test_a_roll_is_erased_with_everybody_on_it(app: Flask, client_of, dong: Place):
    clerk = client_of(make_holder(Role.DONG_STAFF, dong))
    roll, answer = upload(clerk, dong, ROLL.encode())
    clerk.post(f"{answer.location}/take")
    assert clerk.post(f"/{dong.slug}/roll/{roll.id}/erase").status_code == 303
    session().rollback()
    assert session().scalar(select(func.count(RollEntry.id))) == 0
    assert clerk.get(f"/{dong.slug}/roll/{roll.id}").status_code == 200


def test_nobody_of_another_dong_sees_or_touches_anything(app: Flask, client: FlaskClient, client_of, dong: Place):
    clerk = client_of(make_holder(Role.DONG_STAFF, dong))
    roll, answer = upload(clerk, dong, ROLL.encode())
    elsewhere = make_place(PlaceKind.DONG, dong.parent, "행신동")
    strangers = [
        (client, {303, 401}),
        (client_of(make_resident(dong)), {403}),
        (client_of(make_holder(Role.COUNCIL_MEMBER, dong)), {403}),
        (client_of(make_holder(Role.SUPPORT_OFFICER, dong)), {403}),
        (client_of(make_holder(Role.DONG_STAFF, elsewhere)), {403}),
    ]
    base = f"/{dong.slug}/roll"
    for browser, statuses in strangers:
        for path in (
            base,
            f"{base}/{roll.id}",
            answer.location,
            f"{answer.location}/problems.csv",
            f"/{dong.slug}/people/counter",
        ):
            assert browser.get(path).status_code in statuses
        for path in (
            f"{base}/{roll.id}/find",
            f"{base}/{roll.id}/freeze",
            f"{base}/{roll.id}/erase",
            f"{answer.location}/take",
        ):
            assert browser.post(path).status_code in statuses
    neighbour = client_of(make_holder(Role.DONG_STAFF, elsewhere))
    for path in (f"/{elsewhere.slug}/roll/{roll.id}", answer.location.replace(dong.slug, elsewhere.slug)):
        assert neighbour.get(path).status_code == 404
    assert neighbour.post(f"/{elsewhere.slug}/roll/{roll.id}/erase").status_code == 404
    assert session().scalar(select(func.count(Roll.id))) == 1
