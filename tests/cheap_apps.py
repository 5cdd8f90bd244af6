"""Makes a thousand applications as cheap as one.

A test finds the application as if it had just been made: one per process and kind of database stands ready, and gets its
configuration, keys, queue and an empty database anew. Tests that make others share the code of templates and the builders
of addresses with it. Passwords are hashed with the least that Argon2 can do, and SQLite does not wait for the disk: its files outlive a killed process, and no test cuts the power. A database per test is
a thousand small files; they lie in memory where the machine has such a place with room.
What production does is untouched and has tests of its own (``tests/unit/people/test_passwords.py``, the browser's story).
"""

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import Pool
from werkzeug.routing import Rule

from app.config import Config
from app.factory import create_app
from app.jobs import worker
from app.people import passwords
from app.privacy import keys

MEMORY = Path("/dev/shm")  # noqa: S108 - folders are made in it by mkdtemp and by pytest
ROOM = 4 * 1024**3
PRODUCTION_HASHER = passwords._hasher
_standing: dict[str, tuple[Flask, dict[str, Any]]] = {}
_compile_builder = Rule._compile_builder


class SharedCode(BytecodeCache):
    """The compiled templates of this process, by name and content."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket with what an earlier application compiled."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code


def _when_asked(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    made: list[Any] = []

    def build(self: Rule, *args: Any, **values: Any) -> tuple[str, str]:
        if not made:
            made.append(_compile_builder(rule, append_unknown))
        address: tuple[str, str] = made[0](self, *args, **values)
        return address

    return build


def standing(config: Config) -> Flask:
    """Return the application of this process for the configuration's kind of database, as if just made.

    The address of the database must be the same each time; the engine stays, with the statements it has compiled.
    """
    kind = make_url(config.database_url).get_backend_name()
    if kind not in _standing:
        made = create_app(config)
        _standing[kind] = made, dict(made.config)
    app, settings = _standing[kind]
    app.config.clear()
    app.config.update(settings, MADANG=config)
    keys.init_app(app, config)
    worker.init_app(app, config)
    return app


def _do_not_wait_for_the_disk(connection: DBAPIConnection, *_: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


def install() -> None:
    """Make every application of this process cheap."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM and os.access(MEMORY, os.W_OK):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    event.listen(Pool, "checkout", _do_not_wait_for_the_disk)
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": SharedCode()}
    Rule._compile_builder = _when_asked  # type: ignore[method-assign]
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
