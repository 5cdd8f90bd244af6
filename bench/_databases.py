"""Empty databases to measure on, as durable as in production: nothing here knows the shortcuts of the tests."""

import contextlib
import os
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


def server_seconds() -> float:
    """Return the processor time that the PostgreSQL server of the current application has used so far; 0 for SQLite."""
    folder = db.engine.url.query.get("host")
    if not isinstance(folder, str):
        return 0.0
    return family_seconds(int((Path(folder) / "data" / "postmaster.pid").read_text().split()[0]))


def family_seconds(parent: int) -> float:
    """Return the processor time of a process and its children, those that have ended included; 0 without ``/proc``."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # After the name in parentheses: state, parent, …; the 12th and 13th are ticks in user mode and in the kernel,
            # the two after them those of children that have ended.
            fields = path.read_text().rpartition(")")[2].split()
            if path.parent.name == str(parent):
                ticks += sum(int(field) for field in fields[11:15])
            elif fields[1] == str(parent):
                ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
