"""Fixtures that every test may use.

``app`` runs a test on SQLite and again on PostgreSQL, each with an empty database of its own; ``client`` is its browser
without a browser. Time and randomness are arguments: ``NOW`` is the instant at which most tests play.
"""

import base64
import contextvars
import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.config import Config
from app.extensions import db
from app.factory import create_app
from app.people import passwords
from app.people.models import Person
from tests import cheap_apps
from tests.postgres import running_server
from tests.shared_data import shared_data
from tests.signing_in import sign_in

NOW = datetime(2026, 7, 1, 5, 0, tzinfo=UTC)
"""Wednesday 1 July 2026, 2 pm in Korea."""
KEY = base64.b64encode(bytes(range(32))).decode()


class Browser(FlaskClient):
    """A test client whose requests run in contexts of their own, as they do behind a server.

    The test's own session ends its transaction around each request, so that it sees what the request committed.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Send one request."""
        db.session.rollback()
        kwargs.setdefault("buffered", True)  # a streamed answer is read in the context that made it
        return contextvars.Context().run(super().open, *args, **kwargs)


def pytest_configure() -> None:
    """Make applications cheap; here and not on import, because measurements use these fixtures' factories as well."""
    cheap_apps.install()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give a browser's test one more try on the CI machine.

    A browser is another program with a clock of its own, and on a loaded machine one of a thousand steps comes late. What
    passed only then is reported as ``RERUN``: a race to be found, in the test or in the page. Nowhere else is anything
    tried twice.
    """
    if os.environ.get("CI") == "true":
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_collection_finish() -> None:
    """Spare the garbage collector what lives as long as the process: the modules and the tests themselves."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the repository."""
    return shared_data()


def make_config(database_url: str, folder: Path, **changes: object) -> Config:
    """Return the configuration of a test."""
    values: dict[str, object] = {
        "testing": True,
        "database_url": database_url,
        "data_dir": folder,
        "secret_key": "test" * 8,
        "field_keys": f"k1:{KEY}",
        "index_key": KEY,
        "queue": "immediate",
        "mail": "file",
        "sms": "file",
    }
    return Config(**{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with all tables, copied for every test."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    app = create_app(make_config(f"sqlite:///{path}", path.parent))
    with app.app_context():
        db.create_all()
        db.session.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.remove()
        db.engine.dispose()
    return path


@pytest.fixture(scope="session")
def _postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with a template database that has all tables."""
    with running_server() as url:
        with administration(url) as connection:
            connection.execute(sa.text("CREATE DATABASE madang_template"))
        app = create_app(make_config(named(url, "madang_template"), tmp_path_factory.mktemp("pg")))
        with app.app_context():
            db.create_all()
            db.session.remove()
            db.engine.dispose()
        yield url


@contextmanager
def administration(server: str) -> Iterator[sa.Connection]:
    """Open a connection that creates and drops databases."""
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        yield connection
    admin.dispose()


def named(url: str, database: str) -> str:
    """Return the URL of another database of a server."""
    return sa.make_url(url).set(database=database).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def _sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("database") / "test.sqlite3"


@pytest.fixture
def template_of(request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Return, for a kind of server, the file or name of the database that a test begins with: here an empty one."""
    return lambda kind: str(request.getfixturevalue("_sqlite_template")) if kind == "sqlite" else "madang_template"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, template_of: Callable[[str], str]) -> str:
    """The URL of an empty database with all tables, on each kind of server; the same address for every test."""
    if request.param == "sqlite":
        path: Path = request.getfixturevalue("_sqlite_file")
        for old in path.parent.glob(f"{path.name}*"):
            old.unlink()
        shutil.copy(template_of("sqlite"), path)
        return f"sqlite:///{path}"
    server = request.getfixturevalue("_postgres_server")
    with administration(server) as connection:
        connection.execute(sa.text("DROP DATABASE IF EXISTS madang_test WITH (FORCE)"))
        connection.execute(sa.text(f"CREATE DATABASE madang_test TEMPLATE {template_of('postgres')}"))
    return named(server, "madang_test")


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on an empty database, with its context pushed."""
    app = cheap_apps.standing(make_config(database_url, tmp_path))
    app.test_client_class = Browser
    app.config["WTF_CSRF_ENABLED"] = False  # tests/web/test_forged_requests.py turns it on again
    with app.app_context():
        yield app
        db.session.rollback()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def production_passwords(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Passwords as costly as in production."""
    monkeypatch.setattr(passwords, "_hasher", cheap_apps.PRODUCTION_HASHER)
    passwords._nobody.cache_clear()
    yield
    passwords._nobody.cache_clear()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A guest."""
    return app.test_client()


@pytest.fixture
def client_of(app: Flask) -> Callable[[Person], FlaskClient]:
    """Return a signed-in browser of a person, second factor done."""

    def make(person: Person) -> FlaskClient:
        client = app.test_client()
        sign_in(app, client, person)
        return client

    return make


@pytest.fixture
def queries(app: Flask) -> Callable[[], Any]:
    """Return a context manager that lists the statements sent to the database inside it."""

    @contextmanager
    def listen() -> Iterator[list[str]]:
        sent: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA")):
                sent.append(statement)

        sa.event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", note)

    return listen
