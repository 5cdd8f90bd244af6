"""The council's pages as people meet them: everybody sees the same states, wrong input is kept, strangers are refused."""

import hashlib
import html
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.council.models import Application, CouncilMeeting, CouncilMember, TrainingAttendance
from app.council.rules.dismissal import Grounds
from app.council.rules.membership import EndReason, MemberState
from app.council.rules.training import code_at
from app.council.services.dismissing import propose_dismissal
from app.council.services.organising import found_committee
from app.council.services.vacancies import end_membership
from app.db.session import session, transaction
from app.people.models import Person
from app.people.rules import Role
from app.places.models import Place
from app.privacy.models import AccessLogEntry
from tests.conftest import NOW
from tests.factories import make_holder, make_person, make_place, make_resident
from tests.factories_council import make_applicants, make_call, make_council, make_course, make_drawn, set_rule

Browsers = Callable[[Person], FlaskClient]
DAY = timedelta(days=1)


def staff_of(place: Place) -> Person:
    return make_holder(Role.DONG_STAFF, place)


def typed_application(**changes: object) -> dict[str, object]:
    return {
        "once": "a", "track": "open", "legal_name": "홍길동", "birth_date": "1980-05-05", "sex": "man",
        "phone": "010-2345-6789", "address": "마당로 12", "basis": "residence", "agree": "y", **changes,
    }  # fmt: skip


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_a_dong_without_a_council_says_so_and_lets_its_clerk_found_one(client: FlaskClient, client_of: Browsers):
    place = make_place()
    clerk = staff_of(place)
    assert "아직 주민자치회가 없습니다" in client.get(f"/{place.slug}/council").text
    browser = client_of(clerk)
    url = f"/{place.slug}/council/found"
    refused = browser.post(
        url, data={"founded_on": "2026-01-01", "seats": "500", "term_number": "1", "term_starts_on": "2026-01-01"}
    )
    assert refused.status_code == 422
    assert 'value="2026-01-01"' in refused.text
    answer = browser.post(
        url, data={"founded_on": "2026-01-01", "seats": "30", "term_number": "2", "term_starts_on": "2026-01-01"}
    )
    assert answer.status_code == 303
    page = client.get(f"/{place.slug}/council").text
    assert "제2기" in page
    assert browser.get(f"/{place.slug}/council/members/new").status_code == 200
    assert (
        browser.post(
            f"/{place.slug}/council/members/new", data={"name": "김철수", "sex": "man", "age_band": "50대"}
        ).status_code
        == 303
    )
    assert "김철수" in client.get(f"/{place.slug}/council").text


@time_machine.travel(NOW, tick=False)
def test_small_counts_are_hidden_and_names_are_shown_without_ages(client: FlaskClient):
    place = make_place()
    _council, _term, members = make_council(place, members=5)
    page = client.get(f"/{place.slug}/council").text
    assert members[0].name in page
    assert "적어서 보이지 않음" in page
    assert client.get(f"/{place.slug}/council/members/{members[0].id}").status_code == 200
    assert "50대" not in client.get(f"/{place.slug}/council/members/{members[0].id}").text


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_a_course_is_planned_enrolled_in_and_attended_by_code(client_of: Browsers):
    place = make_place()
    clerk, resident = staff_of(place), make_resident(place)
    browser, mine = client_of(clerk), client_of(resident)
    row = {
        "part_1": "첫 시간",
        "starts_on_1": "2026-07-02",
        "starts_time_1": "14:00",
        "minutes_1": "120",
        "where_1": "주민센터",
    }
    half = browser.post(
        f"/{place.slug}/council/courses/new", data={"once": "c", "title": "기본 과정", "part_1": "첫 시간"}
    )
    assert half.status_code == 422
    assert "기본 과정" in half.text
    first = browser.post(f"/{place.slug}/council/courses/new", data={"once": "c", "title": "기본 과정", **row})
    again = browser.post(f"/{place.slug}/council/courses/new", data={"once": "c", "title": "기본 과정", **row})
    assert first.status_code == again.status_code == 303
    assert first.location == again.location
    course_url = first.location
    assert mine.post(f"{course_url}/enrol").status_code == 303
    assert "신청했습니다" in mine.get(course_url).text
    from_db = session().query(TrainingAttendance).count()
    assert from_db == 0
    course = make_course(place, clerk=clerk)
    sitting = course.sessions[0]
    with time_machine.travel(sitting.starts_at, tick=False):
        browser, mine = client_of(clerk), client_of(resident)  # a sign-in ends when nobody uses it
        screen = browser.get(f"/{place.slug}/council/sessions/{sitting.id}/screen")
        code = code_at(sitting.check_in_secret, sitting.starts_at)
        assert code in screen.text
        assert "<svg" in screen.text
        url = f"/{place.slug}/council/sessions/{sitting.id}/check-in"
        assert f'value="{code}"' in mine.get(f"{url}?code={code}").text
        assert mine.post(url, data={"code": "AAAAAA"}).status_code == 422
        assert mine.post(url, data={"code": code}).status_code == 303
        assert mine.post(url, data={"code": code}).status_code == 303
        assert session().query(TrainingAttendance).count() == 1
        assert "6시간" in mine.get(f"/{place.slug}/council/courses").text
        attendance = f"/{place.slug}/council/sessions/{sitting.id}/attendance"
        assert mine.get(attendance).status_code == 403
        assert browser.post(attendance, data={"name": "이몽룡", "birth_date": "1950-01-01"}).status_code == 303
        assert "이몽룡" in browser.get(attendance).text


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_an_applicant_sees_each_rule_with_its_result_and_legal_basis_before_sending(client_of: Browsers):
    place = make_place()
    clerk = staff_of(place)
    _council, term, _members = make_council(place)
    call = make_call(term, clerk=clerk)
    browser = client_of(make_person())
    url = f"/{place.slug}/council/calls/{call.id}/apply"
    page = browser.post(url, data=typed_application(check="1", birth_date="2015-01-01"))
    assert page.status_code == 200
    assert "지금은 위원이 될 수 없는 까닭이 있습니다" in page.text
    assert "만 11세입니다" in page.text
    assert "근거:" in page.text
    assert session().query(Application).count() == 0


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_an_application_is_sent_once_checked_and_decided(client: FlaskClient, client_of: Browsers):
    place = make_place()
    clerk = staff_of(place)
    set_rule(place, "council.training_hours_new", "0")
    _council, term, _members = make_council(place)
    call = make_call(term, clerk=clerk)
    applicant = make_person("길동")
    browser, desk = client_of(applicant), client_of(clerk)
    url = f"/{place.slug}/council/calls/{call.id}/apply"
    assert client.get(url).status_code == 303
    bad = browser.post(url, data=typed_application(phone=""))
    assert bad.status_code == 422
    assert 'value="홍길동"' in bad.text
    number = browser.post(url, data=typed_application(motive="제 번호는 900101-1234568 입니다"))
    assert number.status_code == 422
    assert browser.post(url, data=typed_application()).status_code == 303
    assert browser.post(url, data=typed_application()).status_code == 303
    assert session().query(Application).count() == 1
    row = session().query(Application).one()
    mine = browser.get(f"/{place.slug}/council/calls/{call.id}/mine").text
    assert "0001" in mine
    assert "신분증" in mine
    bench = desk.get(f"/{place.slug}/council/calls/{call.id}/workbench").text
    assert "0001" in bench
    assert "홍길동" not in bench
    check = f"/{place.slug}/council/calls/{call.id}/applications/{row.id}"
    assert "홍길동" in desk.get(check).text
    assert desk.post(f"{check}/decide", data={"version": row.version, "decision": "eligible"}).status_code == 422
    session().refresh(row)
    papers = {"version": row.version, "documents": ["identity", "residence"]}
    assert desk.post(f"{check}/papers", data=papers).status_code == 303
    session().refresh(row)
    assert desk.post(f"{check}/decide", data={"version": row.version, "decision": "eligible"}).status_code == 303
    page = client.get(f"/{place.slug}/council/calls/{call.id}").text
    assert "0001" in page
    assert "홍길동" not in page
    assert "후보가 되셨습니다" in browser.get(f"/{place.slug}/council/calls/{call.id}/mine").text


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_who_applies_on_paper_takes_home_what_opens_their_line_and_each_print_is_logged(client_of: Browsers):
    place = make_place()
    clerk = staff_of(place)
    _council, term, _members = make_council(place)
    call = make_call(term, clerk=clerk)
    desk = client_of(clerk)
    url = f"/{place.slug}/council/calls/{call.id}"
    made = desk.post(f"{url}/enter", data=typed_application())
    assert made.status_code == 303
    assert f"{made.location}/slip" in desk.get(made.location).text
    looks = session().query(AccessLogEntry).count()
    page = html.unescape(desk.get(f"{made.location}/slip").text)
    opening = re.search(r"printf %s '([^']+)'", page)
    assert opening is not None
    assert opening[1].startswith("0001|홍길동|1980-05-05|")
    assert hashlib.sha256(opening[1].encode()).hexdigest() in page
    assert session().query(AccessLogEntry).count() == looks + 1
    assert client_of(make_resident(place)).get(f"{made.location}/slip").status_code == 403
    online = make_applicants(call, 1)[0]
    assert desk.get(f"{url}/applications/{online.id}/slip").status_code == 404


@time_machine.travel(NOW, tick=False)
def test_another_dongs_clerk_opens_no_application_and_each_look_is_logged(client_of: Browsers):
    place = make_place()
    clerk = staff_of(place)
    _council, term, _members = make_council(place)
    call = make_call(term, clerk=clerk)
    row = make_applicants(call, 1)[0]
    check = f"/{place.slug}/council/calls/{call.id}/applications/{row.id}"
    stranger = make_holder(Role.DONG_STAFF, make_place(parent=place.parent))
    support = make_holder(Role.SUPPORT_OFFICER, place)
    for person in (stranger, support, make_resident(place)):
        assert client_of(person).get(check).status_code == 403
    client_of(clerk).get(check)
    entries = session().query(AccessLogEntry).all()
    assert [(entry.person_id, entry.subject) for entry in entries] == [(clerk.id, f"application:{row.id}")]


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_a_meeting_goes_from_notice_to_minutes(client: FlaskClient, client_of: Browsers):
    place = make_place()
    _council, _term, members = make_council(place, members=5)
    browser = client_of(session().get(Person, members[0].person_id))
    form = {
        "once": "m",
        "body": "0",
        "kind": "regular",
        "title": "7월 정기회의",
        "starts_on": "2026-07-02",
        "starts_time": "19:00",
        "where": "주민센터",
    }
    empty = browser.post(f"/{place.slug}/council/meetings/new", data=form)
    assert empty.status_code == 422
    assert "안건을 하나 이상" in empty.text
    items = {"item_1": "보고", "type_1": "report", "item_2": "운영세칙 고치기", "type_2": "decision"}
    made = browser.post(f"/{place.slug}/council/meetings/new", data={**form, **items})
    assert made.status_code == 303
    assert browser.post(f"/{place.slug}/council/meetings/new", data={**form, **items}).location == made.location
    url = made.location
    found = session().query(CouncilMeeting).one()
    assert "운영세칙 고치기" in client.get(url).text
    assert browser.post(f"{url}/attendance", data={"begin": "1"}).status_code == 303
    page = browser.get(f"{url}/attendance").text
    ids = [part.split('"')[0] for part in page.split('name="present" type="checkbox" value="')[1:]]
    assert len(ids) == 5
    session().refresh(found)
    assert browser.post(f"{url}/attendance", data={"version": found.version, "present": ids[:3]}).status_code == 303
    with time_machine.travel(found.starts_at, tick=False):
        browser = client_of(session().get(Person, members[0].person_id))
        session().refresh(found)
        assert browser.post(f"{url}/open", data={"version": found.version}).status_code == 303
        decide = {
            "outcome": "vote",
            "method": "hands",
            "yes": "2",
            "no": "1",
            "abstained": "1",
            "text": "원안대로 한다.",
        }
        assert browser.post(f"{url}/items/2", data=decide).status_code == 422
        assert browser.post(f"{url}/items/2", data={**decide, "abstained": "0"}).status_code == 303
        assert browser.post(f"{url}/items/1", data={"outcome": "noted", "text": "보고를 들었다."}).status_code == 303
        session().refresh(found)
        assert browser.post(f"{url}/close", data={"version": found.version}).status_code == 303
        session().refresh(found)
        assert "회의록 쓰기" in browser.get("/desk").text
        assert browser.post(f"{url}/minutes", data={"version": found.version, "minutes": "짧다"}).status_code == 422
        words = "위원들이 운영세칙을 고치는 데 뜻을 모았다. 다음 회의에서 이어 간다."
        assert browser.post(f"{url}/minutes", data={"version": found.version, "minutes": words}).status_code == 303
    final = client.get(url).text
    assert "가결" in final
    assert words in final


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_drawn_people_are_sent_appointed_and_published_page_by_page(client: FlaskClient, client_of: Browsers):
    place = make_place()
    clerk = staff_of(place)
    head = make_holder(Role.DISTRICT_STAFF, place.parent)
    make_drawn(5, 2, clerk=clerk, place=place)
    with time_machine.travel(NOW + 31 * DAY, tick=False):
        desk, office = client_of(clerk), client_of(head)
        page = desk.get(f"/{place.slug}/council").text
        assert "명단을 보낼 차례" in page
        url = f"/{place.slug}/council/appointments/1"
        assert client.get(url).status_code == 303
        assert desk.post(f"{url}/send", data={"version": 1}).status_code == 303
        assert desk.post(url, data={"version": 2, "starts_on": "2026-08-01"}).status_code == 403
        assert office.post(url, data={"version": 2, "starts_on": "2035-08-01"}).status_code == 422
        assert office.post(url, data={"version": 2, "starts_on": "2026-08-01"}).status_code == 303
        assert desk.post(f"{url}/publish", data={"version": 3}).status_code == 303
        assert "위원 5명" in client.get(f"/{place.slug}/council").text
        member = session().query(CouncilMember).first()
        ended = desk.post(
            f"/{place.slug}/council/members/{member.id}/end", data={"version": member.version, "reason": "resigned"}
        )
        assert ended.status_code == 303
        session().expire_all()
        assert session().get(CouncilMember, member.id).state is MemberState.ENDED
        vacancy = desk.get(f"/{place.slug}/council/vacancies/1").text
        assert "추첨 순위 6" in vacancy
        assert "위원의 빈자리 채우기" in desk.get("/desk").text


@pytest.fixture
def council_world(app: Flask) -> dict[str, Any]:
    """A dong whose council has one of everything, and people of another dong."""
    place = make_place()
    clerk = staff_of(place)
    _council, term, members = make_council(place, members=4)
    make_course(place, clerk=clerk)
    call = make_call(term, clerk=clerk)
    make_applicants(call, 2)
    by = session().get(Person, members[0].person_id)
    with transaction():
        found_committee(place, name="환경분과", purpose="", by=by, at=NOW)
        propose_dismissal(
            members[1].id,
            grounds=Grounds.NEGLECT,
            text="여러 달 동안 회의에 나오지 않았습니다.",
            once="d",
            by=by,
            at=NOW,
        )
    with transaction():
        end_membership(members[3].id, reason=EndReason.RESIGNED, version=1, by=clerk, at=NOW)
    other = make_place(parent=place.parent)
    return {
        "place": place, "clerk": clerk, "member": by, "resident": make_resident(place),
        "head": make_holder(Role.DISTRICT_STAFF, place.parent), "other_staff": staff_of(other),
        "other_resident": make_resident(other), "call": call,
    }  # fmt: skip


PUBLIC = {"people", "member", "committee", "courses", "course", "calls", "call", "meetings", "meeting"}
SIGNED_IN = {"apply", "mine", "check_in", "object_to"}


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_no_page_of_a_full_council_breaks_and_only_public_ones_open_to_strangers(
    app: Flask, council_world: dict[str, Any], client: FlaskClient, client_of: Browsers
):
    place = council_world["place"]
    people = {
        name: client_of(council_world[name])
        for name in ("clerk", "member", "resident", "head", "other_staff", "other_resident")
    }
    broken, opened = [], []
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("council.") or "GET" not in (rule.methods or set()):
            continue
        path = rule.rule.replace("<slug:slug>", place.slug).replace("<number>", "0001")
        for name in rule.arguments - {"slug"}:
            path = path.replace(f"<int:{name}>", "1")
        page = rule.endpoint.removeprefix("council.")
        for who, browser in {"guest": client, **people}.items():
            status = browser.get(path).status_code
            if status >= 500 or (
                who == "clerk" and status == 403 and page not in {"statement", "answer_dismissal", "propose_dismissal"}
            ):
                broken.append((who, path, status))
            if who in {"guest", "other_staff", "other_resident"} and status == 200 and page not in PUBLIC | SIGNED_IN:
                opened.append((who, path))
    assert not broken
    assert not opened


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_a_gathering_dismissal_is_known_to_its_side_only(
    council_world: dict[str, Any], client: FlaskClient, client_of: Browsers
):
    url = f"/{council_world['place'].slug}/council/dismissals/1"
    assert client.get(url).status_code == 404
    assert client_of(council_world["resident"]).get(url).status_code == 404
    page = client_of(council_world["member"]).get(url)
    assert "여러 달 동안" in page.text


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_lists_ask_the_database_a_bounded_number_of_questions(
    council_world: dict[str, Any], client_of: Browsers, queries: Callable[[], Any]
):
    place, call = council_world["place"], council_world["call"]
    browser = client_of(council_world["clerk"])
    paths = [
        f"/{place.slug}/council",
        f"/{place.slug}/council/calls/{call.id}/workbench",
        f"/{place.slug}/council/meetings",
    ]
    before = {}
    for path in paths:
        with queries() as sent:
            browser.get(path)
        before[path] = len(sent)
    make_applicants(call, 10)
    for path in paths:
        with queries() as sent:
            browser.get(path)
        assert len(sent) <= before[path] + 1
        assert len(sent) < 45


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_every_page_reads_in_english(council_world: dict[str, Any], client_of: Browsers):
    browser = client_of(council_world["clerk"])
    with browser.session_transaction() as cookie:
        cookie["language"] = "en"
    page = browser.get(f"/{council_world['place'].slug}/council").text
    assert "Residents" in page
    assert date(2026, 7, 1).isoformat() not in page
