"""Work that outlives a request: the job table, the queue that carries job ids, the worker. Used by all, uses no concept.

A job is a row, written in the transaction of the business act that asks for it; the queue (Huey) only carries its id,
pushed after the commit. A lost delivery is swept up again, a doubled one finds the row already claimed.

Ask for a job (in a service, inside ``transaction()``)::

    from app.jobs.services import enqueue

    job = enqueue(
        "roll.import", {"upload_id": 7}, by=person_id, at=at, place_id=place.id, idempotency_key="roll.import:7"
    )
    # redirect to url_for("jobs.show", job_id=job.id)

``arguments`` hold ids only: integers, booleans, short codes (letters, digits and ``_.:-``), lists of those.
``run_at=`` delays it. The same ``idempotency_key`` gives the job that exists.

Do it (``app/<concept>/jobs.py``; the factory imports the module)::

    from app.jobs.registry import every, job
    from app.jobs.rules import Result
    from app.jobs.run import JobRun

    @job("roll.import", title=N_("명부 올리기"), attempts=5)
    def import_roll(run: JobRun) -> Result | None:
        start = run.bookmark.get("row", 0)                  # after a crash the job goes on from its bookmark
        for batch in …:
            with run.step() as step:                        # one transaction; commits only while this run owns the job
                …services, step.session, step.at…
                step.progress(done, total)
                step.remember(row=done)
        return Result(N_("%(count)s명을 올렸습니다."), {"count": n}, endpoint="people.roll", arguments={"slug": slug})

Work of one transaction ends the job in that very transaction: ``with run.finishing() as step: …; step.result = Result(…)``.
An `AppError` fails the job for good with its sentence; any other exception is retried with growing delays
(``TryLater`` from `app.jobs.run` likewise, without an alarm in the log).

Do something again and again (exactly one worker does it each time, on a grid from midnight in Korea)::

    @every(minutes=1)
    def open_stages(at: datetime) -> None:
        with transaction(): …

The worker: ``flask worker run``. In tests (queue "immediate") jobs run right after the commit that asked for them;
``app.jobs.worker.tick(at)`` does what the worker's clock does: due jobs, lost jobs, periodic tasks.
"""
