"""Before an election the forms of an office ask for the law's exception, and neighbours are asked nothing."""

from collections.abc import Callable
from datetime import UTC, datetime

import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.agenda.models import VillageMeeting
from app.db.session import session
from app.people.models import Person
from app.people.rules import Role
from tests.factories import make_cycle, make_holder, make_place, make_resident
from tests.factories_year import make_proposal, make_staff

GUARDED = datetime(2028, 3, 20, 3, tzinfo=UTC)
"""Three weeks before a national election."""


@time_machine.travel(GUARDED, tick=False)
def test_a_clerk_is_asked_for_the_exception_and_keeps_what_was_typed(
    app: Flask, client_of: Callable[[Person], FlaskClient]
):
    cycle = make_cycle(make_place(), at=GUARDED, year=2028)
    proposal = make_proposal(cycle, make_resident(cycle.place))
    url = f"/{cycle.place.slug}/meetings/new"
    clerk = client_of(make_staff(cycle.place))
    page = clerk.get(url).text
    assert 'name="election_ground"' in page
    once = page.split('name="once"')[1].split('value="')[1].split('"')[0]
    form = {
        "once": once, "kind": "alley", "title": "그늘막 골목회의", "where": "주민센터", "starts_on": "2028-04-01",
        "starts_time": "14:00", "proposals": str(proposal.id), "election_ground": "",
    }  # fmt: skip
    refused = clerk.post(url, data=form)
    assert refused.status_code == 422
    assert "공직선거법 제86조가 제한하는" in refused.text
    assert 'value="그늘막 골목회의"' in refused.text
    assert clerk.post(url, data={**form, "election_ground": "fixed_time"}).status_code == 303
    assert session().query(VillageMeeting).count() == 1
    assert "이때 하지 않으면 뜻이 없는 행사" in clerk.get(f"/{cycle.place.slug}/record").text


@time_machine.travel(GUARDED, tick=False)
def test_a_member_of_the_council_is_not_asked(app: Flask, client_of: Callable[[Person], FlaskClient]):
    cycle = make_cycle(make_place(), at=GUARDED, year=2028)
    member = client_of(make_holder(Role.COUNCIL_MEMBER, cycle.place))
    assert 'name="election_ground"' not in member.get(f"/{cycle.place.slug}/meetings/new").text
