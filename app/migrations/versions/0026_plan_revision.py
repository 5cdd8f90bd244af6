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
    op.create_table(
        "by_elections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("office", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("election_on", sa.Date(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.Column("once", sa.String(length=64), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.Column("removed_at", UTCDateTime(), nullable=True),
        sa.Column("removed_why", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["people.id"], name=op.f("fk_by_elections_added_by_people")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_by_elections_place_id_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_by_elections")),
        sa.UniqueConstraint("place_id", "once", name=op.f("uq_by_elections_place_id_once")),
    )
    op.create_index("ix_by_elections_place_id_election_on", "by_elections", ["place_id", "election_on"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_by_elections_place_id_election_on", table_name="by_elections")
    op.drop_table("by_elections")
    op.drop_table("plan_rejections")
