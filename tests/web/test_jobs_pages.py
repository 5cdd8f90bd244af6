"""The page of a job: who sees it, what it says in each state, without JavaScript too."""

from datetime import timedelta

import pytest
from markupsafe import escape

from app.clock import utc_now
from app.db.session import session, transaction
from app.jobs import queue as queue_module
from app.jobs.models import Job
from app.jobs.rules import Result, State
from app.jobs.services import enqueue
from app.people.rules import Role
from tests import job_kinds
from tests.factories import make_holder, make_person, make_place


@pytest.fixture(autouse=True)
def _held(monkeypatch):
    monkeypatch.setattr(queue_module.Queue, "push_job", lambda _self, job_id: None)


def make_job(by=None, place=None, **values) -> int:
    with transaction():
        job = enqueue("test.act", by=by.id if by else None, at=utc_now(), place_id=place.id if place else None)
        session().flush()
        for name, value in values.items():
            setattr(job, name, value)
        return job.id


def test_whoever_asked_and_the_staff_of_the_place_see_a_job(app, client, client_of):
    place, elsewhere = make_place(), make_place()
    asked = make_person()
    job_id = make_job(asked, place)
    assert client_of(asked).get(f"/jobs/{job_id}").status_code == 200
    assert client_of(make_holder(Role.DONG_STAFF, place)).get(f"/jobs/{job_id}").status_code == 200
    for stranger in (make_person(), make_holder(Role.DONG_STAFF, elsewhere), make_holder(Role.COUNCIL_MEMBER, place)):
        assert client_of(stranger).get(f"/jobs/{job_id}").status_code == 404
    assert client.get(f"/jobs/{job_id}").status_code == 404
    assert client.post(f"/jobs/{job_id}/retry").status_code == 404
    assert client.get("/jobs/999").status_code == 404


def test_a_running_job_shows_how_far_it_is_and_reloads_itself_without_javascript(app, client_of):
    person = make_person()
    at = utc_now()
    job_id = make_job(person, state=State.RUNNING, started_at=at - timedelta(minutes=2), done=18_720, total=31_200)
    page = client_of(person).get(f"/jobs/{job_id}").get_data(as_text=True)
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page
    assert 'value="60"' in page
    assert "31,200 가운데 18,720" in page
    assert "1분쯤 남았습니다." in page
    assert "js/progress.js" in page


def test_the_script_gets_the_moving_part_alone(app, client_of):
    person = make_person()
    job_id = make_job(person)
    part = client_of(person).get(f"/jobs/{job_id}", headers={"X-Fragment": "progress"}).get_data(as_text=True)
    assert 'id="progress"' in part
    assert 'data-ended="no"' in part
    assert "<html" not in part


def test_a_finished_job_leads_to_what_came_out(app, client_of):
    person = make_person()
    result = Result("%(count)s명을 올렸습니다.", {"count": 3}, endpoint="cycle.home").as_json()
    job_id = make_job(person, state=State.DONE, result=result, finished_at=utc_now())
    page = client_of(person).get(f"/jobs/{job_id}").get_data(as_text=True)
    assert "3명을 올렸습니다." in page
    assert "결과 보기" in page
    assert "http-equiv" not in page
    assert 'data-ended="yes"' in page


def test_a_failed_job_says_why_and_can_be_tried_again(app, client_of):
    person = make_person()
    job_id = make_job(
        person, state=State.FAILED, error="%(what)s 줄이 잘못되었습니다.", error_values={"what": "<b>3</b>"}
    )
    client = client_of(person)
    page = client.get(f"/jobs/{job_id}").get_data(as_text=True)
    assert str(escape("<b>3</b>")) in page
    assert "다시 하기" in page
    answer = client.post(f"/jobs/{job_id}/retry")
    assert (answer.status_code, answer.location) == (303, f"/jobs/{job_id}")
    session().rollback()
    assert session().get_one(Job, job_id).state is State.QUEUED
    assert client.post(f"/jobs/{job_id}/retry").status_code == 409


def test_a_waiting_job_says_when_it_will_run(app, client_of):
    person = make_person()
    job_id = make_job(person, run_at=utc_now() + timedelta(hours=1))
    assert "다시 해 봅니다." in client_of(person).get(f"/jobs/{job_id}").get_data(as_text=True)


def test_looking_at_a_job_changes_nothing(app, client_of):
    person = make_person()
    job_id = make_job(person)
    before = {column.name: getattr(session().get_one(Job, job_id), column.name) for column in Job.__table__.columns}
    client_of(person).get(f"/jobs/{job_id}")
    session().rollback()
    after = {column.name: getattr(session().get_one(Job, job_id), column.name) for column in Job.__table__.columns}
    assert before == after


assert job_kinds  # registers the kinds
