"""The application as a worker process of its own sees it: ``flask --app tests.worker_app worker run``."""

import json
import os
from datetime import timedelta
from pathlib import Path

from app.factory import create_app
from app.jobs import runner, services, worker
from app.logging import configure_logging
from tests import job_kinds  # noqa: F401 - registers the kinds
from tests.conftest import make_config

settings = json.loads(os.environ["MADANG_TEST_WORKER"])
config = make_config(
    settings["database_url"], Path(settings["folder"]), queue=settings["queue"], queue_url=settings["queue_url"]
)
# A test does not wait half a minute for a worker to be taken for dead.
runner.HEARTBEAT = timedelta(seconds=0.3)
services.LOST_AFTER = timedelta(seconds=3)
worker.TICK_SECONDS = 0.3
configure_logging(config)
app = create_app(config)
