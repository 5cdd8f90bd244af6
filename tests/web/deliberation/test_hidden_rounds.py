"""A hidden round tells nobody how its answers stand: not on a page, in a file, in the record, on the desk, to staff."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.db.session import session, transaction
from app.deliberation.jobs import follow_answers
from app.deliberation.models import OpinionRound, RoundRun
from app.deliberation.queries.rounds import sees_numbers
from app.deliberation.rules import Answer, Reason, RoundState, Visibility
from app.deliberation.services import closing, live, moderating, preparing
from app.people.models import Person
from app.people.rules import Role
from app.record.models import RecordEntry
from tests.conftest import NOW
from tests.factories import make_holder, make_resident
from tests.factories_rounds import add, answer_many, device, make_round, member_of, say, statements_of
from tests.hidden_numbers import CHANGING, analyse, everything, turn_around

Browsers = Callable[[Person], FlaskClient]
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def hidden(app: Flask) -> OpinionRound:
    """A hidden round with sixteen answers to each statement, analysed, one statement waiting."""
    found = make_round(visibility=Visibility.HIDDEN)
    liked = {1: Answer.AGREE, 2: Answer.AGREE, 3: Answer.WORRY}
    answer_many(found, [*[liked] * 14, *[dict.fromkeys(liked, Answer.WORRY)] * 2])
    add(found, "바닥의 돌을 고르게 하자.", device(0))
    analyse(found)
    return found


@pytest.mark.slow
def test_no_address_tells_how_a_hidden_round_stands(
    app: Flask, hidden: OpinionRound, client: FlaskClient, client_of: Browsers
):
    found = hidden
    with time_machine.travel(LATER, tick=False):
        browsers = {
            "guest": client,
            "resident": client_of(make_resident(found.place)),
            "member": client_of(member_of(found)),
            "operator": client_of(make_holder(Role.OPERATOR, found.place)),
        }
        before = everything(app, found, browsers)
        turn_around(found)
        after = everything(app, found, browsers)
    differing = sorted(key for key in before if before[key] != after[key])
    assert not differing
    assert len(before) > 200


@pytest.mark.slow
def test_the_comparison_would_notice_a_leak(app: Flask, hidden: OpinionRound, client: FlaskClient):
    with transaction() as current:
        current.get_one(OpinionRound, hidden.id).visibility = Visibility.OPEN
    with time_machine.travel(LATER, tick=False):
        path = f"/{hidden.place.slug}/rounds/{hidden.id}"
        before = CHANGING.sub("", client.get(path).text)
        turn_around(hidden)
        assert before != CHANGING.sub("", client.get(path).text)


@pytest.mark.slow
@pytest.mark.parametrize("visibility", Visibility)
def test_a_round_keeps_its_promise_about_numbers(app: Flask, client: FlaskClient, visibility: Visibility):
    found = make_round(visibility=visibility)
    answer_many(found, [dict.fromkeys((1, 2, 3), Answer.AGREE)] * 6)
    analyse(found)
    with time_machine.travel(NOW, tick=False):
        path = f"/{found.place.slug}/rounds/{found.id}"
        shown = "어디까지 뜻이 모였나" in client.get(path).text
        assert shown is (visibility is Visibility.OPEN)
        assert ("<td" in client.get(f"{path}/numbers").text) is (visibility is Visibility.OPEN)
        for statement in statements_of(found):
            client.post(f"{path}/answer", data={"statement_id": statement.id, "value": 1})
        shown = "어디까지 뜻이 모였나" in client.get(path).text
        assert shown is (visibility is not Visibility.HIDDEN)
    for name in ("summary.csv", "comments.csv", "votes.csv", "round.json", "run.json"):
        assert client.get(f"{path}/data/{name}").status_code == 404


@pytest.mark.slow
def test_nothing_is_shown_between_the_last_answer_and_the_final_run(app: Flask, client: FlaskClient, monkeypatch: Any):
    found = make_round(visibility=Visibility.OPEN)
    for index in range(6):
        say(found, 1, Answer.AGREE, device(index))
    analyse(found)
    monkeypatch.setattr("app.jobs.services.push_jobs", lambda ids: None)
    with transaction():
        closing.close_due_rounds(found.closes_at)
    session().expire_all()
    assert found.state is RoundState.CLOSED
    assert not sees_numbers(found, None)
    assert "어디까지 뜻이 모였나" not in client.get(f"/{found.place.slug}/rounds/{found.id}").text


def test_answers_ask_for_no_analysis_the_clock_does_and_not_too_often(app: Flask):
    found = make_round()
    for index in range(3):
        say(found, 1, Answer.AGREE, device(index))
    assert session().query(RoundRun).count() == 0
    ran = []
    for seconds in (60, 80, 130):
        at = NOW + timedelta(seconds=seconds)
        say(found, 2, Answer.AGREE, device(seconds))
        with time_machine.travel(at, tick=False):
            follow_answers(at)
        session().expire_all()
        ran.append(session().query(RoundRun).one().last_event_id)
    assert ran[0] == ran[1] < ran[2]
    assert session().query(RoundRun).one().participants == 6


def test_the_record_of_a_running_round_holds_no_answer_and_so_no_feed_or_mail_does(app: Flask):
    found = make_round()
    member, first, third = member_of(found), statements_of(found)[0], statements_of(found)[2]
    offered = add(found, "바닥의 돌을 고르게 하자.", device(0))
    with transaction():
        live.enter_sheets(found.id, [{1: Answer.AGREE}], once="s", by=member, at=NOW)
        moderating.publish(offered.id, version=offered.version, by=member, at=NOW)
        moderating.merge(third.id, into_number=1, version=third.version, by=member, at=NOW)
        moderating.reject(first.id, reason=Reason.UNCLEAR, note="", version=first.version, by=member, at=NOW)
    version = session().get_one(OpinionRound, found.id).version
    with transaction():
        later = found.closes_at + timedelta(days=1)
        preparing.extend_round(found.id, closes_at=later, version=version, by=member, at=NOW)
    entries = session().query(RecordEntry).filter(RecordEntry.act.startswith("deliberation.")).all()
    assert {entry.act.partition(".")[2] for entry in entries} == {
        "opened", "sheets", "published", "merged", "rejected", "extended",
    }  # fmt: skip
    said = {name for entry in entries for name in entry.values}
    # ``count`` is how many sheets came in, ``statements`` how many seeds there are.
    assert said == {"title", "number", "other", "rejection", "count", "statements"}
