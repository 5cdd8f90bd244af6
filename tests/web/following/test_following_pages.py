"""A person's own pages, feeds and calendars."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.agenda.models import Proposal
from app.agenda.rules import ProposalState
from app.agenda.services import meeting
from app.db.session import transaction
from app.deliberation.services import moderating as looking_through
from app.deliberation.services import workbench
from app.deliberation.voice import Voice
from app.discussion.rules import Kind, Reason, Side, Verdict
from app.discussion.services import moderating, words
from app.people.models import Person
from app.people.rules import Role
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_place, make_resident
from tests.factories_rounds import add, make_round, member_of
from tests.factories_year import make_proposal

Browsers = Callable[[Person], FlaskClient]
ATOM = "{http://www.w3.org/2005/Atom}"


def an_agenda() -> Proposal:
    place = make_place()
    return make_proposal(make_cycle(place), make_resident(place, "낸이"), "그늘막 <b>놓자</b>", ProposalState.GATHERING)


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_following_by_a_button_and_reading_what_happens(client_of: Browsers):
    proposal = an_agenda()
    slug, url = proposal.place.slug, f"/{proposal.place.slug}/agenda/{proposal.id}"
    reader = client_of(make_resident(proposal.place))
    assert "소식 받기" in reader.get(url).text
    answer = reader.post(f"/notices/follow/proposal/{proposal.id}", data={"next": url})
    assert answer.location == url
    assert "소식 그만 받기" in reader.get(url).text
    chair = client_of(make_holder(Role.COMMITTEE_CHAIR, proposal.place))
    chair.post(f"{url}/decline", data={"reason": "올해는 예산이 모자랍니다.", "version": proposal.version})
    page = reader.get("/notices").text
    assert "읽지 않은 소식이 1건" in page
    assert "올해는 예산이 모자랍니다." in page
    opened = reader.post("/notices/1/open")
    assert opened.location == url
    assert "읽지 않은 소식이 없습니다." in reader.get("/notices").text
    assert client_of(make_resident(proposal.place)).post("/notices/1/open").status_code == 404
    assert reader.post("/notices/follow/proposal/1", data={"next": "https://evil.example/"}).location == "/"
    assert "그늘막" in reader.get("/notices/settings").text
    assert "소식 받기" in reader.get(f"/{slug}/").text


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_ones_own_page_shows_what_became_of_ones_words_to_nobody_else(client: FlaskClient, client_of: Browsers):
    proposal = an_agenda()
    browser = client_of(proposal.proposer)
    neighbour = make_resident(proposal.place)
    client_of(neighbour).post(f"/{proposal.place.slug}/agenda/{proposal.id}/sign")
    with transaction():
        thought = words.add_argument(
            proposal.id, side=Side.FOR, text="시원해집니다, 정말로.", once="a", by=neighbour, at=NOW
        )
        words.write_comment(proposal.id, text="여름 전에 합시다.", answers_id=None, once="b", by=neighbour, at=NOW)
    with transaction():
        words.support_argument(thought.id, by=proposal.proposer, at=NOW)
    mine = browser.get("/mine").text
    assert "그늘막" in mine
    assert "의제를 냄" in mine
    assert "시원해집니다" in browser.get("/mine/supported").text
    other = client_of(neighbour)
    assert "그늘막" in other.get("/mine/signed").text
    said = other.get("/mine/said").text
    assert "시원해집니다" in said
    assert "여름 전에 합시다." in said
    assert "그늘막" not in other.get("/mine").text
    for path in ("/mine", "/mine/said", "/notices", "/notices/settings"):
        assert client.get(path).status_code == 303


@time_machine.travel(NOW, tick=False)
def test_a_round_is_followed_from_its_page_and_ones_statement_leads_to_its_agenda(client_of: Browsers):
    proposal = an_agenda()
    found = make_round(proposal.cycle)
    resident, path = make_resident(proposal.place), f"/{proposal.place.slug}/rounds/{found.id}"
    browser = client_of(resident)
    assert "소식 받기" in browser.get(path).text
    browser.post(f"/notices/follow/round/{found.id}", data={"next": path})
    assert "소식 그만 받기" in browser.get(path).text
    statement = add(found, "바닥의 돌을 고르게 하자.", Voice(resident))
    assert "살펴보는 중" in browser.get("/mine/said").text
    member = member_of(found)
    with transaction():
        looking_through.publish(statement.id, version=statement.version, by=member, at=NOW)
    with transaction():
        workbench.link_proposal(statement.id, proposal.id, by=member, at=NOW)
    said = browser.get("/mine/said").text
    assert "이 문장은 여기에 반영되었습니다" in said
    assert f"/agenda/{proposal.id}" in said
    assert "의견을 의제에 반영했습니다" in browser.get("/notices").text


@time_machine.travel(NOW, tick=False)
def test_feeds_hold_public_things_only_and_are_well_formed(app: Flask, client: FlaskClient, client_of: Browsers):
    proposal = an_agenda()
    place = proposal.place
    draft = make_proposal(proposal.cycle, proposal.proposer, "비밀 초안", ProposalState.DRAFT)
    author = make_resident(place, "말한이")
    with transaction():
        good = words.write_comment(
            proposal.id, text="좋은 말 & <b>굵게</b>", answers_id=None, once="a", by=author, at=NOW
        )
        bad = words.write_comment(proposal.id, text="가릴 말입니다", answers_id=None, once="b", by=author, at=NOW)
    chair = make_holder(Role.COMMITTEE_CHAIR, place)
    with transaction():
        moderating.decide(
            place, Kind.COMMENT, bad.id, verdict=Verdict.HIDE, reason=Reason.INSULT, explanation="", by=chair, at=NOW
        )
    answer = client.get(f"/{place.slug}/agenda/{proposal.id}/feed.atom")
    assert answer.mimetype == "application/atom+xml"
    feed = ET.fromstring(answer.data)
    assert feed.findtext(f"{ATOM}title") == "그늘막 <b>놓자</b> | 마당"
    texts = [entry.findtext(f"{ATOM}content") for entry in feed.findall(f"{ATOM}entry")]
    assert good.text in texts
    assert bad.text not in answer.text
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]
    assert len(ids) == len(set(ids)) > 0
    client_of(chair).post(
        f"/{place.slug}/agenda/{proposal.id}/decline", data={"reason": "예산이 모자랍니다, 올해는.", "version": 1}
    )
    whole = client.get(f"/{place.slug}/feed.atom")
    assert "예산이 모자랍니다" in whole.text
    assert "비밀 초안" not in whole.text
    assert client.get(f"/{place.slug}/agenda/{draft.id}/feed.atom").status_code == 404
    assert client_of(proposal.proposer).get(f"/{place.slug}/agenda/{draft.id}/feed.atom").status_code == 404
    again = client.get(f"/{place.slug}/feed.atom", headers={"If-None-Match": whole.headers["ETag"]})
    assert again.status_code == 304
    assert "public" in whole.headers["Cache-Control"]


@time_machine.travel(NOW, tick=False)
def test_the_calendar_has_the_meetings_and_says_when_one_is_off(client: FlaskClient):
    proposal = an_agenda()
    place = proposal.place
    with transaction():
        held = meeting.call_meeting(
            place, proposal.cycle, [proposal], title="그늘막 골목회의", where="경로당", offices="",
            starts_at=NOW + timedelta(days=3), once="a", by=proposal.proposer, at=NOW,
        )  # fmt: skip
    text = client.get(f"/{place.slug}/calendar.ics")
    assert text.mimetype == "text/calendar"
    assert "SUMMARY:그늘막 골목회의" in text.text
    assert "STATUS:CONFIRMED" in text.text
    with transaction():
        meeting.cancel_meeting(held.id, version=held.version, by=proposal.proposer, at=NOW)
    assert "STATUS:CANCELLED" in client.get(f"/{place.slug}/calendar.ics").text
    other = make_place()
    assert "그늘막" not in client.get(f"/{other.slug}/calendar.ics").text
