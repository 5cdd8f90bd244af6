"""What was written down for good is kept by the database itself, whatever program tries to change it."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.assembly.models import BoardNode, BoardRecord, CastBallot
from app.db.base import Base
from app.db.session import session
from app.db.types import EnumText, UTCDateTime
from app.execution.models import MoneyEntry, MonthlyFigures
from app.places.models import SettingChange
from app.plan.models import PlanVersion
from app.publication.models import FinalPlan
from app.record.models import RecordEntry
from tests.conftest import NOW
from tests.tampering import take_guards_away

KEPT = (
    RecordEntry,
    MoneyEntry,
    MonthlyFigures,
    BoardRecord,
    BoardNode,
    CastBallot,
    PlanVersion,
    FinalPlan,
    SettingChange,
)


def something(column: sa.Column[Any]) -> object:
    """A value that a column takes."""
    match column.type:
        case UTCDateTime():
            return NOW
        case EnumText():
            return next(iter(column.type.kind))
        case sa.Date():
            return NOW.date()
        case sa.JSON():
            return {}
        case sa.Integer():
            return 1
        case _:
            return "1"


def one_row(table: sa.Table) -> None:
    """Put a row into a table whose parents are missing; the transaction is not to be committed."""
    postgresql = session().get_bind().dialect.name == "postgresql"
    session().execute(
        sa.text("SET LOCAL session_replication_role = replica" if postgresql else "PRAGMA defer_foreign_keys = ON")
    )
    session().execute(sa.insert(table).values({column.name: something(column) for column in table.columns}))
    if postgresql:
        session().execute(sa.text("SET LOCAL session_replication_role = origin"))


@pytest.mark.parametrize("model", KEPT)
def test_the_database_refuses_to_change_or_to_forget(app: Flask, model: type[Base]):
    table = model.__table__
    assert isinstance(table, sa.Table)
    one_row(table)
    column = next(column for column in table.columns if not column.foreign_keys and not column.primary_key)
    acts = (sa.update(table).values({column.name: something(column)}), sa.delete(table))
    for act in acts:
        nested = session().begin_nested()
        with pytest.raises(sa.exc.DBAPIError, match=f"rows of {table.name} stay as they are"):
            session().execute(act)
        nested.rollback()
    assert session().scalar(sa.select(sa.func.count()).select_from(table)) == 1
    session().rollback()


def test_only_who_holds_the_database_takes_its_guards_away(app: Flask):
    take_guards_away(RecordEntry)
    table = RecordEntry.__table__
    assert isinstance(table, sa.Table)
    one_row(table)
    assert session().execute(sa.delete(table)).rowcount == 1
    session().rollback()
