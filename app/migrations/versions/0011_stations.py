"""Stations: check-in by a two-way lock, boxes counted by two people, kiosks, channels of the result, objections

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op


revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('channel_results',
    sa.Column('assembly_id', sa.Integer(), nullable=False),
    sa.Column('channels', sa.Text(), nullable=False),
    sa.Column('statement', sa.Text(), nullable=False),
    sa.Column('groups', sa.JSON(), nullable=False),
    sa.Column('objections_until', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['assembly_id'], ['assemblies.id'], name=op.f('fk_channel_results_assembly_id_assemblies')),
    sa.PrimaryKeyConstraint('assembly_id', name=op.f('pk_channel_results'))
    )
    op.create_table('election_rolls',
    sa.Column('assembly_id', sa.Integer(), nullable=False),
    sa.Column('roll_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['assembly_id'], ['assemblies.id'], name=op.f('fk_election_rolls_assembly_id_assemblies')),
    sa.ForeignKeyConstraint(['roll_id'], ['rolls.id'], name=op.f('fk_election_rolls_roll_id_rolls')),
    sa.PrimaryKeyConstraint('assembly_id', name=op.f('pk_election_rolls'))
    )
    op.create_table('elector_links',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('assembly_id', sa.Integer(), nullable=False),
    sa.Column('roll_entry_id', sa.Integer(), nullable=False),
    sa.Column('credential', sa.LargeBinary(), nullable=False),
    sa.Column('row_key', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['assembly_id'], ['assemblies.id'], name=op.f('fk_elector_links_assembly_id_assemblies')),
    sa.ForeignKeyConstraint(['roll_entry_id'], ['roll_entries.id'], name=op.f('fk_elector_links_roll_entry_id_roll_entries'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_elector_links')),
    sa.UniqueConstraint('row_key', name=op.f('uq_elector_links_row_key'))
    )
    op.create_index('ix_elector_links_assembly_id_roll_entry_id', 'elector_links', ['assembly_id', 'roll_entry_id'], unique=False)
    op.create_table('link_destructions',
    sa.Column('assembly_id', sa.Integer(), nullable=False),
    sa.Column('destroyed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('certificate', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['assembly_id'], ['assemblies.id'], name=op.f('fk_link_destructions_assembly_id_assemblies')),
    sa.PrimaryKeyConstraint('assembly_id', name=op.f('pk_link_destructions'))
    )
    op.create_table('result_objections',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('assembly_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finding', sa.String(length=40), nullable=True),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('row_key', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['assembly_id'], ['assemblies.id'], name=op.f('fk_result_objections_assembly_id_assemblies')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_result_objections_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_result_objections')),
    sa.UniqueConstraint('assembly_id', 'number', name=op.f('uq_result_objections_assembly_id_number')),
    sa.UniqueConstraint('once', name=op.f('uq_result_objections_once')),
    sa.UniqueConstraint('row_key', name=op.f('uq_result_objections_row_key'))
    )
    op.create_index(op.f('ix_result_objections_person_id'), 'result_objections', ['person_id'], unique=False)
    op.create_table('stations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('assembly_id', sa.Integer(), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('method', sa.String(length=40), nullable=False),
    sa.Column('channel', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('issued', sa.Integer(), nullable=False),
    sa.Column('printed', sa.Integer(), nullable=False),
    sa.Column('spoiled', sa.Integer(), nullable=False),
    sa.Column('unused', sa.Integer(), nullable=False),
    sa.Column('taken_away', sa.Integer(), nullable=False),
    sa.Column('in_box', sa.Integer(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('statement', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['assembly_id'], ['assemblies.id'], name=op.f('fk_stations_assembly_id_assemblies')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stations')),
    sa.UniqueConstraint('once', name=op.f('uq_stations_once'))
    )
    op.create_index(op.f('ix_stations_assembly_id'), 'stations', ['assembly_id'], unique=False)
    op.create_table('struck_credentials',
    sa.Column('assembly_id', sa.Integer(), nullable=False),
    sa.Column('credential', sa.String(length=700), nullable=False),
    sa.ForeignKeyConstraint(['assembly_id'], ['assemblies.id'], name=op.f('fk_struck_credentials_assembly_id_assemblies')),
    sa.PrimaryKeyConstraint('assembly_id', 'credential', name=op.f('pk_struck_credentials'))
    )
    op.create_table('ballot_boxes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('agreed', sa.JSON(), nullable=True),
    sa.Column('sheet', sa.LargeBinary(), nullable=True),
    sa.Column('sheet_sha256', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['station_id'], ['stations.id'], name=op.f('fk_ballot_boxes_station_id_stations')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ballot_boxes')),
    sa.UniqueConstraint('station_id', 'number', name=op.f('uq_ballot_boxes_station_id_number'))
    )
    op.create_table('check_ins',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('assembly_id', sa.Integer(), nullable=False),
    sa.Column('station_id', sa.Integer(), nullable=False),
    sa.Column('roll_entry_id', sa.Integer(), nullable=True),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['assembly_id'], ['assemblies.id'], name=op.f('fk_check_ins_assembly_id_assemblies')),
    sa.ForeignKeyConstraint(['by_id'], ['people.id'], name=op.f('fk_check_ins_by_id_people')),
    sa.ForeignKeyConstraint(['roll_entry_id'], ['roll_entries.id'], name=op.f('fk_check_ins_roll_entry_id_roll_entries'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['station_id'], ['stations.id'], name=op.f('fk_check_ins_station_id_stations')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_check_ins')),
    sa.UniqueConstraint('assembly_id', 'roll_entry_id', name=op.f('uq_check_ins_assembly_id_roll_entry_id'))
    )
    op.create_index(op.f('ix_check_ins_station_id'), 'check_ins', ['station_id'], unique=False)
    op.create_table('box_entries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('box_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['box_id'], ['ballot_boxes.id'], name=op.f('fk_box_entries_box_id_ballot_boxes')),
    sa.ForeignKeyConstraint(['by_id'], ['people.id'], name=op.f('fk_box_entries_by_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_box_entries')),
    sa.UniqueConstraint('box_id', 'by_id', 'attempt', name=op.f('uq_box_entries_box_id_by_id_attempt'))
    )
    op.create_index(op.f('ix_box_entries_box_id'), 'box_entries', ['box_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_box_entries_box_id'), table_name='box_entries')
    op.drop_table('box_entries')
    op.drop_index(op.f('ix_check_ins_station_id'), table_name='check_ins')
    op.drop_table('check_ins')
    op.drop_table('ballot_boxes')
    op.drop_table('struck_credentials')
    op.drop_index(op.f('ix_stations_assembly_id'), table_name='stations')
    op.drop_table('stations')
    op.drop_index(op.f('ix_result_objections_person_id'), table_name='result_objections')
    op.drop_table('result_objections')
    op.drop_table('link_destructions')
    op.drop_index('ix_elector_links_assembly_id_roll_entry_id', table_name='elector_links')
    op.drop_table('elector_links')
    op.drop_table('election_rolls')
    op.drop_table('channel_results')
