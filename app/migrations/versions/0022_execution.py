"""Tables of projects and of ledgers that staff upload.

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
    """Make the table of uploads."""
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


def downgrade() -> None:
    """Drop it."""
    op.drop_table("table_imports")
