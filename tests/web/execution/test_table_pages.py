"""Uploading a table through its pages: what is wrong is shown in the reader's language, what is right is taken once."""

import io

import pytest
import time_machine
from sqlalchemy import select

from app.cycle.rules import Stage
from app.db.session import session
from app.execution.models import Project, TableImport
from app.execution.rules.importing import PROJECT_COLUMNS
from app.people.rules import Role
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_place, make_resident

pytestmark = pytest.mark.slow
HEADER = ",".join(PROJECT_COLUMNS)


def row(slug: str, number: int, title: str, state: str = "running") -> str:
    return f"{slug},2026,{number},{title},commissioned,subsidy,환경분과,,{state},,,"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@time_machine.travel(NOW, tick=False)
def test_a_table_is_read_put_right_and_taken_in(app, client, client_of):
    place = make_cycle(make_place(), Stage.EXECUTION).place
    clerk, url = client_of(make_holder(Role.DONG_STAFF, place)), f"/{place.slug}/projects/tables"

    def send(*lines: str, kind: str = "projects"):
        file = (io.BytesIO("\n".join([HEADER, *lines]).encode()), "projects.csv")
        return clerk.post(url, data={"kind": kind, "file": file}, content_type="multipart/form-data")

    assert client.get(url).status_code == 303
    assert client_of(make_resident(place)).get(url).status_code == 403
    assert "칸이 내려받은 표와 다릅니다" in send(row(place.slug, 1, "꽃길"), kind="ledger").text
    page = clerk.get(send(row(place.slug, 1, "꽃길"), row(place.slug, 1, "꽃길 둘", "gone")).location)
    assert "이 가운데 하나로 적어 주세요: planned, running" in page.text
    clerk.post("/language", data={"language": "en", "next": "/"})
    assert "Please write one of these: planned, running" in clerk.get(page.request.path).text
    assert clerk.post(f"{page.request.path}/take").status_code == 422
    assert clerk.post(f"{page.request.path}/discard").status_code == 303

    where = send(row(place.slug, 1, "꽃길"), row(place.slug, 2, "텃밭")).location
    for _ in range(2):
        answer = clerk.post(f"{where}/take")
        assert answer.status_code == 303
        assert "2 rows were taken in" in clerk.get(answer.location).text
    assert len(session().scalars(select(Project)).all()) == 2
    assert "taken in" in clerk.get(url).text
    other = client_of(make_holder(Role.DONG_STAFF, make_place()))
    assert other.get(f"{url}/{session().scalars(select(TableImport.id)).first()}").status_code == 403
