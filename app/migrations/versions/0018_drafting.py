"""A department's price taken into an estimate, with what stood there before; files that come with an opinion.

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
    op.create_table(
        "opinion_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opinion_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.Column("removed_at", UTCDateTime(), nullable=True),
        sa.Column("is_public", sa.Boolean(), nullable=True),
        sa.Column("looked_at", UTCDateTime(), nullable=True),
        sa.Column("looked_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinions.id"], name=op.f("fk_opinion_files_opinion_id_opinions")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_files.id"], name=op.f("fk_opinion_files_file_id_stored_files")),
        sa.ForeignKeyConstraint(["looked_by"], ["people.id"], name=op.f("fk_opinion_files_looked_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_files")),
        sa.UniqueConstraint("file_id", name=op.f("uq_opinion_files_file_id")),
    )
    op.create_index(op.f("ix_opinion_files_opinion_id"), "opinion_files", ["opinion_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_opinion_files_opinion_id"), table_name="opinion_files")
    op.drop_table("opinion_files")
    op.drop_index(op.f("ix_plan_price_changes_item_id"), table_name="plan_price_changes")
    op.drop_table("plan_price_changes")
