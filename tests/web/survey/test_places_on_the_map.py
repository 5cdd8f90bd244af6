"""Where a proposal is: picked or typed, shown on its page, on the agenda's map, and carried on to the project."""

from collections.abc import Callable

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from app.agenda.models import Proposal
from app.assembly.rules import AssemblyState
from app.cycle.rules import Stage
from app.db.session import session, transaction
from app.execution.models import Project
from app.execution.services.projects import begin_projects
from app.people.models import Person
from tests.conftest import NOW
from tests.factories import make_cycle, make_place, make_resident
from tests.factories_survey import POINT
from tests.factories_year import make_assembly, make_staff

Browsers = Callable[[Person], FlaskClient]
WORDS = {
    "title": "초등학교 앞 건널목에 그늘막을 놓자", "body": "여름마다 아이들과 어르신이 뙤약볕에 오래 서 있습니다. 그늘막이면 됩니다.",
    "field": "safety", "where": "향촌초 앞", "once": "a",
}  # fmt: skip


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_a_proposal_stands_where_its_author_put_it(client: FlaskClient, client_of: Browsers):
    place = make_place()
    make_cycle(place, Stage.DISCOVERY)
    browser = client_of(make_resident(place))
    url = f"/{place.slug}/agenda"
    refused = browser.post(f"{url}/new", data={**WORDS, "point": "서울역"})
    assert refused.status_code == 422
    assert 'value="서울역"' in refused.text
    answer = browser.post(f"{url}/new", data={**WORDS, "point": POINT.typed})
    assert answer.status_code == 303, answer.text
    assert POINT.typed in client.get(answer.location).text
    found = client.get(f"{url}/points.json").json["features"]
    assert [each["properties"]["title"] for each in found] == [WORDS["title"]]
    assert client.get(f"{url}/points.json?field=culture").json["features"] == []
    assert "data-points=" in client.get(url).text
    proposal = session().scalars(select(Proposal)).one()
    edit = f"{answer.location}/edit"
    assert f'value="{POINT.typed}"' in browser.get(edit).text
    assert browser.post(edit, data={**WORDS, "point": "", "version": proposal.version}).status_code == 303
    assert proposal.point is None
    assert "data-points=" not in client.get(url).text


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_a_project_begins_where_its_proposal_was(client: FlaskClient, client_of: Browsers):
    assembly, _people = make_assembly([3_000_000], residents=1, is_open=False)
    cycle, place = assembly.cycle, assembly.place
    with transaction():
        item = assembly.items[0]
        assembly.state, item.is_funded, item.rank = AssemblyState.COUNTED, True, 1
        proposal = assembly.plan_version.plan.items[0].origins[0].proposal
        proposal.where, proposal.latitude_e6, proposal.longitude_e6 = "향촌초 앞", POINT.latitude_e6, POINT.longitude_e6
    with transaction():
        begin_projects(cycle, at=NOW)
    project = session().scalars(select(Project)).one()
    assert (project.where, project.point) == ("향촌초 앞", POINT)
    url = f"/{place.slug}/projects"
    found = client.get(f"{url}/points.json").json["features"]
    assert found[0]["properties"]["address"] == f"{url}/{project.id}"
    assert "data-points=" in client.get(url).text
    assert POINT.typed in client.get(f"{url}/{project.id}").text
    clerk = client_of(make_staff(place))
    assert 'data-latitude="latitude"' in clerk.get(f"{url}/{project.id}/describe").text
