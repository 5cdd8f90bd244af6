"""Discussions: arguments, comments, their moderation; the plain text by which proposals are found

Revision: 0006, after 0005, 2026-11-21
"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('synonym_tables',
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_synonym_tables_place_id_places')),
    sa.PrimaryKeyConstraint('place_id', name=op.f('pk_synonym_tables'))
    )
    op.create_table('reports',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('reporter_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('reported_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('handled_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_reports_place_id_places')),
    sa.ForeignKeyConstraint(['reporter_id'], ['people.id'], name=op.f('fk_reports_reporter_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reports')),
    sa.UniqueConstraint('reporter_id', 'kind', 'subject_id', name=op.f('uq_reports_reporter_id_kind_subject_id'))
    )
    with op.batch_alter_table('reports') as batch_op:
        batch_op.create_index('ix_reports_place_id_handled_at', ['place_id', 'handled_at'], unique=False)

    op.create_table('arguments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('proposal_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('side', sa.String(length=40), nullable=False),
    sa.Column('text', sa.String(length=140), nullable=False),
    sa.Column('support_count', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('hidden_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('hidden_for', sa.String(length=40), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['people.id'], name=op.f('fk_arguments_author_id_people')),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_arguments_place_id_places')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposals.id'], name=op.f('fk_arguments_proposal_id_proposals')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_arguments')),
    sa.UniqueConstraint('author_id', 'once', name=op.f('uq_arguments_author_id_once'))
    )
    with op.batch_alter_table('arguments') as batch_op:
        batch_op.create_index('ix_arguments_proposal_id_side_support_count', ['proposal_id', 'side', 'support_count'], unique=False)

    op.create_table('comments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('proposal_id', sa.Integer(), nullable=False),
    sa.Column('thread_id', sa.Integer(), nullable=True),
    sa.Column('answers_id', sa.Integer(), nullable=True),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('hidden_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('hidden_for', sa.String(length=40), nullable=True),
    sa.ForeignKeyConstraint(['answers_id'], ['comments.id'], name=op.f('fk_comments_answers_id_comments')),
    sa.ForeignKeyConstraint(['author_id'], ['people.id'], name=op.f('fk_comments_author_id_people')),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_comments_place_id_places')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposals.id'], name=op.f('fk_comments_proposal_id_proposals')),
    sa.ForeignKeyConstraint(['thread_id'], ['comments.id'], name=op.f('fk_comments_thread_id_comments')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comments')),
    sa.UniqueConstraint('author_id', 'once', name=op.f('uq_comments_author_id_once'))
    )
    with op.batch_alter_table('comments') as batch_op:
        batch_op.create_index('ix_comments_proposal_id_thread_id_id', ['proposal_id', 'thread_id', 'id'], unique=False)

    op.create_table('moderation_entries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.Column('proposal_id', sa.Integer(), nullable=False),
    sa.Column('verdict', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=True),
    sa.Column('explanation', sa.String(length=300), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['decided_by'], ['people.id'], name=op.f('fk_moderation_entries_decided_by_people')),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_moderation_entries_place_id_places')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposals.id'], name=op.f('fk_moderation_entries_proposal_id_proposals')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_moderation_entries'))
    )
    with op.batch_alter_table('moderation_entries') as batch_op:
        batch_op.create_index('ix_moderation_entries_place_id_id', ['place_id', 'id'], unique=False)

    op.create_table('argument_supports',
    sa.Column('argument_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('supported_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['argument_id'], ['arguments.id'], name=op.f('fk_argument_supports_argument_id_arguments')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_argument_supports_person_id_people')),
    sa.PrimaryKeyConstraint('argument_id', 'person_id', name=op.f('pk_argument_supports'))
    )
    with op.batch_alter_table('argument_supports') as batch_op:
        batch_op.create_index(batch_op.f('ix_argument_supports_person_id'), ['person_id'], unique=False)

    op.create_table('mentions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('comment_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('is_told', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['comment_id'], ['comments.id'], name=op.f('fk_mentions_comment_id_comments')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_mentions_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mentions')),
    sa.UniqueConstraint('comment_id', 'person_id', name=op.f('uq_mentions_comment_id_person_id'))
    )
    with op.batch_alter_table('mentions') as batch_op:
        batch_op.create_index('ix_mentions_person_id_at', ['person_id', 'at'], unique=False)

    with op.batch_alter_table('proposals') as batch_op:
        batch_op.add_column(sa.Column('plain', sa.Text(), nullable=False, server_default=''))
    _write_plain_texts()
    with op.batch_alter_table('proposals') as batch_op:
        batch_op.alter_column('plain', server_default=None, existing_type=sa.Text(), existing_nullable=False)


def _write_plain_texts() -> None:
    """Fill the text by which proposals are found, as app.agenda.search.plain wrote it when this migration was made."""
    table = sa.table(
        'proposals', sa.column('id', sa.Integer), sa.column('title', sa.Text), sa.column('where', sa.Text),
        sa.column('body', sa.Text), sa.column('plain', sa.Text),
    )
    bind = op.get_bind()
    for row in bind.execute(sa.select(table.c.id, table.c.title, table.c.where, table.c.body)).all():
        text = unicodedata.normalize('NFC', unicodedata.normalize('NFKC', f'{row.title} {row.where} {row.body}'))
        plain = ' '.join(re.findall(r'[^\W_]+', text.casefold()))
        bind.execute(table.update().where(table.c.id == row.id).values(plain=plain))


def downgrade() -> None:
    with op.batch_alter_table('proposals') as batch_op:
        batch_op.drop_column('plain')

    with op.batch_alter_table('mentions') as batch_op:
        batch_op.drop_index('ix_mentions_person_id_at')

    op.drop_table('mentions')
    with op.batch_alter_table('argument_supports') as batch_op:
        batch_op.drop_index(batch_op.f('ix_argument_supports_person_id'))

    op.drop_table('argument_supports')
    with op.batch_alter_table('moderation_entries') as batch_op:
        batch_op.drop_index('ix_moderation_entries_place_id_id')

    op.drop_table('moderation_entries')
    with op.batch_alter_table('comments') as batch_op:
        batch_op.drop_index('ix_comments_proposal_id_thread_id_id')

    op.drop_table('comments')
    with op.batch_alter_table('arguments') as batch_op:
        batch_op.drop_index('ix_arguments_proposal_id_side_support_count')

    op.drop_table('arguments')
    with op.batch_alter_table('reports') as batch_op:
        batch_op.drop_index('ix_reports_place_id_handled_at')

    op.drop_table('reports')
    op.drop_table('synonym_tables')
