"""Kiosks: tablets of stations, which ballots came from one until the count, and what is kept of them.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables of kiosks."""
    op.create_table(
        "kiosks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assembly_id", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("once", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("pairing_hash", sa.String(length=64), nullable=False),
        sa.Column("pair_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("device_hash", sa.String(length=64), nullable=False),
        sa.Column("pin_salt", sa.String(length=32), nullable=False),
        sa.Column("pin_hash", sa.String(length=64), nullable=False),
        sa.Column("paired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["assembly_id"], ["assemblies.id"], name=op.f("fk_kiosks_assembly_id_assemblies")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_kiosks_station_id_stations")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosks")),
        sa.UniqueConstraint("once", name=op.f("uq_kiosks_once")),
    )
    for column in ("assembly_id", "station_id", "pairing_hash", "device_hash"):
        op.create_index(op.f(f"ix_kiosks_{column}"), "kiosks", [column], unique=False)
    op.create_table(
        "kiosk_ballots",
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("assembly_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assembly_id"], ["assemblies.id"], name=op.f("fk_kiosk_ballots_assembly_id_assemblies")
        ),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["cast_ballots.id"], name=op.f("fk_kiosk_ballots_ballot_id_cast_ballots")
        ),
        sa.PrimaryKeyConstraint("ballot_id", name=op.f("pk_kiosk_ballots")),
    )
    op.create_index(op.f("ix_kiosk_ballots_assembly_id"), "kiosk_ballots", ["assembly_id"], unique=False)
    op.create_table(
        "kiosk_totals",
        sa.Column("assembly_id", sa.Integer(), nullable=False),
        sa.Column("voters", sa.Integer(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assembly_id"], ["assemblies.id"], name=op.f("fk_kiosk_totals_assembly_id_assemblies")
        ),
        sa.PrimaryKeyConstraint("assembly_id", name=op.f("pk_kiosk_totals")),
    )


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("kiosk_totals")
    op.drop_index(op.f("ix_kiosk_ballots_assembly_id"), table_name="kiosk_ballots")
    op.drop_table("kiosk_ballots")
    for column in ("device_hash", "pairing_hash", "station_id", "assembly_id"):
        op.drop_index(op.f(f"ix_kiosks_{column}"), table_name="kiosks")
    op.drop_table("kiosks")
