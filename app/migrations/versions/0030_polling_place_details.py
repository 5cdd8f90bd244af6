"""Where each station is, how to get in, and when it is open.

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None
TEXTS = (("address", 120), ("access", 200))
MOMENTS = (("first_day", sa.Date()), ("last_day", sa.Date()), ("opens", sa.Time()), ("closes", sa.Time()))


def upgrade() -> None:
    """Add them; of stations that stand already nothing is known."""
    with op.batch_alter_table("stations") as batch_op:
        for name, length in TEXTS:
            batch_op.add_column(sa.Column(name, sa.String(length), nullable=False, server_default=""))
        for name, kind in MOMENTS:
            batch_op.add_column(sa.Column(name, kind, nullable=True))
        batch_op.add_column(sa.Column("weekdays_only", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("stations") as batch_op:
        for name, length in TEXTS:
            batch_op.alter_column(name, existing_type=sa.String(length), existing_nullable=False, server_default=None)
        batch_op.alter_column(
            "weekdays_only", existing_type=sa.Boolean(), existing_nullable=False, server_default=None
        )


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("stations") as batch_op:
        for name in ("weekdays_only", "closes", "opens", "last_day", "first_day", "access", "address"):
            batch_op.drop_column(name)
