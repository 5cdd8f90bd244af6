"""When the maker of a token was told that it ends soon; the year beside each count of a group.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both; the year of what was counted already is its cycle's."""
    with op.batch_alter_table("api_tokens") as batch_op:
        batch_op.add_column(sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("group_counts") as batch_op:
        batch_op.add_column(sa.Column("year", sa.Integer(), nullable=True))
    op.execute("UPDATE group_counts SET year = (SELECT year FROM cycles WHERE cycles.id = group_counts.cycle_id)")
    with op.batch_alter_table("group_counts") as batch_op:
        batch_op.alter_column("year", existing_type=sa.Integer(), nullable=False)
        batch_op.create_index("ix_group_counts_year_dimension", ["year", "dimension"], unique=False)


def downgrade() -> None:
    """Drop both."""
    with op.batch_alter_table("group_counts") as batch_op:
        batch_op.drop_index("ix_group_counts_year_dimension")
        batch_op.drop_column("year")
    with op.batch_alter_table("api_tokens") as batch_op:
        batch_op.drop_column("reminded_at")
