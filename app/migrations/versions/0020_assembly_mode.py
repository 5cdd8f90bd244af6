"""The assembly day: order, attendance, the word, counts on the floor, minutes

Revision: 0020, after 0019

The triggers are those of app.assembly.floor.models.GUARDS. A later migration that rebuilds one of the tables on SQLite (batch
mode) must make its triggers again: SQLite drops them with the old table.
"""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None

GUARDS = {
    "floor_days": {
        "sqlite": [
            """CREATE TRIGGER floor_minutes_stay BEFORE UPDATE ON floor_days
            WHEN OLD.minutes_published_at IS NOT NULL AND (NEW.minutes <> OLD.minutes
            OR NEW.minutes_hash <> OLD.minutes_hash OR NEW.minutes_published_at IS NULL)
            BEGIN SELECT RAISE(ABORT, 'published minutes never change'); END""",
        ],
        "postgresql": [
            """CREATE FUNCTION floor_days_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF OLD.minutes_published_at IS NOT NULL AND (NEW.minutes, NEW.minutes_hash, NEW.minutes_published_at)
            IS DISTINCT FROM (OLD.minutes, OLD.minutes_hash, OLD.minutes_published_at)
            THEN RAISE EXCEPTION 'published minutes never change'; END IF;
            RETURN NEW; END $$""",
            """CREATE TRIGGER floor_days_guard BEFORE UPDATE ON floor_days
            FOR EACH ROW EXECUTE FUNCTION floor_days_guard()""",
        ],
    },
    "floor_count_entries": {
        "sqlite": [
            """CREATE TRIGGER floor_count_entries_stay BEFORE UPDATE ON floor_count_entries
            BEGIN SELECT RAISE(ABORT, 'what was counted never changes'); END""",
        ],
        "postgresql": [
            """CREATE FUNCTION floor_count_entries_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION 'what was counted never changes'; END $$""",
            """CREATE TRIGGER floor_count_entries_guard BEFORE UPDATE ON floor_count_entries
            FOR EACH ROW EXECUTE FUNCTION floor_count_entries_guard()""",
        ],
    },
}


def upgrade() -> None:
    op.create_table('floor_days',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('assembly_id', sa.Integer(), nullable=False),
    sa.Column('sitting', sa.Integer(), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('where', sa.String(length=120), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('chair_id', sa.Integer(), nullable=True),
    sa.Column('secretary_id', sa.Integer(), nullable=True),
    sa.Column('secret', sa.LargeBinary(length=32), nullable=False),
    sa.Column('needed', sa.Integer(), nullable=False),
    sa.Column('counts_advance', sa.Boolean(), nullable=False),
    sa.Column('advance', sa.Integer(), nullable=False),
    sa.Column('known', sa.Integer(), nullable=False),
    sa.Column('first_timers_first', sa.Boolean(), nullable=False),
    sa.Column('speaking_minutes', sa.Integer(), nullable=False),
    sa.Column('doors_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('counted_at_opening', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('minutes', sa.Text(), nullable=False),
    sa.Column('minutes_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('minutes_hash', sa.String(length=64), nullable=False),
    sa.Column('minutes_published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('planned_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['assembly_id'], ['assemblies.id'], name=op.f('fk_floor_days_assembly_id_assemblies')),
    sa.ForeignKeyConstraint(['chair_id'], ['people.id'], name=op.f('fk_floor_days_chair_id_people')),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_floor_days_place_id_places')),
    sa.ForeignKeyConstraint(['secretary_id'], ['people.id'], name=op.f('fk_floor_days_secretary_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_floor_days')),
    sa.UniqueConstraint('assembly_id', 'sitting', name=op.f('uq_floor_days_assembly_id_sitting')),
    sa.UniqueConstraint('once', name=op.f('uq_floor_days_once'))
    )
    with op.batch_alter_table('floor_days', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_floor_days_chair_id'), ['chair_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_floor_days_place_id'), ['place_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_floor_days_secretary_id'), ['secretary_id'], unique=False)

    op.create_table('floor_attendances',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('day_id', sa.Integer(), nullable=False),
    sa.Column('is_elector', sa.Boolean(), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('roll_entry_id', sa.Integer(), nullable=True),
    sa.Column('is_fresh', sa.Boolean(), nullable=False),
    sa.Column('came_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['day_id'], ['floor_days.id'], name=op.f('fk_floor_attendances_day_id_floor_days')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_floor_attendances_person_id_people')),
    sa.ForeignKeyConstraint(['roll_entry_id'], ['roll_entries.id'], name=op.f('fk_floor_attendances_roll_entry_id_roll_entries'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_floor_attendances')),
    sa.UniqueConstraint('day_id', 'person_id', name=op.f('uq_floor_attendances_day_id_person_id')),
    sa.UniqueConstraint('day_id', 'roll_entry_id', name=op.f('uq_floor_attendances_day_id_roll_entry_id')),
    sa.UniqueConstraint('once', name=op.f('uq_floor_attendances_once'))
    )
    with op.batch_alter_table('floor_attendances', schema=None) as batch_op:
        batch_op.create_index('ix_floor_attendances_day_id_is_elector', ['day_id', 'is_elector'], unique=False)
        batch_op.create_index(batch_op.f('ix_floor_attendances_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_floor_attendances_roll_entry_id'), ['roll_entry_id'], unique=False)

    op.create_table('floor_confirmations',
    sa.Column('day_id', sa.Integer(), nullable=False),
    sa.Column('part', sa.String(length=40), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('minutes_hash', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['day_id'], ['floor_days.id'], name=op.f('fk_floor_confirmations_day_id_floor_days')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_floor_confirmations_person_id_people')),
    sa.PrimaryKeyConstraint('day_id', 'part', name=op.f('pk_floor_confirmations'))
    )
    op.create_table('floor_items',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('day_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('once', sa.String(length=64), nullable=True),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('plan_item_id', sa.Integer(), nullable=True),
    sa.Column('basis', sa.String(length=40), nullable=False),
    sa.Column('options', sa.JSON(), nullable=False),
    sa.Column('seats', sa.Integer(), nullable=False),
    sa.Column('picks', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(length=40), nullable=True),
    sa.Column('needed', sa.Integer(), nullable=False),
    sa.Column('chosen', sa.JSON(), nullable=False),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['day_id'], ['floor_days.id'], name=op.f('fk_floor_items_day_id_floor_days')),
    sa.ForeignKeyConstraint(['plan_item_id'], ['plan_items.id'], name=op.f('fk_floor_items_plan_item_id_plan_items')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_floor_items')),
    sa.UniqueConstraint('once', name=op.f('uq_floor_items_once'))
    )
    with op.batch_alter_table('floor_items', schema=None) as batch_op:
        batch_op.create_index('ix_floor_items_day_id_number', ['day_id', 'number'], unique=False)
        batch_op.create_index(batch_op.f('ix_floor_items_plan_item_id'), ['plan_item_id'], unique=False)

    op.create_table('floor_pauses',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('day_id', sa.Integer(), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['day_id'], ['floor_days.id'], name=op.f('fk_floor_pauses_day_id_floor_days')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_floor_pauses'))
    )
    with op.batch_alter_table('floor_pauses', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_floor_pauses_day_id'), ['day_id'], unique=False)

    op.create_table('floor_counts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('positions', sa.JSON(), nullable=False),
    sa.Column('seats', sa.Integer(), nullable=False),
    sa.Column('present', sa.Integer(), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('agreed', sa.JSON(), nullable=True),
    sa.Column('sheet', sa.LargeBinary(), nullable=True),
    sa.Column('sheet_sha256', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['floor_items.id'], name=op.f('fk_floor_counts_item_id_floor_items')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_floor_counts')),
    sa.UniqueConstraint('item_id', 'round', name=op.f('uq_floor_counts_item_id_round'))
    )
    op.create_table('floor_words',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('day_id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('attendance_id', sa.Integer(), nullable=True),
    sa.Column('once', sa.String(length=64), nullable=True),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['attendance_id'], ['floor_attendances.id'], name=op.f('fk_floor_words_attendance_id_floor_attendances')),
    sa.ForeignKeyConstraint(['day_id'], ['floor_days.id'], name=op.f('fk_floor_words_day_id_floor_days')),
    sa.ForeignKeyConstraint(['item_id'], ['floor_items.id'], name=op.f('fk_floor_words_item_id_floor_items')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_floor_words')),
    sa.UniqueConstraint('item_id', 'attendance_id', name=op.f('uq_floor_words_item_id_attendance_id')),
    sa.UniqueConstraint('once', name=op.f('uq_floor_words_once'))
    )
    with op.batch_alter_table('floor_words', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_floor_words_attendance_id'), ['attendance_id'], unique=False)
        batch_op.create_index('ix_floor_words_day_id_state', ['day_id', 'state'], unique=False)

    op.create_table('floor_count_entries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('count_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['people.id'], name=op.f('fk_floor_count_entries_by_id_people')),
    sa.ForeignKeyConstraint(['count_id'], ['floor_counts.id'], name=op.f('fk_floor_count_entries_count_id_floor_counts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_floor_count_entries')),
    sa.UniqueConstraint('count_id', 'by_id', 'attempt', name=op.f('uq_floor_count_entries_count_id_by_id_attempt'))
    )

    for statements in GUARDS.values():
        for statement in statements[op.get_bind().dialect.name]:
            op.execute(statement)


def downgrade() -> None:
    op.drop_table('floor_count_entries')
    with op.batch_alter_table('floor_words', schema=None) as batch_op:
        batch_op.drop_index('ix_floor_words_day_id_state')
        batch_op.drop_index(batch_op.f('ix_floor_words_attendance_id'))

    op.drop_table('floor_words')
    op.drop_table('floor_counts')
    with op.batch_alter_table('floor_pauses', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_floor_pauses_day_id'))

    op.drop_table('floor_pauses')
    with op.batch_alter_table('floor_items', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_floor_items_plan_item_id'))
        batch_op.drop_index('ix_floor_items_day_id_number')

    op.drop_table('floor_items')
    op.drop_table('floor_confirmations')
    with op.batch_alter_table('floor_attendances', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_floor_attendances_roll_entry_id'))
        batch_op.drop_index(batch_op.f('ix_floor_attendances_person_id'))
        batch_op.drop_index('ix_floor_attendances_day_id_is_elector')

    op.drop_table('floor_attendances')
    with op.batch_alter_table('floor_days', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_floor_days_secretary_id'))
        batch_op.drop_index(batch_op.f('ix_floor_days_place_id'))
        batch_op.drop_index(batch_op.f('ix_floor_days_chair_id'))

    op.drop_table('floor_days')
    if op.get_bind().dialect.name == "postgresql":
        for table in GUARDS:
            op.execute(f"DROP FUNCTION {table}_guard CASCADE")
