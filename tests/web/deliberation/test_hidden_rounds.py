"""A hidden round tells nobody how its answers stand: not on a page, in a file, in the record, on the desk, to staff."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.db.session import session, transaction
from app.deliberation.jobs import follow_answers
from app.deliberation.models import OpinionRound, RoundRun, Statement, StatementAnswer
from app.deliberation.queries.rounds import sees_numbers
from app.deliberation.rules import Answer, RoundState, Visibility
from app.deliberation.services import analysing, closing
from app.people.models import Person
from app.people.rules import Role
from tests.conftest import NOW
from tests.factories import make_holder, make_resident
from tests.factories_rounds import add, answer_many, device, make_round, member_of, say, statements_of

Browsers = Callable[[Person], FlaskClient]
LATER = NOW + timedelta(hours=1)
CHANGING = re.compile(
    r'name="(csrf_token|once)"[^>]*value="[^"]*"|value="[^"]*"[^>]*name="(csrf_token|once)"|class="hash">[0-9a-f]{16}<'
)
"""Tokens of forms, numbers of errors: different on every request."""
OWN = re.compile(r"^(people|privacy)\.|^execution\.settlement_print$")
"""Pages about accounts and about who looked at what change by being looked at, and know no rounds; one is a PDF of money."""


@pytest.fixture
def hidden(app: Flask) -> OpinionRound:
    """A hidden round with sixteen answers to each statement, analysed, one statement waiting."""
    found = make_round(visibility=Visibility.HIDDEN)
    liked = {1: Answer.AGREE, 2: Answer.AGREE, 3: Answer.WORRY}
    answer_many(found, [*[liked] * 14, *[dict.fromkeys(liked, Answer.WORRY)] * 2])
    add(found, "바닥의 돌을 고르게 하자.", device(0))
    analyse(found)
    return found


def analyse(found: OpinionRound) -> None:
    given = analysing.read_live(found.id)
    analysis = analysing.compute(given)
    with transaction():
        analysing.store_live(found.id, given, analysis, at=NOW)


def addresses(app: Flask, found: OpinionRound) -> Iterator[str]:
    """Fill every address that can be asked for with the round's own ids."""
    statement = statements_of(found)[0]
    ids: dict[str, object] = {
        "slug": found.place.slug, "round_id": found.id, "statement_id": statement.id, "number": statement.number, "name": "",
    }  # fmt: skip
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if "GET" not in (rule.methods or set()) or rule.endpoint == "static" or OWN.match(rule.endpoint):
            continue
        for name in ("summary.csv", "comments.csv", "votes.csv", "round.json", "run.json"):
            path = rule.rule
            for argument in rule.arguments:
                value = name if argument == "name" else ids.get(argument, 1)
                path = re.sub(rf"<(?:[^<>:]+:)?{argument}>", str(value), path)
            path = re.sub(r"<any\(([^)]*)\):\w+>", lambda choice: choice.group(1).split(",")[0].strip(), path)
            if "<" not in path:
                yield path
            if "name" not in rule.arguments:
                break


def everything(app: Flask, found: OpinionRound, browsers: dict[str, FlaskClient]) -> dict[tuple[str, str], str]:
    """Return what everybody is answered at every address, without what changes from one request to the next."""
    return {
        (name, path): CHANGING.sub("", browser.get(path).text)
        for name, browser in browsers.items()
        for path in addresses(app, found)
    }


def turn_around(found: OpinionRound) -> None:
    """Make every agreement a worry and every worry an agreement, in answers, counters and the run."""
    with transaction() as current:
        mine = sa.select(Statement.id).where(Statement.round_id == found.id)
        current.execute(
            sa.update(StatementAnswer)
            .where(StatementAnswer.statement_id.in_(mine))
            .values(value=-StatementAnswer.value)
            .execution_options(synchronize_session=False)
        )
        current.execute(
            sa.update(Statement)
            .where(Statement.round_id == found.id)
            .values(
                agree=Statement.worry,
                worry=Statement.agree,
                verified_agree=Statement.verified_worry,
                verified_worry=Statement.verified_agree,
            )
            .execution_options(synchronize_session=False)
        )
    kept = session().query(RoundRun).one().priorities
    analyse(found)
    with transaction() as current:
        # Which card comes next follows the priorities; that is not what this is about.
        current.query(RoundRun).one().priorities = kept
    session().expire_all()


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
