"""Department review and public inspection in depth, the head's answer and the final plan

Revision: 0013, after 0012
"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('document_disclosures',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('document', sa.String(40), nullable=False),
    sa.Column('state', sa.String(40), nullable=False),
    sa.Column('ground', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['decided_by'], ['people.id'], name=op.f('fk_document_disclosures_decided_by_people')),
    sa.ForeignKeyConstraint(['plan_id'], ['plans.id'], name=op.f('fk_document_disclosures_plan_id_plans')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document_disclosures')),
    sa.UniqueConstraint('plan_id', 'document', name=op.f('uq_document_disclosures_plan_id_document'))
    )
    op.create_table('final_plans',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('hash', sa.String(64), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_by', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['confirmed_by'], ['people.id'], name=op.f('fk_final_plans_confirmed_by_people')),
    sa.ForeignKeyConstraint(['plan_id'], ['plans.id'], name=op.f('fk_final_plans_plan_id_plans')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_final_plans')),
    sa.UniqueConstraint('plan_id', name=op.f('uq_final_plans_plan_id'))
    )
    op.create_table('plan_booklets',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('pdf', sa.LargeBinary(), nullable=False),
    sa.Column('hash', sa.String(64), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['plans.id'], name=op.f('fk_plan_booklets_plan_id_plans')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_booklets')),
    sa.UniqueConstraint('plan_id', name=op.f('uq_plan_booklets_plan_id'))
    )
    op.create_table('plan_submissions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('letter', sa.Text(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_by', sa.Integer(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer_due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['plans.id'], name=op.f('fk_plan_submissions_plan_id_plans')),
    sa.ForeignKeyConstraint(['sent_by'], ['people.id'], name=op.f('fk_plan_submissions_sent_by_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_submissions')),
    sa.UniqueConstraint('plan_id', name=op.f('uq_plan_submissions_plan_id'))
    )
    op.create_table('inspection_ends',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('is_again', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_by', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['ended_by'], ['people.id'], name=op.f('fk_inspection_ends_ended_by_people')),
    sa.ForeignKeyConstraint(['version_id'], ['plan_versions.id'], name=op.f('fk_inspection_ends_version_id_plan_versions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inspection_ends')),
    sa.UniqueConstraint('version_id', name=op.f('uq_inspection_ends_version_id'))
    )
    op.create_table('inspection_extensions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('closed_at_before', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['decided_by'], ['people.id'], name=op.f('fk_inspection_extensions_decided_by_people')),
    sa.ForeignKeyConstraint(['version_id'], ['plan_versions.id'], name=op.f('fk_inspection_extensions_version_id_plan_versions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inspection_extensions'))
    )
    with op.batch_alter_table('inspection_extensions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_inspection_extensions_version_id'), ['version_id'], unique=False)

    op.create_table('inspection_notices',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('legal_basis', sa.String(200), nullable=False),
    sa.Column('receiving_unit', sa.String(80), nullable=False),
    sa.Column('reading_places', sa.Text(), nullable=False),
    sa.Column('contact', sa.String(200), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['version_id'], ['plan_versions.id'], name=op.f('fk_inspection_notices_version_id_plan_versions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inspection_notices')),
    sa.UniqueConstraint('version_id', name=op.f('uq_inspection_notices_version_id'))
    )
    op.create_table('opinion_groups',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(120), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['people.id'], name=op.f('fk_opinion_groups_created_by_people')),
    sa.ForeignKeyConstraint(['version_id'], ['plan_versions.id'], name=op.f('fk_opinion_groups_version_id_plan_versions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opinion_groups'))
    )
    with op.batch_alter_table('opinion_groups', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_opinion_groups_version_id'), ['version_id'], unique=False)

    op.create_table('plan_answers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('submission_id', sa.Integer(), nullable=False),
    sa.Column('section', sa.Integer(), nullable=False),
    sa.Column('result', sa.String(40), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('unit', sa.String(60), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_by', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['answered_by'], ['people.id'], name=op.f('fk_plan_answers_answered_by_people')),
    sa.ForeignKeyConstraint(['submission_id'], ['plan_submissions.id'], name=op.f('fk_plan_answers_submission_id_plan_submissions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_answers')),
    sa.UniqueConstraint('submission_id', 'section', name=op.f('uq_plan_answers_submission_id_section'))
    )
    op.create_table('review_checks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(40), nullable=False),
    sa.Column('state', sa.String(40), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('checked_by', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['checked_by'], ['people.id'], name=op.f('fk_review_checks_checked_by_people')),
    sa.ForeignKeyConstraint(['item_id'], ['plan_items.id'], name=op.f('fk_review_checks_item_id_plan_items')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_checks')),
    sa.UniqueConstraint('item_id', 'code', name=op.f('uq_review_checks_item_id_code'))
    )
    op.create_table('review_notes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('once', sa.String(64), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['people.id'], name=op.f('fk_review_notes_author_id_people')),
    sa.ForeignKeyConstraint(['item_id'], ['plan_items.id'], name=op.f('fk_review_notes_item_id_plan_items')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_notes')),
    sa.UniqueConstraint('once', name=op.f('uq_review_notes_once'))
    )
    with op.batch_alter_table('review_notes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_review_notes_item_id'), ['item_id'], unique=False)

    op.create_table('review_findings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('criterion', sa.String(40), nullable=False),
    sa.Column('verdict', sa.String(40), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('law', sa.String(200), nullable=False),
    sa.ForeignKeyConstraint(['review_id'], ['department_reviews.id'], name=op.f('fk_review_findings_review_id_department_reviews')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_findings')),
    sa.UniqueConstraint('review_id', 'criterion', name=op.f('uq_review_findings_review_id_criterion'))
    )
    op.create_table('review_invitations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('invitation_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitations.id'], name=op.f('fk_review_invitations_invitation_id_invitations')),
    sa.ForeignKeyConstraint(['review_id'], ['department_reviews.id'], name=op.f('fk_review_invitations_review_id_department_reviews')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_invitations')),
    sa.UniqueConstraint('review_id', name=op.f('uq_review_invitations_review_id'))
    )
    with op.batch_alter_table('review_invitations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_review_invitations_invitation_id'), ['invitation_id'], unique=False)

    op.create_table('review_objections',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('grounds', sa.Text(), nullable=False),
    sa.Column('filed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('filed_by', sa.Integer(), nullable=False),
    sa.Column('is_upheld', sa.Boolean(), nullable=True),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['decided_by'], ['people.id'], name=op.f('fk_review_objections_decided_by_people')),
    sa.ForeignKeyConstraint(['filed_by'], ['people.id'], name=op.f('fk_review_objections_filed_by_people')),
    sa.ForeignKeyConstraint(['review_id'], ['department_reviews.id'], name=op.f('fk_review_objections_review_id_department_reviews')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_objections')),
    sa.UniqueConstraint('review_id', name=op.f('uq_review_objections_review_id'))
    )
    op.create_table('review_returns',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('question', sa.Text(), nullable=False),
    sa.Column('returned_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('returned_by', sa.Integer(), nullable=False),
    sa.Column('reply', sa.Text(), nullable=False),
    sa.Column('revised_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revised_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['returned_by'], ['people.id'], name=op.f('fk_review_returns_returned_by_people')),
    sa.ForeignKeyConstraint(['review_id'], ['department_reviews.id'], name=op.f('fk_review_returns_review_id_department_reviews')),
    sa.ForeignKeyConstraint(['revised_by'], ['people.id'], name=op.f('fk_review_returns_revised_by_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review_returns')),
    sa.UniqueConstraint('review_id', name=op.f('uq_review_returns_review_id'))
    )
    op.create_table('opinion_contacts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('opinion_id', sa.Integer(), nullable=False),
    sa.Column('email', sa.LargeBinary(), nullable=False),
    sa.Column('row_key', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['opinion_id'], ['opinions.id'], name=op.f('fk_opinion_contacts_opinion_id_opinions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opinion_contacts')),
    sa.UniqueConstraint('opinion_id', name=op.f('uq_opinion_contacts_opinion_id')),
    sa.UniqueConstraint('row_key', name=op.f('uq_opinion_contacts_row_key'))
    )
    op.create_table('opinion_edits',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('opinion_id', sa.Integer(), nullable=False),
    sa.Column('section', sa.Integer(), nullable=True),
    sa.Column('stance', sa.String(40), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('replaced_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['opinion_id'], ['opinions.id'], name=op.f('fk_opinion_edits_opinion_id_opinions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opinion_edits'))
    )
    with op.batch_alter_table('opinion_edits', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_opinion_edits_opinion_id'), ['opinion_id'], unique=False)

    op.create_table('answer_corrections',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('disposition_id', sa.Integer(), nullable=False),
    sa.Column('result', sa.String(40), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('change', sa.Text(), nullable=False),
    sa.Column('unit', sa.String(60), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('replaced_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('replaced_by', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['disposition_id'], ['dispositions.id'], name=op.f('fk_answer_corrections_disposition_id_dispositions')),
    sa.ForeignKeyConstraint(['replaced_by'], ['people.id'], name=op.f('fk_answer_corrections_replaced_by_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer_corrections'))
    )
    with op.batch_alter_table('answer_corrections', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_answer_corrections_disposition_id'), ['disposition_id'], unique=False)

    with op.batch_alter_table('department_reviews', schema=None) as batch_op:
        batch_op.add_column(sa.Column('superseded_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('dispositions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('state', sa.String(40), nullable=False, server_default='draft'))
        batch_op.add_column(sa.Column('change_section', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('checked_by', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('confirmed_by', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_dispositions_checked_by_people'), 'people', ['checked_by'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_dispositions_confirmed_by_people'), 'people', ['confirmed_by'], ['id'])

    with op.batch_alter_table('opinions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('late', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('public_text', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('released_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('released_by', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('group_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('helpful', sa.Boolean(), nullable=True))
        batch_op.create_index(batch_op.f('ix_opinions_group_id'), ['group_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_opinions_released_by_people'), 'people', ['released_by'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_opinions_group_id_opinion_groups'), 'opinion_groups', ['group_id'], ['id'])

    # What was public stays public; what was said to people stays said.
    op.execute("UPDATE opinions SET public_text = text, released_at = received_at, released_by = entered_by")
    op.execute("UPDATE dispositions SET state = 'confirmed', confirmed_at = answered_at, confirmed_by = answered_by")
    with op.batch_alter_table('dispositions', schema=None) as batch_op:
        batch_op.alter_column('state', existing_type=sa.String(40), server_default=None)
    with op.batch_alter_table('opinions', schema=None) as batch_op:
        batch_op.alter_column('late', existing_type=sa.Boolean(), server_default=None)
        batch_op.alter_column('public_text', existing_type=sa.Text(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('opinions', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_opinions_group_id_opinion_groups'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_opinions_released_by_people'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_opinions_group_id'))
        batch_op.drop_column('helpful')
        batch_op.drop_column('group_id')
        batch_op.drop_column('released_by')
        batch_op.drop_column('released_at')
        batch_op.drop_column('public_text')
        batch_op.drop_column('late')

    with op.batch_alter_table('dispositions', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_dispositions_confirmed_by_people'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_dispositions_checked_by_people'), type_='foreignkey')
        batch_op.drop_column('confirmed_by')
        batch_op.drop_column('confirmed_at')
        batch_op.drop_column('checked_by')
        batch_op.drop_column('checked_at')
        batch_op.drop_column('change_section')
        batch_op.drop_column('state')

    with op.batch_alter_table('department_reviews', schema=None) as batch_op:
        batch_op.drop_column('superseded_at')

    with op.batch_alter_table('answer_corrections', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_answer_corrections_disposition_id'))

    op.drop_table('answer_corrections')
    with op.batch_alter_table('opinion_edits', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_opinion_edits_opinion_id'))

    op.drop_table('opinion_edits')
    op.drop_table('opinion_contacts')
    op.drop_table('review_returns')
    op.drop_table('review_objections')
    with op.batch_alter_table('review_invitations', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_review_invitations_invitation_id'))

    op.drop_table('review_invitations')
    op.drop_table('review_findings')
    with op.batch_alter_table('review_notes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_review_notes_item_id'))

    op.drop_table('review_notes')
    op.drop_table('review_checks')
    op.drop_table('plan_answers')
    with op.batch_alter_table('opinion_groups', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_opinion_groups_version_id'))

    op.drop_table('opinion_groups')
    op.drop_table('inspection_notices')
    with op.batch_alter_table('inspection_extensions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_inspection_extensions_version_id'))

    op.drop_table('inspection_extensions')
    op.drop_table('inspection_ends')
    op.drop_table('plan_submissions')
    op.drop_table('plan_booklets')
    op.drop_table('final_plans')
    op.drop_table('document_disclosures')
