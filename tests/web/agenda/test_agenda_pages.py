"""From an idea to an accepted initiative, through the pages."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.agenda.models import Proposal, VillageMeeting
from app.agenda.rules import ProposalState
from app.cycle.rules import Stage
from app.db.session import session
from app.people.rules import Role
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_place, make_resident
from tests.proposing import WORDS, Browsers, a_dong, proposed


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_five_neighbours_make_an_initiative(client: FlaskClient, client_of: Browsers):
    place = a_dong()
    proposal = proposed(place, client_of(make_resident(place)))
    url = f"/{place.slug}/agenda/{proposal.id}"
    for _ in range(3):
        client_of(make_resident(place)).post(f"{url}/sign")
    assert "5명이 모이면 의제가 됩니다" in client.get(url).text
    assert proposal.state is ProposalState.GATHERING
    client_of(make_resident(place)).post(f"{url}/sign")
    assert proposal.state is ProposalState.ACCEPTED
    assert "5명이 함께했습니다" in client.get(url).text
    record = client.get(f"/{place.slug}/record").text
    assert "정식 의제로 받았습니다" in record


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_a_double_click_makes_one_proposal_and_one_signature(client_of: Browsers):
    place = a_dong()
    browser = client_of(make_resident(place))
    first, second = proposed(place, browser), proposed(place, browser)
    assert first.id == second.id
    neighbour = client_of(make_resident(place))
    for _ in range(2):
        neighbour.post(f"/{place.slug}/agenda/{first.id}/sign")
    assert first.signer_count == 2


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_refused_words_come_back_as_they_were_typed(client_of: Browsers):
    place = a_dong()
    answer = client_of(make_resident(place)).post(
        f"/{place.slug}/agenda/new",
        data={**WORDS, "title": "짧다", "body": "이 긴 글은 사라지지 않습니다. 정말입니다."},
    )
    assert answer.status_code == 422
    assert "이 긴 글은 사라지지 않습니다" in answer.text
    assert session().scalar(select(func.count(Proposal.id))) == 0


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_a_draft_is_seen_by_its_author_alone(client: FlaskClient, client_of: Browsers):
    place = a_dong()
    author = client_of(make_resident(place))
    draft = proposed(place, author, keep="1")
    assert draft.state is ProposalState.DRAFT
    url = f"/{place.slug}/agenda/{draft.id}"
    assert author.get(url).status_code == 200
    assert client.get(url).status_code == 404
    assert client_of(make_holder(Role.DONG_STAFF, place)).get(url).status_code == 404
    assert WORDS["title"] not in client.get(f"/{place.slug}/agenda").text


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_strangers_neither_propose_nor_sign_nor_decide(client: FlaskClient, client_of: Browsers):
    place, other = a_dong(), a_dong()
    proposal = proposed(place, client_of(make_resident(place)))
    url = f"/{place.slug}/agenda/{proposal.id}"
    for stranger in (
        make_resident(other),
        make_holder(Role.DONG_STAFF, other),
        make_holder(Role.COUNCIL_MEMBER, other),
    ):
        browser = client_of(stranger)
        assert browser.post(f"/{place.slug}/agenda/new", data=WORDS).status_code == 403
        assert browser.post(f"{url}/sign").status_code == 403
        assert browser.get(f"{url}/decline").status_code == 403
        assert browser.post(f"{url}/withdraw").status_code == 403
    assert client.post(f"{url}/sign").status_code == 401
    assert client.get(f"/{place.slug}/agenda/new").status_code == 303
    assert proposal.signer_count == 1


@time_machine.travel(NOW, tick=False)
def test_a_proposal_of_another_dong_is_not_found_under_this_address(client: FlaskClient, client_of: Browsers):
    place, other = a_dong(), a_dong()
    proposal = proposed(place, client_of(make_resident(place)))
    assert client.get(f"/{other.slug}/agenda/{proposal.id}").status_code == 404


def test_nothing_is_proposed_after_the_stage_has_closed_but_the_draft_stays(client_of: Browsers):
    place = make_place()
    make_cycle(place, Stage.DRAFTING)
    with time_machine.travel(NOW, tick=False):
        answer = client_of(make_resident(place)).post(f"/{place.slug}/agenda/new", data=WORDS)
    assert answer.status_code == 422
    assert "초안으로 남아 있습니다" in answer.text
    assert session().scalars(select(Proposal.state)).all() == [ProposalState.DRAFT]


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_declining_needs_a_reason_and_the_version_that_was_seen(client: FlaskClient, client_of: Browsers):
    place = a_dong()
    proposal = proposed(place, client_of(make_resident(place)))
    member = client_of(make_holder(Role.COUNCIL_MEMBER, place))
    url = f"/{place.slug}/agenda/{proposal.id}/decline"
    version = re.search(r'name="version"[^>]*value="(\d+)"', member.get(url).text)
    assert version
    assert member.post(url, data={"version": version[1], "reason": "짧음"}).status_code == 422
    reason = "같은 일을 구청이 올해 이미 하고 있습니다."
    assert member.post(url, data={"version": version[1], "reason": reason}).status_code == 303
    late = member.post(url, data={"version": version[1], "reason": "다른 위원이 쓴 다른 까닭입니다."})
    assert late.status_code == 422
    assert "다른 사람이 먼저 고쳤습니다" in late.text
    assert "다른 위원이 쓴 다른 까닭입니다." in late.text
    assert reason in client.get(f"/{place.slug}/agenda/{proposal.id}").text


@pytest.mark.slow
def test_an_alley_meeting_is_called_held_and_leaves_an_outcome(client: FlaskClient, client_of: Browsers):
    with time_machine.travel(NOW, tick=False):
        place = a_dong()
        resident = make_resident(place)
        author = client_of(resident)
        proposal = proposed(place, author)
        call = {
            "title": "그늘막 골목회의", "where": "향촌경로당", "starts_on": "2026-07-03", "starts_time": "19:00",
            "offices": "구청 교통과", "proposals": str(proposal.id), "once": "m",
        }  # fmt: skip
        first = author.post(f"/{place.slug}/meetings/new", data=call)
        assert author.post(f"/{place.slug}/meetings/new", data=call).location == first.location
        assert "그늘막 골목회의" in client.get(f"/{place.slug}/").text
        early = author.get(f"{first.location}/minutes")
        assert early.status_code == 200
    meeting = session().scalars(select(VillageMeeting)).one()
    with time_machine.travel(NOW + timedelta(days=3), tick=False):
        author = client_of(resident)
        form = {
            "version": meeting.version, "attendance": "14", "minutes": "구청은 전기 공사가 필요 없다고 했고 모두 찬성했습니다.",
            f"outcome_{meeting.topics[0].id}": "건널목 양쪽에 하나씩 놓기로 함",
        }  # fmt: skip
        assert author.post(f"{first.location}/minutes", data={**form, "attendance": "-3"}).status_code == 422
        assert author.post(f"{first.location}/minutes", data=form).status_code == 303
        assert "건널목 양쪽에 하나씩" in client.get(f"/{place.slug}/agenda/{proposal.id}").text


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_the_list_asks_the_database_a_bounded_number_of_times(
    app: Flask, client: FlaskClient, client_of: Browsers, queries: object
):
    place = a_dong()
    browser = client_of(make_resident(place))
    for number in range(30):
        proposed(place, browser, title=f"의제 {number}번을 하자", once=str(number))
    with queries() as few:
        assert client.get(f"/{place.slug}/agenda").status_code == 200
    assert len(few) <= 11, few


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_search_finds_parts_of_words_and_follows_changes(client: FlaskClient, client_of: Browsers):
    place = a_dong()
    browser = client_of(make_resident(place))
    proposal = proposed(place, browser)
    list_of = lambda q: client.get(f"/{place.slug}/agenda", query_string={"q": q}).text  # noqa: E731
    assert WORDS["title"] in list_of("그늘")
    assert WORDS["title"] in list_of("건널목 뙤약볕")
    assert WORDS["title"] not in list_of("도서관")
    edited = {**WORDS, "title": "도서관 앞에 의자를 놓자", "version": proposal.version}
    assert browser.post(f"/{place.slug}/agenda/{proposal.id}/edit", data=edited).status_code == 303
    assert "도서관 앞에 의자를 놓자" in list_of("도서관")
