"""Draws from panels: when and by which balls they are mixed, their published table, and what may never change.

Revision ID: 0028
Revises: 0027
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from app.db.types import UTCDateTime

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None



def _columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("mixes_at", UTCDateTime(), nullable=True),
        sa.Column("first_ball_round", sa.Integer(), server_default="1", nullable=False),
        sa.Column("mix_digits", sa.String(length=6), server_default="", nullable=False),
        sa.Column("mix_randomness", sa.String(length=64), server_default="", nullable=False),
        sa.Column("panels_hash", sa.String(length=64), server_default="", nullable=False),
        sa.Column("mix_opened_at", UTCDateTime(), nullable=True),
        sa.Column("mixed_at", UTCDateTime(), nullable=True),
        sa.Column("tabled_at", UTCDateTime(), nullable=True),
    )


SQLITE_UP = (
    """CREATE TRIGGER draw_panels_stay BEFORE UPDATE ON lottery_draws
            WHEN (OLD.mixed_at IS NOT NULL AND (NEW.mixed_at IS NULL OR NEW.mixed_at <> OLD.mixed_at
            OR NEW.mix_digits <> OLD.mix_digits OR NEW.mix_randomness <> OLD.mix_randomness))
            OR (OLD.panels_hash <> '' AND (NEW.panels_hash <> OLD.panels_hash OR NEW.tabled_at IS NULL
            OR NEW.tabled_at <> OLD.tabled_at))
            BEGIN SELECT RAISE(ABORT, 'mixed panels never change'); END""",
    """CREATE TRIGGER draw_panel_tables_stay BEFORE UPDATE ON draw_panel_tables
            BEGIN SELECT RAISE(ABORT, 'a published table never changes'); END""",
)
GUARD_BEFORE = """
            IF OLD.published_at IS NOT NULL AND (NEW.bundle, NEW.commitment, NEW.published_at)
            IS DISTINCT FROM (OLD.bundle, OLD.commitment, OLD.published_at)
            THEN RAISE EXCEPTION 'a published bundle never changes'; END IF;
            IF OLD.result <> '' AND (NEW.result, NEW.result_hash) IS DISTINCT FROM (OLD.result, OLD.result_hash)
            THEN RAISE EXCEPTION 'a result never changes'; END IF;"""
GUARD_MORE = """
            IF OLD.mixed_at IS NOT NULL AND (NEW.mixed_at, NEW.mix_digits, NEW.mix_randomness)
            IS DISTINCT FROM (OLD.mixed_at, OLD.mix_digits, OLD.mix_randomness)
            THEN RAISE EXCEPTION 'mixed panels never change'; END IF;
            IF OLD.panels_hash <> '' AND (NEW.panels_hash, NEW.tabled_at)
            IS DISTINCT FROM (OLD.panels_hash, OLD.tabled_at)
            THEN RAISE EXCEPTION 'mixed panels never change'; END IF;"""
POSTGRES_UP = (
    """CREATE FUNCTION draw_panel_tables_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION 'a published table never changes'; END $$""",
    """CREATE TRIGGER draw_panel_tables_guard BEFORE UPDATE ON draw_panel_tables
            FOR EACH ROW EXECUTE FUNCTION draw_panel_tables_guard()""",
)


def upgrade() -> None:
    """Add the columns in place, so that SQLite keeps the triggers of the table; make the table and its triggers."""
    for column in _columns():
        op.add_column("lottery_draws", column)
    op.create_table(
        "draw_panel_tables",
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["lottery_draws.id"], name=op.f("fk_draw_panel_tables_draw_id_lottery_draws")
        ),
        sa.PrimaryKeyConstraint("draw_id", name=op.f("pk_draw_panel_tables")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE_UP:
            op.execute(statement)
        return
    op.execute(_guard(GUARD_BEFORE + GUARD_MORE))
    for statement in POSTGRES_UP:
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER draw_panels_stay")
    else:
        op.execute(_guard(GUARD_BEFORE))
    op.drop_table("draw_panel_tables")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION draw_panel_tables_guard()")
    for column in reversed(_columns()):
        op.drop_column("lottery_draws", column.name)


def _guard(body: str) -> str:
    return f"""CREATE OR REPLACE FUNCTION lottery_draws_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN{body}
            RETURN NEW; END $$"""
