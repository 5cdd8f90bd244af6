"""Discovery and drafting in depth

Revision: 0012, after 0011
"""

import sqlalchemy as sa
from alembic import op


revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('proposal_calls',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('cycle_id', sa.Integer(), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('opens_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('max_won', sa.BigInteger(), nullable=False),
    sa.Column('envelope_won', sa.BigInteger(), nullable=False),
    sa.Column('per_person', sa.Integer(), nullable=False),
    sa.Column('only_groups', sa.Boolean(), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('announced_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancel_reason', sa.String(length=300), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['cycle_id'], ['cycles.id'], name=op.f('fk_proposal_calls_cycle_id_cycles')),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_proposal_calls_place_id_places')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal_calls')),
    sa.UniqueConstraint('once', name=op.f('uq_proposal_calls_once'))
    )
    with op.batch_alter_table('proposal_calls', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_proposal_calls_cycle_id'), ['cycle_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_proposal_calls_place_id'), ['place_id'], unique=False)

    op.create_table('stored_files',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('sort', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('width', sa.Integer(), nullable=True),
    sa.Column('height', sa.Integer(), nullable=True),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('preview', sa.LargeBinary(), nullable=True),
    sa.Column('given_by', sa.Integer(), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['given_by'], ['people.id'], name=op.f('fk_stored_files_given_by_people')),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_stored_files_place_id_places')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stored_files'))
    )
    with op.batch_alter_table('stored_files', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stored_files_place_id'), ['place_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_stored_files_sha256'), ['sha256'], unique=False)

    op.create_table('office_invitations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('office', sa.String(length=60), nullable=False),
    sa.Column('invited_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('comes', sa.Boolean(), nullable=True),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['village_meetings.id'], name=op.f('fk_office_invitations_meeting_id_village_meetings')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_office_invitations_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_office_invitations')),
    sa.UniqueConstraint('meeting_id', 'person_id', name=op.f('uq_office_invitations_meeting_id_person_id'))
    )
    with op.batch_alter_table('office_invitations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_office_invitations_person_id'), ['person_id'], unique=False)

    op.create_table('plan_chapters',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('chapter', sa.String(length=40), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['plans.id'], name=op.f('fk_plan_chapters_plan_id_plans')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_chapters')),
    sa.UniqueConstraint('plan_id', 'chapter', name=op.f('uq_plan_chapters_plan_id_chapter'))
    )
    op.create_table('plan_envelopes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=40), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('amount_won', sa.BigInteger(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['plans.id'], name=op.f('fk_plan_envelopes_plan_id_plans')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_envelopes')),
    sa.UniqueConstraint('plan_id', 'source', 'year', name=op.f('uq_plan_envelopes_plan_id_source_year'))
    )
    op.create_table('agenda_asks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('proposal_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('into_id', sa.Integer(), nullable=True),
    sa.Column('parts', sa.JSON(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('asked_by', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('answered_by', sa.Integer(), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['answered_by'], ['people.id'], name=op.f('fk_agenda_asks_answered_by_people')),
    sa.ForeignKeyConstraint(['asked_by'], ['people.id'], name=op.f('fk_agenda_asks_asked_by_people')),
    sa.ForeignKeyConstraint(['into_id'], ['proposals.id'], name=op.f('fk_agenda_asks_into_id_proposals')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposals.id'], name=op.f('fk_agenda_asks_proposal_id_proposals')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agenda_asks'))
    )
    with op.batch_alter_table('agenda_asks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agenda_asks_into_id'), ['into_id'], unique=False)
        batch_op.create_index('ix_agenda_asks_proposal_id_state', ['proposal_id', 'state'], unique=False)

    op.create_table('co_authors',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('proposal_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_co_authors_person_id_people')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposals.id'], name=op.f('fk_co_authors_proposal_id_proposals')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_co_authors')),
    sa.UniqueConstraint('proposal_id', 'person_id', name=op.f('uq_co_authors_proposal_id_person_id'))
    )
    with op.batch_alter_table('co_authors', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_co_authors_person_id'), ['person_id'], unique=False)

    op.create_table('endorsements',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('proposal_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('endorsed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_endorsements_person_id_people')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposals.id'], name=op.f('fk_endorsements_proposal_id_proposals')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_endorsements')),
    sa.UniqueConstraint('proposal_id', 'person_id', name=op.f('uq_endorsements_proposal_id_person_id'))
    )
    with op.batch_alter_table('endorsements', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_endorsements_person_id'), ['person_id'], unique=False)

    op.create_table('meeting_tasks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('proposal_id', sa.Integer(), nullable=True),
    sa.Column('text', sa.String(length=300), nullable=False),
    sa.Column('unit', sa.String(length=60), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('result', sa.Text(), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['village_meetings.id'], name=op.f('fk_meeting_tasks_meeting_id_village_meetings')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposals.id'], name=op.f('fk_meeting_tasks_proposal_id_proposals')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_tasks')),
    sa.UniqueConstraint('meeting_id', 'once', name=op.f('uq_meeting_tasks_meeting_id_once'))
    )
    with op.batch_alter_table('meeting_tasks', schema=None) as batch_op:
        batch_op.create_index('ix_meeting_tasks_due_at_done_at', ['due_at', 'done_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_meeting_tasks_proposal_id'), ['proposal_id'], unique=False)

    op.create_table('plan_alternatives',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('cost_won', sa.BigInteger(), nullable=False),
    sa.Column('why_not', sa.Text(), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['plan_items.id'], name=op.f('fk_plan_alternatives_item_id_plan_items')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_alternatives')),
    sa.UniqueConstraint('item_id', 'once', name=op.f('uq_plan_alternatives_item_id_once'))
    )
    op.create_table('plan_amendments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('old_title', sa.String(length=80), nullable=False),
    sa.Column('old_body', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('item_version', sa.Integer(), nullable=False),
    sa.Column('suggested_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['people.id'], name=op.f('fk_plan_amendments_author_id_people')),
    sa.ForeignKeyConstraint(['item_id'], ['plan_items.id'], name=op.f('fk_plan_amendments_item_id_plan_items')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_amendments')),
    sa.UniqueConstraint('author_id', 'once', name=op.f('uq_plan_amendments_author_id_once'))
    )
    with op.batch_alter_table('plan_amendments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_plan_amendments_item_id'), ['item_id'], unique=False)

    op.create_table('plan_item_costs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('unit', sa.String(length=20), nullable=False),
    sa.Column('quantity_hundredths', sa.BigInteger(), nullable=False),
    sa.Column('price_won', sa.BigInteger(), nullable=False),
    sa.Column('source', sa.String(length=40), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['plan_items.id'], name=op.f('fk_plan_item_costs_item_id_plan_items')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_item_costs')),
    sa.UniqueConstraint('item_id', 'number', name=op.f('uq_plan_item_costs_item_id_number'))
    )
    op.create_table('plan_item_notes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('is_public', sa.Boolean(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['people.id'], name=op.f('fk_plan_item_notes_author_id_people')),
    sa.ForeignKeyConstraint(['item_id'], ['plan_items.id'], name=op.f('fk_plan_item_notes_item_id_plan_items')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_item_notes')),
    sa.UniqueConstraint('author_id', 'once', name=op.f('uq_plan_item_notes_author_id_once'))
    )
    with op.batch_alter_table('plan_item_notes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_plan_item_notes_item_id'), ['item_id'], unique=False)

    op.create_table('plan_item_works',
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('committee_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('site', sa.String(length=120), nullable=False),
    sa.Column('site_note', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['committee_id'], ['committees.id'], name=op.f('fk_plan_item_works_committee_id_committees')),
    sa.ForeignKeyConstraint(['item_id'], ['plan_items.id'], name=op.f('fk_plan_item_works_item_id_plan_items')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_plan_item_works_person_id_people')),
    sa.PrimaryKeyConstraint('item_id', name=op.f('pk_plan_item_works'))
    )
    with op.batch_alter_table('plan_item_works', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_plan_item_works_committee_id'), ['committee_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_plan_item_works_person_id'), ['person_id'], unique=False)

    op.create_table('proposal_files',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('proposal_id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=200), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['file_id'], ['stored_files.id'], name=op.f('fk_proposal_files_file_id_stored_files')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposals.id'], name=op.f('fk_proposal_files_proposal_id_proposals')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal_files')),
    sa.UniqueConstraint('file_id', name=op.f('uq_proposal_files_file_id'))
    )
    with op.batch_alter_table('proposal_files', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_proposal_files_proposal_id'), ['proposal_id'], unique=False)

    op.create_table('plan_adoptions',
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('meeting_item_id', sa.Integer(), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['meeting_item_id'], ['meeting_items.id'], name=op.f('fk_plan_adoptions_meeting_item_id_meeting_items')),
    sa.ForeignKeyConstraint(['version_id'], ['plan_versions.id'], name=op.f('fk_plan_adoptions_version_id_plan_versions')),
    sa.PrimaryKeyConstraint('version_id', name=op.f('pk_plan_adoptions')),
    sa.UniqueConstraint('meeting_item_id', name=op.f('uq_plan_adoptions_meeting_item_id'))
    )
    with op.batch_alter_table('proposals', schema=None) as batch_op:
        batch_op.add_column(sa.Column('endorsement_count', sa.Integer(), nullable=False, server_default=sa.text('0')))
        batch_op.add_column(sa.Column('group_name', sa.String(length=60), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('call_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('wanted_won', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('split_from_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('invitation_hash', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('hidden_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('hidden_for', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('hidden_note', sa.String(length=300), nullable=False, server_default=''))
        batch_op.create_index(batch_op.f('ix_proposals_call_id'), ['call_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_proposals_split_from_id'), ['split_from_id'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq_proposals_invitation_hash'), ['invitation_hash'])
        batch_op.create_foreign_key(batch_op.f('fk_proposals_call_id_proposal_calls'), 'proposal_calls', ['call_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_proposals_split_from_id_proposals'), 'proposals', ['split_from_id'], ['id'])


def downgrade() -> None:
    with op.batch_alter_table('proposals', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_proposals_split_from_id_proposals'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_proposals_call_id_proposal_calls'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_proposals_invitation_hash'), type_='unique')
        batch_op.drop_index(batch_op.f('ix_proposals_split_from_id'))
        batch_op.drop_index(batch_op.f('ix_proposals_call_id'))
        batch_op.drop_column('hidden_note')
        batch_op.drop_column('hidden_for')
        batch_op.drop_column('hidden_at')
        batch_op.drop_column('invitation_hash')
        batch_op.drop_column('split_from_id')
        batch_op.drop_column('wanted_won')
        batch_op.drop_column('call_id')
        batch_op.drop_column('group_name')
        batch_op.drop_column('endorsement_count')

    op.drop_table('plan_adoptions')
    with op.batch_alter_table('proposal_files', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_proposal_files_proposal_id'))

    op.drop_table('proposal_files')
    with op.batch_alter_table('plan_item_works', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_plan_item_works_person_id'))
        batch_op.drop_index(batch_op.f('ix_plan_item_works_committee_id'))

    op.drop_table('plan_item_works')
    with op.batch_alter_table('plan_item_notes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_plan_item_notes_item_id'))

    op.drop_table('plan_item_notes')
    op.drop_table('plan_item_costs')
    with op.batch_alter_table('plan_amendments', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_plan_amendments_item_id'))

    op.drop_table('plan_amendments')
    op.drop_table('plan_alternatives')
    with op.batch_alter_table('meeting_tasks', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_meeting_tasks_proposal_id'))
        batch_op.drop_index('ix_meeting_tasks_due_at_done_at')

    op.drop_table('meeting_tasks')
    with op.batch_alter_table('endorsements', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_endorsements_person_id'))

    op.drop_table('endorsements')
    with op.batch_alter_table('co_authors', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_co_authors_person_id'))

    op.drop_table('co_authors')
    with op.batch_alter_table('agenda_asks', schema=None) as batch_op:
        batch_op.drop_index('ix_agenda_asks_proposal_id_state')
        batch_op.drop_index(batch_op.f('ix_agenda_asks_into_id'))

    op.drop_table('agenda_asks')
    op.drop_table('plan_envelopes')
    op.drop_table('plan_chapters')
    with op.batch_alter_table('office_invitations', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_office_invitations_person_id'))

    op.drop_table('office_invitations')
    with op.batch_alter_table('stored_files', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_stored_files_sha256'))
        batch_op.drop_index(batch_op.f('ix_stored_files_place_id'))

    op.drop_table('stored_files')
    with op.batch_alter_table('proposal_calls', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_proposal_calls_place_id'))
        batch_op.drop_index(batch_op.f('ix_proposal_calls_cycle_id'))

    op.drop_table('proposal_calls')
