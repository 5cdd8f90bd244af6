"""The planning group, the resource survey with the ground of its maps, and the place of a proposal

Revision: 0017, after 0016
"""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('community_resources',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('once', sa.String(80), nullable=False),
    sa.Column('kind', sa.String(40), nullable=False),
    sa.Column('state', sa.String(40), nullable=False),
    sa.Column('name', sa.String(80), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('use', sa.String(300), nullable=False),
    sa.Column('where', sa.String(120), nullable=False),
    sa.Column('latitude_e6', sa.Integer(), nullable=True),
    sa.Column('longitude_e6', sa.Integer(), nullable=True),
    sa.Column('contact', sa.LargeBinary(), nullable=True),
    sa.Column('agreed_on', sa.Date(), nullable=True),
    sa.Column('agreed_how', sa.String(120), nullable=False),
    sa.Column('plain', sa.Text(), nullable=False),
    sa.Column('natural_key', sa.String(240), nullable=False),
    sa.Column('added_by', sa.Integer(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('checked_by', sa.Integer(), nullable=True),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('return_reason', sa.String(500), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('removed_for', sa.String(40), nullable=True),
    sa.Column('row_key', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['added_by'], ['people.id'], name=op.f('fk_community_resources_added_by_people')),
    sa.ForeignKeyConstraint(['changed_by'], ['people.id'], name=op.f('fk_community_resources_changed_by_people')),
    sa.ForeignKeyConstraint(['checked_by'], ['people.id'], name=op.f('fk_community_resources_checked_by_people')),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_community_resources_place_id_places')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_community_resources')),
    sa.UniqueConstraint('added_by', 'once', name=op.f('uq_community_resources_added_by_once')),
    sa.UniqueConstraint('place_id', 'number', name=op.f('uq_community_resources_place_id_number')),
    sa.UniqueConstraint('row_key', name=op.f('uq_community_resources_row_key'))
    )
    with op.batch_alter_table('community_resources', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_community_resources_natural_key'), ['natural_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_community_resources_place_id'), ['place_id'], unique=False)
        batch_op.create_index('ix_community_resources_place_id_state_kind', ['place_id', 'state', 'kind'], unique=False)

    op.create_table('group_calls',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('cycle_id', sa.Integer(), nullable=False),
    sa.Column('once', sa.String(64), nullable=False),
    sa.Column('title', sa.String(80), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('seats', sa.Integer(), nullable=False),
    sa.Column('opens_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('announced_by', sa.Integer(), nullable=False),
    sa.Column('announced_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancel_reason', sa.String(300), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['announced_by'], ['people.id'], name=op.f('fk_group_calls_announced_by_people')),
    sa.ForeignKeyConstraint(['cycle_id'], ['cycles.id'], name=op.f('fk_group_calls_cycle_id_cycles')),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_group_calls_place_id_places')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_group_calls')),
    sa.UniqueConstraint('once', name=op.f('uq_group_calls_once'))
    )
    with op.batch_alter_table('group_calls', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_group_calls_cycle_id'), ['cycle_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_group_calls_place_id'), ['place_id'], unique=False)

    op.create_table('group_teams',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('cycle_id', sa.Integer(), nullable=False),
    sa.Column('once', sa.String(64), nullable=False),
    sa.Column('name', sa.String(40), nullable=False),
    sa.Column('topic', sa.String(200), nullable=False),
    sa.Column('lead_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['cycle_id'], ['cycles.id'], name=op.f('fk_group_teams_cycle_id_cycles')),
    sa.ForeignKeyConstraint(['lead_id'], ['people.id'], name=op.f('fk_group_teams_lead_id_people')),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_group_teams_place_id_places')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_group_teams')),
    sa.UniqueConstraint('once', name=op.f('uq_group_teams_once'))
    )
    with op.batch_alter_table('group_teams', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_group_teams_cycle_id'), ['cycle_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_group_teams_place_id'), ['place_id'], unique=False)

    op.create_table('place_grounds',
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('geojson', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(64), nullable=False),
    sa.Column('source', sa.String(200), nullable=False),
    sa.Column('features', sa.Integer(), nullable=False),
    sa.Column('changed_by', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['changed_by'], ['people.id'], name=op.f('fk_place_grounds_changed_by_people')),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_place_grounds_place_id_places')),
    sa.PrimaryKeyConstraint('place_id', name=op.f('pk_place_grounds'))
    )
    op.create_table('resource_lists',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(40), nullable=False),
    sa.Column('name', sa.String(120), nullable=False),
    sa.Column('sha256', sa.String(64), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=True),
    sa.Column('added', sa.Integer(), nullable=False),
    sa.Column('changed', sa.Integer(), nullable=False),
    sa.Column('same', sa.Integer(), nullable=False),
    sa.Column('uploaded_by', sa.Integer(), nullable=False),
    sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('row_key', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_resource_lists_place_id_places')),
    sa.ForeignKeyConstraint(['uploaded_by'], ['people.id'], name=op.f('fk_resource_lists_uploaded_by_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_resource_lists')),
    sa.UniqueConstraint('row_key', name=op.f('uq_resource_lists_row_key'))
    )
    with op.batch_alter_table('resource_lists', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_resource_lists_place_id'), ['place_id'], unique=False)

    op.create_table('group_members',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('cycle_id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('team_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(40), nullable=False),
    sa.Column('motive', sa.LargeBinary(), nullable=True),
    sa.Column('reason', sa.String(500), nullable=False),
    sa.Column('applied_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('row_key', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['group_calls.id'], name=op.f('fk_group_members_call_id_group_calls')),
    sa.ForeignKeyConstraint(['cycle_id'], ['cycles.id'], name=op.f('fk_group_members_cycle_id_cycles')),
    sa.ForeignKeyConstraint(['decided_by'], ['people.id'], name=op.f('fk_group_members_decided_by_people')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_group_members_person_id_people')),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_group_members_place_id_places')),
    sa.ForeignKeyConstraint(['team_id'], ['group_teams.id'], name=op.f('fk_group_members_team_id_group_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_group_members')),
    sa.UniqueConstraint('cycle_id', 'person_id', name=op.f('uq_group_members_cycle_id_person_id')),
    sa.UniqueConstraint('row_key', name=op.f('uq_group_members_row_key'))
    )
    with op.batch_alter_table('group_members', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_group_members_call_id'), ['call_id'], unique=False)
        batch_op.create_index('ix_group_members_cycle_id_state', ['cycle_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_group_members_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_group_members_place_id'), ['place_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_group_members_team_id'), ['team_id'], unique=False)

    op.create_table('resource_photos',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('resource_id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(200), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['file_id'], ['stored_files.id'], name=op.f('fk_resource_photos_file_id_stored_files')),
    sa.ForeignKeyConstraint(['resource_id'], ['community_resources.id'], name=op.f('fk_resource_photos_resource_id_community_resources')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_resource_photos'))
    )
    with op.batch_alter_table('resource_photos', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_resource_photos_resource_id'), ['resource_id'], unique=False)

    with op.batch_alter_table('proposals', schema=None) as batch_op:
        batch_op.add_column(sa.Column('latitude_e6', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('longitude_e6', sa.Integer(), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('proposals', schema=None) as batch_op:
        batch_op.drop_column('longitude_e6')
        batch_op.drop_column('latitude_e6')

    with op.batch_alter_table('resource_photos', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_resource_photos_resource_id'))

    op.drop_table('resource_photos')
    with op.batch_alter_table('group_members', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_group_members_team_id'))
        batch_op.drop_index(batch_op.f('ix_group_members_place_id'))
        batch_op.drop_index(batch_op.f('ix_group_members_person_id'))
        batch_op.drop_index('ix_group_members_cycle_id_state')
        batch_op.drop_index(batch_op.f('ix_group_members_call_id'))

    op.drop_table('group_members')
    with op.batch_alter_table('resource_lists', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_resource_lists_place_id'))

    op.drop_table('resource_lists')
    op.drop_table('place_grounds')
    with op.batch_alter_table('group_teams', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_group_teams_place_id'))
        batch_op.drop_index(batch_op.f('ix_group_teams_cycle_id'))

    op.drop_table('group_teams')
    with op.batch_alter_table('group_calls', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_group_calls_place_id'))
        batch_op.drop_index(batch_op.f('ix_group_calls_cycle_id'))

    op.drop_table('group_calls')
    with op.batch_alter_table('community_resources', schema=None) as batch_op:
        batch_op.drop_index('ix_community_resources_place_id_state_kind')
        batch_op.drop_index(batch_op.f('ix_community_resources_place_id'))
        batch_op.drop_index(batch_op.f('ix_community_resources_natural_key'))

    op.drop_table('community_resources')
