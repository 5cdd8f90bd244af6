"""Observatory: counted figures of dongs, alerts, monitoring visits and findings

Revision: 0014, after 0013
"""

import sqlalchemy as sa
from alembic import op


revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('alerts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('cycle_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('value', sa.Integer(), nullable=False),
    sa.Column('limit', sa.Integer(), nullable=False),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('cleared_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['cycle_id'], ['cycles.id'], name=op.f('fk_alerts_cycle_id_cycles')),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_alerts_place_id_places')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alerts'))
    )
    with op.batch_alter_table('alerts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alerts_cycle_id'), ['cycle_id'], unique=False)
        batch_op.create_index('ix_alerts_place_id_cleared_at', ['place_id', 'cleared_at'], unique=False)

    op.create_table('dong_figures',
    sa.Column('cycle_id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(length=40), nullable=False),
    sa.Column('stage_number', sa.Integer(), nullable=False),
    sa.Column('closes_on', sa.Date(), nullable=True),
    sa.Column('is_over', sa.Boolean(), nullable=False),
    sa.Column('population', sa.Integer(), nullable=False),
    sa.Column('assemblies', sa.Integer(), nullable=False),
    sa.Column('electors', sa.Integer(), nullable=False),
    sa.Column('voters', sa.Integer(), nullable=False),
    sa.Column('quorate', sa.Integer(), nullable=False),
    sa.Column('proposals', sa.Integer(), nullable=False),
    sa.Column('opinions', sa.Integer(), nullable=False),
    sa.Column('opinions_answered', sa.Integer(), nullable=False),
    sa.Column('opinions_adopted', sa.Integer(), nullable=False),
    sa.Column('projects', sa.Integer(), nullable=False),
    sa.Column('completed', sa.Integer(), nullable=False),
    sa.Column('cancelled', sa.Integer(), nullable=False),
    sa.Column('late', sa.Integer(), nullable=False),
    sa.Column('silent', sa.Integer(), nullable=False),
    sa.Column('planned_won', sa.BigInteger(), nullable=False),
    sa.Column('contracted_won', sa.BigInteger(), nullable=False),
    sa.Column('paid_won', sa.BigInteger(), nullable=False),
    sa.Column('returned_won', sa.BigInteger(), nullable=False),
    sa.Column('women', sa.Integer(), nullable=False),
    sa.Column('men', sa.Integer(), nullable=False),
    sa.Column('seen_height', sa.Integer(), nullable=False),
    sa.Column('counted_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['cycle_id'], ['cycles.id'], name=op.f('fk_dong_figures_cycle_id_cycles')),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_dong_figures_place_id_places')),
    sa.PrimaryKeyConstraint('cycle_id', name=op.f('pk_dong_figures'))
    )
    with op.batch_alter_table('dong_figures', schema=None) as batch_op:
        batch_op.create_index('ix_dong_figures_place_id_year', ['place_id', 'year'], unique=False)
        batch_op.create_index(batch_op.f('ix_dong_figures_year'), ['year'], unique=False)

    op.create_table('group_counts',
    sa.Column('cycle_id', sa.Integer(), nullable=False),
    sa.Column('circle', sa.String(length=40), nullable=False),
    sa.Column('dimension', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('count', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['cycle_id'], ['cycles.id'], name=op.f('fk_group_counts_cycle_id_cycles')),
    sa.PrimaryKeyConstraint('cycle_id', 'circle', 'dimension', 'name', name=op.f('pk_group_counts'))
    )
    op.create_table('monitoring_visits',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('cycle_id', sa.Integer(), nullable=False),
    sa.Column('project_id', sa.Integer(), nullable=True),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('visited_on', sa.Date(), nullable=False),
    sa.Column('team', sa.String(length=80), nullable=False),
    sa.Column('marks', sa.JSON(), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['cycle_id'], ['cycles.id'], name=op.f('fk_monitoring_visits_cycle_id_cycles')),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_monitoring_visits_place_id_places')),
    sa.ForeignKeyConstraint(['project_id'], ['projects.id'], name=op.f('fk_monitoring_visits_project_id_projects')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_monitoring_visits')),
    sa.UniqueConstraint('place_id', 'once', name=op.f('uq_monitoring_visits_place_id_once'))
    )
    with op.batch_alter_table('monitoring_visits', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_monitoring_visits_cycle_id'), ['cycle_id'], unique=False)

    op.create_table('monitoring_findings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('remark', sa.Text(), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['visit_id'], ['monitoring_visits.id'], name=op.f('fk_monitoring_findings_visit_id_monitoring_visits')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_monitoring_findings')),
    sa.UniqueConstraint('visit_id', 'number', name=op.f('uq_monitoring_findings_visit_id_number')),
    sa.UniqueConstraint('visit_id', 'once', name=op.f('uq_monitoring_findings_visit_id_once'))
    )
    with op.batch_alter_table('monitoring_findings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_monitoring_findings_state'), ['state'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('monitoring_findings', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_monitoring_findings_state'))

    op.drop_table('monitoring_findings')
    with op.batch_alter_table('monitoring_visits', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_monitoring_visits_cycle_id'))

    op.drop_table('monitoring_visits')
    op.drop_table('group_counts')
    with op.batch_alter_table('dong_figures', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_dong_figures_year'))
        batch_op.drop_index('ix_dong_figures_place_id_year')

    op.drop_table('dong_figures')
    with op.batch_alter_table('alerts', schema=None) as batch_op:
        batch_op.drop_index('ix_alerts_place_id_cleared_at')
        batch_op.drop_index(batch_op.f('ix_alerts_cycle_id'))

    op.drop_table('alerts')
