"""Files of an opinion: taken as they are anywhere else, seen by nobody else before a clerk looked, handed back as downloads."""

import io
from collections.abc import Callable

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import session, transaction
from app.errors import NotFound, RuleViolation
from app.inspection.models import Opinion, OpinionFile
from app.inspection.queries.opinions import unseen_files
from app.inspection.services import attaching
from app.people.models import Person
from tests.conftest import NOW
from tests.factories import make_resident
from tests.factories_inspection import release_all, say
from tests.factories_year import make_inspection, make_staff
from tests.given_files import huge_picture, picture

pytestmark = pytest.mark.slow

Browsers = Callable[[Person], FlaskClient]


@pytest.fixture
def cycle(app: Flask) -> Cycle:
    return make_inspection()


@pytest.fixture
def author(cycle: Cycle) -> Person:
    return make_resident(cycle.place)


@pytest.fixture
def opinion(cycle: Cycle, author: Person) -> Opinion:
    return say(cycle, author)


def attach(opinion: Opinion, by: Person, content: bytes = b"", name: str = "a.jpg") -> OpinionFile:
    with transaction():
        return attaching.attach_file(
            opinion.id, name=name, content=content or picture(gps=True), text="어두운 골목", by=by, at=NOW
        )


def address(opinion: Opinion) -> str:
    return f"/{opinion.plan_version.plan.place.slug}/inspection/opinions/{opinion.id}"


def upload(browser: FlaskClient, url: str, name: str, content: bytes):  # noqa: ANN201 - a test response
    return browser.post(f"{url}/files", data={"file": (io.BytesIO(content), name), "text": "어두운 골목 사진"})


@time_machine.travel(NOW, tick=False)
def test_a_photo_waits_for_a_clerk_and_is_then_handed_to_everybody(
    opinion: Opinion, cycle: Cycle, author: Person, client: FlaskClient, client_of: Browsers
):
    url, mine, staff = address(opinion), client_of(author), make_staff(cycle.place)
    assert upload(mine, url, "폰.jpg", picture(gps=True)).status_code == 303
    assert upload(mine, url, "폰.jpg", picture(gps=True)).status_code == 303
    [row] = session().query(OpinionFile).all()
    assert "어두운 골목 사진" in mine.get(url).text
    assert mine.get(f"{url}/files/{row.id}").status_code == 200
    assert client.get(f"{url}/files/{row.id}").status_code == 404
    assert client_of(make_resident(cycle.place)).get(f"{url}/files/{row.id}").status_code == 404
    desk = client_of(staff)
    assert "살펴볼 파일 1개" in desk.get(f"/{cycle.place.slug}/inspection/releases").text
    assert desk.post(f"{url}/files/{row.id}/look", data={"public": "yes"}).status_code == 303
    assert client.get(f"{url}/files/{row.id}").status_code == 404, "the opinion itself waits still"
    release_all(cycle, staff)
    answer = client.get(f"{url}/files/{row.id}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert b"Exif" not in answer.data
    assert "어두운 골목 사진" in client.get(f"/{cycle.place.slug}/inspection").text


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.jpg", b"<html><script>alert(1)</script></html>", "내용이 다릅니다"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG 그림은"),
        ("a.png", huge_picture, "가로세로가 너무 큽니다"),
        ("a.txt", "연락처 900101-1234567".encode(), "주민등록번호"),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_a_harmful_file_is_refused_and_what_was_typed_stays(
    name: str, content: bytes | Callable[[], bytes], words: str, opinion: Opinion, author: Person, client_of: Browsers
):
    answer = upload(client_of(author), address(opinion), name, content() if callable(content) else content)
    assert answer.status_code == 422
    assert words in answer.text
    assert "어두운 골목 사진" in answer.text
    assert session().query(OpinionFile).count() == 0


def test_a_file_that_shows_somebody_stays_with_the_staff_and_the_inspection_waits_until_somebody_looked(
    opinion: Opinion, cycle: Cycle, author: Person, client: FlaskClient
):
    row, staff = attach(opinion, author), make_staff(cycle.place)
    release_all(cycle, staff)
    assert unseen_files(opinion.plan_version) == 1
    with transaction():
        attaching.look_through(row.id, is_public=False, by=staff, at=NOW)
    assert unseen_files(opinion.plan_version) == 0
    assert client.get(f"{address(opinion)}/files/{row.id}").status_code == 404
    assert "어두운 골목" not in client.get(f"/{cycle.place.slug}/inspection").text


def test_only_who_gave_the_opinion_adds_files_while_it_may_be_changed(opinion: Opinion, cycle: Cycle, author: Person):
    with pytest.raises(NotFound):
        attach(opinion, make_resident(cycle.place))
    for number in range(attaching.MOST_FILES):
        attach(opinion, author, f"{number}번째 메모".encode(), "a.txt")
    with pytest.raises(RuleViolation, match="까지"):
        attach(opinion, author)
    with transaction():
        cycle.stage(Stage.INSPECTION).closes_at = NOW
    with pytest.raises(RuleViolation):
        attach(opinion, author, "0번째 메모".encode(), "a.txt")


def test_a_file_that_is_taken_back_is_erased(opinion: Opinion, author: Person):
    row = attach(opinion, author)
    with transaction():
        attaching.remove_file(opinion.id, row.id, by=author, at=NOW)
    session().expire_all()
    assert opinion.files == []
    assert (row.file.content, row.file.preview) == (b"", None)
    staff = make_staff(opinion.plan_version.plan.place)
    with pytest.raises(RuleViolation), transaction():
        attaching.look_through(row.id, is_public=True, by=staff, at=NOW)
