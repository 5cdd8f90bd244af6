"""Fills the demonstration through the same use cases that people go through, at instants in the past."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from app.clock import kst_date, kst_midnight
from app.cycle.models import Cycle, CycleStage
from app.cycle.rules import STAGES, Stage, number
from app.db.session import session, transaction
from app.demo.council import show_council
from app.demo.discussion import let_neighbours_talk
from app.demo.draw import show_draws
from app.demo.ground import draw_ground
from app.demo.last_year import LAST_YEAR
from app.demo.observatory import show_overview
from app.demo.people import Cast, cast_of, make_residents
from app.demo.small_groups import show_small_groups
from app.demo.story import DONGS, DemoDong
from app.demo.survey import show_survey
from app.demo.year import walk
from app.places.models import Place
from app.places.rules import PlaceKind, initials_of

Say = Callable[[str], None]
LENGTHS: dict[Stage, int] = {
    # Days of each stage in the demonstration.
    Stage.PLANNING_GROUP: 40,
    Stage.RESOURCE_SURVEY: 30,
    Stage.DISCOVERY: 40,
    Stage.DRAFTING: 50,
    Stage.INSPECTION: 25,
    Stage.ASSEMBLY: 24,
    Stage.EXECUTION: 120,
    Stage.EVALUATION: 30,
}
YEAR = timedelta(days=365)
PASSED = 12
"""How many days of the current stage have passed."""


def is_seeded() -> bool:
    """Tell whether the demonstration is there."""
    return session().scalar(select(Place.id).limit(1)) is not None


def seed(at: datetime, *, say: Say) -> None:
    """Make every dong of the demonstration and walk it to its stage.

    Args:
        at: now; everything that has happened lies before it.
        say: told what is being done.
    """
    places = {dong.slug: _place(dong, at) for dong in DONGS}
    casts: dict[str, Cast] = {dong.slug: cast_of(places[dong.slug], at) for dong in DONGS}
    for dong in DONGS:
        say(f"{dong.name}: {dong.stage.value}")
        place = places[dong.slug]
        residents = make_residents(place, dong.residents, at)
        if dong.slug == LAST_YEAR.slug:
            with transaction():
                earlier = _cycle(place, LAST_YEAR.stage, at - YEAR, kst_date(at).year - 1)
            walk(LAST_YEAR, earlier, casts[dong.slug], make_residents(place, LAST_YEAR.residents, at), at)
        with transaction():
            cycle = _cycle(place, dong.stage, at, kst_date(at).year)
        walk(dong, cycle, casts[dong.slug], residents, at)
        draw_ground(cycle, casts[dong.slug])
        show_survey(cycle, casts[dong.slug], residents, at)
        let_neighbours_talk(cycle, casts[dong.slug], residents, at)
        show_council(place, casts[dong.slug], at)
        show_small_groups(cycle, casts[dong.slug], residents, at)
        show_draws(place, casts[dong.slug].staff, residents, at)
    show_overview(places, casts, at)


def _place(dong: DemoDong, at: datetime) -> Place:
    parent: Place | None = None
    for kind, name, name_en, slug in dong.above:
        parent = _ensure(kind, name, name_en, slug, parent, at)
    return _ensure(PlaceKind.DONG, dong.name, dong.name_en, dong.slug, parent, at, population=dong.population)


def _ensure(
    kind: PlaceKind,
    name: str,
    name_en: str,
    slug: str,
    parent: Place | None,
    at: datetime,
    *,
    population: int | None = None,
) -> Place:
    with transaction() as current:
        found = current.scalar(select(Place).where(Place.slug == slug))
        if found is None:
            found = Place(
                parent_id=parent.id if parent else None, kind=kind, name=name, name_en=name_en, slug=slug,
                initials=initials_of(name), population=population, is_demo=True, created_at=at,
            )  # fmt: skip
            current.add(found)
            current.flush()
            found.path = f"{parent.path if parent else '/'}{found.id}/"
    return found


def _cycle(place: Place, stage: Stage, at: datetime, year: int) -> Cycle:
    """Begin a year whose ``stage`` opened `PASSED` days ago; the clock of the walk opens and closes the stages.

    Its number is told: 365 days before the last day of a leap year are the same year.
    """
    position = STAGES.index(stage)
    first = kst_date(at) - timedelta(days=PASSED + sum(LENGTHS[each] for each in STAGES[:position]))
    cycle = Cycle(place_id=place.id, place=place, year=year, template="second", created_at=kst_midnight(first))
    day = first
    for each in STAGES:
        end = day + timedelta(days=LENGTHS[each])
        cycle.stages.append(
            CycleStage(stage=each, number=number(each), opens_at=kst_midnight(day), closes_at=kst_midnight(end))
        )
        day = end
    session().add(cycle)
    session().flush()
    return cycle
