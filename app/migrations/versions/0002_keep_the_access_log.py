"""Keep the access log: triggers refuse changes, and deletion before two years

Revision: 0002, after 0001, 2026-11-21 04:06:00

The same statements as app.privacy.models.APPEND_ONLY. A later migration that rebuilds the table on SQLite (batch mode)
must make its triggers again: SQLite drops them with the old table.
"""

from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

UPGRADE = {
    "sqlite": [
        """CREATE TRIGGER access_log_never_changes BEFORE UPDATE ON access_log_entries
        BEGIN SELECT RAISE(ABORT, 'the access log is append-only'); END""",
        """CREATE TRIGGER access_log_keeps_two_years BEFORE DELETE ON access_log_entries
        WHEN OLD.at > datetime('now', '-2 years')
        BEGIN SELECT RAISE(ABORT, 'the access log is kept for two years'); END""",
    ],
    "postgresql": [
        """CREATE FUNCTION access_log_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'DELETE' AND OLD.at < now() - interval '2 years' THEN RETURN OLD; END IF;
        RAISE EXCEPTION 'the access log is append-only and kept for two years'; END $$""",
        """CREATE TRIGGER access_log_guard BEFORE UPDATE OR DELETE ON access_log_entries
        FOR EACH ROW EXECUTE FUNCTION access_log_guard()""",
    ],
}
DOWNGRADE = {
    "sqlite": ["DROP TRIGGER access_log_never_changes", "DROP TRIGGER access_log_keeps_two_years"],
    "postgresql": ["DROP FUNCTION access_log_guard CASCADE"],
}


def upgrade() -> None:
    for statement in UPGRADE[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWNGRADE[op.get_bind().dialect.name]:
        op.execute(statement)
