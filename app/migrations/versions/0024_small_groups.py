"""Small-group grants: rounds, groups, applications with their people, sheets, reports with receipts and photos.

Revision: 0024, after 0023
"""

import sqlalchemy as sa
from alembic import op

from app.db.types import UTCDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "small_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("began_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_small_groups_place_id_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_small_groups")),
    )
    op.create_index(op.f("ix_small_groups_place_id"), "small_groups", ["place_id"], unique=False)
    op.create_table(
        "grant_rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("once", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("envelope_won", sa.BigInteger(), nullable=False),
        sa.Column("max_won", sa.BigInteger(), nullable=False),
        sa.Column("most_groups", sa.Integer(), nullable=False),
        sa.Column("min_people", sa.Integer(), nullable=False),
        sa.Column("opens_at", UTCDateTime(), nullable=False),
        sa.Column("closes_at", UTCDateTime(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("report_due_on", sa.Date(), nullable=False),
        sa.Column("announced_by", sa.Integer(), nullable=False),
        sa.Column("announced_at", UTCDateTime(), nullable=False),
        sa.Column("cancelled_at", UTCDateTime(), nullable=True),
        sa.Column("cancel_reason", sa.String(length=300), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.String(length=80), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("concluded_at", UTCDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["announced_by"], ["people.id"], name=op.f("fk_grant_rounds_announced_by_people")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_grant_rounds_cycle_id_cycles")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["council_meetings.id"], name=op.f("fk_grant_rounds_meeting_id_council_meetings")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_grant_rounds_place_id_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_rounds")),
        sa.UniqueConstraint("once", name=op.f("uq_grant_rounds_once")),
    )
    op.create_index(op.f("ix_grant_rounds_cycle_id"), "grant_rounds", ["cycle_id"], unique=False)
    op.create_index(op.f("ix_grant_rounds_meeting_id"), "grant_rounds", ["meeting_id"], unique=False)
    op.create_index(op.f("ix_grant_rounds_place_id"), "grant_rounds", ["place_id"], unique=False)
    op.create_table(
        "small_group_applications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("months", sa.JSON(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("asked_won", sa.BigInteger(), nullable=False),
        sa.Column("mailed", sa.Integer(), nullable=False),
        sa.Column("begun_at", UTCDateTime(), nullable=False),
        sa.Column("submitted_at", UTCDateTime(), nullable=True),
        sa.Column("checked_by", sa.Integer(), nullable=True),
        sa.Column("checked_at", UTCDateTime(), nullable=True),
        sa.Column("failures", sa.JSON(), nullable=False),
        sa.Column("check_reason", sa.Text(), nullable=False),
        sa.Column("granted_won", sa.BigInteger(), nullable=False),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("score_sum", sa.Integer(), nullable=False),
        sa.Column("score_count", sa.Integer(), nullable=False),
        sa.Column("recused", sa.Integer(), nullable=False),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("report_due_on", sa.Date(), nullable=True),
        sa.Column("reminded", sa.String(length=40), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["checked_by"], ["people.id"], name=op.f("fk_small_group_applications_checked_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["people.id"], name=op.f("fk_small_group_applications_decided_by_people")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["small_groups.id"], name=op.f("fk_small_group_applications_group_id_small_groups")
        ),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["people.id"], name=op.f("fk_small_group_applications_leader_id_people")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_small_group_applications_place_id_places")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_small_group_applications_project_id_projects")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["grant_rounds.id"], name=op.f("fk_small_group_applications_round_id_grant_rounds")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_small_group_applications")),
        sa.UniqueConstraint("project_id", name=op.f("uq_small_group_applications_project_id")),
        sa.UniqueConstraint("round_id", "group_id", name=op.f("uq_small_group_applications_round_id_group_id")),
        sa.UniqueConstraint("round_id", "leader_id", name=op.f("uq_small_group_applications_round_id_leader_id")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_small_group_applications_round_id_number")),
    )
    op.create_index(
        op.f("ix_small_group_applications_group_id"), "small_group_applications", ["group_id"], unique=False
    )
    op.create_index(
        op.f("ix_small_group_applications_leader_id"), "small_group_applications", ["leader_id"], unique=False
    )
    op.create_index(
        "ix_small_group_applications_place_id_state", "small_group_applications", ["place_id", "state"], unique=False
    )
    op.create_table(
        "small_group_invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("is_personal", sa.Boolean(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["small_group_applications.id"],
            name=op.f("fk_small_group_invitations_application_id_small_group_applications"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_small_group_invitations")),
        sa.UniqueConstraint("hash", name=op.f("uq_small_group_invitations_hash")),
    )
    op.create_index(
        op.f("ix_small_group_invitations_application_id"), "small_group_invitations", ["application_id"], unique=False
    )
    op.create_table(
        "small_group_people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", UTCDateTime(), nullable=False),
        sa.Column("left_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["small_group_applications.id"],
            name=op.f("fk_small_group_people_application_id_small_group_applications"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_small_group_people_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_small_group_people")),
        sa.UniqueConstraint("application_id", "person_id", name=op.f("uq_small_group_people_application_id_person_id")),
    )
    op.create_index(op.f("ix_small_group_people_person_id"), "small_group_people", ["person_id"], unique=False)
    op.create_table(
        "small_group_recusals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("noted_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["small_group_applications.id"],
            name=op.f("fk_small_group_recusals_application_id_small_group_applications"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_small_group_recusals_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_small_group_recusals")),
        sa.UniqueConstraint(
            "application_id", "person_id", name=op.f("uq_small_group_recusals_application_id_person_id")
        ),
    )
    op.create_index(op.f("ix_small_group_recusals_person_id"), "small_group_recusals", ["person_id"], unique=False)
    op.create_table(
        "small_group_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("meetings", sa.Integer(), nullable=False),
        sa.Column("attendance", sa.Integer(), nullable=False),
        sa.Column("begun_at", UTCDateTime(), nullable=False),
        sa.Column("submitted_at", UTCDateTime(), nullable=True),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("spent_won", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["answered_by"], ["people.id"], name=op.f("fk_small_group_reports_answered_by_people")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["small_group_applications.id"],
            name=op.f("fk_small_group_reports_application_id_small_group_applications"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_small_group_reports")),
        sa.UniqueConstraint("application_id", name=op.f("uq_small_group_reports_application_id")),
    )
    op.create_table(
        "small_group_scores",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("scored_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["small_group_applications.id"],
            name=op.f("fk_small_group_scores_application_id_small_group_applications"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_small_group_scores_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_small_group_scores")),
        sa.UniqueConstraint("application_id", "person_id", name=op.f("uq_small_group_scores_application_id_person_id")),
    )
    op.create_index(op.f("ix_small_group_scores_person_id"), "small_group_scores", ["person_id"], unique=False)
    op.create_table(
        "small_group_photos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.Column("removed_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_files.id"], name=op.f("fk_small_group_photos_file_id_stored_files")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["small_group_reports.id"], name=op.f("fk_small_group_photos_report_id_small_group_reports")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_small_group_photos")),
        sa.UniqueConstraint("file_id", name=op.f("uq_small_group_photos_file_id")),
    )
    op.create_index(op.f("ix_small_group_photos_report_id"), "small_group_photos", ["report_id"], unique=False)
    op.create_table(
        "small_group_receipts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("once", sa.String(length=64), nullable=False),
        sa.Column("line", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=100), nullable=False),
        sa.Column("won", sa.BigInteger(), nullable=False),
        sa.Column("spent_on", sa.Date(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.Column("removed_at", UTCDateTime(), nullable=True),
        sa.Column("struck_reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_files.id"], name=op.f("fk_small_group_receipts_file_id_stored_files")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["small_group_reports.id"],
            name=op.f("fk_small_group_receipts_report_id_small_group_reports"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_small_group_receipts")),
        sa.UniqueConstraint("file_id", name=op.f("uq_small_group_receipts_file_id")),
        sa.UniqueConstraint("report_id", "once", name=op.f("uq_small_group_receipts_report_id_once")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("small_group_receipts")
    op.drop_index(op.f("ix_small_group_photos_report_id"), table_name="small_group_photos")
    op.drop_table("small_group_photos")
    op.drop_index(op.f("ix_small_group_scores_person_id"), table_name="small_group_scores")
    op.drop_table("small_group_scores")
    op.drop_table("small_group_reports")
    op.drop_index(op.f("ix_small_group_recusals_person_id"), table_name="small_group_recusals")
    op.drop_table("small_group_recusals")
    op.drop_index(op.f("ix_small_group_people_person_id"), table_name="small_group_people")
    op.drop_table("small_group_people")
    op.drop_index(op.f("ix_small_group_invitations_application_id"), table_name="small_group_invitations")
    op.drop_table("small_group_invitations")
    op.drop_index("ix_small_group_applications_place_id_state", table_name="small_group_applications")
    op.drop_index(op.f("ix_small_group_applications_leader_id"), table_name="small_group_applications")
    op.drop_index(op.f("ix_small_group_applications_group_id"), table_name="small_group_applications")
    op.drop_table("small_group_applications")
    op.drop_index(op.f("ix_grant_rounds_place_id"), table_name="grant_rounds")
    op.drop_index(op.f("ix_grant_rounds_meeting_id"), table_name="grant_rounds")
    op.drop_index(op.f("ix_grant_rounds_cycle_id"), table_name="grant_rounds")
    op.drop_table("grant_rounds")
    op.drop_index(op.f("ix_small_groups_place_id"), table_name="small_groups")
    op.drop_table("small_groups")
