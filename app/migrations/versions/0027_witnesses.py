"""Witnesses of ballot boxes, the heads put before them, what they signed, and proofs that a log contradicted itself.

The triggers are those of app.db.guards. A later migration that rebuilds one of the tables on SQLite (batch mode) must make its
triggers again: SQLite drops them with the old table.

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

from app.db.types import UTCDateTime

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

KEPT = ("board_heads", "board_cosignatures")


def upgrade() -> None:
    """Make the tables; elections that are there bind no witnesses."""
    op.add_column("assemblies", sa.Column("witnesses", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "board_witnesses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("once", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("about", sa.String(length=300), nullable=False),
        sa.Column("about_en", sa.String(length=300), nullable=False),
        sa.Column("site", sa.String(length=200), nullable=False),
        sa.Column("added_why", sa.String(length=300), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.Column("retired_why", sa.String(length=300), nullable=False),
        sa.Column("retired_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_board_witnesses_place_id_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_witnesses")),
        sa.UniqueConstraint("place_id", "once", name=op.f("uq_board_witnesses_place_id_once")),
    )
    op.create_index(op.f("ix_board_witnesses_place_id"), "board_witnesses", ["place_id"])
    op.create_index(op.f("ix_board_witnesses_key"), "board_witnesses", ["key"])
    op.create_table(
        "board_heads",
        sa.Column("assembly_id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("offered_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["assembly_id"], ["assemblies.id"], name=op.f("fk_board_heads_assembly_id_assemblies")),
        sa.PrimaryKeyConstraint("assembly_id", "size", name=op.f("pk_board_heads")),
    )
    op.create_table(
        "board_cosignatures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assembly_id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("cosigned_at", UTCDateTime(), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assembly_id"], ["assemblies.id"], name=op.f("fk_board_cosignatures_assembly_id_assemblies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_cosignatures")),
        sa.UniqueConstraint("assembly_id", "size", "key", name=op.f("uq_board_cosignatures_assembly_id_size_key")),
    )
    op.create_table(
        "board_contradictions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assembly_id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("ours", sa.Text(), nullable=False),
        sa.Column("found_at", UTCDateTime(), nullable=False),
        sa.Column("accepted_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assembly_id"], ["assemblies.id"], name=op.f("fk_board_contradictions_assembly_id_assemblies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_contradictions")),
        sa.UniqueConstraint("assembly_id", "size", "root", name=op.f("uq_board_contradictions_assembly_id_size_root")),
    )
    for table in KEPT:
        for statement in _guards(table, op.get_bind().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("board_contradictions")
    for table in ("board_cosignatures", "board_heads"):
        op.drop_table(table)
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP FUNCTION IF EXISTS {table}_guard CASCADE")
    op.drop_index(op.f("ix_board_witnesses_key"), table_name="board_witnesses")
    op.drop_index(op.f("ix_board_witnesses_place_id"), table_name="board_witnesses")
    op.drop_table("board_witnesses")
    op.drop_column("assemblies", "witnesses")


def _guards(table: str, dialect: str) -> list[str]:
    refusal = f"rows of {table} stay as they are"
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_{verb.lower()}_guard BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        f"""CREATE FUNCTION {table}_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION '{refusal}'; END $$""",
        f"""CREATE TRIGGER {table}_guard BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION {table}_guard()""",
    ]
