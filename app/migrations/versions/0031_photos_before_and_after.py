"""When a photo of a project's news was taken: before the work, meanwhile, or after it.

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; photos that are there were taken meanwhile, as nobody said otherwise."""
    with op.batch_alter_table("project_updates") as batch_op:
        batch_op.add_column(sa.Column("photo_shows", sa.String(length=40), nullable=True))
    op.execute("UPDATE project_updates SET photo_shows = 'during' WHERE photo_id IS NOT NULL")


def downgrade() -> None:
    """Drop it."""
    with op.batch_alter_table("project_updates") as batch_op:
        batch_op.drop_column("photo_shows")
