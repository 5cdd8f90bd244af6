"""Tables of jobs and periodic tasks."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import EnumText
from app.jobs.rules import State


class Job(Base):
    """One piece of work. Written with the act that asks for it, claimed by one worker at a time."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index("ix_jobs_state_run_at", "state", "run_at"),
        Index("ix_jobs_kind_state_finished_at", "kind", "state", "finished_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Ids only, see `app.jobs.rules.require_ids_only`."""
    state: Mapped[State] = mapped_column(EnumText(State), default=State.QUEUED)
    idempotency_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"), index=True)
    requested_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    requested_at: Mapped[datetime]
    run_at: Mapped[datetime]
    """Not before this instant: the time asked for, or the end of the wait after a failure."""
    delivered_at: Mapped[datetime | None]
    """When its id was last pushed to the queue."""

    attempts: Mapped[int] = mapped_column(default=0)
    claim: Mapped[str | None] = mapped_column(String(32))
    """Random name of the run that owns the job; a run that lost it cannot commit a step any more."""
    heartbeat_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    """When the present or last attempt began."""
    finished_at: Mapped[datetime | None]

    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    bookmark: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Where the next attempt goes on; written with each step."""
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    error: Mapped[str | None] = mapped_column(String(300))
    """The sentence to show, by construction safe for anyone who may see the job."""
    error_values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class PeriodicTask(Base):
    """The clock of one periodic task, shared by all workers."""

    __tablename__ = "periodic_tasks"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    next_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    """Set while a worker does it; one that died leaves it behind, and it expires."""
    finished_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    """Failures in a row; the desk of the operator shows them."""
