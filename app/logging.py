"""Structured logs: one JSON object a line on standard error, every library's messages included.

Logs name people by id, never otherwise. The filter here is a backstop for slips, not a licence: it blanks fields whose
name says that they are personal or secret, and texts that look like contacts, resident numbers or SQL parameters.
JSON escapes line breaks and control characters, so that nobody can forge a line.
"""

import json
import logging
import logging.config
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from flask import g, has_request_context
from structlog.typing import EventDict, Processor

from app.config import Config
from app.privacy.rules import find_resident_numbers

BLANK = "[removed]"

_PRIVATE = re.compile(
    r"(^|_)(email|e_mail|mail_to|phone|mobile|tel|contact|address|birth|birth_date|born|recipient|to|name|legal_name"
    r"|full_name|public_name|password|passwd|secret|token|code|otp|cookie|authorization|credential|ballot|choices?|body"
    r"|subject|text|content|form|parameters|params|user_agent)$",
    re.IGNORECASE,
)
_HARMLESS = frozenset({"status_code", "error_code", "exit_code", "logger_name", "task_name", "table_name", "kind_name"})
_EMAIL = re.compile(r"[^\s@<>\"',;:()\[\]]{1,64}@[^\s@<>\"',;:()\[\]]+\.[A-Za-z]{2,}")
_PHONE = re.compile(r"(?<![0-9A-Za-z])(?:\+82[-. ]?|0)1[016789](?:[-. ]?[0-9]{3,4})[-. ]?[0-9]{4}(?![0-9A-Za-z])")
_LANDLINE = re.compile(r"(?<![0-9A-Za-z])0(?:2|[3-6][1-5])[-. ][0-9]{3,4}[-. ][0-9]{4}(?![0-9A-Za-z])")
_SQL_PARAMETERS = re.compile(r"\[parameters: .*?\](?=\n|$)", re.DOTALL)
_SQL_DETAIL = re.compile(r"(DETAIL: {1,2})[^\n]*")


def configure_logging(config: Config) -> None:
    """Send all logs, structlog's and the standard library's, through one filter to standard error."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_request_id,
    ]
    last: list[Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        remove_personal_values,
        structlog.processors.JSONRenderer(serializer=_as_line),
    ]
    formatter = {"()": structlog.stdlib.ProcessorFormatter, "foreign_pre_chain": shared, "processors": last}
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"json": formatter},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "json"}},
            "root": {"handlers": ["stderr"], "level": "INFO"},
            "loggers": {
                # These write addresses, telephone numbers and query strings into their messages.
                "httpx": {"level": "WARNING"},
                "httpcore": {"level": "WARNING"},
                "werkzeug": {"level": "INFO" if config.demo else "WARNING"},
                "pypdf": {"level": "ERROR"},
                "huey": {"level": "WARNING"},
            },
        }
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def add_request_id(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Name the request that a line belongs to; the error page shows the same number."""
    if has_request_context() and "request_id" in g:
        event.setdefault("request_id", g.request_id)
    return event


def remove_personal_values(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Blank what slipped into a log line although it names or identifies somebody."""
    return _clean_mapping(event)


def without_personal_values(text: str) -> str:
    """Return a text with contacts, resident numbers and SQL parameters blanked."""
    text = _SQL_PARAMETERS.sub(f"[parameters: {BLANK}]", text)
    text = _SQL_DETAIL.sub(rf"\g<1>{BLANK}", text)
    text = _EMAIL.sub(BLANK, text)
    text = _PHONE.sub(BLANK, text)
    text = _LANDLINE.sub(BLANK, text)
    # Where exactly a number stands is known in the folded text only, so a line that holds one goes as a whole.
    return "\n".join(BLANK if find_resident_numbers(line) else line for line in text.split("\n"))


def _clean_mapping(event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if _PRIVATE.search(str(key)) and key not in _HARMLESS and not isinstance(value, bool | None):
            event[key] = BLANK
        else:
            event[key] = _clean(value)
    return event


def _clean(value: Any) -> Any:
    match value:
        case str():
            return without_personal_values(value)
        case bytes():
            return BLANK
        case dict():
            return _clean_mapping(dict(value))
        case list() | tuple() | set():
            return [_clean(part) for part in value]
        case bool() | int() | float() | None:
            return value
        case _:
            return without_personal_values(str(value))


def _as_line(event: object, **_options: object) -> str:
    """Write one line. Also what JSON allows but some readers of lines break at is escaped."""
    line = json.dumps(event, ensure_ascii=False, default=lambda value: without_personal_values(str(value)))
    return line.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("\x85", "\\u0085")
