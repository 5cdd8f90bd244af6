"""Jobs in a real database: written with the act, run once, fenced, retried, swept up."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import current_app

from app.clock import utc_now
from app.db.session import session, transaction
from app.errors import NotFound, RuleViolation
from app.jobs import queue as queue_module
from app.jobs import runner, worker
from app.jobs.models import Job, PeriodicTask
from app.jobs.queries import health, progress_of, usual_time
from app.jobs.registry import PERIODIC, every, job
from app.jobs.rules import LOST_AFTER, WENT_WRONG, WORKER_STOPPED, Result, State
from app.jobs.run import LostClaim, TryLater
from app.jobs.services import cancel, claim_periodic, enqueue, purge_ended, sweep, try_again
from app.places.models import Place
from tests import job_kinds
from tests.conftest import NOW
from tests.factories import make_place

TICKING = f"{job_kinds.__name__}.tick_tests"


@pytest.fixture(autouse=True)
def _fresh_kinds(monkeypatch):
    monkeypatch.setattr(job_kinds, "ACT", [])
    job_kinds.TICKS.clear()
    job_kinds.TICK_FAILS.clear()


@pytest.fixture
def held(app, monkeypatch) -> list[int]:
    """Holds deliveries back: the ids that would have been pushed."""
    pushed: list[int] = []
    monkeypatch.setattr(queue_module.Queue, "push_job", lambda _self, job_id: pushed.append(job_id))
    return pushed


def ask(kind="test.act", arguments=None, **values) -> int:
    with transaction():
        return enqueue(kind, arguments, **{"by": None, "at": utc_now(), **values}).id


def row(job_id: int) -> Job:
    session().rollback()  # a reading transaction would go on seeing what was
    return session().get_one(Job, job_id)


def does(function) -> None:
    job_kinds.ACT[:] = [function]


def run(job_id: int) -> bool:
    return runner.run_job(current_app._get_current_object(), job_id)


def test_a_job_runs_after_the_commit_and_not_before(app):
    seen = []
    does(lambda run: seen.append(run.arguments))
    with transaction():
        enqueue("test.act", {"place_id": 7}, by=None, at=utc_now())
        assert seen == []
    assert seen == [{"place_id": 7}]


def test_a_job_of_an_act_that_failed_never_existed(app):
    seen = []
    does(seen.append)
    with pytest.raises(ZeroDivisionError), transaction():
        enqueue("test.act", by=None, at=utc_now())
        raise ZeroDivisionError
    assert seen == []
    assert session().scalar(sa.select(sa.func.count()).select_from(Job)) == 0


def test_a_finished_job_says_what_came_out(app):
    does(lambda run: Result("%(count)s명을 올렸습니다.", {"count": 3}, endpoint="cycle.home"))
    job = row(ask())
    assert (job.state, job.attempts, job.claim) == (State.DONE, 1, None)
    assert job.result == {
        "message": "%(count)s명을 올렸습니다.",
        "values": {"count": 3},
        "endpoint": "cycle.home",
        "arguments": {},
    }
    assert job.finished_at is not None


@pytest.mark.slow
def test_the_same_key_gives_the_same_job_whatever_its_state(app):
    does(lambda run: None)
    first = ask(idempotency_key="tally:1")
    assert row(first).state is State.DONE
    assert ask(idempotency_key="tally:1") == first
    assert ask(idempotency_key="tally:2") != first
    assert ask() != ask()
    assert row(first).attempts == 1


def test_an_unknown_kind_and_personal_arguments_fail_where_they_are_asked_for(app):
    with pytest.raises(KeyError):
        ask("test.misspelt")
    with pytest.raises(TypeError):
        ask(arguments={"name": "홍길동"})


def test_a_job_delivered_twice_runs_once(app, held):
    count = []
    does(lambda run: count.append(1))
    job_id = ask()
    assert [run(job_id), run(job_id), run(job_id)] == [True, False, False]
    assert count == [1]


def test_a_job_delivered_again_while_it_runs_is_left_alone(app, held):
    inner = []
    does(lambda run_: inner.append(run(run_.id)))
    job_id = ask()
    assert run(job_id)
    assert inner == [False]
    assert row(job_id).attempts == 1


def test_a_job_that_does_not_exist_is_no_trouble(app):
    assert not run(999)


@pytest.mark.slow
def test_an_error_is_tried_again_later_and_finally_told(app, held):
    def fail(run):
        raise OSError("홍길동 hong@example.kr")

    does(fail)
    job_id = ask()
    waits = []
    with time_machine.travel(NOW, tick=False) as clock:
        with transaction():
            session().get_one(Job, job_id).run_at = NOW
        for _ in range(3):
            assert run(job_id)
            waiting = row(job_id)
            waits.append((waiting.state, waiting.run_at - utc_now()))
            assert not run(job_id) or waiting.state is State.FAILED
            clock.move_to(max(waiting.run_at, utc_now()))
    assert [state for state, _ in waits] == [State.QUEUED, State.QUEUED, State.FAILED]
    assert [wait for _, wait in waits[:2]] == [timedelta(seconds=10), timedelta(seconds=40)]
    failed = row(job_id)
    assert failed.error == WENT_WRONG
    assert "홍길동" not in str(failed.error_values)


def test_something_away_for_now_is_tried_again_without_an_alarm(app, held, capsys):
    def wait(run):
        raise TryLater("smtp connection")

    does(wait)
    job_id = ask()
    assert run(job_id)
    assert row(job_id).state is State.QUEUED
    assert "Traceback" not in capsys.readouterr().out


def test_a_refusal_ends_the_job_with_its_sentence(app):
    job = row(ask("test.refused"))
    assert (job.state, job.attempts) == (State.FAILED, 1)
    assert (job.error, job.error_values) == ("%(count)s줄이 잘못되었습니다.", {"count": 3})


def test_a_failed_job_is_tried_again_on_request_from_its_bookmark(app):
    attempts = []

    def work(run):
        attempts.append(run.bookmark.get("row", 0))
        if len(attempts) == 1:
            with run.step() as step:
                step.remember(row=5)
            raise RuleViolation("아직 안 됩니다.")

    does(work)
    job_id = ask()
    assert row(job_id).state is State.FAILED
    with transaction():
        try_again(job_id, at=utc_now())
    assert attempts == [0, 5]
    assert (row(job_id).state, row(job_id).error) == (State.DONE, None)


def test_only_failed_jobs_are_tried_again_and_only_waiting_ones_cancelled(app, held):
    does(lambda run: None)
    job_id = ask()
    with pytest.raises(RuleViolation), transaction():
        try_again(job_id, at=utc_now())
    with transaction():
        cancel(job_id)
    assert not run(job_id)
    with pytest.raises(RuleViolation), transaction():
        cancel(job_id)
    with pytest.raises(NotFound), transaction():
        cancel(999)


def test_steps_are_kept_when_a_later_one_fails(app, held):
    def work(run):
        with run.step() as step:
            step.progress(1, 3)
            step.remember(row=1)
        with run.step() as step:
            step.progress(2)
            step.remember(row=2)
            raise OSError("power cut")

    does(work)
    job_id = ask()
    run(job_id)
    job = row(job_id)
    assert (job.done, job.total, job.bookmark) == (1, 3, {"row": 1})


def test_what_a_handler_changed_outside_a_step_is_not_kept(app, held):
    place = make_place()

    def work(run):
        session().get_one(Place, place.id).population = 1

    does(work)
    job_id = ask()
    run(job_id)
    assert row(job_id).state is State.QUEUED
    assert session().get_one(Place, place.id).population == 20_000


def test_the_last_work_and_the_end_of_the_job_are_one_transaction(app, held):
    place = make_place()

    def work(run):
        with run.finishing() as step:
            step.session.get_one(Place, place.id).population = 7
            step.result = Result("다 했습니다.")
            raise OSError("power cut")

    does(work)
    job_id = ask()
    run(job_id)
    assert row(job_id).state is State.QUEUED
    assert session().get_one(Place, place.id).population == 20_000

    def finish(run):
        with run.finishing() as step:
            step.session.get_one(Place, place.id).population = 7
            step.result = Result("다 했습니다.")

    does(finish)
    with transaction():
        session().get_one(Job, job_id).run_at = utc_now()
    assert run(job_id)
    assert (row(job_id).state, row(job_id).result["message"]) == (State.DONE, "다 했습니다.")
    assert session().get_one(Place, place.id).population == 7


def test_a_finished_run_takes_no_further_step(app, held):
    def work(run):
        run.finish(None)
        with pytest.raises(RuntimeError), run.step():
            pass

    does(work)
    job_id = ask()
    run(job_id)
    assert row(job_id).state is State.DONE


def test_a_run_that_lost_its_job_commits_nothing_more(app, held):
    place = make_place()
    seen = []

    def slow(run_):
        # The worker was taken for dead; another run claims the job and finishes it.
        with transaction():
            sweep(at=utc_now() + LOST_AFTER + timedelta(seconds=1))
        with transaction():
            session().get_one(Job, run_.id).run_at = utc_now()
        does(lambda other: seen.append(other.attempt))
        assert run(run_.id)
        with run_.step() as step:
            step.session.get_one(Place, place.id).population = 1

    does(slow)
    job_id = ask()
    run(job_id)
    assert seen == [2]
    assert (row(job_id).state, row(job_id).attempts) == (State.DONE, 2)
    assert session().get_one(Place, place.id).population == 20_000


def test_a_run_that_lost_its_job_cannot_beat(app, held):
    def work(run):
        run.beat()
        with transaction():
            session().get_one(Job, run.id).claim = "another"
        with pytest.raises(LostClaim):
            run.beat()

    does(work)
    run(ask())


def test_the_sweep_takes_back_what_lies_dead_and_leaves_what_lives(app, held):
    dead, alive = ask(), ask()
    at = utc_now()
    with transaction():
        for job_id, silent in ((dead, LOST_AFTER + timedelta(seconds=1)), (alive, timedelta(seconds=1))):
            job = session().get_one(Job, job_id)
            job.state, job.claim, job.attempts, job.heartbeat_at = State.RUNNING, "x", 1, at - silent
    held.clear()
    with transaction():
        assert sweep(at=at) == [dead]
    assert held == [dead]
    assert (row(dead).state, row(dead).claim) == (State.QUEUED, None)
    assert row(alive).state is State.RUNNING


def test_a_job_that_kills_its_worker_every_time_is_given_up(app, held):
    job_id = ask()
    with transaction():
        job = session().get_one(Job, job_id)
        job.state, job.claim, job.attempts, job.heartbeat_at = State.RUNNING, "x", 3, NOW
    with transaction():
        sweep(at=utc_now())
    assert (row(job_id).state, row(job_id).error) == (State.FAILED, WORKER_STOPPED)


def test_a_lost_delivery_is_made_again_after_a_minute(app, held):
    at = utc_now()
    job_id = ask(at=at)
    held.clear()
    for seconds, pushed in ((1, []), (59, []), (61, [job_id]), (62, []), (130, [job_id])):
        with transaction():
            assert sweep(at=at + timedelta(seconds=seconds)) == pushed
    assert held == [job_id, job_id]


def test_a_job_for_later_is_delivered_when_it_is_due(app, held):
    at = utc_now()
    job_id = ask(at=at, run_at=at + timedelta(hours=1))
    assert held == []
    assert not run(job_id)
    with transaction():
        assert sweep(at=at + timedelta(minutes=59)) == []
    with transaction():
        assert sweep(at=at + timedelta(minutes=61)) == [job_id]


@pytest.mark.slow
def test_a_queue_that_cannot_be_reached_fails_no_act(app, monkeypatch):
    def unreachable(_self, job_id):
        raise ConnectionError("queue")

    monkeypatch.setattr(queue_module.Queue, "push_job", unreachable)
    assert row(ask()).state is State.QUEUED


def test_periodic_tasks_run_on_the_grid_once_each_time(app):
    with time_machine.travel(NOW + timedelta(seconds=30), tick=False) as clock:
        worker.tick(utc_now())
        worker.tick(utc_now())
        assert len(job_kinds.TICKS) == 1
        clock.move_to(NOW + timedelta(seconds=59))
        worker.tick(utc_now())
        assert len(job_kinds.TICKS) == 1
        clock.move_to(NOW + timedelta(seconds=60))
        worker.tick(utc_now())
        assert [NOW + timedelta(seconds=30), NOW + timedelta(seconds=60)] == job_kinds.TICKS
        clock.move_to(NOW + timedelta(hours=5))
        worker.tick(utc_now())
        worker.tick(utc_now())
        assert len(job_kinds.TICKS) == 3, "what was missed while nobody worked is not made up for, it runs once"


def test_a_periodic_task_that_fails_is_counted_and_comes_again(app):
    job_kinds.TICK_FAILS.append(True)
    with time_machine.travel(NOW, tick=False) as clock:
        worker.tick(utc_now())
        clock.shift(60)
        worker.tick(utc_now())
        assert session().get_one(PeriodicTask, TICKING).failures == 2
        assert TICKING in health(at=utc_now()).failing_periodic
        job_kinds.TICK_FAILS.clear()
        clock.shift(60)
        worker.tick(utc_now())
        session().expire_all()
        assert session().get_one(PeriodicTask, TICKING).failures == 0
    assert len(job_kinds.TICKS) == 3


def test_a_periodic_task_of_a_dead_worker_is_taken_over_after_its_limit(app):
    with time_machine.travel(NOW, tick=False) as clock:
        worker.tick(utc_now())
        clock.shift(60)
        with transaction():
            assert claim_periodic(PERIODIC[TICKING], at=utc_now())  # a worker begins, and dies
            assert not claim_periodic(PERIODIC[TICKING], at=utc_now())
        clock.shift(300)
        worker.tick(utc_now())
        assert len(job_kinds.TICKS) == 1
        clock.shift(301)
        worker.tick(utc_now())
        assert len(job_kinds.TICKS) == 2


def test_progress_shows_how_far_a_job_is_and_how_long_it_takes(app, held):
    at = utc_now()
    job_id = ask()
    with transaction():
        job = session().get_one(Job, job_id)
        job.state, job.started_at, job.done, job.total = State.RUNNING, at - timedelta(seconds=30), 600, 1200
    progress = progress_of(row(job_id), at=at)
    assert (progress.percent, progress.time_left) == (50, timedelta(seconds=30))
    assert not progress.has_ended


def test_a_kind_s_usual_time_is_learnt_from_its_last_jobs(app, held):
    does(lambda run: None)
    assert usual_time("test.act") is None
    for seconds in (10, 20):
        job_id = ask()
        with transaction():
            job = session().get_one(Job, job_id)
            job.state, job.started_at, job.finished_at = State.DONE, NOW, NOW + timedelta(seconds=seconds)
    assert usual_time("test.act") == timedelta(seconds=15)


def test_old_jobs_are_forgotten(app, held):
    at = utc_now()
    old, young, waiting = ask(), ask(), ask()
    with transaction():
        for job_id, age in ((old, 31), (young, 29)):
            job = session().get_one(Job, job_id)
            job.state, job.finished_at = State.DONE, at - timedelta(days=age)
    with transaction():
        assert purge_ended(at=at) == 1
    assert set(session().scalars(sa.select(Job.id))) == {young, waiting}


def test_two_functions_cannot_have_one_name():
    with pytest.raises(ValueError, match="twice"):
        job("test.act", title="x")(lambda run: None)

    def tick_tests(at):
        pass

    tick_tests.__module__ = job_kinds.__name__
    with pytest.raises(ValueError, match="twice"):
        every(minutes=1)(tick_tests)
    with pytest.raises(ValueError, match="positive"):
        every()


def test_the_operator_sees_how_the_queue_does(app, held):
    does(lambda run: None)
    ask(at=utc_now() - timedelta(seconds=90))
    output = app.test_cli_runner().invoke(args=["jobs", "status"]).output
    assert "queued: 1" in output
    assert "oldest waiting: 9" in output
