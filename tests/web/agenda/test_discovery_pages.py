"""What stands around a proposal, through the pages: files, co-authors, likes, calls, hiding, offices, tasks."""

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.agenda.models import OfficeInvitation, Proposal, ProposalCall, ProposalFile, VillageMeeting
from app.agenda.queries import around
from app.agenda.rules import ProposalState
from app.db.session import session
from app.people.rules import Role
from app.places.models import Place
from app.record.models import RecordEntry
from tests.conftest import NOW
from tests.factories import make_holder, make_place, make_resident
from tests.given_files import huge_picture, picture, unpacks_to_too_much, word_document
from tests.proposing import WORDS, Browsers, a_dong, proposed

pytestmark = pytest.mark.slow


def upload(browser: FlaskClient, url: str, name: str, content: bytes, text: str = "건널목에 선 아이들") -> TestResponse:
    return browser.post(f"{url}/files", data={"file": (io.BytesIO(content), name), "text": text})


def version_on(browser: FlaskClient, url: str) -> str:
    found = re.search(r'name="version"[^>]*value="(\d+)"', browser.get(url).text)
    assert found
    return found[1]


@time_machine.travel(NOW, tick=False)
def test_a_photo_is_shown_without_the_place_where_it_was_taken(client: FlaskClient, client_of: Browsers):
    place = a_dong()
    author = client_of(make_resident(place))
    url = f"/{place.slug}/agenda/{proposed(place, author).id}"
    for _ in range(2):
        assert upload(author, url, "폰 사진.jpg", picture(gps=True)).status_code == 303
    row = session().scalars(select(ProposalFile)).one()
    page = client.get(url).text
    assert f"photos/{row.id}.jpg" in page
    assert 'alt="건널목에 선 아이들"' in page
    assert f"photos/{row.id}.jpg?small=1" in client.get(f"/{place.slug}/agenda").text
    shown = client.get(f"{url}/photos/{row.id}.jpg")
    assert shown.mimetype == "image/jpeg"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert not dict(Image.open(io.BytesIO(shown.data)).getexif())


@time_machine.travel(NOW, tick=False)
def test_a_document_is_handed_back_as_a_download_and_never_opened_here(client: FlaskClient, client_of: Browsers):
    place = a_dong()
    author = client_of(make_resident(place))
    url = f"/{place.slug}/agenda/{proposed(place, author).id}"
    content = word_document()
    assert upload(author, url, "그늘막 견적.docx", content, "업체에서 받은 견적").status_code == 303
    row = session().scalars(select(ProposalFile)).one()
    answer = client.get(f"{url}/files/{row.id}")
    assert answer.data == content
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert client.get(f"{url}/photos/{row.id}.jpg").status_code == 404
    author.post(f"{url}/files/{row.id}/remove")
    assert client.get(f"{url}/files/{row.id}").status_code == 404
    assert row.file.content == b""


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.jpg", b"<html><script>alert(1)</script></html>", "내용이 다릅니다"),
        ("a.pdf", picture(), "내용이 다릅니다"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG 그림은"),
        ("a.png", huge_picture, "가로세로가 너무 큽니다"),
        pytest.param("a.docx", unpacks_to_too_much, "압축을 풀면 너무 큰", marks=pytest.mark.slow),
        ("a.txt", "연락처 900101-1234567".encode(), "주민등록번호"),
        ("a.exe", b"MZ\x90\x00", "받"),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_a_harmful_file_is_refused_and_nothing_typed_is_lost(
    name: str, content: bytes | Callable[[], bytes], words: str, client_of: Browsers
):
    place = a_dong()
    author = client_of(make_resident(place))
    url = f"/{place.slug}/agenda/{proposed(place, author).id}"
    answer = upload(author, url, name, content() if callable(content) else content, "업체에서 받은 견적입니다")
    assert answer.status_code == 422
    assert words in answer.text
    assert "업체에서 받은 견적입니다" in answer.text
    assert session().scalars(select(ProposalFile)).first() is None


@time_machine.travel(NOW, tick=False)
def test_two_hundred_megabytes_are_refused_before_they_are_read(client_of: Browsers):
    place = a_dong()
    author = client_of(make_resident(place))
    url = f"/{place.slug}/agenda/{proposed(place, author).id}/files"
    answer = author.post(
        url,
        content_type="multipart/form-data; boundary=x",
        input_stream=io.BytesIO(b""),
        environ_overrides={"CONTENT_LENGTH": str(200 * 2**20)},
    )
    assert answer.status_code == 413
    assert "파일이 너무 큽니다" in answer.text


@time_machine.travel(NOW, tick=False)
def test_files_are_added_by_authors_alone_and_a_draft_keeps_them_private(client: FlaskClient, client_of: Browsers):
    place = a_dong()
    author, other = client_of(make_resident(place)), client_of(make_resident(place))
    draft = proposed(place, author, keep="1")
    url = f"/{place.slug}/agenda/{draft.id}"
    assert upload(author, url, "a.jpg", picture()).status_code == 303
    row = session().scalars(select(ProposalFile)).one()
    for stranger in (client, other):
        assert stranger.get(f"{url}/photos/{row.id}.jpg").status_code == 404
        assert stranger.get(f"{url}/files/{row.id}").status_code == 404
    assert "no-store" in author.get(f"{url}/photos/{row.id}.jpg").headers["Cache-Control"]
    assert upload(other, url, "b.jpg", picture()).status_code == 404


def invited(place: Place, author: FlaskClient, proposal: Proposal) -> str:
    page = author.post(f"/{place.slug}/agenda/{proposal.id}/authors").text
    found = re.search(r'id="address" readonly value="https?://[^/]+([^"]+)"', page)
    assert found
    return found[1]


@time_machine.travel(NOW, tick=False)
def test_a_small_group_sends_in_its_proposal_once_three_have_confirmed(client: FlaskClient, client_of: Browsers):
    place = a_dong()
    author = client_of(make_resident(place))
    draft = proposed(place, author, keep="1", group_name="향촌 그늘 모임")
    url = f"/{place.slug}/agenda/{draft.id}"
    assert author.post(f"{url}/submit").status_code == 409
    address = invited(place, author, draft)
    assert client.get(address).status_code == 303
    neighbours = [make_resident(place), make_resident(place)]
    for neighbour in neighbours:
        browser = client_of(neighbour)
        assert WORDS["title"] in browser.get(address).text
        for _ in range(2):
            assert browser.post(address).status_code == 303
        assert browser.get(url).status_code == 200
    assert client_of(neighbours[0]).post(f"{url}/submit").status_code == 404
    assert author.post(f"{url}/submit").status_code == 303
    session().refresh(draft)
    assert (draft.state, draft.signer_count) == (ProposalState.GATHERING, 3)
    page = client.get(url).text
    assert "향촌 그늘 모임" in page
    assert neighbours[0].public_name not in page


@time_machine.travel(NOW, tick=False)
def test_a_new_invitation_ends_the_old_one_and_strangers_cannot_use_either(client_of: Browsers):
    place = a_dong()
    author = client_of(make_resident(place))
    draft = proposed(place, author, keep="1")
    old = invited(place, author, draft)
    new = invited(place, author, draft)
    neighbour = client_of(make_resident(place))
    assert neighbour.get(old).status_code == 404
    stranger = client_of(make_resident(make_place()))
    assert stranger.post(new).status_code == 403
    assert neighbour.post(new).status_code == 303
    assert neighbour.post(f"/{place.slug}/agenda/{draft.id}/leave").status_code == 303
    assert neighbour.get(f"/{place.slug}/agenda/{draft.id}").status_code == 404


@time_machine.travel(NOW, tick=False)
def test_anybody_with_an_account_likes_a_proposal_once_and_may_take_it_back(client: FlaskClient, client_of: Browsers):
    place = a_dong()
    proposal = proposed(place, client_of(make_resident(place)))
    url = f"/{place.slug}/agenda/{proposal.id}"
    elsewhere = client_of(make_resident(make_place()))
    for _ in range(2):
        assert elsewhere.post(f"{url}/endorse").status_code == 303
    assert "공감 1명" in client.get(url).text
    assert proposal.signer_count == 1
    elsewhere.post(f"{url}/unendorse")
    session().refresh(proposal)
    assert proposal.endorsement_count == 0
    assert client.post(f"{url}/endorse").status_code == 401


CALL = {
    "title": "안전한 통학길 공모", "text": "아이들이 걷는 길을 안전하게 하는 의제를 찾습니다.", "opens_on": "2026-07-01",
    "closes_on": "2026-07-10", "max_won": "5,000,000", "envelope_won": "10,000,000", "per_person": "1",
    "fields": "safety", "once": "c",
}  # fmt: skip


@time_machine.travel(NOW, tick=False)
def test_a_call_takes_what_keeps_to_its_limits(client: FlaskClient, client_of: Browsers):
    place = a_dong()
    chair = client_of(make_holder(Role.COMMITTEE_CHAIR, place))
    first = chair.post(f"/{place.slug}/agenda/calls/new", data=CALL)
    assert first.status_code == 303, first.text
    assert chair.post(f"/{place.slug}/agenda/calls/new", data=CALL).location == first.location
    call = session().scalars(select(ProposalCall)).one()
    assert "안전한 통학길 공모" in client.get(f"/{place.slug}/agenda").text
    author = client_of(make_resident(place))
    dear = author.post(f"/{place.slug}/agenda/new", data={**WORDS, "call": call.id, "wanted_won": "5,000,001"})
    assert dear.status_code == 422
    assert "한도는 5,000,000원" in dear.text
    inside = proposed(place, author, call=str(call.id), wanted_won="5,000,000", once="b")
    assert inside.state is ProposalState.GATHERING
    second = author.post(
        f"/{place.slug}/agenda/new", data={**WORDS, "call": call.id, "wanted_won": "1000", "once": "d"}
    )
    assert second.status_code == 422
    assert "1건까지" in second.text
    assert WORDS["title"] in client.get(first.location).text
    assert client_of(make_resident(place)).get(f"/{place.slug}/agenda/calls/new").status_code == 403


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    "changes",
    [{"closes_on": "2026-06-30"}, {"max_won": "999,000,000"}, {"per_person": "9"}, {"closes_on": "2027-01-01"}],
)
def test_a_call_beyond_the_limits_of_the_dong_is_refused(changes: dict[str, str], client_of: Browsers):
    place = a_dong()
    staff = client_of(make_holder(Role.DONG_STAFF, place))
    assert staff.post(f"/{place.slug}/agenda/calls/new", data={**CALL, **changes}).status_code == 422
    assert session().scalars(select(ProposalCall)).first() is None


@time_machine.travel(NOW, tick=False)
def test_a_call_that_is_called_off_keeps_what_was_sent_in(client: FlaskClient, client_of: Browsers):
    place = a_dong()
    staff = client_of(make_holder(Role.DONG_STAFF, place))
    url = staff.post(f"/{place.slug}/agenda/calls/new", data=CALL).location
    call = session().scalars(select(ProposalCall)).one()
    proposal = proposed(place, client_of(make_resident(place)), call=str(call.id), wanted_won="1000")
    form = {"version": version_on(staff, f"{url}/cancel"), "reason": "구에서 같은 공모를 하기로 했습니다."}
    assert staff.post(f"{url}/cancel", data=form).status_code == 303
    assert "구에서 같은 공모" in client.get(url).text
    assert client.get(f"/{place.slug}/agenda/{proposal.id}").status_code == 200
    assert "공모를 취소했습니다" in client.get(f"/{place.slug}/agenda/log").text


@time_machine.travel(NOW, tick=False)
def test_a_hidden_proposal_tells_why_and_shows_nothing_else(client: FlaskClient, client_of: Browsers):
    place = a_dong()
    author = client_of(make_resident(place))
    proposal = proposed(place, author)
    upload(author, f"/{place.slug}/agenda/{proposal.id}", "a.jpg", picture())
    row = session().scalars(select(ProposalFile)).one()
    url = f"/{place.slug}/agenda/{proposal.id}"
    member = client_of(make_holder(Role.COUNCIL_MEMBER, place))
    assert member.get(f"{url}/moderate").status_code == 403
    staff = client_of(make_holder(Role.DONG_STAFF, place))
    form = {
        "version": version_on(staff, f"{url}/moderate"),
        "why": "private",
        "note": "이웃의 집 주소가 적혀 있습니다.",
    }
    assert staff.post(f"{url}/moderate", data={**form, "note": "짧음"}).status_code == 422
    assert staff.post(f"{url}/moderate", data=form).status_code == 303
    page = client.get(url).text
    assert "이웃의 집 주소가 적혀 있습니다." in page
    assert WORDS["title"] not in page
    assert WORDS["body"] not in page
    assert client.get(f"{url}/photos/{row.id}.jpg").status_code == 404
    chain = session().scalars(select(RecordEntry).where(RecordEntry.place_id == place.id)).all()
    assert any(entry.act == "agenda.submitted" for entry in chain)
    assert WORDS["title"] not in str([entry.values for entry in chain]), "the chain is for ever: it holds no such words"
    for listed in (
        "",
        "record",
        "agenda",
        "agenda/log",
        "agenda?q=그늘막",
        "agenda/alike?title=건널목에 그늘막을 놓자",
    ):
        assert "그늘막을 놓자" not in client.get(f"/{place.slug}/{listed}").text.replace('value="그늘막"', "")
    assert WORDS["body"] in author.get(url).text
    again = {"version": version_on(staff, f"{url}/moderate"), "note": "주소를 지우고 다시 보입니다."}
    assert staff.post(f"{url}/moderate", data=again).status_code == 303
    assert WORDS["body"] in client.get(url).text
    assert WORDS["title"] in client.get(f"/{place.slug}/record").text


@time_machine.travel(NOW, tick=False)
def test_the_council_asks_and_the_author_answers_through_the_pages(client: FlaskClient, client_of: Browsers):
    place = a_dong()
    resident = make_resident(place)
    author = client_of(resident)
    one = proposed(place, author)
    other = proposed(place, client_of(make_resident(place)), title="건널목에 그늘을 만들자", seen="1")
    member = client_of(make_holder(Role.COUNCIL_MEMBER, place))
    url = f"/{place.slug}/agenda/{one.id}"
    form = {
        "version": version_on(member, f"{url}/merge"),
        "into": str(other.id),
        "reason": "같은 건널목을 말합니다. 함께 합시다.",
    }
    assert member.post(f"{url}/merge", data=form).status_code == 303
    found = re.search(r'href="([^"]*/agenda/asks/\d+)"', author.get(url).text)
    assert found
    assert client_of(make_resident(place)).get(found[1]).status_code == 404
    version = version_on(author, found[1])
    assert author.post(found[1], data={"version": version, "agrees": "no", "text": ""}).status_code == 422
    assert author.post(found[1], data={"version": version, "agrees": "yes"}).status_code == 303
    assert "건널목에 그늘을 만들자" in client.get(url).text
    log = client.get(f"/{place.slug}/agenda/log").text
    assert "다른 의제와 합쳤습니다" in log
    assert resident.public_name not in log


@time_machine.travel(NOW, tick=False)
def test_a_division_keeps_what_was_typed_and_names_every_part(client_of: Browsers):
    place = a_dong()
    staff = client_of(make_holder(Role.DONG_STAFF, place))
    whole = proposed(place, staff, source="paper")
    url = f"/{place.slug}/agenda/{whole.id}/split"
    form = {
        "version": version_on(staff, url), "reason": "두 가지 일이 섞여 있어 나눕니다.", "part_1_title": "그늘막을 놓자",
        "part_1_body": "여름마다 아이들이 뙤약볕에 오래 서 있습니다.", "part_1_field": "safety", "part_2_title": "의자를 놓자",
        "part_2_body": "어르신이 쉬어 가실 의자가 필요합니다. 두 개면 됩니다.", "part_2_field": "welfare",
    }  # fmt: skip
    refused = staff.post(url, data={**form, "part_2_body": "짧다"})
    assert refused.status_code == 422
    assert "의자를 놓자" in refused.text
    assert staff.post(url, data=form).status_code == 303
    assert {part.title for part in around.parts_of(whole)} == {"그늘막을 놓자", "의자를 놓자"}


def test_an_office_is_invited_answers_and_leaves_a_task_that_is_followed(client: FlaskClient, client_of: Browsers):
    place = a_dong()
    resident, officer = make_resident(place), make_holder(Role.DEPARTMENT_REVIEWER, place.parent, "교통과 박")
    with time_machine.travel(NOW, tick=False):
        author = client_of(resident)
        proposal = proposed(place, author)
        call = {
            "kind": "alley", "title": "그늘막 골목회의", "where": "향촌경로당", "starts_on": "2026-07-03", "starts_time": "19:00",
            "proposals": str(proposal.id), "once": "m",
        }  # fmt: skip
        url = author.post(f"/{place.slug}/meetings/new", data=call).location
        invite = {"officer": str(officer.id), "office": "교통과"}
        for _ in range(2):
            assert author.post(f"{url}/offices", data=invite).status_code == 303
        row = session().scalars(select(OfficeInvitation)).one()
        office = client_of(officer)
        assert "마을 모임 초대에 답하기" in office.get("/desk").text
        answer_url = f"/{place.slug}/meetings/invitations/{row.id}"
        assert client_of(make_resident(place)).get(answer_url).status_code == 404
        version = version_on(office, answer_url)
        assert office.post(answer_url, data={"version": version, "comes": "no", "text": ""}).status_code == 422
        said = {"version": version, "comes": "yes", "text": "전기 공사 없이 놓을 수 있는지 알아보고 가겠습니다."}
        assert office.post(answer_url, data=said).status_code == 303
        page = client.get(url).text
        assert "전기 공사 없이" in page
        assert "교통과 박" not in page
    meeting = session().scalars(select(VillageMeeting)).one()
    with time_machine.travel(NOW + timedelta(days=3), tick=False):
        author = client_of(resident)
        task = {
            "text": "그늘막 놓을 자리 재기",
            "unit": "교통과",
            "due_on": "2026-07-10",
            "proposal": str(proposal.id),
            "once": "t",
        }
        assert author.post(f"{url}/tasks/new", data=task).status_code == 422
        minutes = {
            "version": meeting.version, "attendance": "14", "minutes": "구청은 전기 공사가 필요 없다고 했고 모두 찬성했습니다.",
            f"outcome_{meeting.topics[0].id}": "건널목 양쪽에 하나씩 놓기로 함",
        }  # fmt: skip
        assert author.post(f"{url}/minutes", data=minutes).status_code == 303
        for _ in range(2):
            assert author.post(f"{url}/tasks/new", data=task).status_code == 303
        found = around.tasks_of(meeting)
        assert len(found) == 1
        assert "모임 뒤에 하기로 한 일" in author.get("/desk").text
        done = {"version": found[0].version, "result": "양쪽 모두 놓을 수 있습니다."}
        assert author.post(f"{url}/tasks/{found[0].id}/done", data={**done, "result": "예"}).status_code == 422
        assert author.post(f"{url}/tasks/{found[0].id}/done", data=done).status_code == 303
        assert "양쪽 모두 놓을 수 있습니다." in client.get(f"/{place.slug}/agenda/{proposal.id}").text


@time_machine.travel(NOW, tick=False)
def test_the_list_with_photos_and_calls_asks_a_bounded_number_of_times(
    app: Flask, client: FlaskClient, client_of: Browsers, queries: object
):
    place = a_dong()
    author = client_of(make_resident(place))
    for number in range(4):
        proposal = proposed(place, author, title=f"의제 {number}번을 하자", once=str(number))
        upload(author, f"/{place.slug}/agenda/{proposal.id}", "a.jpg", picture(size=(8, 8 + number)))
    with queries() as few:
        assert client.get(f"/{place.slug}/agenda").text.count("<img") == 4
    assert len(few) <= 11, few
