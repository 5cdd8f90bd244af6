"""Objections to what was decided about small-group grants; until when they are taken; what of a grant was handed over.

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

from app.db.types import UTCDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; rounds that were decided before take none, and what was paid of a grant was all of it."""
    op.create_table(
        "grant_objections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("once", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("before_state", sa.String(length=40), nullable=False),
        sa.Column("before_won", sa.BigInteger(), nullable=False),
        sa.Column("before_reason", sa.Text(), nullable=False),
        sa.Column("finding", sa.String(length=40), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_as", sa.String(length=40), nullable=True),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("council", sa.String(length=80), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("new_won", sa.BigInteger(), nullable=False),
        sa.Column("recused", sa.Integer(), nullable=False),
        sa.Column("lapsed_at", UTCDateTime(), nullable=True),
        sa.Column("row_key", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["answered_by"], ["people.id"], name=op.f("fk_grant_objections_answered_by_people")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["small_group_applications.id"],
            name=op.f("fk_grant_objections_application_id_small_group_applications"),
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_grant_objections_decided_by_people")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["council_meetings.id"], name=op.f("fk_grant_objections_meeting_id_council_meetings")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_grant_objections_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_objections")),
        sa.UniqueConstraint("application_id", name=op.f("uq_grant_objections_application_id")),
        sa.UniqueConstraint("once", name=op.f("uq_grant_objections_once")),
        sa.UniqueConstraint("row_key", name=op.f("uq_grant_objections_row_key")),
    )
    op.create_index(op.f("ix_grant_objections_meeting_id"), "grant_objections", ["meeting_id"], unique=False)
    op.create_index(op.f("ix_grant_objections_person_id"), "grant_objections", ["person_id"], unique=False)
    with op.batch_alter_table("grant_rounds") as batch:
        batch.add_column(sa.Column("objections_until", UTCDateTime(), nullable=True))
    with op.batch_alter_table("small_group_applications") as batch:
        batch.add_column(sa.Column("paid_won", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute("UPDATE small_group_applications SET paid_won = granted_won WHERE paid_on IS NOT NULL")
    with op.batch_alter_table("small_group_applications") as batch:
        batch.alter_column("paid_won", server_default=None)


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("small_group_applications") as batch:
        batch.drop_column("paid_won")
    with op.batch_alter_table("grant_rounds") as batch:
        batch.drop_column("objections_until")
    op.drop_index(op.f("ix_grant_objections_person_id"), table_name="grant_objections")
    op.drop_index(op.f("ix_grant_objections_meeting_id"), table_name="grant_objections")
    op.drop_table("grant_objections")
