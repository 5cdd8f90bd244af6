"""Paper in a round: a sheet to print, and batches that are read back before they count."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db.session import session, transaction
from app.deliberation.models import OpinionRound, Participant
from app.deliberation.rules import Access, Reason, Visibility
from app.deliberation.services import moderating
from app.people.models import Person
from app.record.models import RecordEntry
from tests.conftest import NOW
from tests.factories import make_resident
from tests.factories_rounds import SEEDS, add, device, make_round, member_of, statements_of

Browsers = Callable[[Person], FlaskClient]
pytestmark = pytest.mark.usefixtures("_noon")


def path(found: OpinionRound, rest: str = "/paper") -> str:
    return f"/{found.place.slug}/rounds/{found.id}{rest}"


def test_a_batch_is_read_back_and_then_counted_once(app: Flask, client_of: Browsers):
    found = make_round(visibility=Visibility.OPEN, access=Access.RESIDENTS)
    browser = client_of(member_of(found))
    page = browser.get(path(found)).text
    assert 'value="1-3"' in page
    assert "눈으로 확인하고" in page
    data = {"once": "batch", "numbers": "1-3", "sheets": "o o x\n\nㅇ?.\n...\n"}
    read = browser.post(path(found), data={**data, "step": "check"})
    assert read.status_code == 200
    assert "종이 3장을 이렇게 읽었습니다" in read.text
    assert session().query(Participant).count() == 0
    changed = browser.post(path(found), data={**data, "step": "change"}).text
    assert "o o x" in changed
    for _ in range(2):
        assert browser.post(path(found), data={**data, "step": "enter"}).status_code == 303
    session().expire_all()
    people = session().query(Participant).all()
    assert len(people) == 2
    assert not any(each.is_verified for each in people)
    assert [(each.agree, each.worry, each.unsure) for each in statements_of(found)] == [(2, 0, 0), (1, 0, 1), (0, 1, 0)]
    assert [(each.verified_agree, each.verified_worry) for each in statements_of(found)] == [(0, 0)] * 3
    entries = session().query(RecordEntry).filter_by(act="deliberation.sheets").all()
    assert [entry.values["count"] for entry in entries] == [2]
    assert "지금까지 종이 2장" in browser.get(path(found)).text


def test_what_was_taken_down_after_printing_is_not_counted(app: Flask, client_of: Browsers):
    found = make_round()
    second = statements_of(found)[1]
    with transaction():
        moderating.reject(
            second.id, reason=Reason.DUPLICATE, note="", version=second.version, by=member_of(found), at=NOW
        )
    add(found, "골목에 물 마실 곳을 만들자.", device(1))
    browser = client_of(member_of(found))
    assert 'value="1, 3"' in browser.get(path(found)).text
    data = {"once": "b", "numbers": "1-3", "sheets": "ooo"}
    assert "세지 않습니다: 2번" in browser.post(path(found), data=data).text
    browser.post(path(found), data={**data, "step": "enter"})
    assert [each.agree for each in statements_of(found)] == [1, 0, 1, 0]


@pytest.mark.parametrize(
    ("numbers", "sheets"),
    [("1-3", "ox"), ("1-3", "oxz"), ("1-4", "oooo"), ("abc", "o"), ("2,2", "oo"), ("3-1", "o"), ("1-3", "...\n" * 201)],
)
def test_what_cannot_be_read_comes_back_as_it_was_typed(app: Flask, client_of: Browsers, numbers: str, sheets: str):
    found = make_round()
    refused = client_of(member_of(found)).post(
        path(found), data={"once": "b", "numbers": numbers, "sheets": sheets, "step": "enter"}
    )
    assert refused.status_code == 422
    assert f'value="{numbers}"' in refused.text
    assert sheets.strip()[:12] in refused.text
    assert session().query(Participant).count() == 0


def test_residents_enter_nothing_and_anybody_prints_a_sheet(app: Flask, client: FlaskClient, client_of: Browsers):
    found = make_round()
    assert client_of(make_resident(found.place)).get(path(found)).status_code == 403
    assert client.get(path(found)).status_code == 303
    page = client.get(path(found, "/sheet")).text
    assert all(seed in page for seed in SEEDS)
    assert "이 종이의 의견 번호: 1-3" in page
    assert client.get(path(make_round(is_open=False), "/sheet")).status_code == 404


def test_a_round_whose_time_is_over_takes_no_paper(app: Flask, client_of: Browsers):
    found = make_round()
    with transaction() as current:
        current.get_one(OpinionRound, found.id).closes_at = NOW
    browser = client_of(member_of(found))
    assert "지금은 답을 받지 않는 토론입니다." in browser.get(path(found)).text
    data = {"once": "b", "numbers": "1-3", "sheets": "ooo", "step": "enter"}
    assert browser.post(path(found), data=data).status_code == 422
    assert session().query(Participant).count() == 0
