"""Rows that the database itself keeps as they are, whatever program tries.

Hash chains show a change afterwards; triggers refuse it, also a mistake of our own. Models attach the statements to their
tables; the migration that makes a table executes the same ones (`tests/integration/test_migrations` compares). A migration that
rebuilds a guarded table on SQLite (batch mode) must make its triggers again.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import DDL, event
from sqlalchemy.sql.ddl import ExecutableDDLElement

from app.db.base import Base

Statements = Mapping[str, Sequence[str]]
"""SQL by dialect."""


def keep(model: type[Base]) -> None:
    """Let a table refuse every change and every deletion of its rows."""
    table = model.__tablename__
    refusal = f"rows of {table} stay as they are"
    sqlite = [
        f"CREATE TRIGGER {table}_{verb.lower()}_guard BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
        for verb in ("UPDATE", "DELETE")
    ]
    postgresql = [
        f"""CREATE FUNCTION {table}_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION '{refusal}'; END $$""",
        f"""CREATE TRIGGER {table}_guard BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION {table}_guard()""",
    ]
    guard(table, {"sqlite": sqlite, "postgresql": postgresql})


def guard(table: str, statements: Statements, *, function: str = "") -> None:
    """Let a table be made with its triggers, and take PostgreSQL's function (``{table}_guard``) away with it."""
    for dialect, texts in statements.items():
        for text in texts:
            _attach(table, "after_create", dialect, text)
    _attach(table, "after_drop", "postgresql", f"DROP FUNCTION IF EXISTS {function or f'{table}_guard'} CASCADE")


def _attach(table: str, moment: str, dialect: str, text: str) -> None:
    ddl: ExecutableDDLElement = DDL(text)  # type: ignore[no-untyped-call]
    event.listen(Base.metadata.tables[table], moment, ddl.execute_if(dialect=dialect))
