"""Opinion rounds: statements, answers and their events, the public log, runs of the analysis

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('opinion_rounds',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('cycle_id', sa.Integer(), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('visibility', sa.String(length=40), nullable=False),
    sa.Column('access', sa.String(length=40), nullable=False),
    sa.Column('is_led', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('conclusion', sa.Text(), nullable=False),
    sa.Column('concluded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['people.id'], name=op.f('fk_opinion_rounds_created_by_people')),
    sa.ForeignKeyConstraint(['cycle_id'], ['cycles.id'], name=op.f('fk_opinion_rounds_cycle_id_cycles')),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_opinion_rounds_place_id_places')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opinion_rounds')),
    sa.UniqueConstraint('created_by', 'once', name=op.f('uq_opinion_rounds_created_by_once'))
    )
    with op.batch_alter_table('opinion_rounds', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_opinion_rounds_cycle_id'), ['cycle_id'], unique=False)
        batch_op.create_index('ix_opinion_rounds_place_id_id', ['place_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_opinion_rounds_state'), ['state'], unique=False)

    op.create_table('round_participants',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('device_index', sa.LargeBinary(length=16), nullable=True),
    sa.Column('sheet', sa.String(length=80), nullable=True),
    sa.Column('is_verified', sa.Boolean(), nullable=False),
    sa.Column('public_number', sa.Integer(), nullable=True),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_round_participants_person_id_people')),
    sa.ForeignKeyConstraint(['round_id'], ['opinion_rounds.id'], name=op.f('fk_round_participants_round_id_opinion_rounds')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_round_participants')),
    sa.UniqueConstraint('round_id', 'device_index', name=op.f('uq_round_participants_round_id_device_index')),
    sa.UniqueConstraint('round_id', 'person_id', name=op.f('uq_round_participants_round_id_person_id')),
    sa.UniqueConstraint('round_id', 'public_number', name=op.f('uq_round_participants_round_id_public_number')),
    sa.UniqueConstraint('round_id', 'sheet', name=op.f('uq_round_participants_round_id_sheet'))
    )
    with op.batch_alter_table('round_participants', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_round_participants_person_id'), ['person_id'], unique=False)

    op.create_table('round_runs',
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('is_final', sa.Boolean(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_event_id', sa.Integer(), nullable=False),
    sa.Column('participants', sa.Integer(), nullable=False),
    sa.Column('verified', sa.Integer(), nullable=False),
    sa.Column('view', sa.JSON(), nullable=False),
    sa.Column('priorities', sa.JSON(), nullable=False),
    sa.Column('positions', sa.JSON(), nullable=False),
    sa.Column('memory', sa.JSON(), nullable=False),
    sa.Column('document', sa.LargeBinary(), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['round_id'], ['opinion_rounds.id'], name=op.f('fk_round_runs_round_id_opinion_rounds')),
    sa.PrimaryKeyConstraint('round_id', 'is_final', name=op.f('pk_round_runs'))
    )
    op.create_table('round_statements',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('once', sa.String(length=80), nullable=False),
    sa.Column('text', sa.String(length=140), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('is_seed', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=True),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('merged_into_id', sa.Integer(), nullable=True),
    sa.Column('is_open', sa.Boolean(), nullable=False),
    sa.Column('agree', sa.Integer(), nullable=False),
    sa.Column('unsure', sa.Integer(), nullable=False),
    sa.Column('worry', sa.Integer(), nullable=False),
    sa.Column('verified_agree', sa.Integer(), nullable=False),
    sa.Column('verified_unsure', sa.Integer(), nullable=False),
    sa.Column('verified_worry', sa.Integer(), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('unit', sa.String(length=60), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('handled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['round_participants.id'], name=op.f('fk_round_statements_author_id_round_participants')),
    sa.ForeignKeyConstraint(['merged_into_id'], ['round_statements.id'], name=op.f('fk_round_statements_merged_into_id_round_statements')),
    sa.ForeignKeyConstraint(['round_id'], ['opinion_rounds.id'], name=op.f('fk_round_statements_round_id_opinion_rounds')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_round_statements')),
    sa.UniqueConstraint('round_id', 'number', name=op.f('uq_round_statements_round_id_number')),
    sa.UniqueConstraint('round_id', 'once', name=op.f('uq_round_statements_round_id_once'))
    )
    with op.batch_alter_table('round_statements', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_round_statements_author_id'), ['author_id'], unique=False)
        batch_op.create_index('ix_round_statements_round_id_state', ['round_id', 'state'], unique=False)

    op.create_table('statement_answer_events',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('participant_id', sa.Integer(), nullable=False),
    sa.Column('statement_id', sa.Integer(), nullable=False),
    sa.Column('value', sa.SmallInteger(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['participant_id'], ['round_participants.id'], name=op.f('fk_statement_answer_events_participant_id_round_participants')),
    sa.ForeignKeyConstraint(['round_id'], ['opinion_rounds.id'], name=op.f('fk_statement_answer_events_round_id_opinion_rounds')),
    sa.ForeignKeyConstraint(['statement_id'], ['round_statements.id'], name=op.f('fk_statement_answer_events_statement_id_round_statements')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_statement_answer_events'))
    )
    with op.batch_alter_table('statement_answer_events', schema=None) as batch_op:
        batch_op.create_index('ix_statement_answer_events_round_id_id', ['round_id', 'id'], unique=False)

    op.create_table('statement_answers',
    sa.Column('participant_id', sa.Integer(), nullable=False),
    sa.Column('statement_id', sa.Integer(), nullable=False),
    sa.Column('value', sa.SmallInteger(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['participant_id'], ['round_participants.id'], name=op.f('fk_statement_answers_participant_id_round_participants')),
    sa.ForeignKeyConstraint(['statement_id'], ['round_statements.id'], name=op.f('fk_statement_answers_statement_id_round_statements')),
    sa.PrimaryKeyConstraint('participant_id', 'statement_id', name=op.f('pk_statement_answers'))
    )
    with op.batch_alter_table('statement_answers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_statement_answers_statement_id'), ['statement_id'], unique=False)

    op.create_table('statement_log_entries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('statement_id', sa.Integer(), nullable=False),
    sa.Column('act', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=True),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('other_number', sa.Integer(), nullable=True),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['round_id'], ['opinion_rounds.id'], name=op.f('fk_statement_log_entries_round_id_opinion_rounds')),
    sa.ForeignKeyConstraint(['statement_id'], ['round_statements.id'], name=op.f('fk_statement_log_entries_statement_id_round_statements')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_statement_log_entries'))
    )
    with op.batch_alter_table('statement_log_entries', schema=None) as batch_op:
        batch_op.create_index('ix_statement_log_entries_round_id_id', ['round_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_statement_log_entries_statement_id'), ['statement_id'], unique=False)

    op.create_table('statement_notes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('statement_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=1000), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['people.id'], name=op.f('fk_statement_notes_author_id_people')),
    sa.ForeignKeyConstraint(['statement_id'], ['round_statements.id'], name=op.f('fk_statement_notes_statement_id_round_statements')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_statement_notes'))
    )
    with op.batch_alter_table('statement_notes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_statement_notes_statement_id'), ['statement_id'], unique=False)

    op.create_table('statement_proposals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('statement_id', sa.Integer(), nullable=False),
    sa.Column('proposal_id', sa.Integer(), nullable=False),
    sa.Column('linked_by', sa.Integer(), nullable=False),
    sa.Column('linked_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['linked_by'], ['people.id'], name=op.f('fk_statement_proposals_linked_by_people')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposals.id'], name=op.f('fk_statement_proposals_proposal_id_proposals')),
    sa.ForeignKeyConstraint(['statement_id'], ['round_statements.id'], name=op.f('fk_statement_proposals_statement_id_round_statements')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_statement_proposals')),
    sa.UniqueConstraint('statement_id', 'proposal_id', name=op.f('uq_statement_proposals_statement_id_proposal_id'))
    )
    with op.batch_alter_table('statement_proposals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_statement_proposals_proposal_id'), ['proposal_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('statement_proposals', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_statement_proposals_proposal_id'))

    op.drop_table('statement_proposals')
    with op.batch_alter_table('statement_notes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_statement_notes_statement_id'))

    op.drop_table('statement_notes')
    with op.batch_alter_table('statement_log_entries', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_statement_log_entries_statement_id'))
        batch_op.drop_index('ix_statement_log_entries_round_id_id')

    op.drop_table('statement_log_entries')
    with op.batch_alter_table('statement_answers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_statement_answers_statement_id'))

    op.drop_table('statement_answers')
    with op.batch_alter_table('statement_answer_events', schema=None) as batch_op:
        batch_op.drop_index('ix_statement_answer_events_round_id_id')

    op.drop_table('statement_answer_events')
    with op.batch_alter_table('round_statements', schema=None) as batch_op:
        batch_op.drop_index('ix_round_statements_round_id_state')
        batch_op.drop_index(batch_op.f('ix_round_statements_author_id'))

    op.drop_table('round_statements')
    op.drop_table('round_runs')
    with op.batch_alter_table('round_participants', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_round_participants_person_id'))

    op.drop_table('round_participants')
    with op.batch_alter_table('opinion_rounds', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_opinion_rounds_state'))
        batch_op.drop_index('ix_opinion_rounds_place_id_id')
        batch_op.drop_index(batch_op.f('ix_opinion_rounds_cycle_id'))

    op.drop_table('opinion_rounds')
