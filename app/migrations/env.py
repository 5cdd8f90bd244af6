"""Alembic's environment: the schema comes from the models, the database from the configuration."""

from alembic import context
from flask import current_app

from app.db.base import Base
from app.db.types import EnumText, UTCDateTime
from app.extensions import db
from app.privacy.sealing import SealedTextType


def render_item(kind: str, obj: object, autogen_context: object) -> str | bool:
    """Write our own column types as the plain ones below them: a migration must not import the application."""
    if kind == "type":
        if isinstance(obj, UTCDateTime):
            return "sa.DateTime(timezone=True)"
        if isinstance(obj, EnumText):
            return "sa.String(length=40)"
        if isinstance(obj, SealedTextType):
            return "sa.LargeBinary()"
    return False


def run() -> None:
    """Run migrations in one transaction; SQLite rolls DDL back, too, because BEGIN is ours."""
    connection = current_app.config.get("ALEMBIC_CONNECTION")
    if connection is not None:
        _migrate(connection)
        return
    with db.engine.connect() as opened:
        _migrate(opened)


def _migrate(connection: object) -> None:
    context.configure(
        connection=connection,  # type: ignore[arg-type]
        target_metadata=Base.metadata,
        render_as_batch=True,
        transactional_ddl=True,
        compare_type=True,
        render_item=render_item,  # type: ignore[arg-type]
    )
    with context.begin_transaction():
        context.run_migrations()


run()
