"""Voting day: letters at stations, whom to tell of a ballot

Revision: 0021, after 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "station_slips",
        sa.Column("assembly_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("credential", sa.String(length=700), nullable=False),
        sa.ForeignKeyConstraint(["assembly_id"], ["assemblies.id"], name=op.f("fk_station_slips_assembly_id_assemblies")),
        sa.PrimaryKeyConstraint("assembly_id", "digest", name=op.f("pk_station_slips")),
    )
    op.create_table(
        "letter_losses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assembly_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("roll_entry_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["assembly_id"], ["assemblies.id"], name=op.f("fk_letter_losses_assembly_id_assemblies")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_letter_losses_by_id_people")),
        sa.ForeignKeyConstraint(["roll_entry_id"], ["roll_entries.id"], name=op.f("fk_letter_losses_roll_entry_id_roll_entries"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_letter_losses_station_id_stations")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_losses")),
        sa.UniqueConstraint("assembly_id", "roll_entry_id", name=op.f("uq_letter_losses_assembly_id_roll_entry_id")),
        sa.UniqueConstraint("assembly_id", "number", name=op.f("uq_letter_losses_assembly_id_number")),
    )
    with op.batch_alter_table("voting_codes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("credential_index", sa.LargeBinary(length=16), nullable=True))
        batch_op.create_index(batch_op.f("ix_voting_codes_credential_index"), ["credential_index"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("voting_codes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_voting_codes_credential_index"))
        batch_op.drop_column("credential_index")
    op.drop_table("letter_losses")
    op.drop_table("station_slips")
