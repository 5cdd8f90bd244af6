"""Long and periodic work of rounds: the live analysis behind the answers, the final run, closing on time."""

from datetime import datetime, timedelta

from sqlalchemy import select

from app.db.session import get_or_not_found, session, transaction
from app.deliberation.models import OpinionRound, RoundRun
from app.deliberation.notifications import TELL_JOB, tell_conclusion
from app.deliberation.rules import RoundState
from app.deliberation.services import analysing
from app.deliberation.services.closing import FREEZE_JOB, close_due_rounds
from app.i18n import N_
from app.jobs.models import Job
from app.jobs.registry import every, job
from app.jobs.rules import Result, State
from app.jobs.run import JobRun
from app.jobs.services import enqueue

ANALYSE_JOB = "deliberation.analyse"
REST = timedelta(minutes=1)
"""At least so long lies between two live runs of a round, however fast the answers come."""


@job(ANALYSE_JOB, title=N_("토론 결과 셈하기"), attempts=3)
def analyse_job(run: JobRun) -> Result | None:
    """Analyse a running round again."""
    round_id = int(run.arguments["round_id"])
    given = analysing.read_live(round_id)
    session().rollback()  # the analysis holds no lock and no snapshot
    analysis = analysing.compute(given)
    with run.finishing() as step:
        analysing.store_live(round_id, given, analysis, at=step.at)
    return None


@job(FREEZE_JOB, title=N_("토론의 마지막 결과 셈하기"), attempts=5)
def freeze_job(run: JobRun) -> Result | None:
    """Number the participants, analyse what is published, freeze the record."""
    round_id = int(run.arguments["round_id"])
    with run.step() as step:
        analysing.prepare_final(round_id, at=step.at)
    given = analysing.read_final(round_id)
    session().rollback()
    analysis = analysing.compute(given)
    with run.finishing() as step:
        analysing.store_final(round_id, given, analysis, at=step.at)
        found = get_or_not_found(OpinionRound, round_id)
        step.result = Result(
            N_("마지막 결과를 정했습니다. %(n)s명이 답했습니다."),
            {"n": len(given.votes.participants)},
            endpoint="deliberation.show",
            arguments={"slug": found.place.slug, "round_id": round_id},
        )
    return None


@job(TELL_JOB, title=N_("토론 맺음말 알리기"), attempts=5)
def tell_job(run: JobRun) -> Result | None:
    """Tell everybody who took part, a hundred at a time."""
    round_id = int(run.arguments["round_id"])
    after = int(run.bookmark.get("after", 0))
    while True:
        with run.step() as step:
            last = tell_conclusion(round_id, after=after, at=step.at)
            if last is not None:
                step.remember(after=last)
        if last is None:
            break
        after = last
    run.finish(None)
    return None


@every(minutes=1)
def follow_answers(at: datetime) -> None:
    """Ask for an analysis of every round with new answers: this is the debounce, answers themselves ask for nothing."""
    with transaction():
        rows = session().execute(
            select(OpinionRound.id, OpinionRound.place_id, RoundRun.last_event_id, RoundRun.at)
            .outerjoin(RoundRun, (RoundRun.round_id == OpinionRound.id) & RoundRun.is_final.is_(False))
            .where(OpinionRound.state == RoundState.OPEN)
        )
        for round_id, place_id, known, ran_at in rows.all():
            newest = analysing.last_event_id(round_id)
            is_due = newest > (known or 0) and (ran_at is None or at - ran_at >= REST)
            if is_due and not _is_asked_for(round_id):
                enqueue(
                    ANALYSE_JOB,
                    {"round_id": round_id},
                    by=None,
                    at=at,
                    place_id=place_id,
                    idempotency_key=f"{ANALYSE_JOB}:{round_id}:{newest}",
                )


def _is_asked_for(round_id: int) -> bool:
    """Tell whether an analysis of the round waits or runs: a large one may take longer than the rest between two."""
    query = select(Job.id).where(
        Job.kind == ANALYSE_JOB,
        Job.state.in_([State.QUEUED, State.RUNNING]),
        Job.idempotency_key.startswith(f"{ANALYSE_JOB}:{round_id}:"),
    )
    return session().scalar(query.limit(1)) is not None


@every(minutes=1)
def close_rounds(at: datetime) -> None:
    """Close what is due."""
    with transaction():
        close_due_rounds(at)
