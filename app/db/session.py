"""The unit of work: the only module that commits.

Views, API, commands and jobs open ``with transaction():`` around one use case. Services use `session()` and at most
``flush()``. On SQLite a transaction takes the write lock at its beginning (``BEGIN IMMEDIATE``), so that two writers
queue up instead of failing half-way; on PostgreSQL it is an ordinary one.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from app.db.base import Base, Versioned
from app.errors import Conflict, NotFound, Overloaded
from app.extensions import db
from app.i18n import N_

CHANGED_MEANWHILE = N_(
    "다른 사람이 먼저 고쳤습니다. 적으신 내용은 아래에 그대로 있습니다. 바뀐 내용을 확인하고 다시 저장해 주세요."
)
TOO_MANY = N_("지금 많은 분이 함께 쓰고 있습니다. 보낸 것은 아직 받지 않았습니다. 조금 뒤에 다시 해 주세요.")
M = TypeVar("M", bound=Base)


def session() -> Session:
    """Return the session of the current request, job or command."""
    return db.session()


@contextmanager
def transaction() -> Iterator[Session]:
    """Commit everything inside, or nothing.

    Raises:
        RuntimeError: transactions were nested, or something was changed outside of one.
        Overloaded: SQLite's one place to write did not become free in time; nothing was begun.
    """
    current = session()
    if current.info.get("in_transaction"):
        raise RuntimeError("transactions do not nest: the edge opens one, services only flush")
    if current.new or current.dirty or current.deleted:
        raise RuntimeError("something was changed outside a transaction")
    current.rollback()  # ends the reading transaction, so that this one sees the newest state
    current.info["in_transaction"] = True
    acts: list[Callable[[], None]] = []
    current.info["after_commit"] = acts
    try:
        _take_the_lock(current)
        yield current
        current.commit()
    except BaseException:
        current.rollback()
        raise
    finally:
        current.info["in_transaction"] = False
    for act in acts:
        act()


def _take_the_lock(current: Session) -> None:
    try:
        current.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
    except OperationalError as error:
        if "database is locked" in str(error.orig):
            raise Overloaded(TOO_MANY) from None
        raise


def after_commit(act: Callable[[], None]) -> None:
    """Do something once the present transaction has committed; never when it rolls back.

    Raises:
        RuntimeError: no transaction is open.
    """
    if not session().info.get("in_transaction"):
        raise RuntimeError("there is no transaction to wait for")
    session().info["after_commit"].append(act)


def get_or_not_found(model: type[M], key: object, *, lock: bool = False) -> M:
    """Load a row by primary key.

    Args:
        model: the mapped class.
        key: the primary key.
        lock: hold the row until the transaction ends (``FOR UPDATE``; SQLite's write lock covers it).

    Raises:
        NotFound: there is no such row.
    """
    found = session().get(model, key, with_for_update={"of": model} if lock else None, populate_existing=lock)
    if found is None:
        raise NotFound(N_("찾으시는 것이 없습니다."))
    return found


def claim_version(row: Versioned, seen: int) -> None:
    """Refuse to overwrite what the person has not seen; otherwise count this write. The row must be loaded locked.

    Raises:
        Conflict: the row was changed since the form was opened.
    """
    if row.version != seen:
        raise Conflict(CHANGED_MEANWHILE)
    row.version += 1


def is_duplicate(error: IntegrityError) -> bool:
    """Tell whether an integrity error is a violated uniqueness, on either database."""
    text = str(error.orig).lower()
    return "unique" in text or "duplicate" in text


def configure_engine(engine: Engine) -> None:
    """Make SQLite durable and strict, and check on every connection that it is."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _set_pragmas(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        # The driver must not open transactions by itself: SQLAlchemy's begin event below does.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma, value, expected in (
            ("journal_mode", "WAL", {"wal", "memory"}),
            ("synchronous", "FULL", {"2"}),
            ("foreign_keys", "ON", {"1"}),
            ("busy_timeout", "10000", {"10000"}),
            ("secure_delete", "ON", {"1"}),
        ):
            cursor.execute(f"PRAGMA {pragma}={value}")
            cursor.execute(f"PRAGMA {pragma}")
            row = cursor.fetchone()
            found = str(row[0]).lower() if row else "nothing"
            if found not in expected:
                raise RuntimeError(f"SQLite did not take PRAGMA {pragma}={value}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        kind = connection.get_execution_options().get("sqlite_begin", "")
        connection.exec_driver_sql(f"BEGIN {kind}".strip())
