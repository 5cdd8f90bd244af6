"""Empty databases to measure on, as durable as in production: nothing here knows the shortcuts of the tests."""

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from flask import Flask

from app.extensions import db
from app.factory import create_app
from tests.conftest import make_config
from tests.postgres import binaries, running_server

KINDS = ("sqlite", "postgres")


@contextlib.contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'bench.sqlite3'}"
        return
    with running_server(durable=True) as url:
        yield url


def on_each_database(
    measure: Callable[[Flask, str], bool], *, kinds: Sequence[str] = KINDS, **settings: object
) -> bool:
    """Measure on an empty database of each kind that this machine has.

    Args:
        measure: gets an application with its context pushed and all tables made, and the kind of its database; returns
            whether the budgets were met.
        kinds: which databases, in which order.
        settings: changes to the configuration.

    Returns:
        Whether all budgets were met.
    """
    good = True
    for kind in kinds:
        if kind == "postgres" and binaries() is None:
            print("postgres: not on this machine")
            continue
        folder = Path(tempfile.mkdtemp(prefix="madang-bench-"))
        try:
            with _database(kind, folder) as url:
                app = create_app(make_config(url, folder, **settings))
                with app.app_context():
                    db.create_all()
                    good = measure(app, kind) and good
                    db.session.remove()
                    db.engine.dispose()
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return good
