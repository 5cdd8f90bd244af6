"""Use cases of the cycle."""

from datetime import date, datetime, timedelta

from app.clock import kst_date, kst_midnight
from app.cycle import gates
from app.cycle.models import Cycle, CycleStage
from app.cycle.permissions import can_run_cycle
from app.cycle.queries import current_cycle, stages_due
from app.cycle.rules import (
    STAGES,
    TEMPLATES,
    Stage,
    StageState,
    number,
    require_duties_done,
    require_move,
    require_startable,
)
from app.cycle.signals import stage_opened
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.places.models import Place
from app.places.rules import PlaceKind
from app.record.services import append

MAY_NOT = N_("이 동네의 마을계획을 운영하는 사람만 할 수 있습니다.")


def start_cycle(place: Place, *, year: int, template: str, by: Person, at: datetime) -> Cycle:
    """Begin a village-plan year with a template's dates.

    Args:
        place: a dong.
        year: the year in which the plan is carried out.
        template: a code of `app.cycle.rules.TEMPLATES`.
        by: who begins it.
        at: when.

    Raises:
        NotAllowed: not staff of the dong.
        InvalidInput: no such template, not a dong, or a year that is not after the newest.
        RuleViolation: the year before has not ended.
    """
    place = get_or_not_found(Place, place.id, lock=True)  # two clerks begin one year between them
    if not can_run_cycle(by, place, at):
        raise NotAllowed(MAY_NOT)
    if place.kind is not PlaceKind.DONG:
        raise InvalidInput(N_("마을계획은 읍·면·동에서 시작합니다."))
    if template not in TEMPLATES:
        raise InvalidInput(N_("그런 일정 틀은 없습니다."), field="template")
    newest = current_cycle(place)
    if newest is not None and (newest.year, newest.template, newest.stages[0].state) == (
        year, template, StageState.PLANNED,
    ):  # fmt: skip
        return newest  # the same form sent twice
    require_startable(year, newest=newest.year if newest else None, newest_is_over=newest is None or newest.is_over)
    spans = TEMPLATES[template].dates(year - max(b[0] for _, b in TEMPLATES[template].spans.values()))
    cycle = Cycle(place_id=place.id, place=place, year=year, template=template, created_at=at)
    cycle.stages = [
        CycleStage(
            stage=stage,
            number=number(stage),
            opens_at=kst_midnight(spans[stage][0]),
            closes_at=kst_midnight(spans[stage][1] + timedelta(days=1)),
        )
        for stage in STAGES
    ]
    session().add(cycle)
    session().flush()
    append(
        place,
        "cycle.started",
        role=Role.DONG_STAFF,
        subject=f"cycle:{cycle.id}",
        at=at,
        values={"year": year, "template": template},
    )
    return cycle


def plan_stage(  # noqa: D417
    cycle_id: int, stage: Stage, *, first_day: date, last_day: date, version: int, by: Person, at: datetime
) -> Cycle:
    """Move a stage's planned days; the days of a stage that has closed are history.

    Raises:
        NotAllowed, Conflict: not staff; somebody else changed the schedule meanwhile.
        RuleViolation: the stage is over, has begun (first day), or would overlap a neighbour.
        InvalidInput: the last day comes before the first.
    """
    cycle = get_or_not_found(Cycle, cycle_id, lock=True)
    if not can_run_cycle(by, cycle.place, at):
        raise NotAllowed(MAY_NOT)
    claim_version(cycle, version)
    row = cycle.stage(stage)
    opens_at, closes_at = kst_midnight(first_day), kst_midnight(last_day + timedelta(days=1))
    if closes_at <= opens_at:
        raise InvalidInput(N_("끝나는 날이 시작하는 날보다 앞섭니다."), field="last_day")
    if row.state is StageState.CLOSED:
        raise RuleViolation(N_("마친 단계의 날짜는 바꿀 수 없습니다."))
    if row.state is StageState.OPEN and opens_at != row.opens_at:
        raise RuleViolation(N_("이미 시작한 단계의 시작일은 바꿀 수 없습니다."))
    if row.state is StageState.OPEN and closes_at <= at:
        raise RuleViolation(N_("끝나는 날은 오늘이거나 그 뒤여야 합니다."))
    if stage is Stage.INSPECTION and row.state is StageState.OPEN and closes_at < row.closes_at:
        # People were promised these days to speak; a promise is only ever prolonged (행정절차법 art. 46).
        raise RuleViolation(N_("시작한 공람은 일찍 끝낼 수 없습니다. 늘릴 수만 있습니다."))
    position = STAGES.index(stage)
    if position and cycle.stages[position - 1].closes_at > opens_at:
        raise RuleViolation(N_("앞 단계가 끝난 뒤에 시작해야 합니다."))
    if position + 1 < len(STAGES) and cycle.stages[position + 1].opens_at < closes_at:
        raise RuleViolation(N_("다음 단계가 시작하기 전에 끝나야 합니다."))
    row.opens_at, row.closes_at = opens_at, closes_at
    append(
        cycle.place,
        "cycle.stage_planned",
        role=Role.DONG_STAFF,
        subject=f"cycle:{cycle.id}",
        at=at,
        values={"stage": stage.value, "first_day": first_day.isoformat(), "last_day": last_day.isoformat()},
    )
    return cycle


def open_stage(cycle: Cycle, stage: Stage, *, by: Person | None, at: datetime) -> None:
    """Open a stage; ``by`` is None for the clock.

    Raises:
        NotAllowed, RuleViolation: not staff; the stage before it is not closed, or it is not waiting.
    """
    if by is not None and not can_run_cycle(by, cycle.place, at):
        raise NotAllowed(MAY_NOT)
    row = cycle.stage(stage)
    require_move(row.state, StageState.OPEN)
    position = STAGES.index(stage)
    if position and cycle.stages[position - 1].state is not StageState.CLOSED:
        raise RuleViolation(N_("앞 단계를 먼저 마쳐야 합니다."))
    row.opened_at = at
    _append(cycle, "cycle.stage_opened", stage, by=by, at=at)
    stage_opened.send(cycle, stage=stage, at=at)


def close_stage(cycle: Cycle, stage: Stage, *, by: Person | None, at: datetime) -> None:
    """Close a stage; ``by`` is None for the clock.

    Raises:
        NotAllowed, RuleViolation: not staff; it is not open, or a duty is undone (`app.cycle.gates`).
    """
    if by is not None and not can_run_cycle(by, cycle.place, at):
        raise NotAllowed(MAY_NOT)
    row = cycle.stage(stage)
    require_move(row.state, StageState.CLOSED)
    require_duties_done(gates.undone_duties(cycle, stage))
    row.closed_at = at
    _append(cycle, "cycle.stage_closed", stage, by=by, at=at)


def advance_due_stages(at: datetime) -> int:
    """Open and close everything whose planned instant has come; return how many stages moved.

    A stage whose gate still lists a duty stays open: its staff see it as overdue on their desk. Run every minute by the
    worker; running it twice, late, or from two workers changes nothing more.
    """
    moved = 0
    for row in stages_due(at):
        cycle = get_or_not_found(Cycle, row.cycle_id, lock=True)
        session().refresh(row)
        if row.state is StageState.OPEN and row.closes_at <= at and not gates.undone_duties(cycle, row.stage):
            close_stage(cycle, row.stage, by=None, at=at)
            moved += 1
        elif row.state is StageState.PLANNED and row.opens_at <= at and _predecessor_closed(cycle, row.stage):
            open_stage(cycle, row.stage, by=None, at=at)
            moved += 1
    return moved


def _predecessor_closed(cycle: Cycle, stage: Stage) -> bool:
    position = STAGES.index(stage)
    return position == 0 or cycle.stages[position - 1].state is StageState.CLOSED


def _append(cycle: Cycle, act: str, stage: Stage, *, by: Person | None, at: datetime) -> None:
    append(
        cycle.place,
        act,
        role="clock" if by is None else Role.DONG_STAFF,
        subject=f"cycle:{cycle.id}",
        at=at,
        values={"stage": stage.value, "day": kst_date(at).isoformat()},
    )
