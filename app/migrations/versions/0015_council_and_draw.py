"""A ball for every candidate: the order in which they were called

Revision: 0015, after 0014
"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: SQLite would make the table anew and lose the trigger that keeps what was read.
    op.add_column('ball_readings', sa.Column('called', sa.Text(), nullable=False, server_default=''))


def downgrade() -> None:
    op.drop_column('ball_readings', 'called')
