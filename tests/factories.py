"""Makes the people and places that tests play with. Every function commits what it makes."""

import itertools
from datetime import datetime, timedelta

from app.clock import kst_date, kst_midnight
from app.cycle.models import Cycle, CycleStage
from app.cycle.rules import STAGES, Stage, number
from app.db.session import transaction
from app.people.models import Person, RoleGrant, Verification
from app.people.rules import Role, VerificationMethod
from app.places.models import Place
from app.places.rules import PlaceKind
from tests.conftest import NOW

_serial = itertools.count(1)


def make_place(
    kind: PlaceKind = PlaceKind.DONG, parent: Place | None = None, name: str = "", **values: object
) -> Place:
    """Make a place, with the levels above it when none is given."""
    if parent is None and kind is not PlaceKind.CITY:
        above = {PlaceKind.DISTRICT: PlaceKind.CITY, PlaceKind.DONG: PlaceKind.DISTRICT}.get(kind, PlaceKind.DONG)
        parent = make_place(above)
    n = next(_serial)
    with transaction() as session:
        place = Place(
            parent_id=parent.id if parent else None,
            kind=kind,
            name=name or f"가상{n}동",
            name_en=f"Gasang {n}-dong",
            slug=f"place-{n}",
            population=values.pop("population", 20_000),
            created_at=NOW,
            **values,
        )
        session.add(place)
        session.flush()
        place.path = f"{parent.path if parent else '/'}{place.id}/"
    return place


def make_person(name: str = "", **values: object) -> Person:
    """Make an account without roles."""
    with transaction() as session:
        person = Person(public_name=name or f"주민{next(_serial)}", created_at=NOW, **values)
        session.add(person)
    return person


def make_holder(role: Role, place: Place, name: str = "") -> Person:
    """Make an account with a role for a place."""
    person = make_person(name or role.value)
    with transaction() as session:
        session.add(RoleGrant(person_id=person.id, place_id=place.id, role=role, granted_at=NOW))
    session.refresh(person)
    return person


def make_resident(place: Place, name: str = "") -> Person:
    """Make an account that is verified as a resident of a dong."""
    person = make_person(name)
    with transaction() as session:
        session.add(
            Verification(person_id=person.id, place_id=place.id, method=VerificationMethod.ROLL, verified_at=NOW)
        )
    session.refresh(person)
    return person


def make_cycle(place: Place, stage: Stage | None = Stage.DISCOVERY, *, at: datetime = NOW, year: int = 2026) -> Cycle:
    """Make a cycle in which ``stage`` is open (None: nothing has begun) and closes 20 days after ``at``."""
    position = -1 if stage is None else STAGES.index(stage)
    day = kst_date(at) - timedelta(days=10 + 30 * max(position, 0))
    with transaction() as session:
        cycle = Cycle(place_id=place.id, year=year, template="second", created_at=at)
        for index, each in enumerate(STAGES):
            opens_at = kst_midnight(day + timedelta(days=30 * index))
            closes_at = kst_midnight(day + timedelta(days=30 * (index + 1)))
            cycle.stages.append(
                CycleStage(
                    stage=each,
                    number=number(each),
                    opens_at=opens_at,
                    closes_at=closes_at,
                    opened_at=opens_at if index <= position else None,
                    closed_at=closes_at if index < position else None,
                )
            )
        session.add(cycle)
    return cycle
