"""The council: members, calls and applications, meetings, training, dismissals

Revision: 0003, after 0002, 2026-11-21 06:10:00
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('councils',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('founded_on', sa.Date(), nullable=False),
    sa.Column('seats', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_councils_place_id_places')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_councils')),
    sa.UniqueConstraint('place_id', name=op.f('uq_councils_place_id'))
    )
    op.create_table('committees',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('council_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('purpose', sa.String(length=300), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['council_id'], ['councils.id'], name=op.f('fk_committees_council_id_councils')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_committees')),
    sa.UniqueConstraint('council_id', 'name', name=op.f('uq_committees_council_id_name'))
    )
    op.create_table('council_terms',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('council_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('seats', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['council_id'], ['councils.id'], name=op.f('fk_council_terms_council_id_councils')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_council_terms')),
    sa.UniqueConstraint('council_id', 'number', name=op.f('uq_council_terms_council_id_number'))
    )
    op.create_table('training_courses',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('announced_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancel_reason', sa.String(length=300), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['people.id'], name=op.f('fk_training_courses_created_by_people')),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_training_courses_place_id_places')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_courses')),
    sa.UniqueConstraint('once', name=op.f('uq_training_courses_once'))
    )
    with op.batch_alter_table('training_courses', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_training_courses_place_id'), ['place_id'], unique=False)

    op.create_table('training_credits',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('legal_name', sa.LargeBinary(), nullable=True),
    sa.Column('birth_date', sa.LargeBinary(), nullable=True),
    sa.Column('identity_index', sa.LargeBinary(length=16), nullable=True),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('held_on', sa.Date(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('seen_by', sa.Integer(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('row_key', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_training_credits_person_id_people')),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_training_credits_place_id_places')),
    sa.ForeignKeyConstraint(['seen_by'], ['people.id'], name=op.f('fk_training_credits_seen_by_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_credits')),
    sa.UniqueConstraint('once', name=op.f('uq_training_credits_once')),
    sa.UniqueConstraint('row_key', name=op.f('uq_training_credits_row_key'))
    )
    with op.batch_alter_table('training_credits', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_training_credits_identity_index'), ['identity_index'], unique=False)
        batch_op.create_index(batch_op.f('ix_training_credits_person_id'), ['person_id'], unique=False)
        batch_op.create_index('ix_training_credits_place_id_person_id', ['place_id', 'person_id'], unique=False)

    op.create_table('council_meetings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('term_id', sa.Integer(), nullable=False),
    sa.Column('committee_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('where', sa.String(length=120), nullable=False),
    sa.Column('is_online', sa.Boolean(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('called_by', sa.Integer(), nullable=False),
    sa.Column('called_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('members_count', sa.Integer(), nullable=True),
    sa.Column('quorum_needed', sa.Integer(), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancel_reason', sa.String(length=300), nullable=False),
    sa.Column('minutes', sa.Text(), nullable=False),
    sa.Column('minutes_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('minutes_published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('minutes_hash', sa.String(length=64), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['called_by'], ['people.id'], name=op.f('fk_council_meetings_called_by_people')),
    sa.ForeignKeyConstraint(['committee_id'], ['committees.id'], name=op.f('fk_council_meetings_committee_id_committees')),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_council_meetings_place_id_places')),
    sa.ForeignKeyConstraint(['term_id'], ['council_terms.id'], name=op.f('fk_council_meetings_term_id_council_terms')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_council_meetings')),
    sa.UniqueConstraint('once', name=op.f('uq_council_meetings_once'))
    )
    with op.batch_alter_table('council_meetings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_council_meetings_committee_id'), ['committee_id'], unique=False)
        batch_op.create_index('ix_council_meetings_place_id_starts_at', ['place_id', 'starts_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_council_meetings_term_id'), ['term_id'], unique=False)

    op.create_table('open_calls',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('term_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('seats', sa.Integer(), nullable=False),
    sa.Column('areas', sa.JSON(), nullable=False),
    sa.Column('reference_on', sa.Date(), nullable=False),
    sa.Column('opens_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('objections_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('announced_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('frozen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('drawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('concluded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancel_reason', sa.String(length=300), nullable=False),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['people.id'], name=op.f('fk_open_calls_created_by_people')),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_open_calls_place_id_places')),
    sa.ForeignKeyConstraint(['term_id'], ['council_terms.id'], name=op.f('fk_open_calls_term_id_council_terms')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_open_calls')),
    sa.UniqueConstraint('once', name=op.f('uq_open_calls_once'))
    )
    with op.batch_alter_table('open_calls', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_open_calls_place_id'), ['place_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_open_calls_term_id'), ['term_id'], unique=False)

    op.create_table('training_enrolments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('enrolled_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['course_id'], ['training_courses.id'], name=op.f('fk_training_enrolments_course_id_training_courses')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_training_enrolments_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_enrolments')),
    sa.UniqueConstraint('course_id', 'person_id', name=op.f('uq_training_enrolments_course_id_person_id'))
    )
    with op.batch_alter_table('training_enrolments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_training_enrolments_person_id'), ['person_id'], unique=False)

    op.create_table('training_sessions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('where', sa.String(length=120), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('check_in_secret', sa.LargeBinary(length=16), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['training_courses.id'], name=op.f('fk_training_sessions_course_id_training_courses')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_sessions'))
    )
    with op.batch_alter_table('training_sessions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_training_sessions_course_id'), ['course_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_training_sessions_starts_at'), ['starts_at'], unique=False)

    op.create_table('applications',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=12), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('entered_by', sa.Integer(), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('channel', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('track', sa.String(length=20), nullable=False),
    sa.Column('organisation', sa.String(length=80), nullable=False),
    sa.Column('legal_name', sa.LargeBinary(), nullable=True),
    sa.Column('birth_date', sa.LargeBinary(), nullable=True),
    sa.Column('phone', sa.LargeBinary(), nullable=True),
    sa.Column('address', sa.LargeBinary(), nullable=True),
    sa.Column('answers', sa.LargeBinary(), nullable=True),
    sa.Column('motive', sa.LargeBinary(), nullable=True),
    sa.Column('reason', sa.LargeBinary(), nullable=True),
    sa.Column('identity_salt', sa.LargeBinary(), nullable=True),
    sa.Column('identity_index', sa.LargeBinary(length=16), nullable=True),
    sa.Column('household_index', sa.LargeBinary(length=16), nullable=True),
    sa.Column('household', sa.Integer(), nullable=True),
    sa.Column('sex', sa.String(length=40), nullable=True),
    sa.Column('age_band', sa.String(length=20), nullable=False),
    sa.Column('area', sa.String(length=40), nullable=False),
    sa.Column('findings', sa.JSON(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('rank', sa.Integer(), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('row_key', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['open_calls.id'], name=op.f('fk_applications_call_id_open_calls')),
    sa.ForeignKeyConstraint(['decided_by'], ['people.id'], name=op.f('fk_applications_decided_by_people')),
    sa.ForeignKeyConstraint(['entered_by'], ['people.id'], name=op.f('fk_applications_entered_by_people')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_applications_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_applications')),
    sa.UniqueConstraint('call_id', 'identity_index', name=op.f('uq_applications_call_id_identity_index')),
    sa.UniqueConstraint('call_id', 'number', name=op.f('uq_applications_call_id_number')),
    sa.UniqueConstraint('call_id', 'person_id', name=op.f('uq_applications_call_id_person_id')),
    sa.UniqueConstraint('entered_by', 'once', name=op.f('uq_applications_entered_by_once')),
    sa.UniqueConstraint('row_key', name=op.f('uq_applications_row_key'))
    )
    with op.batch_alter_table('applications', schema=None) as batch_op:
        batch_op.create_index('ix_applications_call_id_state', ['call_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_applications_household_index'), ['household_index'], unique=False)
        batch_op.create_index(batch_op.f('ix_applications_identity_index'), ['identity_index'], unique=False)
        batch_op.create_index(batch_op.f('ix_applications_person_id'), ['person_id'], unique=False)

    op.create_table('appointment_lists',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('term_id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=True),
    sa.Column('origin', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('send_due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('appoint_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('appointed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('publish_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['open_calls.id'], name=op.f('fk_appointment_lists_call_id_open_calls')),
    sa.ForeignKeyConstraint(['term_id'], ['council_terms.id'], name=op.f('fk_appointment_lists_term_id_council_terms')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appointment_lists')),
    sa.UniqueConstraint('once', name=op.f('uq_appointment_lists_once'))
    )
    with op.batch_alter_table('appointment_lists', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_appointment_lists_call_id'), ['call_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_appointment_lists_term_id'), ['term_id'], unique=False)

    op.create_table('call_quotas',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('feature', sa.String(length=20), nullable=False),
    sa.Column('value', sa.String(length=40), nullable=False),
    sa.Column('minimum', sa.Integer(), nullable=False),
    sa.Column('maximum', sa.Integer(), nullable=False),
    sa.Column('least_minimum', sa.Integer(), nullable=False),
    sa.Column('greatest_maximum', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['open_calls.id'], name=op.f('fk_call_quotas_call_id_open_calls')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call_quotas')),
    sa.UniqueConstraint('call_id', 'feature', 'value', name=op.f('uq_call_quotas_call_id_feature_value'))
    )
    op.create_table('call_tracks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('seats', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['open_calls.id'], name=op.f('fk_call_tracks_call_id_open_calls')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call_tracks')),
    sa.UniqueConstraint('call_id', 'code', name=op.f('uq_call_tracks_call_id_code'))
    )
    op.create_table('draw_committees',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('formed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('dissolved_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['call_id'], ['open_calls.id'], name=op.f('fk_draw_committees_call_id_open_calls')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draw_committees')),
    sa.UniqueConstraint('call_id', name=op.f('uq_draw_committees_call_id'))
    )
    op.create_table('draw_witnesses',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('capacity', sa.String(length=40), nullable=False),
    sa.Column('named_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['call_id'], ['open_calls.id'], name=op.f('fk_draw_witnesses_call_id_open_calls')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_draw_witnesses_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draw_witnesses')),
    sa.UniqueConstraint('call_id', 'name', name=op.f('uq_draw_witnesses_call_id_name'))
    )
    op.create_table('training_attendances',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('legal_name', sa.LargeBinary(), nullable=True),
    sa.Column('birth_date', sa.LargeBinary(), nullable=True),
    sa.Column('identity_index', sa.LargeBinary(length=16), nullable=True),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('method', sa.String(length=40), nullable=False),
    sa.Column('checked_in_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_by', sa.Integer(), nullable=True),
    sa.Column('row_key', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['confirmed_by'], ['people.id'], name=op.f('fk_training_attendances_confirmed_by_people')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_training_attendances_person_id_people')),
    sa.ForeignKeyConstraint(['session_id'], ['training_sessions.id'], name=op.f('fk_training_attendances_session_id_training_sessions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_attendances')),
    sa.UniqueConstraint('row_key', name=op.f('uq_training_attendances_row_key')),
    sa.UniqueConstraint('session_id', 'identity_index', name=op.f('uq_training_attendances_session_id_identity_index')),
    sa.UniqueConstraint('session_id', 'person_id', name=op.f('uq_training_attendances_session_id_person_id'))
    )
    with op.batch_alter_table('training_attendances', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_training_attendances_identity_index'), ['identity_index'], unique=False)
        batch_op.create_index(batch_op.f('ix_training_attendances_person_id'), ['person_id'], unique=False)

    op.create_table('application_objections',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('text', sa.LargeBinary(), nullable=True),
    sa.Column('answer', sa.LargeBinary(), nullable=True),
    sa.Column('filed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer_due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by', sa.Integer(), nullable=True),
    sa.Column('row_key', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['answered_by'], ['people.id'], name=op.f('fk_application_objections_answered_by_people')),
    sa.ForeignKeyConstraint(['application_id'], ['applications.id'], name=op.f('fk_application_objections_application_id_applications')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_application_objections_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_application_objections')),
    sa.UniqueConstraint('person_id', 'once', name=op.f('uq_application_objections_person_id_once')),
    sa.UniqueConstraint('row_key', name=op.f('uq_application_objections_row_key'))
    )
    with op.batch_alter_table('application_objections', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_application_objections_application_id'), ['application_id'], unique=False)

    op.create_table('council_members',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('term_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('application_id', sa.Integer(), nullable=True),
    sa.Column('list_id', sa.Integer(), nullable=True),
    sa.Column('grant_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('track', sa.String(length=40), nullable=False),
    sa.Column('origin', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('sex', sa.String(length=40), nullable=True),
    sa.Column('age_band', sa.String(length=20), nullable=False),
    sa.Column('area', sa.String(length=40), nullable=False),
    sa.Column('renewals', sa.Integer(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('appointed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('end_reason', sa.String(length=40), nullable=True),
    sa.Column('training_due_on', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['applications.id'], name=op.f('fk_council_members_application_id_applications')),
    sa.ForeignKeyConstraint(['grant_id'], ['role_grants.id'], name=op.f('fk_council_members_grant_id_role_grants')),
    sa.ForeignKeyConstraint(['list_id'], ['appointment_lists.id'], name=op.f('fk_council_members_list_id_appointment_lists')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_council_members_person_id_people')),
    sa.ForeignKeyConstraint(['term_id'], ['council_terms.id'], name=op.f('fk_council_members_term_id_council_terms')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_council_members')),
    sa.UniqueConstraint('application_id', name=op.f('uq_council_members_application_id')),
    sa.UniqueConstraint('term_id', 'person_id', name=op.f('uq_council_members_term_id_person_id'))
    )
    with op.batch_alter_table('council_members', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_council_members_list_id'), ['list_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_council_members_person_id'), ['person_id'], unique=False)
        batch_op.create_index('ix_council_members_term_id_state', ['term_id', 'state'], unique=False)

    op.create_table('documents_seen',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('document', sa.String(length=40), nullable=False),
    sa.Column('seen_by', sa.Integer(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['applications.id'], name=op.f('fk_documents_seen_application_id_applications')),
    sa.ForeignKeyConstraint(['seen_by'], ['people.id'], name=op.f('fk_documents_seen_seen_by_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_documents_seen')),
    sa.UniqueConstraint('application_id', 'document', name=op.f('uq_documents_seen_application_id_document'))
    )
    op.create_table('draw_committee_members',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('committee_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('organisation', sa.String(length=80), nullable=False),
    sa.Column('recommended_by', sa.String(length=40), nullable=False),
    sa.Column('is_chair', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['committee_id'], ['draw_committees.id'], name=op.f('fk_draw_committee_members_committee_id_draw_committees')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_draw_committee_members_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draw_committee_members'))
    )
    with op.batch_alter_table('draw_committee_members', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_draw_committee_members_committee_id'), ['committee_id'], unique=False)

    op.create_table('committee_members',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('committee_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['committee_id'], ['committees.id'], name=op.f('fk_committee_members_committee_id_committees')),
    sa.ForeignKeyConstraint(['member_id'], ['council_members.id'], name=op.f('fk_committee_members_member_id_council_members')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_committee_members_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_committee_members')),
    sa.UniqueConstraint('committee_id', 'member_id', name=op.f('uq_committee_members_committee_id_member_id')),
    sa.UniqueConstraint('committee_id', 'person_id', name=op.f('uq_committee_members_committee_id_person_id'))
    )
    with op.batch_alter_table('committee_members', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_committee_members_member_id'), ['member_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_committee_members_person_id'), ['person_id'], unique=False)

    op.create_table('council_officers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('term_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('office', sa.String(length=40), nullable=False),
    sa.Column('elected_on', sa.Date(), nullable=False),
    sa.Column('how', sa.String(length=200), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['council_members.id'], name=op.f('fk_council_officers_member_id_council_members')),
    sa.ForeignKeyConstraint(['term_id'], ['council_terms.id'], name=op.f('fk_council_officers_term_id_council_terms')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_council_officers'))
    )
    with op.batch_alter_table('council_officers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_council_officers_member_id'), ['member_id'], unique=False)
        batch_op.create_index('ix_council_officers_term_id_office', ['term_id', 'office'], unique=False)

    op.create_table('dismissal_motions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('proposer_id', sa.Integer(), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('proposed_by', sa.String(length=40), nullable=False),
    sa.Column('grounds', sa.String(length=40), nullable=False),
    sa.Column('text', sa.LargeBinary(), nullable=True),
    sa.Column('statement', sa.LargeBinary(), nullable=True),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('signers_needed', sa.Integer(), nullable=False),
    sa.Column('signer_count', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('gather_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('head_decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('head_reason', sa.String(length=300), nullable=False),
    sa.Column('row_key', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['council_members.id'], name=op.f('fk_dismissal_motions_member_id_council_members')),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_dismissal_motions_place_id_places')),
    sa.ForeignKeyConstraint(['proposer_id'], ['people.id'], name=op.f('fk_dismissal_motions_proposer_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dismissal_motions')),
    sa.UniqueConstraint('proposer_id', 'once', name=op.f('uq_dismissal_motions_proposer_id_once')),
    sa.UniqueConstraint('row_key', name=op.f('uq_dismissal_motions_row_key'))
    )
    with op.batch_alter_table('dismissal_motions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_dismissal_motions_member_id'), ['member_id'], unique=False)
        batch_op.create_index('ix_dismissal_motions_place_id_state', ['place_id', 'state'], unique=False)

    op.create_table('vacancies',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('term_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('arisen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('successor_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['council_members.id'], name=op.f('fk_vacancies_member_id_council_members')),
    sa.ForeignKeyConstraint(['successor_id'], ['council_members.id'], name=op.f('fk_vacancies_successor_id_council_members')),
    sa.ForeignKeyConstraint(['term_id'], ['council_terms.id'], name=op.f('fk_vacancies_term_id_council_terms')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vacancies')),
    sa.UniqueConstraint('member_id', name=op.f('uq_vacancies_member_id')),
    sa.UniqueConstraint('successor_id', name=op.f('uq_vacancies_successor_id'))
    )
    with op.batch_alter_table('vacancies', schema=None) as batch_op:
        batch_op.create_index('ix_vacancies_term_id_state', ['term_id', 'state'], unique=False)

    op.create_table('dismissal_signatures',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('motion_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['motion_id'], ['dismissal_motions.id'], name=op.f('fk_dismissal_signatures_motion_id_dismissal_motions')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_dismissal_signatures_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dismissal_signatures')),
    sa.UniqueConstraint('motion_id', 'person_id', name=op.f('uq_dismissal_signatures_motion_id_person_id'))
    )
    with op.batch_alter_table('dismissal_signatures', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_dismissal_signatures_person_id'), ['person_id'], unique=False)

    op.create_table('meeting_attendances',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('committee_member_id', sa.Integer(), nullable=True),
    sa.Column('has_vote', sa.Boolean(), nullable=False),
    sa.Column('is_present', sa.Boolean(), nullable=False),
    sa.Column('is_remote', sa.Boolean(), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['committee_member_id'], ['committee_members.id'], name=op.f('fk_meeting_attendances_committee_member_id_committee_members')),
    sa.ForeignKeyConstraint(['meeting_id'], ['council_meetings.id'], name=op.f('fk_meeting_attendances_meeting_id_council_meetings')),
    sa.ForeignKeyConstraint(['member_id'], ['council_members.id'], name=op.f('fk_meeting_attendances_member_id_council_members')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_attendances')),
    sa.UniqueConstraint('meeting_id', 'committee_member_id', name=op.f('uq_meeting_attendances_meeting_id_committee_member_id')),
    sa.UniqueConstraint('meeting_id', 'member_id', name=op.f('uq_meeting_attendances_meeting_id_member_id'))
    )
    with op.batch_alter_table('meeting_attendances', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_meeting_attendances_committee_member_id'), ['committee_member_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_meeting_attendances_member_id'), ['member_id'], unique=False)

    op.create_table('meeting_items',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('motion_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['meeting_id'], ['council_meetings.id'], name=op.f('fk_meeting_items_meeting_id_council_meetings')),
    sa.ForeignKeyConstraint(['motion_id'], ['dismissal_motions.id'], name=op.f('fk_meeting_items_motion_id_dismissal_motions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_items')),
    sa.UniqueConstraint('meeting_id', 'number', name=op.f('uq_meeting_items_meeting_id_number'))
    )
    with op.batch_alter_table('meeting_items', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_meeting_items_motion_id'), ['motion_id'], unique=False)

    op.create_table('meeting_decisions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(length=40), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('method', sa.String(length=40), nullable=True),
    sa.Column('yes', sa.Integer(), nullable=True),
    sa.Column('no', sa.Integer(), nullable=True),
    sa.Column('abstained', sa.Integer(), nullable=True),
    sa.Column('voters', sa.Integer(), nullable=True),
    sa.Column('needed', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['decided_by'], ['people.id'], name=op.f('fk_meeting_decisions_decided_by_people')),
    sa.ForeignKeyConstraint(['item_id'], ['meeting_items.id'], name=op.f('fk_meeting_decisions_item_id_meeting_items')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_decisions')),
    sa.UniqueConstraint('item_id', name=op.f('uq_meeting_decisions_item_id'))
    )
    op.create_table('recusals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['meeting_items.id'], name=op.f('fk_recusals_item_id_meeting_items')),
    sa.ForeignKeyConstraint(['member_id'], ['council_members.id'], name=op.f('fk_recusals_member_id_council_members')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recusals')),
    sa.UniqueConstraint('item_id', 'member_id', name=op.f('uq_recusals_item_id_member_id'))
    )
    with op.batch_alter_table('recusals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recusals_member_id'), ['member_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('recusals', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_recusals_member_id'))

    op.drop_table('recusals')
    op.drop_table('meeting_decisions')
    with op.batch_alter_table('meeting_items', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_meeting_items_motion_id'))

    op.drop_table('meeting_items')
    with op.batch_alter_table('meeting_attendances', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_meeting_attendances_member_id'))
        batch_op.drop_index(batch_op.f('ix_meeting_attendances_committee_member_id'))

    op.drop_table('meeting_attendances')
    with op.batch_alter_table('dismissal_signatures', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_dismissal_signatures_person_id'))

    op.drop_table('dismissal_signatures')
    with op.batch_alter_table('vacancies', schema=None) as batch_op:
        batch_op.drop_index('ix_vacancies_term_id_state')

    op.drop_table('vacancies')
    with op.batch_alter_table('dismissal_motions', schema=None) as batch_op:
        batch_op.drop_index('ix_dismissal_motions_place_id_state')
        batch_op.drop_index(batch_op.f('ix_dismissal_motions_member_id'))

    op.drop_table('dismissal_motions')
    with op.batch_alter_table('council_officers', schema=None) as batch_op:
        batch_op.drop_index('ix_council_officers_term_id_office')
        batch_op.drop_index(batch_op.f('ix_council_officers_member_id'))

    op.drop_table('council_officers')
    with op.batch_alter_table('committee_members', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_committee_members_person_id'))
        batch_op.drop_index(batch_op.f('ix_committee_members_member_id'))

    op.drop_table('committee_members')
    with op.batch_alter_table('draw_committee_members', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_draw_committee_members_committee_id'))

    op.drop_table('draw_committee_members')
    op.drop_table('documents_seen')
    with op.batch_alter_table('council_members', schema=None) as batch_op:
        batch_op.drop_index('ix_council_members_term_id_state')
        batch_op.drop_index(batch_op.f('ix_council_members_person_id'))
        batch_op.drop_index(batch_op.f('ix_council_members_list_id'))

    op.drop_table('council_members')
    with op.batch_alter_table('application_objections', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_application_objections_application_id'))

    op.drop_table('application_objections')
    with op.batch_alter_table('training_attendances', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_training_attendances_person_id'))
        batch_op.drop_index(batch_op.f('ix_training_attendances_identity_index'))

    op.drop_table('training_attendances')
    op.drop_table('draw_witnesses')
    op.drop_table('draw_committees')
    op.drop_table('call_tracks')
    op.drop_table('call_quotas')
    with op.batch_alter_table('appointment_lists', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_appointment_lists_term_id'))
        batch_op.drop_index(batch_op.f('ix_appointment_lists_call_id'))

    op.drop_table('appointment_lists')
    with op.batch_alter_table('applications', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_applications_person_id'))
        batch_op.drop_index(batch_op.f('ix_applications_identity_index'))
        batch_op.drop_index(batch_op.f('ix_applications_household_index'))
        batch_op.drop_index('ix_applications_call_id_state')

    op.drop_table('applications')
    with op.batch_alter_table('training_sessions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_training_sessions_starts_at'))
        batch_op.drop_index(batch_op.f('ix_training_sessions_course_id'))

    op.drop_table('training_sessions')
    with op.batch_alter_table('training_enrolments', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_training_enrolments_person_id'))

    op.drop_table('training_enrolments')
    with op.batch_alter_table('open_calls', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_open_calls_term_id'))
        batch_op.drop_index(batch_op.f('ix_open_calls_place_id'))

    op.drop_table('open_calls')
    with op.batch_alter_table('council_meetings', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_council_meetings_term_id'))
        batch_op.drop_index('ix_council_meetings_place_id_starts_at')
        batch_op.drop_index(batch_op.f('ix_council_meetings_committee_id'))

    op.drop_table('council_meetings')
    with op.batch_alter_table('training_credits', schema=None) as batch_op:
        batch_op.drop_index('ix_training_credits_place_id_person_id')
        batch_op.drop_index(batch_op.f('ix_training_credits_person_id'))
        batch_op.drop_index(batch_op.f('ix_training_credits_identity_index'))

    op.drop_table('training_credits')
    with op.batch_alter_table('training_courses', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_training_courses_place_id'))

    op.drop_table('training_courses')
    op.drop_table('council_terms')
    op.drop_table('committees')
    op.drop_table('councils')
