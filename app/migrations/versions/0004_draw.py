"""The public draw: draws, witnesses' seats, readings of the balls, who left and who came

Revision: 0004, after 0003, 2026-11-21 06:25:00

The triggers are those of app.draw.models.GUARDS. A later migration that rebuilds one of the tables on SQLite (batch mode)
must make its triggers again: SQLite drops them with the old table.
"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

GUARDS = {
    "lottery_draws": {
        "sqlite": [
            """CREATE TRIGGER draw_bundle_stays BEFORE UPDATE ON lottery_draws
            WHEN OLD.published_at IS NOT NULL AND (NEW.bundle <> OLD.bundle OR NEW.commitment <> OLD.commitment
            OR NEW.published_at IS NULL OR NEW.published_at <> OLD.published_at)
            BEGIN SELECT RAISE(ABORT, 'a published bundle never changes'); END""",
            """CREATE TRIGGER draw_result_stays BEFORE UPDATE ON lottery_draws
            WHEN OLD.result <> '' AND (NEW.result <> OLD.result OR NEW.result_hash <> OLD.result_hash)
            BEGIN SELECT RAISE(ABORT, 'a result never changes'); END""",
        ],
        "postgresql": [
            """CREATE FUNCTION lottery_draws_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF OLD.published_at IS NOT NULL AND (NEW.bundle, NEW.commitment, NEW.published_at)
            IS DISTINCT FROM (OLD.bundle, OLD.commitment, OLD.published_at)
            THEN RAISE EXCEPTION 'a published bundle never changes'; END IF;
            IF OLD.result <> '' AND (NEW.result, NEW.result_hash) IS DISTINCT FROM (OLD.result, OLD.result_hash)
            THEN RAISE EXCEPTION 'a result never changes'; END IF;
            RETURN NEW; END $$""",
            """CREATE TRIGGER lottery_draws_guard BEFORE UPDATE ON lottery_draws
            FOR EACH ROW EXECUTE FUNCTION lottery_draws_guard()""",
        ],
    },
    "ball_readings": {
        "sqlite": [
            """CREATE TRIGGER ball_readings_stay BEFORE UPDATE ON ball_readings
            BEGIN SELECT RAISE(ABORT, 'what was read never changes'); END""",
        ],
        "postgresql": [
            """CREATE FUNCTION ball_readings_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION 'what was read never changes'; END $$""",
            """CREATE TRIGGER ball_readings_guard BEFORE UPDATE ON ball_readings
            FOR EACH ROW EXECUTE FUNCTION ball_readings_guard()""",
        ],
    },
    "draw_events": {
        "sqlite": [
            """CREATE TRIGGER draw_events_stay BEFORE UPDATE ON draw_events
            BEGIN SELECT RAISE(ABORT, 'what happened never changes'); END""",
        ],
        "postgresql": [
            """CREATE FUNCTION draw_events_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION 'what happened never changes'; END $$""",
            """CREATE TRIGGER draw_events_guard BEFORE UPDATE ON draw_events
            FOR EACH ROW EXECUTE FUNCTION draw_events_guard()""",
        ],
    },
}


def upgrade() -> None:
    op.create_table('lottery_draws',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('call_id', sa.Integer(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('mode', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('seats', sa.Integer(), nullable=False),
    sa.Column('quotas', sa.JSON(), nullable=False),
    sa.Column('household', sa.Boolean(), nullable=False),
    sa.Column('sitting', sa.JSON(), nullable=False),
    sa.Column('draws_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('hall', sa.String(length=120), nullable=False),
    sa.Column('beacon_chain', sa.String(length=64), nullable=False),
    sa.Column('beacon_round', sa.BigInteger(), nullable=True),
    sa.Column('advice', sa.JSON(), nullable=True),
    sa.Column('bundle', sa.Text(), nullable=False),
    sa.Column('commitment', sa.String(length=64), nullable=False),
    sa.Column('result', sa.Text(), nullable=False),
    sa.Column('result_hash', sa.String(length=64), nullable=False),
    sa.Column('replacement', sa.Text(), nullable=False),
    sa.Column('replacement_hash', sa.String(length=64), nullable=False),
    sa.Column('ball_round', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('frozen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('commitments_closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reveals_closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('drawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('certified_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('aborted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('abort_reason', sa.String(length=40), nullable=True),
    sa.Column('abort_words', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['call_id'], ['open_calls.id'], name=op.f('fk_lottery_draws_call_id_open_calls')),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_lottery_draws_place_id_places')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lottery_draws')),
    sa.UniqueConstraint('call_id', 'attempt', name=op.f('uq_lottery_draws_call_id_attempt'))
    )
    with op.batch_alter_table('lottery_draws', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_lottery_draws_place_id'), ['place_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_lottery_draws_state'), ['state'], unique=False)

    op.create_table('ball_readings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('draw_id', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('digits', sa.String(length=6), nullable=False),
    sa.Column('randomness', sa.String(length=64), nullable=False),
    sa.Column('typed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['draw_id'], ['lottery_draws.id'], name=op.f('fk_ball_readings_draw_id_lottery_draws')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_ball_readings_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ball_readings')),
    sa.UniqueConstraint('draw_id', 'round', 'person_id', name=op.f('uq_ball_readings_draw_id_round_person_id'))
    )
    op.create_table('draw_events',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('draw_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('candidate', sa.String(length=12), nullable=False),
    sa.Column('enters', sa.String(length=12), nullable=True),
    sa.Column('shortfall', sa.Integer(), nullable=False),
    sa.Column('passed', sa.JSON(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['draw_id'], ['lottery_draws.id'], name=op.f('fk_draw_events_draw_id_lottery_draws')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draw_events')),
    sa.UniqueConstraint('draw_id', 'candidate', name=op.f('uq_draw_events_draw_id_candidate')),
    sa.UniqueConstraint('draw_id', 'number', name=op.f('uq_draw_events_draw_id_number'))
    )
    op.create_table('draw_witness_seats',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('draw_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('commitment', sa.String(length=64), nullable=False),
    sa.Column('committed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('secret', sa.String(length=200), nullable=False),
    sa.Column('revealed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('abort_agreed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['draw_id'], ['lottery_draws.id'], name=op.f('fk_draw_witness_seats_draw_id_lottery_draws')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_draw_witness_seats_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draw_witness_seats')),
    sa.UniqueConstraint('draw_id', 'name', name=op.f('uq_draw_witness_seats_draw_id_name')),
    sa.UniqueConstraint('draw_id', 'person_id', name=op.f('uq_draw_witness_seats_draw_id_person_id'))
    )
    with op.batch_alter_table('draw_witness_seats', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_draw_witness_seats_person_id'), ['person_id'], unique=False)
    for statements in GUARDS.values():
        for statement in statements[op.get_bind().dialect.name]:
            op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table('draw_witness_seats', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_draw_witness_seats_person_id'))

    op.drop_table('draw_witness_seats')
    op.drop_table('draw_events')
    op.drop_table('ball_readings')
    with op.batch_alter_table('lottery_draws', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_lottery_draws_state'))
        batch_op.drop_index(batch_op.f('ix_lottery_draws_place_id'))

    op.drop_table('lottery_draws')
    if op.get_bind().dialect.name == "postgresql":
        for table in GUARDS:
            op.execute(f"DROP FUNCTION {table}_guard CASCADE")
