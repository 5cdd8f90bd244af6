"""Ballots of several kinds, and the rule that counts them

Revision: 0008, after 0007

An assembly from before asked for up to ``k_votes`` items and funded those with most votes first; so say its ballot and
its rule now. Boards that are begun from here on keep a Merkle log of their events.
"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def ballot(k_votes: int) -> dict[str, Any]:
    return {
        'preference': 'approval', 'at_most': k_votes, 'per_item': 0, 'majority': False, 'order': 'rotated',
        'shuffled': False,
    }


def rule(tie_order: list[str]) -> str:
    value: dict[str, Any] = {
        'format': 'madang-rule-1', 'rule': 'greedy', 'utility': None, 'completion': 'none', 'increment': 1,
        'integral_start': False, 'comparison_step': False, 'ties': ['votes', 'cost', 'lottery'], 'lottery': tie_order,
        'ranking': 'own-length',
        'conditions': {
            'minimum_votes': 1, 'minimum_score': None, 'support_floor': None, 'winners_at_most': None, 'categories': [],
            'exclusive': [], 'part_funding': False,
        },
        'majority': None, 'combination': [], 'pabutools': False,
    }
    return json.dumps(value, ensure_ascii=False, separators=(',', ':'))


def table() -> sa.TableClause:
    return sa.table(
        'assemblies', sa.column('id', sa.Integer), sa.column('k_votes', sa.Integer), sa.column('tie_order', sa.JSON),
        sa.column('ballot', sa.JSON), sa.column('rule', sa.Text),
    )


def upgrade() -> None:
    with op.batch_alter_table('assemblies', schema=None) as batch_op:
        batch_op.add_column(sa.Column('ballot', sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column('rule', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('log_key', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('blank_ballots', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('invalid_ballots', sa.Integer(), nullable=True))
    rows, connection = table(), op.get_bind()
    for found in connection.execute(sa.select(rows.c.id, rows.c.k_votes, rows.c.tie_order)).all():
        values = {'ballot': ballot(found.k_votes), 'rule': rule(found.tie_order)}
        connection.execute(rows.update().where(rows.c.id == found.id).values(**values))
    with op.batch_alter_table('assemblies', schema=None) as batch_op:
        batch_op.alter_column('ballot', existing_type=sa.JSON(), nullable=False)
        batch_op.alter_column('rule', existing_type=sa.Text(), nullable=False)
        batch_op.drop_column('k_votes')
    with op.batch_alter_table('assembly_items', schema=None) as batch_op:
        batch_op.add_column(sa.Column('category', sa.String(length=60), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('score', sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column('yes', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('no', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('abstained', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('granted_won', sa.BigInteger(), nullable=True))
    items = sa.table(
        'assembly_items', sa.column('votes', sa.Integer), sa.column('score', sa.String),
        sa.column('is_funded', sa.Boolean), sa.column('cost_won', sa.BigInteger),
        sa.column('granted_won', sa.BigInteger),
    )
    counted = items.c.votes.is_not(None)
    connection.execute(
        items.update().where(counted).values(
            score=sa.cast(items.c.votes, sa.String) + '/1',
            granted_won=sa.case((items.c.is_funded.is_(True), items.c.cost_won), else_=0),
        )
    )
    op.create_table('board_nodes',
        sa.Column('assembly_id', sa.Integer(), nullable=False),
        sa.Column('level', sa.Integer(), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column('hash', sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(['assembly_id'], ['assemblies.id'], name=op.f('fk_board_nodes_assembly_id_assemblies')),
        sa.PrimaryKeyConstraint('assembly_id', 'level', 'position', name=op.f('pk_board_nodes')),
    )
    with op.batch_alter_table('assembly_items', schema=None) as batch_op:
        batch_op.alter_column('category', existing_type=sa.String(length=60), server_default=None)


def downgrade() -> None:
    op.drop_table('board_nodes')
    with op.batch_alter_table('assembly_items', schema=None) as batch_op:
        for name in ('granted_won', 'abstained', 'no', 'yes', 'score', 'category'):
            batch_op.drop_column(name)
    with op.batch_alter_table('assemblies', schema=None) as batch_op:
        batch_op.add_column(sa.Column('k_votes', sa.Integer(), nullable=True))
    rows, connection = table(), op.get_bind()
    for found in connection.execute(sa.select(rows.c.id, rows.c.ballot)).all():
        votes = max(1, found.ballot['at_most'])
        connection.execute(rows.update().where(rows.c.id == found.id).values(k_votes=votes))
    with op.batch_alter_table('assemblies', schema=None) as batch_op:
        batch_op.alter_column('k_votes', existing_type=sa.Integer(), nullable=False)
        for name in ('invalid_ballots', 'blank_ballots', 'log_key', 'rule', 'ballot'):
            batch_op.drop_column(name)
