"""The page of the log of staff reads: who sees it, what it holds, and that reading it is read about."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.clock import kst_date
from app.db.session import transaction
from app.people.models import Person
from app.people.rules import Role
from app.places.models import Place
from app.privacy.queries import PAGE, Readings, accesses_newest_first
from app.privacy.rules import Access
from app.privacy.services import log_access
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_place, make_resident

Browsers = Callable[[Person], FlaskClient]
pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def _clock() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def add_reading(place: Place, by: Person, access: Access = Access.VIEWED, **values: Any) -> int:
    values = {"subject": "person:17", "at": NOW, "ip": "203.0.113.9", "fields": ("name", "phone"), **values}
    with transaction():
        return log_access(access, by=by.id, place_id=place.id, **values).id


@pytest.fixture
def place(app: Flask) -> Place:
    return make_place()


@pytest.fixture
def clerk(place: Place) -> Person:
    return make_holder(Role.DONG_STAFF, place, "동 담당자")


@pytest.fixture
def auditor(place: Place) -> Person:
    return make_holder(Role.AUDITOR, place, "감사")


def page_of(client: FlaskClient, place: Place, **choices: object) -> str:
    answer = client.get(f"/{place.slug}/accesses", query_string=choices)
    assert answer.status_code == 200
    return answer.text


def test_the_auditor_sees_who_read_what_and_why(place: Place, clerk: Person, auditor: Person, client_of: Browsers):
    make_cycle(place)
    add_reading(place, clerk, Access.EXPORTED, subject="roll:3", count=1200, reason="총회 안내")
    page = page_of(client_of(auditor), place)
    for words in ("동 담당자", "203.0.113.9", "내려받음", "투표인 명부 3번", "1,200", "이름, 전화번호", "총회 안내"):
        assert words in page, words


@pytest.mark.parametrize("role", [Role.DONG_STAFF, Role.SUPPORT_OFFICER, Role.COUNCIL_MEMBER, Role.COMMITTEE_CHAIR])
def test_those_who_are_watched_do_not_see_the_log(place: Place, role: Role, client_of: Browsers):
    assert client_of(make_holder(role, place)).get(f"/{place.slug}/accesses").status_code == 403


def test_residents_guests_and_other_places_do_not_see_the_log(place: Place, client: FlaskClient, client_of: Browsers):
    strangers = [make_resident(place), make_holder(Role.AUDITOR, make_place())]
    for stranger in strangers:
        assert client_of(stranger).get(f"/{place.slug}/accesses").status_code == 403
        assert client_of(stranger).post(f"/{place.slug}/accesses.csv", data={"reason": "정기 점검"}).status_code == 403
    assert client.get(f"/{place.slug}/accesses").location.startswith("/sign-in")
    assert not accesses_newest_first(Readings(below=place))


def test_the_operator_above_sees_every_place_below_and_no_other(place: Place, clerk: Person, client_of: Browsers):
    district, elsewhere = place.parent, make_place()
    assert district is not None
    add_reading(place, clerk, reason="여기")
    add_reading(elsewhere, clerk, reason="저기")
    page = page_of(client_of(make_holder(Role.OPERATOR, district)), district)
    assert "여기" in page
    assert place.name in page
    assert "저기" not in page


def test_looking_at_the_log_is_a_line_of_the_log(place: Place, auditor: Person, client_of: Browsers):
    browser = client_of(auditor)
    page_of(browser, place)
    rows = accesses_newest_first(Readings(below=place))
    assert [(row.entry.person_id, row.entry.access, row.entry.subject) for row in rows] == [
        (auditor.id, Access.LISTED, f"access_log:{place.id}")
    ]
    assert page_of(browser, place).count("이 열람 기록") == 2


def test_the_log_is_chosen_by_person_kind_and_day(place: Place, clerk: Person, auditor: Person, client_of: Browsers):
    other = make_holder(Role.DONG_STAFF, place, "다른 담당자")
    add_reading(place, clerk, reason="첫째")
    add_reading(place, other, Access.SEARCHED, reason="둘째")
    add_reading(place, other, reason="셋째", at=NOW - timedelta(days=3))
    browser = client_of(auditor)

    def found(**choices: object) -> set[str]:
        page = page_of(browser, place, **choices)
        return {words for words in ("첫째", "둘째", "셋째") if words in page}

    assert found() == {"첫째", "둘째", "셋째"}
    assert found(person=clerk.id) == {"첫째"}
    assert found(access="searched") == {"둘째"}
    assert found(day=kst_date(NOW - timedelta(days=3)).isoformat()) == {"셋째"}
    assert found(person=other.id, day=kst_date(NOW).isoformat()) == {"둘째"}
    assert "찾는 열람이 없습니다" in page_of(browser, place, day="2020-01-01")


@pytest.mark.parametrize("choice", [{"day": "어제"}, {"access": "stolen"}, {"person": "999999"}])
def test_a_wrong_choice_says_so_and_keeps_what_was_typed(
    place: Place, auditor: Person, client_of: Browsers, choice: dict[str, str]
):
    answer = client_of(auditor).get(f"/{place.slug}/accesses", query_string=choice)
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    if "day" in choice:
        assert 'value="어제"' in answer.text


def test_a_download_needs_a_reason_and_holds_what_was_chosen(
    place: Place, clerk: Person, auditor: Person, client_of: Browsers
):
    add_reading(place, clerk, reason="=cmd|' /C calc'!A0")
    add_reading(place, clerk, Access.SEARCHED, reason="둘째")
    browser, address = client_of(auditor), f"/{place.slug}/accesses.csv"
    refused = browser.post(address, data={"reason": " ", "access": "viewed"})
    assert refused.status_code == 422
    assert 'name="access" value="viewed"' in refused.text.replace('type="hidden" ', "")
    answer = browser.post(address, data={"reason": "10월 정기 점검", "access": "viewed"})
    assert answer.mimetype == "text/csv"
    lines = answer.get_data(as_text=True).splitlines()
    assert len(lines) == 2, lines
    assert ",'=cmd" in lines[1] or "\"'=cmd" in lines[1]
    newest = accesses_newest_first(Readings(below=place))[0].entry
    assert (newest.access, newest.reason) == (Access.EXPORTED, "10월 정기 점검")


@pytest.mark.slow
def test_a_long_log_comes_in_pages_of_few_queries(
    place: Place, clerk: Person, auditor: Person, client_of: Browsers, queries: Callable[[], Any]
):
    with transaction():
        for n in range(PAGE + 20):
            log_access(Access.VIEWED, by=clerk.id, ip=None, subject=f"person:{n}", at=NOW, place_id=place.id)
    browser = client_of(auditor)
    browser.get(f"/{place.slug}/accesses")
    with queries() as sent:
        page = page_of(browser, place)
    assert len(sent) <= 18
    assert page.count('data-l="때"') == PAGE
    older = page.split("before=", 1)[1].split('"', 1)[0]
    rest = page_of(browser, place, before=older)
    assert "계정 0번" in rest
    assert "더 오래된 열람" not in rest
