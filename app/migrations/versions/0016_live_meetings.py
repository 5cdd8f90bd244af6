"""An answer may be taken back: an event without a value

Revision: 0016, after 0015
"""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('statement_answer_events', schema=None) as batch_op:
        batch_op.alter_column('value', existing_type=sa.SmallInteger(), nullable=True)


def downgrade() -> None:
    # Before this revision there is no word for it; the answers themselves are in another table and stay as they are.
    op.execute('DELETE FROM statement_answer_events WHERE value IS NULL')
    with op.batch_alter_table('statement_answer_events', schema=None) as batch_op:
        batch_op.alter_column('value', existing_type=sa.SmallInteger(), nullable=False)
