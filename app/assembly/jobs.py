"""Long work of the assembly."""

from datetime import datetime

from app.assembly.services.counting import COUNT_JOB, close_due_assemblies, count_assembly
from app.assembly.services.opening import OPEN_JOB, open_assembly
from app.db.session import transaction
from app.i18n import N_
from app.jobs.registry import every, job
from app.jobs.rules import Result
from app.jobs.run import JobRun


@job(OPEN_JOB, title=N_("투표 열기"), attempts=5)
def open_job(run: JobRun) -> Result | None:
    """Freeze the election and make the codes."""
    with run.finishing() as step:
        assembly = open_assembly(int(run.arguments["assembly_id"]), at=step.at)
        step.result = Result(
            N_("투표를 열었습니다. %(n)s명이 투표할 수 있습니다."),
            {"n": assembly.electors},
            endpoint="assembly.show",
            arguments={"slug": assembly.place.slug},
        )
    return None


@job(COUNT_JOB, title=N_("개표"), attempts=5)
def count_job(run: JobRun) -> Result | None:
    """Tally, decrypt, publish."""
    with run.finishing() as step:
        assembly = count_assembly(int(run.arguments["assembly_id"]), at=step.at)
        step.result = Result(
            N_("개표를 마쳤습니다."), {}, endpoint="assembly.show", arguments={"slug": assembly.place.slug}
        )
    return None


@every(minutes=1)
def close_voting(at: datetime) -> None:
    """Close what is due."""
    with transaction():
        close_due_assemblies(at)
