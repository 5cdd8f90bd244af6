"""The queue carries plain ids as JSON, on every storage, and nothing else."""

import json
import sqlite3

import pytest
from huey.registry import Message

from app.clock import utc_now
from app.db.session import transaction
from app.factory import create_app
from app.jobs.queue import JsonSerializer, queue
from app.jobs.services import enqueue
from tests import job_kinds  # noqa: F401 - registers the kinds
from tests.conftest import make_config


def test_a_message_survives_the_journey():
    sent = Message(id="a", name="app.jobs.queue.run_job", args=(7,), kwargs={}, retries=0, retry_delay=0)
    received = JsonSerializer().deserialize(JsonSerializer().serialize(sent))
    assert (received.id, received.name, received.args, received.kwargs) == ("a", "app.jobs.queue.run_job", (7,), {})


@pytest.mark.parametrize("data", [b"\x80\x04\x95", b"cos\nsystem\n(S'true'\ntR.", b"{}", b"null", b"[]"])
def test_a_pickle_or_a_malformed_message_is_refused(data):
    with pytest.raises((ValueError, KeyError, TypeError)):
        JsonSerializer().deserialize(data)


def test_only_messages_are_carried():
    with pytest.raises(TypeError):
        JsonSerializer().serialize({"name": "홍길동"})


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_queue_s_file_holds_the_id_and_nothing_else(database_url, tmp_path):
    app = create_app(make_config(database_url, tmp_path, queue="sqlite"))
    with app.app_context():
        with transaction():
            job_id = enqueue("test.act", {"place_id": 12345}, by=None, at=utc_now()).id
        with sqlite3.connect(tmp_path / "queue.sqlite3") as stored:
            (data,) = stored.execute("SELECT data FROM task").fetchone()
        stored.close()
        message = json.loads(data)
        assert message["args"] == [job_id]
        assert set(message) == {"id", "name", "args"}
        queue().huey.storage.close()
