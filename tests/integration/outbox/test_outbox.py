"""The outbox: written with the act, sent after it, tried again, given up visibly, forgotten in time."""

import email
from datetime import timedelta
from email.policy import default
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from jinja2 import ChoiceLoader, FileSystemLoader, TemplateNotFound, TemplateRuntimeError, UndefinedError

from app.clock import utc_now
from app.db.session import session, transaction
from app.errors import InvalidInput, RuleViolation
from app.jobs import worker
from app.jobs.models import Job
from app.jobs.rules import State as JobState
from app.outbox import jobs as outbox_jobs
from app.outbox.models import Message
from app.outbox.queries import count_by_state, messages_newest_first
from app.outbox.rendering import link, render
from app.outbox.rules import KEEP_TEXT, Channel, State
from app.outbox.senders.base import Refused, Unreachable
from app.outbox.services import queue_message, send_again, wipe_old
from app.people.services import account
from app.privacy.rules import ResidentNumberRefused
from app.privacy.sealing import reveal
from tests.conftest import NOW
from tests.factories import make_person, make_place
from tests.resident_numbers import checked


class Recorder:
    """A sender that remembers, and fails as it is told."""

    def __init__(self):
        self.sent, self.troubles = [], []

    def send(self, message):
        self.sent.append(message)
        if self.troubles:
            raise self.troubles.pop(0)
        return "ref-1"


@pytest.fixture
def recorder(monkeypatch):
    recorder = Recorder()
    monkeypatch.setattr(outbox_jobs, "sender_for", lambda _channel, _config: recorder)
    return recorder


def post(channel=Channel.MAIL, *, key="test:1", to="Hong@example.kr", at=None, template="outbox/test", **values) -> int:
    at = at or utc_now()
    with transaction():
        return queue_message(channel, template, to=to, values={"at": NOW}, at=at, idempotency_key=key, **values).id


def fresh(message_id: int) -> Message:
    session().rollback()
    return session().get_one(Message, message_id)


def test_a_message_leaves_after_the_commit(app, recorder):
    with transaction():
        queue_message(
            Channel.MAIL, "outbox/test", to="hong@example.kr", values={"at": NOW}, at=utc_now(), idempotency_key="a"
        )
        assert recorder.sent == []
    (sent,) = recorder.sent
    assert (sent.to, sent.subject) == ("hong@example.kr", "시험 메일")
    message = session().scalars(sa.select(Message)).one()
    assert (message.state, message.attempts, message.reference) == (State.SENT, 1, "ref-1")
    assert sent.key == str(message.row_key)


def test_a_message_of_an_act_that_failed_never_leaves(app, recorder):
    with pytest.raises(ZeroDivisionError), transaction():
        queue_message(
            Channel.MAIL, "outbox/test", to="hong@example.kr", values={"at": NOW}, at=utc_now(), idempotency_key="a"
        )
        raise ZeroDivisionError
    assert recorder.sent == []
    assert session().scalars(sa.select(Message)).all() == []


def test_the_same_key_never_makes_a_second_message(app, recorder):
    assert post(key="reset:7") == post(key="reset:7", to="other@example.kr")
    assert len(recorder.sent) == 1
    assert post(key="reset:8") != post(key="reset:9")


def test_address_and_words_are_sealed(app, recorder):
    post()
    row = session().execute(sa.text("SELECT * FROM messages")).one()
    assert b"hong" not in b"".join(bytes(value) for value in row if isinstance(value, bytes | memoryview))
    assert "hong" not in str([value for value in row if isinstance(value, str)])


def test_a_text_message_goes_to_a_mobile_number(app, recorder):
    post(Channel.SMS, to="010-1234-5678")
    (sent,) = recorder.sent
    assert (sent.to, sent.subject, sent.text) == (
        "+821012345678",
        "",
        "[마당] 시험 문자입니다. 2026. 7. 1.(수) 오후 2:00\n",
    )


@pytest.mark.parametrize(("channel", "to"), [(Channel.MAIL, "nobody"), (Channel.SMS, "02-123-4567")])
def test_nobody_can_be_reached_there(app, recorder, channel, to):
    with pytest.raises(InvalidInput):
        post(channel, to=to)


def test_something_away_is_tried_again_with_growing_pauses(app, recorder):
    recorder.troubles = [Unreachable("smtp 451"), Unreachable("smtp connection")]
    with time_machine.travel(NOW, tick=False) as clock:
        message_id = post(at=NOW)
        waiting = fresh(message_id)
        assert (waiting.state, waiting.attempts, waiting.error) == (State.QUEUED, 1, "smtp 451")
        assert waiting.next_attempt_at == NOW + timedelta(minutes=1)
        clock.shift(timedelta(seconds=59))
        worker.tick(utc_now())
        assert len(recorder.sent) == 1
        clock.shift(timedelta(seconds=2))
        worker.tick(utc_now())
        assert fresh(message_id).attempts == 2
        clock.shift(timedelta(minutes=3, seconds=1))
        worker.tick(utc_now())
    done = fresh(message_id)
    assert (done.state, done.attempts, done.error) == (State.SENT, 3, None)
    assert len({sent.key for sent in recorder.sent}) == 1, "the other side can drop what it already has"


@pytest.mark.slow
def test_after_the_last_attempt_the_failure_is_visible_and_can_be_tried_again(app, recorder):
    place = make_place()
    recorder.troubles = [Unreachable("smtp connection")] * 8
    with time_machine.travel(NOW, tick=False) as clock:
        message_id = post(at=NOW, place_id=place.id)
        for _ in range(8):
            clock.shift(timedelta(hours=5))
            worker.tick(utc_now())
        failed = fresh(message_id)
        assert (failed.state, failed.attempts, failed.error) == (State.FAILED, 8, "smtp connection")
        assert session().scalar(sa.select(Job.state)) is JobState.DONE
        (line,) = messages_newest_first(place.id, state=State.FAILED)
        assert line.can_send_again
        assert count_by_state(place.id)[State.FAILED] == 1
        with transaction():
            send_again(message_id, at=utc_now())
    assert (fresh(message_id).state, fresh(message_id).attempts) == (State.SENT, 1)


def test_a_refusal_is_final_at_once(app, recorder):
    recorder.troubles = [Refused("smtp 550")]
    message = fresh(post())
    assert (message.state, message.attempts, message.error) == (State.FAILED, 1, "smtp 550")
    assert len(recorder.sent) == 1


@pytest.mark.slow
def test_what_was_sent_is_not_sent_again(app, recorder):
    message_id = post()
    with pytest.raises(RuleViolation), transaction():
        send_again(message_id, at=utc_now())


def test_a_job_run_again_after_the_message_left_sends_nothing(app, recorder):
    message_id = post()
    with transaction():
        job = session().scalars(sa.select(Job)).one()
        job.state, job.run_at, job.delivered_at = JobState.QUEUED, utc_now(), None
    worker.tick(utc_now())
    assert len(recorder.sent) == 1
    assert fresh(message_id).attempts == 1


def test_too_late_is_never(app, recorder):
    recorder.troubles = [Unreachable("smtp connection")]
    with time_machine.travel(NOW, tick=False) as clock:
        message_id = post(at=NOW, secret=True, expires_at=NOW + timedelta(seconds=30))
        clock.shift(timedelta(minutes=2))
        worker.tick(utc_now())
    message = fresh(message_id)
    assert (message.state, message.body) == (State.EXPIRED, None)
    assert len(recorder.sent) == 1


def test_secret_words_are_wiped_once_sent_but_kept_for_another_try(app, recorder):
    sent = fresh(post(key="a", secret=True))
    assert (sent.body, sent.subject) == (None, None)
    assert reveal(sent, Message.recipient) == "hong@example.kr"
    recorder.troubles = [Refused("smtp 550")]
    failed = fresh(post(key="b", secret=True))
    assert failed.body is not None
    ordinary = fresh(post(key="c"))
    assert ordinary.body is not None


def test_address_and_words_are_forgotten_after_a_month_but_not_while_waiting(app, recorder):
    at = utc_now()
    old = post(key="a")
    recorder.troubles = [Unreachable("smtp connection")]
    waiting = post(key="b")
    with transaction():
        assert wipe_old(at=at + KEEP_TEXT) == 0
    with transaction():
        assert wipe_old(at=at + KEEP_TEXT + timedelta(minutes=1)) == 1
    assert (fresh(old).recipient, fresh(old).body) == (None, None)
    assert fresh(old).wiped_at is not None
    assert fresh(waiting).body is not None
    with transaction():
        assert wipe_old(at=at + 2 * KEEP_TEXT) == 0, "what is wiped is not wiped again"


def test_closing_an_account_wipes_what_was_sent_to_it_and_lets_what_waits_go_out(app, recorder):
    person, other = make_person(), make_person()
    theirs, others = post(key="a", at=NOW, person_id=person.id), post(key="b", at=NOW, person_id=other.id)
    recorder.troubles = [Unreachable("smtp connection")]
    waiting = post(key="c", at=NOW, person_id=person.id)
    with transaction():
        account.close(person.id, at=NOW)
    assert (fresh(theirs).recipient, fresh(theirs).body, fresh(theirs).wiped_at) == (None, None, NOW)
    assert fresh(others).body is not None
    assert (fresh(waiting).state, fresh(waiting).wiped_at) == (State.QUEUED, None)


def test_a_failed_message_that_was_wiped_is_not_offered_again(app, recorder):
    recorder.troubles = [Refused("smtp 550")]
    place = make_place()
    message_id = post(place_id=place.id)
    with transaction():
        wipe_old(at=utc_now() + 2 * KEEP_TEXT)
    assert not messages_newest_first(place.id)[0].can_send_again
    with pytest.raises(RuleViolation), transaction():
        send_again(message_id, at=utc_now())


def test_a_resident_number_does_not_leave_by_mail(app, recorder, template_folder):
    template_folder(
        "number.ko.txt",
        "{% extends 'emails/layout.ko.txt' %}{% block subject %}a{% endblock %}{% block text %}{{ n }}{% endblock %}",
    )
    with pytest.raises(ResidentNumberRefused), transaction():
        queue_message(
            Channel.MAIL, "number", to="a@b.kr", values={"n": checked("900101123456")}, at=NOW, idempotency_key="n"
        )


@pytest.fixture
def template_folder(app, tmp_path, monkeypatch):
    """Adds templates to the application's own."""
    (tmp_path / "t" / "emails").mkdir(parents=True)
    own = app.jinja_loader
    monkeypatch.setattr(app.jinja_env, "loader", ChoiceLoader([FileSystemLoader(tmp_path / "t"), own]))
    app.extensions.pop("madang.outbox.templates", None)
    return lambda name, text: (tmp_path / "t" / "emails" / name).write_text(text)


def test_values_are_text_and_never_templates(app, template_folder):
    template_folder(
        "t.ko.txt",
        "{% extends 'emails/layout.ko.txt' %}{% block subject %}{{ s }}{% endblock %}{% block text %}{{ t }}{% endblock %}",
    )
    words = render(Channel.MAIL, "t", {"s": "{{7*7}}\r\nBcc: x@y.kr", "t": "{{7*7}} {% raw %} <b>"}, locale="ko")
    assert words.subject == "{{7*7}} Bcc: x@y.kr"
    assert words.text.startswith("{{7*7}} {% raw %} <b>\n")


def test_a_value_that_was_not_given_is_an_error(app, template_folder):
    template_folder(
        "t.ko.txt",
        "{% extends 'emails/layout.ko.txt' %}{% block subject %}a{% endblock %}{% block text %}{{ missing }}{% endblock %}",
    )
    with pytest.raises(UndefinedError):
        render(Channel.MAIL, "t", {}, locale="ko")


def test_a_mail_without_a_subject_or_in_an_unknown_language_is_an_error(app, template_folder):
    template_folder("t.ko.txt", "{% extends 'emails/layout.ko.txt' %}{% block text %}a{% endblock %}")
    with pytest.raises(TemplateRuntimeError, match="subject"):
        render(Channel.MAIL, "t", {}, locale="ko")
    with pytest.raises(TemplateNotFound):
        render(Channel.MAIL, "outbox/test", {"at": NOW}, locale="fr")


def test_links_are_whole_addresses_of_this_site(app):
    assert link("cycle.home") == "http://127.0.0.1:8000/"
    assert link("jobs.show", job_id=7) == "http://127.0.0.1:8000/jobs/7"


SNAPSHOTS = Path(__file__).resolve().parents[2] / "vectors" / "emails"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("locale", ["ko", "en"])
@pytest.mark.parametrize("channel", list(Channel))
def test_the_test_message_says_what_it_always_said(app, channel, locale):
    words = render(channel, "outbox/test", {"at": NOW}, locale=locale)
    expected = (SNAPSHOTS / "outbox" / f"test.{channel}.{locale}.txt").read_text()
    assert f"{words.subject}\n\n{words.text}" == expected


def test_a_file_of_development_can_be_read_as_mail(app, tmp_path):
    post()
    (path,) = (tmp_path / "outbox").glob("*.eml")
    mail = email.message_from_bytes(path.read_bytes(), policy=default)
    assert mail["To"] == "hong@example.kr"
    assert "시험" in mail["Subject"]


def test_the_operator_sends_a_test_and_sees_it_leave(app, recorder):
    runner = app.test_cli_runner()
    assert runner.invoke(args=["outbox", "test", "--mail", "op@example.kr", "--sms", "01012345678"]).exit_code == 0
    assert {sent.channel for sent in recorder.sent} == {Channel.MAIL, Channel.SMS}
    assert "sent: 2" in runner.invoke(args=["outbox", "status"]).output
