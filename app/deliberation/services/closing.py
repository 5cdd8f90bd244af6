"""The end of a round: closing, the conclusion that everybody hears of."""

from datetime import datetime

from sqlalchemy import func, select

from app.db.session import claim_version, get_or_not_found, session
from app.deliberation.models import OpinionRound, Statement
from app.deliberation.permissions import acting_role, can_prepare
from app.deliberation.queries.rounds import final_run
from app.deliberation.rules import (
    RoundState,
    StatementState,
    require_conclusion,
    require_may_close,
    require_round_move,
)
from app.deliberation.signals import round_concluded
from app.errors import NotAllowed, RuleViolation
from app.i18n import N_
from app.jobs.services import enqueue
from app.people.models import Person
from app.record.services import append

FREEZE_JOB = "deliberation.freeze"
NOT_YOURS = N_("주민자치회 위원과 담당자만 토론을 마칠 수 있습니다.")


def close_round(round_id: int, *, by: Person | None, at: datetime) -> OpinionRound:
    """Take no more answers, and ask for the final run. Closing a closed round changes nothing.

    Args:
        round_id: which.
        by: a council member or staff; None for the clock.
        at: when.

    Raises:
        NotFound, NotAllowed: no such round; neither council nor staff.
        RuleViolation: it is not open, or its promised last day has not passed.
    """
    found = get_or_not_found(OpinionRound, round_id, lock=True)
    if by is not None and not can_prepare(by, found.place, at):
        raise NotAllowed(NOT_YOURS)
    if found.state is RoundState.CLOSED:
        return found
    require_round_move(found.state, RoundState.CLOSED)
    require_may_close(is_led=found.is_led, closes_at=found.closes_at, at=at)
    found.state, found.closed_at = RoundState.CLOSED, at
    found.version += 1
    append(
        found.place,
        "deliberation.closed",
        role="clock" if by is None else acting_role(by, found.place, at),
        subject=f"round:{found.id}",
        at=at,
        values={"title": found.title},
    )
    enqueue(
        FREEZE_JOB,
        {"round_id": found.id},
        by=by.id if by else None,
        at=at,
        place_id=found.place_id,
        idempotency_key=f"{FREEZE_JOB}:{found.id}",
    )
    return found


def close_due_rounds(at: datetime) -> int:
    """Close the rounds whose last day has passed; return how many."""
    due = session().scalars(
        select(OpinionRound.id).where(OpinionRound.state == RoundState.OPEN, OpinionRound.closes_at <= at)
    )
    ids = sorted(due)
    for round_id in ids:
        close_round(round_id, by=None, at=at)
    return len(ids)


def conclude_round(round_id: int, conclusion: str, *, version: int, by: Person, at: datetime) -> OpinionRound:
    """Say what the round led to. Everybody who took part with an account hears of it.

    Raises:
        NotFound, NotAllowed, Conflict: no such round; neither council nor staff; changed meanwhile.
        RuleViolation: it is not closed, the final run is not there yet, or statements still wait for a decision.
        InvalidInput: the conclusion says too little.
    """
    found = get_or_not_found(OpinionRound, round_id, lock=True)
    if not can_prepare(by, found.place, at):
        raise NotAllowed(NOT_YOURS)
    claim_version(found, version)
    require_round_move(found.state, RoundState.CONCLUDED)
    run = final_run(found)
    if run is None:
        raise RuleViolation(N_("마지막 결과를 셈하고 있습니다. 잠시 뒤에 다시 해 주세요."))
    waiting = session().scalar(
        select(func.count(Statement.id)).where(
            Statement.round_id == found.id, Statement.state == StatementState.PENDING
        )
    )
    if waiting:
        raise RuleViolation(N_("아직 살펴보지 않은 의견이 %(n)s개 있습니다. 쓴 분에게 먼저 답해 주세요."), n=waiting)
    require_conclusion(conclusion)
    found.state, found.conclusion, found.concluded_at = RoundState.CONCLUDED, conclusion, at
    append(
        found.place,
        "deliberation.concluded",
        role=acting_role(by, found.place, at),
        subject=f"round:{found.id}",
        at=at,
        values={"title": found.title},
        document_hash=run.sha256,
    )
    round_concluded.send(found, at=at)
    return found
