"""What takes longer than a request, and what the clock does to projects."""

from datetime import datetime

from app.db.session import get_or_not_found, transaction
from app.errors import AppError
from app.execution.models import TableImport
from app.execution.services import importing
from app.execution.services.calling_out import escalate_overdue
from app.execution.services.figures import open_due_figures
from app.i18n import N_
from app.jobs.registry import every, job
from app.jobs.rules import Result
from app.jobs.run import JobRun
from app.people.models import Person
from app.places.models import Place


@job(importing.TAKE_JOB, title=N_("표 올리기"), attempts=3)
def take_table(run: JobRun) -> None:
    """Take an uploaded table, all of its rows in one transaction."""
    import_id = run.arguments["import_id"]
    slug = get_or_not_found(Place, get_or_not_found(TableImport, import_id).place_id).slug
    try:
        with run.finishing() as step:
            count = importing.take(import_id, by=get_or_not_found(Person, run.arguments["by"]), at=step.at)
            step.result = Result(
                N_("%(count)s줄을 올렸습니다."), {"count": count}, endpoint="execution.tables", arguments={"slug": slug}
            )
    except AppError:
        with transaction():
            importing.give_up(import_id)
        raise


@every(hours=24)
def forget_old_tables(at: datetime) -> None:
    """Throw uploaded tables away that nobody decided about."""
    with transaction():
        importing.forget_old_tables(at)


@every(minutes=60)
def open_months(at: datetime) -> None:
    """Open last month's figures where the day has come."""
    with transaction():
        open_due_figures(at)


@every(minutes=60)
def call_out_what_is_late(at: datetime) -> None:
    """Tell the district of steps that stay undone."""
    with transaction():
        escalate_overdue(at)
