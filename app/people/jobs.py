"""Work on people that takes longer than a request, and what is tidied up again and again."""

from datetime import date, datetime

from app.clock import kst_date, utc_now
from app.db.session import get_or_not_found, transaction
from app.errors import AppError, InvalidInput
from app.i18n import N_
from app.jobs.registry import every, job
from app.jobs.rules import Result
from app.jobs.run import JobRun
from app.people.models import Person, Roll, RollImport
from app.people.queries.rolls import entry_count
from app.people.roll_files import read
from app.people.services import freezing, imports, limits, one_time, rolls, taking

FREEZE_JOB = "people.freeze_roll"


@job(imports.READ_JOB, title=N_("명부 파일 읽기"), attempts=3)
def read_roll(run: JobRun) -> None:
    """Read an uploaded file and keep what is to be shown before it is taken."""
    row = get_or_not_found(RollImport, run.arguments["import_id"])
    content, slug, roll_id = imports.content_of(row), row.roll.place.slug, row.roll_id
    reading, refusal = None, None
    with run.step() as step:
        today = kst_date(step.at)
    try:
        reading = read(content, today=today)
    except InvalidInput as error:
        refusal = error
    with run.finishing() as step:
        imports.note_reading(row.id, reading, refusal=refusal)
        count = len(reading.rows) if reading else 0
        step.result = Result(
            N_("%(count)s명을 읽었습니다. 확인해 주세요."),
            {"count": count},
            endpoint="people.roll_import",
            arguments={"slug": slug, "roll_id": roll_id, "import_id": run.arguments["import_id"]},
        )


@job(imports.TAKE_JOB, title=N_("명부 올리기"), attempts=3)
def take_roll(run: JobRun) -> None:
    """Take a file onto its roll, whole or not at all: row by row beside it, and then at once."""
    row = get_or_not_found(RollImport, run.arguments["import_id"])
    import_id, roll_id, slug = row.id, row.roll_id, row.roll.place.slug
    content = imports.content_of(row)
    with run.step() as step:
        today = kst_date(step.at)
    rows = read(content, today=today).rows
    try:
        left = True
        while left:
            with run.step() as step:
                left = bool(taking.forget_staged(import_id))
        with run.step() as step:
            staging = taking.begin(import_id, twins=run.arguments["twins"])
        done = 0
        for batch in taking.batches(rows):
            prepared = staging.prepare(batch)
            done += len(batch)
            with run.step() as step:
                taking.stage(import_id, prepared)
                step.progress(done, len(rows))
        with run.finishing() as step:
            count = taking.finish(import_id, count=staging.staged, at=step.at)
            step.result = Result(
                N_("%(count)s명을 명부에 올렸습니다."),
                {"count": count},
                endpoint="people.roll",
                arguments={"slug": slug, "roll_id": roll_id},
            )
    except AppError:
        with transaction():
            taking.give_up(import_id, at=utc_now())
        raise


@job(FREEZE_JOB, title=N_("명부 확정하기"), attempts=3)
def freeze_roll(run: JobRun) -> None:
    """Close a roll for ever and commit to it."""
    roll_id, on = run.arguments["roll_id"], date.fromisoformat(run.arguments["on"])
    if not run.bookmark.get("begun"):
        with run.step() as step:
            by = get_or_not_found(Person, run.arguments["by"])
            freezing.begin(roll_id, on=on, version=run.arguments["version"], by=by, at=step.at)
            step.remember(begun=True)
    try:
        roll = get_or_not_found(Roll, roll_id)
        slug, total, commitment = roll.place.slug, entry_count(roll), freezing.Commitment(on, roll.min_age or 0)
        for entries in freezing.in_order(roll):
            changes = commitment.add(entries)
            with run.step() as step:
                freezing.write(roll_id, changes)
                step.progress(commitment.count, total)
        with run.finishing() as step:
            by = get_or_not_found(Person, run.arguments["by"])
            frozen = freezing.finish(roll_id, commitment, by=by, at=step.at)
            step.result = Result(
                N_("%(count)s명의 명부를 확정했습니다. 그 가운데 %(eligible)s명이 투표할 수 있습니다."),
                {"count": frozen.count, "eligible": frozen.eligible},
                endpoint="people.roll",
                arguments={"slug": slug, "roll_id": roll_id},
            )
    except AppError:
        with transaction():
            freezing.give_up(roll_id)
        raise


@job(rolls.SWEEP_JOB, title=N_("명부에서 뺀 줄 지우기"))
def sweep_roll(run: JobRun) -> None:
    """Delete the rows that stand on a roll no more."""
    done, gone = 0, True
    while gone:
        with run.step() as step:
            gone = bool(count := rolls.sweep(run.arguments["roll_id"]))
            done += count
            step.progress(done)


@every(hours=1)
def forget_what_ran_out(at: datetime) -> None:
    """Delete one-time secrets and counted attempts that are long over."""
    with transaction():
        one_time.forget_old_secrets(at)
        limits.forget_old_attempts(at)


@every(hours=24)
def erase_old_rolls(at: datetime) -> None:
    """Erase rolls whose retention is over."""
    with transaction():
        rolls.erase_rolls_past_retention(at)
