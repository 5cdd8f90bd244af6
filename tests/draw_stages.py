"""Draws that have come some way, made once and copied for every test that begins there.

A test asks for `world` and, where it begins later, for one of `published`, `revealing`, `at_balls`, `drawn`, `tabled` and `picked`. The
database of that stage is filled once per process and kind of server; the test gets a copy of its own.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.council.models import OpenCall
from app.db.session import session
from app.draw.models import LotteryDraw
from app.extensions import db
from app.factory import create_app
from app.people.models import Person
from app.places.models import Place
from tests.conftest import administration, make_config, named
from tests.factories_draw import (
    DrawWorld,
    make_balls,
    make_drawn,
    make_picked,
    make_published,
    make_revealing,
    make_tabled,
    make_village,
)

STAGES: dict[str, Callable[[DrawWorld], object]] = {
    "picked": make_picked,
    "tabled": make_tabled,
    "drawn": make_drawn,
    "at_balls": lambda world: make_balls(world, make_published(world)),
    "revealing": lambda world: make_revealing(world, make_published(world)),
    "published": make_published,
    "world": lambda _world: None,
}
"""From the furthest: a test that asks for several begins at the first of them."""
_made: dict[tuple[str, str], str] = {}
"""(kind of server, stage) → file or name of the filled database."""
_people: dict[tuple[str, str], tuple[int, ...]] = {}
"""(kind of server, stage) → ids of dong, call, clerk, second, head, number of witnesses, witnesses and candidates."""


def _fill(url: str, kind: str, stage: str, folder: Path) -> None:
    app = create_app(make_config(url, folder))
    with app.app_context():
        world = make_village()
        STAGES[stage](world)
        people = [*world.witnesses, *world.candidates]
        _people[kind, stage] = (
            world.place.id, world.call.id, world.clerk.id, world.second.id, world.head.id, len(world.witnesses),
            *(person.id for person in people),
        )  # fmt: skip
        db.session.remove()
        db.engine.dispose()  # SQLite's last connection takes its write-ahead log along


def stage_of(request: pytest.FixtureRequest) -> str | None:
    """Return the stage at which a test begins; None for an empty database."""
    return next((stage for stage in STAGES if stage in request.fixturenames), None)


@pytest.fixture
def template_of(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, _sqlite_template: Path
) -> Callable[[str], str]:
    """Return, for a kind of server, the stage's database; the empty one for a test that asks for no stage."""
    stage = stage_of(request)

    def made(kind: str) -> str:
        if stage is None:
            return str(_sqlite_template) if kind == "sqlite" else "madang_template"
        if (kind, stage) not in _made:
            folder = tmp_path_factory.mktemp(f"draw-{stage}")
            if kind == "sqlite":
                name = str(shutil.copy(_sqlite_template, folder / "stage.sqlite3"))
                url = f"sqlite:///{name}"
            else:
                name, server = f"madang_draw_{stage}", request.getfixturevalue("_postgres_server")
                with administration(server) as connection:
                    connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE madang_template"))
                url = named(server, name)
            _fill(url, kind, stage, folder)
            _made[kind, stage] = name
        return _made[kind, stage]

    return made


@pytest.fixture
def world(request: pytest.FixtureRequest, app: object) -> DrawWorld:  # noqa: ARG001 - its context is pushed
    """The village of `make_village`, as this test's database has it."""
    kind = "sqlite" if db.engine.dialect.name == "sqlite" else "postgres"
    place, call, clerk, second, head, witnesses, *people = _people[kind, stage_of(request) or "world"]
    found = [session().get_one(Person, each) for each in people]
    return DrawWorld(
        session().get_one(Place, place), session().get_one(Person, clerk), session().get_one(Person, second),
        session().get_one(Person, head), session().get_one(OpenCall, call), found[:witnesses], found[witnesses:],
    )  # fmt: skip


def _draw(world: DrawWorld) -> LotteryDraw:
    return session().scalars(sa.select(LotteryDraw).where(LotteryDraw.call_id == world.call.id)).one()


@pytest.fixture
def published(world: DrawWorld) -> LotteryDraw:
    """A draw that stands on the notice board."""
    return _draw(world)


@pytest.fixture
def revealing(world: DrawWorld) -> LotteryDraw:
    """A draw whose witnesses open their secrets."""
    return _draw(world)


@pytest.fixture
def at_balls(world: DrawWorld) -> LotteryDraw:
    """A draw whose balls come next."""
    return _draw(world)


@pytest.fixture
def drawn(world: DrawWorld) -> LotteryDraw:
    """A draw that the balls have decided."""
    return _draw(world)


@pytest.fixture
def tabled(world: DrawWorld) -> LotteryDraw:
    """A draw whose table of panels is published."""
    return _draw(world)


@pytest.fixture
def picked(world: DrawWorld) -> LotteryDraw:
    """A draw whose panel is picked."""
    return _draw(world)
