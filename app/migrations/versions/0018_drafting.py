"""A department's price taken into an estimate, with what stood there before.

Revision: 0018, after 0017
"""

import sqlalchemy as sa
from alembic import op

from app.db.types import UTCDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan_price_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("old_won", sa.BigInteger(), nullable=False),
        sa.Column("new_won", sa.BigInteger(), nullable=False),
        sa.Column("old_lines", sa.JSON(), nullable=False),
        sa.Column("taken_at", UTCDateTime(), nullable=False),
        sa.Column("taken_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["plan_items.id"], name=op.f("fk_plan_price_changes_item_id_plan_items")),
        sa.ForeignKeyConstraint(
            ["review_id"], ["department_reviews.id"], name=op.f("fk_plan_price_changes_review_id_department_reviews")
        ),
        sa.ForeignKeyConstraint(["taken_by"], ["people.id"], name=op.f("fk_plan_price_changes_taken_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_price_changes")),
        sa.UniqueConstraint("review_id", name=op.f("uq_plan_price_changes_review_id")),
    )
    op.create_index(op.f("ix_plan_price_changes_item_id"), "plan_price_changes", ["item_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_plan_price_changes_item_id"), table_name="plan_price_changes")
    op.drop_table("plan_price_changes")
