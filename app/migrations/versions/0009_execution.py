"""Deepen execution: purses, parts, moves, risks, changes, evaluation by question, figures of a month

Revision: 0009, after 0008

Entries of the ledger written before this revision name no purse, and their hashes do not cover one; they cannot be made
to without breaking their chain. The upgrade refuses a database that holds any.
"""

import sqlalchemy as sa
from alembic import op


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM money_entries")):
        raise RuntimeError("the ledger holds entries of before revision 0009, which name no purse")
    op.create_table('monthly_figures',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_monthly_figures_place_id_places')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_monthly_figures')),
    sa.UniqueConstraint('place_id', 'month', name=op.f('uq_monthly_figures_place_id_month'))
    )
    op.create_table('sharing_meetings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('cycle_id', sa.Integer(), nullable=False),
    sa.Column('held_on', sa.Date(), nullable=False),
    sa.Column('where', sa.String(length=80), nullable=False),
    sa.Column('attendance', sa.Integer(), nullable=True),
    sa.Column('minutes', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['cycle_id'], ['cycles.id'], name=op.f('fk_sharing_meetings_cycle_id_cycles')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sharing_meetings')),
    sa.UniqueConstraint('cycle_id', name=op.f('uq_sharing_meetings_cycle_id'))
    )
    op.create_table('council_evaluations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('project_id', sa.Integer(), nullable=False),
    sa.Column('went_well', sa.Text(), nullable=False),
    sa.Column('went_badly', sa.Text(), nullable=False),
    sa.Column('next_time', sa.Text(), nullable=False),
    sa.Column('meeting', sa.String(length=120), nullable=False),
    sa.Column('decided_on', sa.Date(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_council_evaluations_project_id_projects')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_council_evaluations')),
    sa.UniqueConstraint('project_id', name=op.f('uq_council_evaluations_project_id'))
    )
    op.create_table('project_changes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('project_id', sa.Integer(), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('decider', sa.String(length=40), nullable=False),
    sa.Column('amount_won', sa.BigInteger(), nullable=False),
    sa.Column('source', sa.String(length=40), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('before', sa.Text(), nullable=False),
    sa.Column('after', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_on', sa.Date(), nullable=True),
    sa.Column('meeting', sa.String(length=120), nullable=False),
    sa.Column('members', sa.Integer(), nullable=True),
    sa.Column('present', sa.Integer(), nullable=True),
    sa.Column('in_favour', sa.Integer(), nullable=True),
    sa.Column('against', sa.Integer(), nullable=True),
    sa.Column('abstained', sa.Integer(), nullable=True),
    sa.Column('document_hash', sa.String(length=64), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_project_changes_project_id_projects')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_project_changes')),
    sa.UniqueConstraint('project_id', 'once', name=op.f('uq_project_changes_project_id_once'))
    )
    with op.batch_alter_table('project_changes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_project_changes_project_id'), ['project_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_project_changes_state'), ['state'], unique=False)

    op.create_table('project_indicators',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('project_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('measure', sa.String(length=20), nullable=False),
    sa.Column('before', sa.Integer(), nullable=False),
    sa.Column('target', sa.Integer(), nullable=False),
    sa.Column('after', sa.Integer(), nullable=True),
    sa.Column('measured_on', sa.Date(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_project_indicators_project_id_projects')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_project_indicators'))
    )
    with op.batch_alter_table('project_indicators', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_project_indicators_project_id'), ['project_id'], unique=False)

    op.create_table('project_parts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('project_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('weight', sa.Integer(), nullable=False),
    sa.Column('percent', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_project_parts_project_id_projects')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_project_parts')),
    sa.UniqueConstraint('project_id', 'position', name=op.f('uq_project_parts_project_id_position'))
    )
    op.create_table('project_risks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('project_id', sa.Integer(), nullable=False),
    sa.Column('level', sa.String(length=40), nullable=False),
    sa.Column('text', sa.String(length=200), nullable=False),
    sa.Column('response', sa.String(length=300), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('outcome', sa.String(length=300), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_project_risks_project_id_projects')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_project_risks'))
    )
    with op.batch_alter_table('project_risks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_project_risks_project_id'), ['project_id'], unique=False)

    op.create_table('milestone_moves',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('milestone_id', sa.Integer(), nullable=False),
    sa.Column('from_day', sa.Date(), nullable=False),
    sa.Column('to_day', sa.Date(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('moved_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['milestone_id'], ['milestones.id'], name=op.f('fk_milestone_moves_milestone_id_milestones')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_milestone_moves'))
    )
    with op.batch_alter_table('milestone_moves', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_milestone_moves_milestone_id'), ['milestone_id'], unique=False)

    with op.batch_alter_table('evaluations', schema=None) as batch_op:
        batch_op.add_column(sa.Column('is_resident', sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column('ratings', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.drop_column('rating')

    op.execute(
        "INSERT INTO milestone_moves (milestone_id, from_day, to_day, reason, moved_at) "
        "SELECT id, first_planned_on, planned_on, delay_reason, CURRENT_TIMESTAMP FROM milestones "
        "WHERE first_planned_on <> planned_on"
    )
    with op.batch_alter_table('milestones', schema=None) as batch_op:
        batch_op.add_column(sa.Column('escalated_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_column('first_planned_on')
        batch_op.drop_column('delay_reason')

    with op.batch_alter_table('money_entries', schema=None) as batch_op:
        batch_op.add_column(sa.Column('source', sa.String(length=40), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('year', sa.Integer(), nullable=False, server_default='2000'))
        batch_op.add_column(sa.Column('approver', sa.String(length=80), nullable=False, server_default=''))

    with op.batch_alter_table('projects', schema=None) as batch_op:
        batch_op.add_column(sa.Column('once', sa.String(length=64), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('kind', sa.String(length=40), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('source', sa.String(length=40), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('description', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('contact', sa.String(length=80), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('where', sa.String(length=80), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('latitude_e6', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('longitude_e6', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('pause_reason', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('handed_over', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.alter_column('assembly_item_id',
               existing_type=sa.INTEGER(),
               nullable=True)
        batch_op.create_index(batch_op.f('ix_projects_state'), ['state'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq_projects_place_id_once'), ['place_id', 'once'])



def downgrade() -> None:
    with op.batch_alter_table('projects', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_projects_place_id_once'), type_='unique')
        batch_op.drop_index(batch_op.f('ix_projects_state'))
        batch_op.alter_column('assembly_item_id',
               existing_type=sa.INTEGER(),
               nullable=False)
        batch_op.drop_column('handed_over')
        batch_op.drop_column('pause_reason')
        batch_op.drop_column('longitude_e6')
        batch_op.drop_column('latitude_e6')
        batch_op.drop_column('where')
        batch_op.drop_column('contact')
        batch_op.drop_column('description')
        batch_op.drop_column('source')
        batch_op.drop_column('kind')
        batch_op.drop_column('once')

    with op.batch_alter_table('money_entries', schema=None) as batch_op:
        batch_op.drop_column('approver')
        batch_op.drop_column('year')
        batch_op.drop_column('source')

    with op.batch_alter_table('milestones', schema=None) as batch_op:
        batch_op.add_column(sa.Column('delay_reason', sa.TEXT(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('first_planned_on', sa.DATE(), nullable=False, server_default='2000-01-01'))
        batch_op.drop_column('escalated_at')

    with op.batch_alter_table('evaluations', schema=None) as batch_op:
        batch_op.add_column(sa.Column('rating', sa.INTEGER(), nullable=False, server_default='3'))
        batch_op.drop_column('ratings')
        batch_op.drop_column('is_resident')

    with op.batch_alter_table('milestone_moves', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_milestone_moves_milestone_id'))

    op.drop_table('milestone_moves')
    with op.batch_alter_table('project_risks', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_project_risks_project_id'))

    op.drop_table('project_risks')
    op.drop_table('project_parts')
    with op.batch_alter_table('project_indicators', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_project_indicators_project_id'))

    op.drop_table('project_indicators')
    with op.batch_alter_table('project_changes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_project_changes_state'))
        batch_op.drop_index(batch_op.f('ix_project_changes_project_id'))

    op.drop_table('project_changes')
    op.drop_table('council_evaluations')
    op.drop_table('sharing_meetings')
    op.drop_table('monthly_figures')
