"""The pages of a round: answering with and without an account, adding statements, the council's work, the end."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.db.session import session, transaction
from app.deliberation.models import OpinionRound, Participant, RoundRun, Statement, StatementAnswer
from app.deliberation.rules import Access, Answer, Reason, RoundState, StatementState, Visibility
from app.deliberation.services import closing, moderating
from app.deliberation.voice import Voice
from app.outbox.models import Message
from app.people.models import Contact, Person
from app.people.rules import ContactKind, Role
from app.privacy.sealing import seal
from tests.conftest import NOW
from tests.factories import make_holder, make_person, make_resident
from tests.factories_rounds import add, answer_many, device, make_round, member_of, say, statements_of
from tests.factories_year import make_proposal
from tests.hidden_numbers import analyse
from voting.opinions import read_votes, verify_run

Browsers = Callable[[Person], FlaskClient]
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("_noon")]


def path(found: OpinionRound, rest: str = "") -> str:
    return f"/{found.place.slug}/rounds/{found.id}{rest}"


def card_of(page: str) -> str:
    """Return the words on the card of a page."""
    return page.partition("<blockquote")[2].partition("</blockquote>")[0]


def press(client: FlaskClient, found: OpinionRound, number: int, value: object, **more: object) -> Any:
    statement = next(each for each in statements_of(found) if each.number == number)
    return client.post(path(found, "/answer"), data={"statement_id": statement.id, "value": value, **more})


def test_a_guest_answers_card_after_card_and_changes_an_answer(app: Flask, client: FlaskClient):
    found = make_round()
    page = client.get(path(found)).text
    assert "3개 가운데 1번째" in page
    for number in (1, 2, 3):
        answer = press(client, found, number, 1)
        assert answer.status_code == 303
        assert answer.location.endswith("#card")
    assert "모든 의견에 답하셨습니다" in client.get(path(found)).text
    assert press(client, found, 2, -1, back="mine").location.endswith("/mine")
    mine = client.get(path(found, "/mine")).text
    assert mine.count('aria-pressed="true"') == 3
    assert session().query(Participant).count() == 1
    assert sorted(row.value for row in session().query(StatementAnswer)) == [-1, 1, 1]


def test_a_slip_is_taken_back_from_the_next_card(app: Flask, client: FlaskClient, client_of: Browsers):
    found = make_round()
    before = client.get(path(found)).text
    answer = press(client, found, 1, -1)
    page = client.get(answer.location).text
    assert "1번 의견에 “걱정돼요”로 답했습니다." in page
    assert "답했습니다." not in client_of(member_of(found)).get(answer.location).text
    back = {"statement_id": statements_of(found)[0].id}
    assert client.post(path(found, "/answer/back"), data=back).status_code == 303
    assert session().query(StatementAnswer).count() == 0
    assert statements_of(found)[0].seen == 0
    again = client.get(path(found)).text
    assert "3개 가운데 1번째" in again
    assert "되돌리기" not in again
    assert card_of(again) == card_of(before)
    assert client.post(path(found, "/answer/back"), data={}).status_code == 422


def test_opening_a_round_writes_nothing_and_a_browser_without_cookies_cannot_answer(app: Flask, client: FlaskClient):
    found = make_round()
    bare = app.test_client(use_cookies=False)
    bare.get(path(found))
    assert session().query(Participant).count() == 0
    assert press(bare, found, 1, 1).status_code == 403
    assert session().query(Participant).count() == 0


def test_a_forged_cookie_is_no_device(app: Flask, client: FlaskClient):
    found = make_round()
    client.set_cookie("madang-device", '"somebody-else".c2lnbmF0dXJl')
    assert press(client, found, 1, 1).status_code == 403


def test_the_card_stays_when_the_page_is_loaded_again(app: Flask, client_of: Browsers):
    found = make_round(seeds=[f"골목에 나무 {n}그루를 심자." for n in range(1, 13)])
    me = client_of(make_resident(found.place))
    pages = {
        client.split("<blockquote")[1].split("</blockquote>")[0]
        for client in (me.get(path(found)).text for _ in range(5))
    }
    assert len(pages) == 1


@pytest.mark.parametrize(
    "data", [{}, {"statement_id": "x", "value": "1"}, {"statement_id": "1", "value": "7"}, {"value": "1"}]
)
def test_a_garbled_answer_is_refused_and_the_card_is_still_there(app: Flask, client: FlaskClient, data: dict[str, str]):
    found = make_round()
    client.get(path(found))
    answer = client.post(path(found, "/answer"), data=data)
    assert answer.status_code == 422
    assert "blockquote" in answer.text
    assert session().query(StatementAnswer).count() == 0


def test_residents_only_means_residents_only(app: Flask, client: FlaskClient, client_of: Browsers):
    found = make_round(access=Access.RESIDENTS)
    assert "로그인하고 답하기" in client.get(path(found)).text
    assert press(client, found, 1, 1).status_code == 401
    assert press(client_of(make_person()), found, 1, 1).status_code == 403
    assert press(client_of(make_resident(found.place)), found, 1, 1).status_code == 303
    assert session().query(Participant).one().is_verified


def test_a_statement_waits_and_its_author_sees_where_it_stands(app: Flask, client: FlaskClient, client_of: Browsers):
    found = make_round()
    client.get(path(found))
    data = {"text": "골목 끝에 작은 책장을 두자.", "once": "k"}
    for _ in range(2):  # a double click
        assert client.post(path(found, "/statements"), data=data).status_code == 303
    made = statements_of(found)[-1]
    assert (made.number, made.state) == (4, StatementState.PENDING)
    assert "살펴보는 중" in client.get(path(found, "/mine")).text
    other = client_of(make_resident(found.place))
    assert made.text not in other.get(path(found)).text + other.get(path(found, "/log")).text
    assert press(other, found, 4, 1).status_code == 422


@pytest.mark.parametrize("text", ["짧다", "가" * 141, "의자를 놓을까요?", "그늘이 있는 긴 의자를 놓자"])
def test_what_is_no_new_statement_comes_back_with_what_was_typed(app: Flask, client: FlaskClient, text: str):
    found = make_round()
    client.get(path(found))
    answer = client.post(path(found, "/statements"), data={"text": text, "once": "k"})
    assert answer.status_code == 422
    assert f">{text}</textarea>" in answer.text.replace("\r\n", "")
    assert len(statements_of(found)) == 3


@pytest.mark.parametrize("visibility", [Visibility.OPEN, Visibility.HIDDEN])
def test_an_author_sees_how_neighbours_answer_where_anybody_may(
    app: Flask, client_of: Browsers, visibility: Visibility
):
    found = make_round(visibility=visibility)
    author = make_resident(found.place)
    made = add(found, "바닥의 돌을 고르게 하자.", Voice(author))
    with transaction():
        moderating.publish(made.id, version=made.version, by=member_of(found), at=NOW)
    answer_many(found, [{4: Answer.AGREE}] * 5 + [{4: Answer.WORRY}])
    analyse(found)
    page = client_of(author).get(path(found, "/mine")).text
    assert ("공감 5, 걱정 1, 잘 모름 0" in page) is (visibility is Visibility.OPEN)
    assert ("숫자는 약속한 때에" in page) is (visibility is Visibility.HIDDEN)


def test_an_author_withdraws_and_says_it_again(app: Flask, client: FlaskClient):
    found = make_round()
    client.get(path(found))
    client.post(path(found, "/statements"), data={"text": "골목 끝에 책장을 두자.", "once": "a"})
    made = statements_of(found)[-1]
    stranger = app.test_client()
    stranger.get(path(found))
    assert stranger.post(path(found, f"/statements/{made.id}/withdraw")).status_code == 404
    for _ in range(2):
        assert client.post(path(found, f"/statements/{made.id}/withdraw")).status_code == 303
    client.post(path(found, "/statements"), data={"text": "골목 끝에 책장을 두자.", "once": "b"})
    assert [each.state for each in statements_of(found)[-2:]] == [StatementState.WITHDRAWN, StatementState.PENDING]


def test_council_looks_through_with_published_reasons_and_the_log_keeps_insults_to_itself(
    app: Flask, client: FlaskClient, client_of: Browsers
):
    found = make_round()
    chair = client_of(member_of(found))
    texts = ["아무개는 나가라, 정말 싫다.", "같은 뜻이지만 다른 말로 의자를 놓자.", "바닥의 돌을 고르게 하자."]
    rows = [add(found, text, device(index)) for index, text in enumerate(texts)]
    listed = chair.get(path(found, "/workbench")).text
    assert all(text in listed for text in texts)
    for row, reason, note in ((rows[0], "insult", ""), (rows[1], "duplicate", "1번과 같습니다.")):
        data = {"reason": reason, "note": note, "version": row.version}
        assert chair.post(path(found, f"/workbench/{row.number}/reject"), data=data).status_code == 303
    assert chair.post(path(found, f"/workbench/{rows[2].number}/publish"), data={"version": 1}).status_code == 303
    log = client.get(path(found, "/log")).text
    assert texts[0] not in log
    assert texts[1] in log
    assert "남을 헐뜯거나" in log
    lines = list(csv.reader(io.StringIO(client.get(path(found, "/log.csv")).text)))
    assert [line[2:4] for line in lines[1:]] == [["rejected", "insult"], ["rejected", "duplicate"], ["published", ""]]
    record = client.get(f"/{found.place.slug}/record").text
    assert "같은 뜻의 의견이 이미 있습니다." in record
    assert texts[0] not in record


def test_two_clerks_decide_once(app: Flask, client_of: Browsers):
    found = make_round()
    row = add(found, "바닥의 돌을 고르게 하자.", device("a"))
    chair = client_of(member_of(found))
    assert chair.post(path(found, f"/workbench/{row.number}/publish"), data={"version": 1}).status_code == 303
    late = chair.post(path(found, f"/workbench/{row.number}/reject"), data={"reason": "unclear", "version": 1})
    assert late.status_code == 422
    assert statements_of(found)[-1].state is StatementState.PUBLISHED


def test_a_merge_moves_no_answer_and_can_be_taken_back(app: Flask, client_of: Browsers):
    found = make_round()
    chair = client_of(member_of(found))
    say(found, 2, Answer.AGREE, device("a"))
    assert chair.post(path(found, "/workbench/2/merge"), data={"into_number": 2, "version": 1}).status_code == 422
    session().rollback()
    assert chair.post(path(found, "/workbench/2/merge"), data={"into_number": 1, "version": 1}).status_code == 303
    one, two, _ = statements_of(found)
    assert (two.state, two.merged_into_id, two.agree, one.agree) == (StatementState.MERGED, one.id, 1, 0)
    assert chair.post(path(found, "/workbench/2/unmerge"), data={"version": two.version}).status_code == 303
    assert statements_of(found)[1].state is StatementState.PUBLISHED
    acts = [line[2] for line in csv.reader(io.StringIO(chair.get(path(found, "/log.csv")).text))]
    assert acts[1:] == ["merged", "unmerged"]


def test_the_workbench_assigns_notes_and_links_and_the_agenda_says_so(
    app: Flask, client: FlaskClient, client_of: Browsers
):
    found = make_round(visibility=Visibility.OPEN)
    proposal = make_proposal(found.cycle, make_resident(found.place), "그늘 의자 놓기")
    member = member_of(found)
    chair = client_of(member)
    data = {"unit": "마을환경분과", "due_on": "2026-07-10", "version": 1}
    assert chair.post(path(found, "/workbench/1/assign"), data=data).status_code == 303
    assert (
        chair.post(path(found, "/workbench/1/assign"), data={"due_on": "2026-07-10", "version": 2}).status_code == 422
    )
    for _ in range(2):
        assert chair.post(path(found, "/workbench/1/note"), data={"text": "비용을 먼저 묻자"}).status_code == 303
        assert chair.post(path(found, "/workbench/1/link"), data={"proposal_id": proposal.id}).status_code == 303
    page = chair.get(path(found, "/workbench/1")).text
    assert page.count("비용을 먼저 묻자") == 1
    assert "마을환경분과" in chair.get("/desk").text
    agenda = client.get(f"/{found.place.slug}/agenda/{proposal.id}").text
    assert "그늘이 있는 긴 의자를 놓자." in agenda
    assert "토론에서 나온 의견" in agenda
    everything = "".join(client.get(path(found, rest)).text for rest in ("", "/log", "/mine"))
    assert "비용을 먼저 묻자" not in everything
    chair.post(path(found, "/workbench/1/unlink"), data={"proposal_id": proposal.id})
    assert "토론에서 나온 의견" not in client.get(f"/{found.place.slug}/agenda/{proposal.id}").text


def test_a_round_is_prepared_looked_over_opened_and_given_more_time(
    app: Flask, client: FlaskClient, client_of: Browsers
):
    member = make_holder(Role.COUNCIL_MEMBER, make_round().place)
    place = member.grants[0].place
    chair = client_of(member)
    data = {
        "title": "놀이터를 어떻게 고칠까요?", "purpose": "내년 계획에 담습니다.", "last_day": "2026-07-14",
        "seeds": "그늘을 만들자.\n모래를 새로 깔자.", "visibility": "hidden", "access": "anyone", "once": "k",
    }  # fmt: skip
    made = chair.post(f"/{place.slug}/rounds/new", data=data)
    assert made.status_code == 303
    assert chair.post(f"/{place.slug}/rounds/new", data=data).location == made.location
    assert client.get(made.location).status_code == 404
    assert chair.post(f"{made.location}/open").status_code in {409, 422}  # two first statements are too few
    found = session().query(OpinionRound).order_by(OpinionRound.id.desc()).first()
    assert found is not None
    assert found.state is RoundState.DRAFT
    more = {**data, "seeds": "그늘을 만들자.\n모래를 새로 깔자.\n의자를 놓자.", "version": found.version}
    assert chair.post(f"{made.location}/edit", data=more).status_code == 303
    assert chair.post(f"{made.location}/open").status_code == 303
    assert client.get(made.location).status_code == 200
    session().expire_all()
    earlier = {"last_day": "2026-07-10", "version": found.version}
    assert chair.post(f"{made.location}/edit", data=earlier).status_code == 422
    later = {"last_day": "2026-07-21", "version": found.version}
    assert chair.post(f"{made.location}/edit", data=later).status_code == 303
    assert chair.post(f"{made.location}/close").status_code in {409, 422}
    session().expire_all()
    assert found.state is RoundState.OPEN


def finish(found: OpinionRound) -> None:
    """Let the clock close a round; the immediate queue freezes it at once."""
    with time_machine.travel(found.closes_at, tick=False), transaction():
        closing.close_due_rounds(found.closes_at)
    session().expire_all()


def test_a_finished_round_is_concluded_and_everybody_hears_of_it(app: Flask, client: FlaskClient, client_of: Browsers):
    found = make_round()
    member = member_of(found)
    chair = client_of(member)
    people = [make_resident(found.place) for _ in range(12)]
    for index, person in enumerate(people):
        for number in (1, 2, 3):
            say(found, number, Answer.AGREE if number != 3 or index % 2 else Answer.WORRY, Voice(person))
    waiting = add(found, "늦게 온 의견도 들어 주세요.", Voice(people[0]))
    finish(found)
    assert found.state is RoundState.CLOSED
    final = session().query(RoundRun).filter_by(is_final=True).one()
    assert len(final.sha256 or "") == 64
    said = "의자와 등은 거의 모두가 바랍니다. 의제로 올려 부서 검토를 받겠습니다. 차 없는 날은 더 이야기합니다."
    version = found.version
    assert chair.post(path(found, "/conclude"), data={"conclusion": said, "version": version}).status_code == 422
    with transaction():
        moderating.reject(waiting.id, reason=Reason.TOO_LATE, note="", version=waiting.version, by=member, at=NOW)
    assert chair.post(path(found, "/conclude"), data={"conclusion": "끝", "version": version}).status_code == 422
    assert chair.post(path(found, "/conclude"), data={"conclusion": said, "version": version}).status_code == 303
    page = client.get(path(found)).text
    assert said in page
    assert "거의 모두 공감" in page
    assert final.sha256 in page


def test_a_conclusion_reaches_those_who_can_be_reached_once(app: Flask):
    found = make_round()
    person = make_resident(found.place)
    with transaction() as current:
        contact = Contact(person_id=person.id, kind=ContactKind.EMAIL, value_index=b"0" * 16, confirmed_at=NOW)
        seal(contact, Contact.value, "a@example.org")
        current.add(contact)
    for who in [Voice(person), *(device(n) for n in range(11))]:
        say(found, 1, Answer.AGREE, who)
    finish(found)
    with time_machine.travel(found.closes_at, tick=False), transaction():
        closing.conclude_round(
            found.id, "의자를 놓기로 하고 의제로 올립니다. 비용과 자리는 분과에서 살펴보고 알려 드립니다.",
            version=found.version, by=member_of(found), at=found.closes_at,
        )  # fmt: skip
    sent = session().query(Message).filter_by(template="deliberation/concluded").all()
    assert [message.person_id for message in sent] == [person.id]


def test_the_open_data_are_recomputed_by_whoever_downloads_them(app: Flask, client: FlaskClient):
    found = make_round()
    names = [f"이웃 {n}" for n in range(12)]
    for index, name in enumerate(names):
        person = make_resident(found.place, name)
        for number in (1, 2, 3):
            say(found, number, Answer((index + number) % 3 - 1), Voice(person))
    assert client.get(path(found, "/data/votes.csv")).status_code == 404
    finish(found)
    files = {
        name: client.get(path(found, f"/data/{name}"))
        for name in ("summary.csv", "comments.csv", "votes.csv", "round.json", "run.json")
    }
    assert {answer.status_code for answer in files.values()} == {200}
    votes = read_votes(files["votes.csv"].data)
    assert len(votes) == 36
    run = json.loads(files["round.json"].data)
    verify_run(files["run.json"].data, votes, digest=run["analysis"]["sha256"])
    everything = "".join(answer.text for answer in files.values())
    assert not any(name in everything for name in names)
    comments = list(csv.DictReader(io.StringIO(files["comments.csv"].text)))
    assert [int(row["agrees"]) + int(row["disagrees"]) + int(row["passes"]) for row in comments] == [12, 12, 12]
    assert {row["author-id"] for row in comments} == {"0"}
    assert {int(row["timestamp"]) % 86400 for row in comments} == {54000}  # midnight in Korea


def test_answers_of_a_handful_are_not_handed_out(app: Flask, client: FlaskClient):
    found = make_round()
    for index in range(4):
        say(found, 1, Answer.AGREE, device(index))
    finish(found)
    assert client.get(path(found, "/data/votes.csv")).status_code == 404
    assert client.get(path(found, "/data/run.json")).status_code == 404
    comments = list(csv.DictReader(io.StringIO(client.get(path(found, "/data/comments.csv")).text)))
    assert comments[0]["agrees"] == ""
    assert "아직 5명이 답하지 않아" in client.get(path(found)).text


def test_a_list_of_rounds_asks_the_database_no_more_for_more_rounds(app: Flask, client: FlaskClient, queries: Any):
    first = make_round()
    counts = []
    for _ in range(2):
        with queries() as sent:
            client.get(f"/{first.place.slug}/rounds")
        counts.append(len(sent))
        for _ in range(5):
            make_round(first.cycle)
    assert counts[0] == counts[1]


def test_a_card_asks_the_database_no_more_for_more_statements(app: Flask, client: FlaskClient, queries: Any):
    counts = []
    for many in (3, 60):
        found = make_round(seeds=[f"골목에 나무 {n}그루를 심자." for n in range(many)])
        client.get(path(found))
        with queries() as sent:
            client.get(path(found))
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 25


def test_every_page_speaks_english(app: Flask, client_of: Browsers):
    found = make_round(visibility=Visibility.OPEN)
    for index in range(6):
        say(found, 1, Answer.AGREE, device(index))
    browser = client_of(member_of(found))
    browser.post("/language", data={"language": "en", "next": "/"})
    for rest in ("", "/mine", "/numbers", "/log", "/workbench", "/workbench/1", "/edit", "/conclude"):
        page = browser.get(path(found, rest))
        assert page.status_code == 200
        assert 'lang="en"' in page.text


def test_one_s_statement_is_no_statement_of_another_round(app: Flask, client_of: Browsers):
    first, second = make_round(), make_round()
    chair = client_of(member_of(first))
    assert chair.get(f"/{first.place.slug}/rounds/{second.id}").status_code == 404
    assert chair.get(f"/{second.place.slug}/rounds/{second.id}/workbench").status_code == 403
    number = statements_of(second)[0].number
    assert chair.post(f"/{first.place.slug}/rounds/{second.id}/workbench/{number}/publish").status_code == 404
    assert session().query(Statement).filter_by(state=StatementState.PUBLISHED).count() == 6
