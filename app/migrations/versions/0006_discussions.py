"""Discussions: arguments, comments, moderation, live meetings; every kind of public meeting; plain texts to search

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


MEETING = (
    'id', 'place_id', 'cycle_id', 'called_by', 'once', 'title', 'where', 'starts_at', 'offices', 'attendance',
    'minutes', 'held_at', 'cancelled_at', 'version',
)
TOPIC = ('id', 'meeting_id', 'proposal_id', 'outcome')


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

    op.create_table('village_meetings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('cycle_id', sa.Integer(), nullable=False),
    sa.Column('called_by', sa.Integer(), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('where', sa.String(length=120), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('offices', sa.String(length=300), nullable=False),
    sa.Column('attendance', sa.Integer(), nullable=True),
    sa.Column('minutes', sa.Text(), nullable=False),
    sa.Column('held_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['called_by'], ['people.id'], name=op.f('fk_village_meetings_called_by_people')),
    sa.ForeignKeyConstraint(['cycle_id'], ['cycles.id'], name=op.f('fk_village_meetings_cycle_id_cycles')),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_village_meetings_place_id_places')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_village_meetings')),
    sa.UniqueConstraint('once', name=op.f('uq_village_meetings_once'))
    )
    with op.batch_alter_table('village_meetings') as batch_op:
        batch_op.create_index(batch_op.f('ix_village_meetings_place_id'), ['place_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_village_meetings_starts_at'), ['starts_at'], unique=False)

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

    op.create_table('live_rooms',
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=8), nullable=False),
    sa.Column('tables', sa.Integer(), nullable=False),
    sa.Column('opened_by', sa.Integer(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['village_meetings.id'], name=op.f('fk_live_rooms_meeting_id_village_meetings')),
    sa.ForeignKeyConstraint(['opened_by'], ['people.id'], name=op.f('fk_live_rooms_opened_by_people')),
    sa.ForeignKeyConstraint(['round_id'], ['opinion_rounds.id'], name=op.f('fk_live_rooms_round_id_opinion_rounds')),
    sa.PrimaryKeyConstraint('meeting_id', name=op.f('pk_live_rooms')),
    sa.UniqueConstraint('code', name=op.f('uq_live_rooms_code')),
    sa.UniqueConstraint('round_id', name=op.f('uq_live_rooms_round_id'))
    )
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

    op.create_table('village_meeting_topics',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('proposal_id', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['village_meetings.id'], name=op.f('fk_village_meeting_topics_meeting_id_village_meetings')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposals.id'], name=op.f('fk_village_meeting_topics_proposal_id_proposals')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_village_meeting_topics')),
    sa.UniqueConstraint('meeting_id', 'proposal_id', name=op.f('uq_village_meeting_topics_meeting_id_proposal_id'))
    )
    with op.batch_alter_table('village_meeting_topics') as batch_op:
        batch_op.create_index(batch_op.f('ix_village_meeting_topics_proposal_id'), ['proposal_id'], unique=False)

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

    op.create_table('live_attendances',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('device_index', sa.LargeBinary(length=16), nullable=True),
    sa.Column('table_no', sa.Integer(), nullable=True),
    sa.Column('came_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['live_rooms.meeting_id'], name=op.f('fk_live_attendances_meeting_id_live_rooms')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_live_attendances_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_live_attendances')),
    sa.UniqueConstraint('meeting_id', 'device_index', name=op.f('uq_live_attendances_meeting_id_device_index')),
    sa.UniqueConstraint('meeting_id', 'person_id', name=op.f('uq_live_attendances_meeting_id_person_id'))
    )
    with op.batch_alter_table('live_attendances') as batch_op:
        batch_op.create_index(batch_op.f('ix_live_attendances_person_id'), ['person_id'], unique=False)

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

    op.create_table('table_ideas',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('table_no', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=140), nullable=False),
    sa.Column('stickers', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['live_rooms.meeting_id'], name=op.f('fk_table_ideas_meeting_id_live_rooms')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_table_ideas')),
    sa.UniqueConstraint('meeting_id', 'table_no', 'position', name=op.f('uq_table_ideas_meeting_id_table_no_position'))
    )
    op.create_table('table_sheets',
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('table_no', sa.Integer(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['live_rooms.meeting_id'], name=op.f('fk_table_sheets_meeting_id_live_rooms')),
    sa.PrimaryKeyConstraint('meeting_id', 'table_no', name=op.f('pk_table_sheets'))
    )
    op.create_table('meeting_evidence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('proposal_id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=140), nullable=False),
    sa.Column('statement_id', sa.Integer(), nullable=True),
    sa.Column('agree', sa.Integer(), nullable=True),
    sa.Column('worry', sa.Integer(), nullable=True),
    sa.Column('unsure', sa.Integer(), nullable=True),
    sa.Column('table_no', sa.Integer(), nullable=True),
    sa.Column('stickers', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['meeting_id'], ['village_meetings.id'], name=op.f('fk_meeting_evidence_meeting_id_village_meetings')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposals.id'], name=op.f('fk_meeting_evidence_proposal_id_proposals')),
    sa.ForeignKeyConstraint(['statement_id'], ['round_statements.id'], name=op.f('fk_meeting_evidence_statement_id_round_statements')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_evidence')),
    sa.UniqueConstraint('proposal_id', 'meeting_id', 'position', name=op.f('uq_meeting_evidence_proposal_id_meeting_id_position'))
    )
    with op.batch_alter_table('meeting_evidence') as batch_op:
        batch_op.create_index(batch_op.f('ix_meeting_evidence_meeting_id'), ['meeting_id'], unique=False)

    _copy('alley_meetings', 'village_meetings', MEETING, {'kind': sa.literal('alley')})
    _copy('meeting_topics', 'village_meeting_topics', TOPIC, {})
    with op.batch_alter_table('meeting_topics') as batch_op:
        batch_op.drop_index(batch_op.f('ix_meeting_topics_proposal_id'))

    op.drop_table('meeting_topics')
    with op.batch_alter_table('alley_meetings') as batch_op:
        batch_op.drop_index(batch_op.f('ix_alley_meetings_place_id'))
        batch_op.drop_index(batch_op.f('ix_alley_meetings_starts_at'))

    op.drop_table('alley_meetings')
    with op.batch_alter_table('proposals') as batch_op:
        batch_op.add_column(sa.Column('plain', sa.Text(), nullable=False, server_default=''))
    _write_plain_texts()
    with op.batch_alter_table('proposals') as batch_op:
        batch_op.alter_column('plain', server_default=None, existing_type=sa.Text(), existing_nullable=False)


def _copy(source: str, target: str, names: tuple[str, ...], more: dict[str, sa.ColumnElement[str]]) -> None:
    """Copy rows with their ids into the table that replaces theirs; on PostgreSQL the next id comes after them."""
    old = sa.table(source, *(sa.column(name) for name in names))
    new = sa.table(target, *(sa.column(name) for name in (*names, *more)))
    chosen = sa.select(*(old.c[name] for name in names), *more.values())
    op.get_bind().execute(new.insert().from_select([*names, *more], chosen))
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(f"SELECT setval(pg_get_serial_sequence('{target}', 'id'), coalesce(max(id), 0) + 1, false) FROM {target}")


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

    op.create_table('alley_meetings',
    sa.Column('id', sa.INTEGER(), nullable=False),
    sa.Column('place_id', sa.INTEGER(), nullable=False),
    sa.Column('cycle_id', sa.INTEGER(), nullable=False),
    sa.Column('called_by', sa.INTEGER(), nullable=False),
    sa.Column('once', sa.VARCHAR(length=64), nullable=False),
    sa.Column('title', sa.VARCHAR(length=80), nullable=False),
    sa.Column('where', sa.VARCHAR(length=120), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('offices', sa.VARCHAR(length=300), nullable=False),
    sa.Column('attendance', sa.INTEGER(), nullable=True),
    sa.Column('minutes', sa.TEXT(), nullable=False),
    sa.Column('held_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.INTEGER(), nullable=False),
    sa.ForeignKeyConstraint(['called_by'], ['people.id'], name=op.f('fk_alley_meetings_called_by_people')),
    sa.ForeignKeyConstraint(['cycle_id'], ['cycles.id'], name=op.f('fk_alley_meetings_cycle_id_cycles')),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_alley_meetings_place_id_places')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alley_meetings')),
    sa.UniqueConstraint('once', name=op.f('uq_alley_meetings_once'))
    )
    with op.batch_alter_table('alley_meetings') as batch_op:
        batch_op.create_index(batch_op.f('ix_alley_meetings_starts_at'), ['starts_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_alley_meetings_place_id'), ['place_id'], unique=False)

    op.create_table('meeting_topics',
    sa.Column('id', sa.INTEGER(), nullable=False),
    sa.Column('meeting_id', sa.INTEGER(), nullable=False),
    sa.Column('proposal_id', sa.INTEGER(), nullable=False),
    sa.Column('outcome', sa.TEXT(), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['alley_meetings.id'], name=op.f('fk_meeting_topics_meeting_id_alley_meetings')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposals.id'], name=op.f('fk_meeting_topics_proposal_id_proposals')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_topics')),
    sa.UniqueConstraint('meeting_id', 'proposal_id', name=op.f('uq_meeting_topics_meeting_id_proposal_id'))
    )
    with op.batch_alter_table('meeting_topics') as batch_op:
        batch_op.create_index(batch_op.f('ix_meeting_topics_proposal_id'), ['proposal_id'], unique=False)
    _copy('village_meetings', 'alley_meetings', MEETING, {})
    _copy('village_meeting_topics', 'meeting_topics', TOPIC, {})

    with op.batch_alter_table('meeting_evidence') as batch_op:
        batch_op.drop_index(batch_op.f('ix_meeting_evidence_meeting_id'))

    op.drop_table('meeting_evidence')
    op.drop_table('table_sheets')
    op.drop_table('table_ideas')
    with op.batch_alter_table('mentions') as batch_op:
        batch_op.drop_index('ix_mentions_person_id_at')

    op.drop_table('mentions')
    with op.batch_alter_table('live_attendances') as batch_op:
        batch_op.drop_index(batch_op.f('ix_live_attendances_person_id'))

    op.drop_table('live_attendances')
    with op.batch_alter_table('argument_supports') as batch_op:
        batch_op.drop_index(batch_op.f('ix_argument_supports_person_id'))

    op.drop_table('argument_supports')
    with op.batch_alter_table('village_meeting_topics') as batch_op:
        batch_op.drop_index(batch_op.f('ix_village_meeting_topics_proposal_id'))

    op.drop_table('village_meeting_topics')
    with op.batch_alter_table('moderation_entries') as batch_op:
        batch_op.drop_index('ix_moderation_entries_place_id_id')

    op.drop_table('moderation_entries')
    op.drop_table('live_rooms')
    with op.batch_alter_table('comments') as batch_op:
        batch_op.drop_index('ix_comments_proposal_id_thread_id_id')

    op.drop_table('comments')
    with op.batch_alter_table('arguments') as batch_op:
        batch_op.drop_index('ix_arguments_proposal_id_side_support_count')

    op.drop_table('arguments')
    with op.batch_alter_table('village_meetings') as batch_op:
        batch_op.drop_index(batch_op.f('ix_village_meetings_starts_at'))
        batch_op.drop_index(batch_op.f('ix_village_meetings_place_id'))

    op.drop_table('village_meetings')
    with op.batch_alter_table('reports') as batch_op:
        batch_op.drop_index('ix_reports_place_id_handled_at')

    op.drop_table('reports')
    op.drop_table('synonym_tables')
