"""The council's decision against a frozen version of a plan; by-elections in the election calendar.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

from app.db.types import UTCDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "plan_rejections",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("meeting_item_id", sa.Integer(), nullable=False),
        sa.Column("after_inspection", sa.Boolean(), nullable=False),
        sa.Column("noted_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_item_id"], ["meeting_items.id"], name=op.f("fk_plan_rejections_meeting_item_id_meeting_items")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["plan_versions.id"], name=op.f("fk_plan_rejections_version_id_plan_versions")
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_plan_rejections")),
        sa.UniqueConstraint("meeting_item_id", name=op.f("uq_plan_rejections_meeting_item_id")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("plan_rejections")
