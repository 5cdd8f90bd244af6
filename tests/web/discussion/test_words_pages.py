"""The pages of arguments, comments and moderation."""

from collections.abc import Callable

import pytest
import time_machine
from flask.testing import FlaskClient

from app.agenda.models import Proposal
from app.agenda.rules import ProposalState
from app.db.session import session
from app.discussion.models import Argument, Comment
from app.people.models import Person
from app.people.rules import Role
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_place, make_resident
from tests.factories_year import make_proposal, make_staff

Browsers = Callable[[Person], FlaskClient]
BAD = "정말 나쁜 말이 여기 있습니다."


def an_agenda() -> tuple[Proposal, str]:
    place = make_place()
    proposal = make_proposal(make_cycle(place), make_resident(place), state=ProposalState.GATHERING)
    return proposal, f"/{place.slug}/agenda/{proposal.id}"


@time_machine.travel(NOW, tick=False)
def test_a_thought_is_added_supported_and_read_by_everybody(client: FlaskClient, client_of: Browsers):
    proposal, url = an_agenda()
    browser = client_of(make_resident(proposal.place))
    answer = browser.post(
        f"{url}/arguments/new", data={"side": "worry", "text": "나무가 가려질까 걱정입니다.", "once": "a"}
    )
    assert answer.status_code == 303
    argument = session().query(Argument).one()
    for _ in range(2):
        browser.post(f"/{proposal.place.slug}/arguments/{argument.id}/support")
    page = client.get(url).text
    assert "나무가 가려질까 걱정입니다." in page
    assert "공감 1" in page
    browser.post(f"/{proposal.place.slug}/arguments/{argument.id}/unsupport")
    assert "공감 0" in client.get(f"{url}/discussion").text


@time_machine.travel(NOW, tick=False)
def test_refused_words_come_back_as_they_were_typed(client_of: Browsers):
    proposal, url = an_agenda()
    browser = client_of(make_resident(proposal.place))
    long = "긴 말 " * 60
    for path, data in (
        ("arguments/new", {"side": "for", "text": long}),
        ("arguments/new", {"text": "칸을 고르지 않았습니다."}),
        ("comments/new", {"text": "제 번호는 900101-1234568 입니다."}),
    ):
        answer = browser.post(f"{url}/{path}", data=data)
        assert answer.status_code == 422
        assert data["text"].strip()[:20] in answer.text
    assert session().query(Argument).count() + session().query(Comment).count() == 0


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_a_hidden_text_stays_for_moderators_only_and_its_reason_is_public(client: FlaskClient, client_of: Browsers):
    proposal, url = an_agenda()
    slug = proposal.place.slug
    author, reader = client_of(make_resident(proposal.place, "쓴이")), client_of(make_resident(proposal.place))
    author.post(f"{url}/comments/new", data={"text": BAD, "once": "a"})
    comment = session().query(Comment).one()
    assert BAD in client.get(url).text
    reader.post(f"/{slug}/words/comment/{comment.id}/report", data={"reason": "insult"})
    staff = client_of(make_staff(proposal.place))
    assert BAD in staff.get(f"/{slug}/moderation").text
    assert "신고된 글 1건 살피기" in staff.get("/desk").text
    refused = staff.post(f"/{slug}/moderation/comment/{comment.id}", data={"verdict": "hide"})
    assert refused.status_code == 422
    done = staff.post(
        f"/{slug}/moderation/comment/{comment.id}",
        data={"verdict": "hide", "reason": "insult", "explanation": "사람을 깎아내렸습니다."},
    )
    assert done.status_code == 303
    for browser in (client, author, reader):
        for path in (
            url,
            f"{url}/discussion",
            f"/{slug}/moderation/log",
            f"/{slug}/moderation/log.csv",
            f"/{slug}/record",
        ):
            assert BAD not in browser.get(path).text
    assert BAD in staff.get(f"{url}/discussion").text
    log = client.get(f"/{slug}/moderation/log").text
    assert "사람을 욕하거나 깎아내림" in log
    assert "쓴이" not in log
    assert "사람을 깎아내렸습니다." in client.get(f"/{slug}/moderation/log.csv").text
    assert "신고된 글" not in staff.get("/desk").text


@time_machine.travel(NOW, tick=False)
def test_nobody_but_moderators_decides(client_of: Browsers):
    proposal, url = an_agenda()
    slug = proposal.place.slug
    client_of(make_resident(proposal.place)).post(f"{url}/comments/new", data={"text": BAD, "once": "a"})
    comment = session().query(Comment).one()
    strangers = [
        make_resident(proposal.place),
        make_holder(Role.COUNCIL_MEMBER, proposal.place),
        make_staff(make_place()),
    ]
    for person in strangers:
        browser = client_of(person)
        assert browser.get(f"/{slug}/moderation").status_code == 403
        answer = browser.post(f"/{slug}/moderation/comment/{comment.id}", data={"verdict": "hide", "reason": "insult"})
        assert answer.status_code == 403
    other = make_place()
    stray = client_of(make_staff(other)).get(f"/{other.slug}/moderation/comment/{comment.id}")
    assert stray.status_code == 404
    assert comment.hidden_at is None


@time_machine.travel(NOW, tick=False)
def test_an_answer_shows_whom_it_answers_and_a_double_click_says_it_once(client: FlaskClient, client_of: Browsers):
    proposal, url = an_agenda()
    client_of(make_resident(proposal.place, "묻는이")).post(
        f"{url}/comments/new", data={"text": "언제 하나요?", "once": "a"}
    )
    first = session().query(Comment).one()
    browser = client_of(make_resident(proposal.place, "답하는이"))
    assert "언제 하나요?" in browser.get(f"{url}/comments/new?answers={first.id}").text
    for _ in range(2):
        browser.post(f"{url}/comments/new", data={"text": "9월입니다.", "once": "b", "answers": str(first.id)})
    page = client.get(f"{url}/discussion").text
    assert page.count("9월입니다.") == 1
    assert "묻는이님에게" in page
