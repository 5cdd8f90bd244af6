"""Logs: one JSON object a line, no personal value, no forged line."""

import io
import json
import logging

import pytest
import structlog
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from app.logging import BLANK, configure_logging, without_personal_values
from tests.conftest import make_config
from tests.resident_numbers import checked

CANARIES = [
    "hanbyeol@example.kr",
    "010-7391-4826",
    "+82 10-7391-4826",
    "02-123-4567",
    f"{checked('900101123456')[:6]}-{checked('900101123456')[6:]}",
]


NAME = "나한별"
"""Not written where it is used: a traceback shows the line of code."""


@pytest.fixture
def lines(tmp_path):
    """Configures logging as in production and collects what it writes."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    configure_logging(make_config("sqlite://", tmp_path))
    buffer = io.StringIO()
    for handler in root.handlers:
        handler.setStream(buffer)
    yield lambda: [json.loads(line) for line in buffer.getvalue().splitlines()]
    root.handlers[:], _ = handlers, root.setLevel(level)
    structlog.configure(**before)


@pytest.mark.parametrize("canary", CANARIES)
def test_a_contact_in_any_text_is_blanked(lines, canary):
    log = structlog.get_logger("app.test")
    event = f"보냄 {canary} 끝"
    log.warning(event, detail=f"to {canary}", deep={"list": [canary, 7]}, thing=ValueError(canary))
    logging.getLogger("library").warning("sent to %s", canary)
    output = json.dumps(lines(), ensure_ascii=False)
    assert canary not in output
    assert output.count(BLANK) >= 5
    assert len(lines()) == 2


@pytest.mark.parametrize(
    "name",
    [
        "email",
        "to",
        "recipient",
        "legal_name",
        "birth_date",
        "password",
        "csrf_token",
        "ballot",
        "body",
        "user_agent",
        "code",
    ],
)
def test_a_field_named_after_something_private_is_blanked(lines, name):
    structlog.get_logger("app.test").info("saved", **{name: "홍길동"}, nested={name: "홍길동"})
    (line,) = lines()
    assert line[name] == BLANK
    assert line["nested"][name] == BLANK


def test_ids_counts_and_times_stay(lines):
    structlog.get_logger("app.test").info(
        "job started", job_id=17, kind="roll.import", attempt=1, ok=True, cost_won=30_000_000, at="2026-07-01T05:00:00Z"
    )
    (line,) = lines()
    assert (line["job_id"], line["kind"], line["attempt"], line["ok"]) == (17, "roll.import", 1, True)
    assert (line["cost_won"], line["at"]) == (30_000_000, "2026-07-01T05:00:00Z")
    assert (line["level"], line["logger"]) == ("info", "app.test")
    assert line["timestamp"].endswith("Z")


def test_a_line_break_forges_no_line(lines):
    structlog.get_logger("app.test").info('ok\n{"event": "forged"}', path="/a\r\nb\x1b[31m\u2028c")
    (line,) = lines()
    assert line["event"].startswith("ok\n")


def test_an_exception_says_where_but_not_whose(lines):
    log, name = structlog.get_logger("app.test"), NAME
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (email TEXT UNIQUE)"))
        connection.execute(text("INSERT INTO t VALUES (:email)"), {"email": name})
        try:
            connection.execute(text("INSERT INTO t VALUES (:email)"), {"email": name})
        except IntegrityError:
            log.exception("failed")
    engine.dispose()
    (line,) = lines()
    assert "IntegrityError" in line["exception"]
    assert "test_logging.py" in line["exception"]
    assert name not in json.dumps(line, ensure_ascii=False)


def test_libraries_that_write_addresses_are_quiet(lines):
    for name in ("httpx", "httpcore", "huey", "pypdf"):
        logging.getLogger(name).info("POST https://sms.example.kr/?to=01012345678")
    assert lines() == []


def test_ordinary_words_pass():
    text_ = "cycle 12 closed stage inspection at 2026-07-01 14:00, 30,000,000원, 771 voters"
    assert without_personal_values(text_) == text_
