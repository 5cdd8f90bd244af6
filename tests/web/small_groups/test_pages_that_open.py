"""A page of something that may not be done now does not open: it is refused by its address as it is when it is sent."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from app.db.session import session, transaction
from app.people.models import Person
from app.people.rules import Role
from app.small_groups.models import GroupPerson
from app.small_groups.rules.applications import Ruling
from app.small_groups.services import applying, granting
from tests.conftest import NOW
from tests.factories import make_holder, make_resident
from tests.factories_small_groups import (
    AFTER,
    CLOSES,
    check,
    decide,
    make_application,
    make_clerk,
    make_draft,
    make_grant,
    make_report,
    make_round,
)

Browsers = Callable[[Person], FlaskClient]
DAY = timedelta(days=1)
pytestmark = pytest.mark.slow


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def statuses(browser: FlaskClient, base: str, *paths: str) -> dict[str, int]:
    return {path: browser.get(f"{base}/{path}").status_code for path in paths}


def test_what_belongs_to_the_open_round_does_not_open_after_its_closing(client_of: Browsers, clock: Any):
    row = make_round()
    draft = make_draft(row)
    neighbour = next(each.person for each in draft.people if each.person_id != draft.leader_id)
    newcomer, clerk = make_resident(row.place), make_clerk(row.place)
    mine = f"/{row.place.slug}/small-groups/applications/{draft.id}"
    page = f"/{row.place.slug}/small-groups/rounds/{row.id}"
    own = client_of(draft.leader)
    assert statuses(own, mine, "edit", "invite", "submit", "withdraw") == {
        "edit": 200, "invite": 200, "submit": 200, "withdraw": 200,
    }  # fmt: skip
    assert statuses(client_of(clerk), page, "edit", "cancel", "decide") == {"edit": 200, "cancel": 200, "decide": 409}
    clock.move_to(CLOSES)
    own = client_of(draft.leader)
    assert statuses(own, mine, "edit", "invite", "submit", "withdraw", "give_up") == {
        "edit": 409, "invite": 409, "submit": 409, "withdraw": 200, "give_up": 409,
    }  # fmt: skip
    assert statuses(client_of(neighbour), mine, "leave") == {"leave": 409}
    assert statuses(client_of(newcomer), page, "apply") == {"apply": 409}
    assert statuses(client_of(clerk), page, "edit", "cancel") == {"edit": 409, "cancel": 200}


def test_a_draft_with_too_few_neighbours_says_so_before_it_is_sent(client_of: Browsers, clock: Any):
    draft = make_draft(make_round(), people_count=1)
    shown = client_of(draft.leader).get(f"/{draft.place.slug}/small-groups/applications/{draft.id}/submit")
    assert shown.status_code == 409
    assert "3명 이상" in shown.text


def test_money_pages_open_only_while_the_money_may_move(client_of: Browsers, clock: Any):
    clerk = make_clerk((row := make_round()).place)
    grant = make_grant(clerk, row, paid=False)
    base = f"/{row.place.slug}/small-groups/applications/{grant.id}"
    clock.move_to(AFTER + 10 * DAY)
    assert statuses(client_of(clerk), base, "pay", "reclaim", "check", "settle") == {
        "pay": 200, "reclaim": 409, "check": 409, "settle": 404,
    }  # fmt: skip
    with transaction():
        granting.pay_out(
            grant.id, granting.Payment(date(2026, 7, 20)), version=grant.version, by=clerk, at=AFTER + 10 * DAY
        )
    assert statuses(client_of(clerk), base, "pay", "reclaim") == {"pay": 409, "reclaim": 409}
    assert statuses(client_of(grant.leader), base, "give_up", "withdraw") == {"give_up": 409, "withdraw": 409}
    clock.move_to(AFTER + 200 * DAY)
    staff = client_of(clerk)
    assert statuses(staff, base, "reclaim") == {"reclaim": 200}
    make_report(grant, at=AFTER + 200 * DAY)
    refused = staff.get(f"{base}/reclaim")
    assert refused.status_code == 409
    assert "결과보고 기한이 지나고 보고가 없을 때만" in refused.text


def test_a_clerk_of_the_group_finds_none_of_its_pages_open(client_of: Browsers, clock: Any):
    clerk = make_clerk((row := make_round()).place)
    inside = make_clerk(row.place)
    sent = make_application(row)
    with transaction() as current:
        current.add(GroupPerson(application_id=sent.id, person_id=inside.id, confirmed_at=NOW))
    base = f"/{row.place.slug}/small-groups/applications/{sent.id}"
    clock.move_to(AFTER)
    assert statuses(client_of(clerk), base, "check") == {"check": 200}
    assert statuses(client_of(inside), base, "check", "pay", "reclaim", "settle") == dict.fromkeys(
        ("check", "pay", "reclaim", "settle"), 403
    )


def test_a_sheet_opens_only_for_members_outside_of_a_group_that_lies_before_the_council(
    client_of: Browsers, clock: Any
):
    clerk = make_clerk((row := make_round()).place)
    member = make_holder(Role.COUNCIL_MEMBER, row.place)
    sent = make_application(row)
    base = f"/{row.place.slug}/small-groups/applications/{sent.id}"
    clock.move_to(AFTER)
    assert statuses(client_of(member), base, "score") == {"score": 404}
    check(sent, clerk)
    assert statuses(client_of(member), base, "score") == {"score": 200}
    with transaction() as current:
        current.add(GroupPerson(application_id=sent.id, person_id=member.id, confirmed_at=NOW))
    assert statuses(client_of(member), base, "score") == {"score": 403}
    with transaction():
        applying.withdraw_application(sent.id, by=sent.leader, at=AFTER)
    session().refresh(sent)
    assert statuses(client_of(clerk), base, "check") == {"check": 409}


def test_an_objection_walks_through_its_pages_and_shows_the_public_no_word_of_it(
    client: FlaskClient, client_of: Browsers, clock: Any
):
    clerk = make_clerk((row := make_round()).place)
    other = session().get_one(Person, row.announced_by)
    sent = check(make_application(row), clerk)
    base = f"/{row.place.slug}/small-groups/applications/{sent.id}"
    clock.move_to(AFTER)
    paths = ("object", "objection", "objection/answer", "decide")
    assert statuses(client_of(sent.leader), base, *paths) == {
        "object": 409, "objection": 404, "objection/answer": 403, "decide": 403,
    }  # fmt: skip
    decide(row, {sent.id: Ruling(0, "모임 밖의 이웃과 함께하는 계획이 없습니다.")}, clerk)
    own = client_of(sent.leader)
    assert "이의 내기" in own.get(base).text
    member = client_of(sent.people[1].person)
    assert statuses(member, base, "object") == {"object": 403}
    page = own.get(f"{base}/object")
    assert "지방보조금법 제36조의2" in page.text
    assert "8. 11.(화) 자정" in page.text
    words = "이웃 서른 명이 함께한다는 것을 빠뜨리셨습니다."
    short = own.post(f"{base}/object", data={"body": "싫음", "once": "x"})
    assert short.status_code == 422
    assert "싫음" in short.text
    for _ in range(2):
        assert own.post(f"{base}/object", data={"body": words, "once": "x"}).status_code == 303
    assert statuses(own, base, *paths) == {"object": 409, "objection": 200, "objection/answer": 403, "decide": 403}
    assert words in own.get(f"{base}/objection").text
    public = f"/{row.place.slug}/small-groups/rounds/{row.id}"
    receipt = f"{row.place.slug}-{row.cycle.year}-SG{row.id}-001"
    assert receipt in client.get(public).text
    assert words not in client.get(public).text
    assert receipt in client.get(f"/{row.place.slug}/record").text
    first, second = client_of(clerk), client_of(other)
    assert statuses(first, base, "objection/answer", "decide") == {"objection/answer": 403, "decide": 409}
    assert "이의에 답하기" in second.get("/desk").text
    answer = {"finding": "upheld", "answer": "함께하는 이웃의 수를 잘못 보았습니다. 다시 정합니다.", "version": 1}
    assert second.post(f"{base}/objection/answer", data={**answer, "finding": ""}).status_code == 422
    assert second.post(f"{base}/objection/answer", data=answer).status_code == 303
    assert second.post(f"{base}/objection/answer", data=answer).status_code == 422
    assert statuses(second, base, "objection/answer", "decide") == {"objection/answer": 409, "decide": 200}
    assert "함께하는 이웃의 수를 잘못 보았습니다" in client.get(public).text
    session().expire_all()
    decision = {
        "version": sent.objection.version,
        "body": "소모임 심의위원회",
        "decided_on": "2026-07-12",
        "reason": "",
    }
    assert first.post(f"{base}/decide", data={**decision, "won": "600000"}).status_code == 422
    decision["reason"] = "이웃 서른 명과 함께하므로 지원합니다."
    assert first.post(f"{base}/decide", data={**decision, "won": "600000"}).status_code == 303
    assert first.post(f"{base}/decide", data={**decision, "won": "600000"}).status_code == 422
    assert "다시 정한 지원금: 600,000원" in client.get(public).text
    assert statuses(second, base, "pay", "decide") == {"pay": 200, "decide": 409}
