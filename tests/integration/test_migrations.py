"""The schema that migrations make is the schema of the models, in both directions, on both databases."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade

from app.db.base import Base
from app.extensions import db

FOLDER = Path(__file__).resolve().parents[2] / "app" / "migrations"


@pytest.fixture
def empty(app: Flask) -> Flask:
    """A database without any table."""
    db.session.remove()
    db.drop_all()
    return app


def tables() -> set[str]:
    return set(sa.inspect(db.engine).get_table_names())


@pytest.mark.slow
def test_upgrading_makes_exactly_what_the_models_say(empty: Flask):
    upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, Base.metadata) == []
    assert tables() == set(Base.metadata.tables) | {"alembic_version"}


def triggers() -> set[tuple[str, str]]:
    """Every trigger with what it does, blanks aside."""
    if db.engine.dialect.name == "sqlite":
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = """SELECT tgname, pg_get_triggerdef(t.oid) || pg_get_functiondef(tgfoid)
        FROM pg_trigger t WHERE NOT tgisinternal"""
    with db.engine.connect() as connection:
        return {(name, " ".join(sql.split())) for name, sql in connection.execute(sa.text(query))}


@pytest.mark.slow
def test_upgrading_makes_exactly_the_triggers_of_the_models(empty: Flask):
    db.create_all()
    wanted = triggers()
    db.drop_all()
    upgrade()
    assert triggers() == wanted != set()


@pytest.mark.slow
def test_every_step_can_be_taken_back(empty: Flask):
    upgrade()
    downgrade(revision="base")
    assert tables() <= {"alembic_version"}
    upgrade()
    assert tables() == set(Base.metadata.tables) | {"alembic_version"}


def test_there_is_one_line_of_migrations():
    assert len(ScriptDirectory(str(FOLDER)).get_heads()) == 1
