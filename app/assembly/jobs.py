"""Long work of the assembly."""

from datetime import datetime

from app.assembly.models import Assembly
from app.assembly.services.confirming import forget_confirmations
from app.assembly.services.counting import COUNT_JOB, advance_count, awaited, close_due_assemblies, steps_of
from app.assembly.services.opening import OPEN_JOB, open_assembly
from app.db.session import get_or_not_found, transaction
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
    """Tally, shuffle where whole ballots are opened, decrypt, publish: a step a transaction, so that progress is seen.

    Where trustees hold the key the job ends when it is their turn; their last part sets it going again.
    """
    assembly_id = int(run.arguments["assembly_id"])
    left = 2
    while left > 1:
        with run.step() as step:
            if awaited(get_or_not_found(Assembly, assembly_id)) is not None:
                break
            left = advance_count(assembly_id, at=step.at)
            total = steps_of(get_or_not_found(Assembly, assembly_id))
            step.progress(total - left, total)
    with run.finishing() as step:
        assembly = get_or_not_found(Assembly, assembly_id)
        is_waiting = awaited(assembly) is not None
        if not is_waiting:
            advance_count(assembly_id, at=step.at)
        step.result = Result(
            N_("열쇠 지기를 기다립니다.") if is_waiting else N_("개표를 마쳤습니다."),
            {},
            endpoint="assembly.show",
            arguments={"slug": assembly.place.slug},
        )
    return None


@every(minutes=10)
def forget_cast_messages(at: datetime) -> None:
    """Let nothing stay of the messages that told voters of their ballots."""
    with transaction():
        forget_confirmations()


@every(minutes=1)
def close_voting(at: datetime) -> None:
    """Close what is due."""
    with transaction():
        close_due_assemblies(at)
