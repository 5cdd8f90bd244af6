"""The stage line: how a cycle is drawn on every page."""

from datetime import datetime, timedelta

from flask import Flask

from app.clock import kst_date, utc_now
from app.cycle.models import Cycle, CycleStage
from app.cycle.queries import StageStep
from app.cycle.rules import STAGE_NAMES, Stage, StageState
from app.places.models import Place
from app.web.filters import MONTHS_EN, days_left, is_korean

PAGES: dict[Stage, str] = {
    # The public page of each stage; a stage without one leads to the schedule.
    Stage.PLANNING_GROUP: "planning_group.show",
    Stage.RESOURCE_SURVEY: "survey.index",
    Stage.DISCOVERY: "agenda.index",
    Stage.DRAFTING: "plan.show",
    Stage.INSPECTION: "inspection.show",
    Stage.ASSEMBLY: "assembly.show",
    Stage.EXECUTION: "execution.index",
    Stage.EVALUATION: "execution.evaluation",
}


def span(opens_at: datetime, closes_at: datetime) -> str:
    """Write a stage's days shortly: ``2026. 7. 6.~7. 25.``, ``6 Jul–25 Jul 2026``: never a month as a bare number in English."""
    first, last = kst_date(opens_at), kst_date(closes_at - timedelta(seconds=1))
    if is_korean():
        return f"{first.year}. {first.month}. {first.day}.~{last.month}. {last.day}."
    month = MONTHS_EN[first.month - 1] if first.month != last.month else ""
    year = f" {first.year}" if first.year != last.year else ""
    return f"{f'{first.day} {month}'.strip()}{year}–{last.day} {MONTHS_EN[last.month - 1]} {last.year}"


def steps(app: Flask, place: Place, cycle: Cycle) -> list[StageStep]:
    """Return the eight stones: closed ones and the open one lead to their pages."""
    current = cycle.current
    return [_step(app, place, row, current, utc_now()) for row in cycle.stages]


def _step(app: Flask, place: Place, row: CycleStage, current: CycleStage, at: datetime) -> StageStep:
    state = {StageState.CLOSED: "done", StageState.OPEN: "now", StageState.PLANNED: "next"}[row.state]
    endpoint = PAGES[row.stage] if state != "next" else None
    if endpoint is not None and endpoint not in app.view_functions:
        endpoint = "cycle.schedule"
    return StageStep(
        stage=row.stage,
        number=row.number,
        name=STAGE_NAMES[row.stage],
        state=state,
        when=span(row.opens_at, row.closes_at),
        days_left=days_left(row.closes_at) if state == "now" else None,
        endpoint=endpoint,
        arguments={"slug": place.slug},
    )
