"""Tables that staff upload; comments on the news of projects; pledges to the village fund.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "table_imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("uploaded_by", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_table_imports_place_id_places")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["people.id"], name=op.f("fk_table_imports_uploaded_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_imports")),
    )
    with op.batch_alter_table("table_imports") as batch_op:
        batch_op.create_index(batch_op.f("ix_table_imports_place_id"), ["place_id"], unique=False)
    op.create_table(
        "update_comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("update_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("once", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_for", sa.String(length=40), nullable=True),
        sa.Column("hidden_why", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_update_comments_author_id_people")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_update_comments_place_id_places")),
        sa.ForeignKeyConstraint(
            ["update_id"], ["project_updates.id"], name=op.f("fk_update_comments_update_id_project_updates")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_update_comments")),
        sa.UniqueConstraint("author_id", "once", name=op.f("uq_update_comments_author_id_once")),
    )
    with op.batch_alter_table("update_comments") as batch_op:
        batch_op.create_index("ix_update_comments_update_id_id", ["update_id", "id"], unique=False)
    op.create_table(
        "pledges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("once", sa.String(length=64), nullable=False),
        sa.Column("giver", sa.String(length=60), nullable=False),
        sa.Column("amount_won", sa.BigInteger(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("received_won", sa.BigInteger(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("document_hash", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_pledges_cycle_id_cycles")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_pledges_place_id_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledges")),
        sa.UniqueConstraint("cycle_id", "once", name=op.f("uq_pledges_cycle_id_once")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("pledges")
    op.drop_table("update_comments")
    op.drop_table("table_imports")
