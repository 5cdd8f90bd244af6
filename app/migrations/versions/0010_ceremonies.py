"""Ceremonies: trustees and a credential authority make the key and the codes of an election

Revision: 0010, after 0009
"""

import sqlalchemy as sa
from alembic import op


revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('assemblies', schema=None) as batch_op:
        batch_op.add_column(sa.Column('keys', sa.String(length=40), nullable=False, server_default='server'))
    op.create_table('ceremonies',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('assembly_id', sa.Integer(), nullable=False),
    sa.Column('uuid', sa.String(length=30), nullable=False),
    sa.Column('group', sa.String(length=20), nullable=False),
    sa.Column('threshold', sa.Integer(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('occasion', sa.String(length=64), nullable=False),
    sa.Column('trustees', sa.Text(), nullable=False),
    sa.Column('tested_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tested', sa.JSON(), nullable=False),
    sa.Column('confirmed_by', sa.Integer(), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('confirmed', sa.String(length=64), nullable=False),
    sa.Column('manifest', sa.Text(), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['assembly_id'], ['assemblies.id'], name=op.f('fk_ceremonies_assembly_id_assemblies')),
    sa.ForeignKeyConstraint(['confirmed_by'], ['people.id'], name=op.f('fk_ceremonies_confirmed_by_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ceremonies')),
    sa.UniqueConstraint('assembly_id', name=op.f('uq_ceremonies_assembly_id'))
    )
    op.create_table('ceremony_seats',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ceremony_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('link_hash', sa.String(length=64), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['ceremony_id'], ['ceremonies.id'], name=op.f('fk_ceremony_seats_ceremony_id_ceremonies')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ceremony_seats')),
    sa.UniqueConstraint('ceremony_id', 'number', name=op.f('uq_ceremony_seats_ceremony_id_number'))
    )
    with op.batch_alter_table('ceremony_seats', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ceremony_seats_link_hash'), ['link_hash'], unique=False)
    op.create_table('ceremony_messages',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ceremony_id', sa.Integer(), nullable=False),
    sa.Column('seat_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('posted_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['ceremony_id'], ['ceremonies.id'], name=op.f('fk_ceremony_messages_ceremony_id_ceremonies')),
    sa.ForeignKeyConstraint(['seat_id'], ['ceremony_seats.id'], name=op.f('fk_ceremony_messages_seat_id_ceremony_seats')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ceremony_messages')),
    sa.UniqueConstraint('seat_id', 'kind', 'round', name=op.f('uq_ceremony_messages_seat_id_kind_round'))
    )
    with op.batch_alter_table('ceremony_messages', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ceremony_messages_ceremony_id'), ['ceremony_id'], unique=False)


def downgrade() -> None:
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM assemblies WHERE keys = 'trustees'")):
        raise RuntimeError("an election's key is held by trustees: without these tables it could never be counted")
    op.drop_table('ceremony_messages')
    op.drop_table('ceremony_seats')
    op.drop_table('ceremonies')
    with op.batch_alter_table('assemblies', schema=None) as batch_op:
        batch_op.drop_column('keys')
