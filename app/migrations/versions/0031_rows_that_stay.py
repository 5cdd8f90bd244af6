"""Rows that stay as they are: the record, the ledger, the ballot board, frozen plans, decisions about settings.

Revision ID: 0031
Revises: 0030

The triggers are those of app.db.guards.keep. A later migration that rebuilds one of the tables on SQLite (batch mode) must make
its triggers again: SQLite drops them with the old table.
"""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

TABLES = (
    "record_entries", "money_entries", "monthly_figures", "board_records", "board_nodes", "cast_ballots", "plan_versions",
    "final_plans", "setting_changes",
)  # fmt: skip


def upgrade() -> None:
    """Make the triggers."""
    for table in TABLES:
        refusal = f"rows of {table} stay as they are"
        if op.get_bind().dialect.name == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_{verb.lower()}_guard BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
                )
        else:
            op.execute(
                f"CREATE FUNCTION {table}_guard() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{refusal}'; END $$"
            )
            op.execute(
                f"CREATE TRIGGER {table}_guard BEFORE UPDATE OR DELETE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {table}_guard()"
            )


def downgrade() -> None:
    """Let go of them."""
    for table in TABLES:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER {table}_update_guard")
            op.execute(f"DROP TRIGGER {table}_delete_guard")
        else:
            op.execute(f"DROP FUNCTION {table}_guard CASCADE")
