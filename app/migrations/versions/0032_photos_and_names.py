"""When a photo of a project's news was taken: before the work, meanwhile, or after it; the names of places as lists sort them.

Revision ID: 0032
Revises: 0031
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both; photos that are there were taken meanwhile, as nobody said otherwise.

    Columns come and go by themselves, without a batch: SQLite would copy the table of the places, to which everything points.
    """
    op.add_column("project_updates", sa.Column("photo_shows", sa.String(length=40), nullable=True))
    op.execute("UPDATE project_updates SET photo_shows = 'during' WHERE photo_id IS NOT NULL")
    op.add_column("places", sa.Column("sort_name", sa.String(length=160), nullable=False, server_default=""))
    places = sa.table("places", sa.column("id", sa.Integer), sa.column("name", sa.String), sa.column("sort_name", sa.String))
    bind = op.get_bind()
    for place_id, name in bind.execute(sa.select(places.c.id, places.c.name)).all():
        order = re.sub("[0-9]+", lambda digits: digits[0].zfill(4), name)
        bind.execute(sa.update(places).where(places.c.id == place_id).values(sort_name=order))


def downgrade() -> None:
    """Drop both."""
    op.drop_column("places", "sort_name")
    op.drop_column("project_updates", "photo_shows")
