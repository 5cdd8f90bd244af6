"""Following: follows, notices, digests; where one click ends a message's sort

Revision: 0007, after 0006, 2026-11-21
"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('digest_choices',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('rhythm', sa.String(length=40), nullable=False),
    sa.Column('chosen_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_digest_choices_person_id_people')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_digest_choices'))
    )
    op.create_table('follows',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('is_muted', sa.Boolean(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_follows_person_id_people')),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_follows_place_id_places')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_follows')),
    sa.UniqueConstraint('person_id', 'kind', 'subject_id', name=op.f('uq_follows_person_id_kind_subject_id'))
    )
    with op.batch_alter_table('follows') as batch_op:
        batch_op.create_index('ix_follows_kind_subject_id', ['kind', 'subject_id'], unique=False)

    op.create_table('notices',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=True),
    sa.Column('mention_id', sa.Integer(), nullable=True),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('mailed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['entry_id'], ['record_entries.id'], name=op.f('fk_notices_entry_id_record_entries')),
    sa.ForeignKeyConstraint(['mention_id'], ['mentions.id'], name=op.f('fk_notices_mention_id_mentions')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_notices_person_id_people')),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_notices_place_id_places')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notices')),
    sa.UniqueConstraint('person_id', 'entry_id', name=op.f('uq_notices_person_id_entry_id')),
    sa.UniqueConstraint('person_id', 'mention_id', name=op.f('uq_notices_person_id_mention_id'))
    )
    with op.batch_alter_table('notices') as batch_op:
        batch_op.create_index('ix_notices_mailed_at_person_id', ['mailed_at', 'person_id'], unique=False)
        batch_op.create_index('ix_notices_person_id_id', ['person_id', 'id'], unique=False)

    with op.batch_alter_table('messages') as batch_op:
        batch_op.add_column(sa.Column('unsubscribe', sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('messages') as batch_op:
        batch_op.drop_column('unsubscribe')

    with op.batch_alter_table('notices') as batch_op:
        batch_op.drop_index('ix_notices_person_id_id')
        batch_op.drop_index('ix_notices_mailed_at_person_id')

    op.drop_table('notices')
    with op.batch_alter_table('follows') as batch_op:
        batch_op.drop_index('ix_follows_kind_subject_id')

    op.drop_table('follows')
    op.drop_table('digest_choices')
