"""Draws that have come some way, made once and copied for every test that begins there.

A test asks for `world` and, where it begins later, for one of `published`, `revealing`, `at_balls` and `drawn`. The
database of that stage is filled once per process and kind of server; the test gets a copy of its own.
"""

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
from tests.conftest import make_config
from tests.factories_draw import DrawWorld, make_balls, make_drawn, make_published, make_revealing, make_village

STAGES: dict[str, Callable[[DrawWorld], object]] = {
    "drawn": make_drawn,
    "at_balls": lambda world: make_balls(world, make_published(world)),
    "revealing": lambda world: make_revealing(world, make_published(world)),
    "published": make_published,
    "world": lambda _world: None,
}
"""From the furthest: a test that asks for several begins at the first of them."""
_names = itertools.count()
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


@contextmanager
def _server(url: str) -> Iterator[sa.Connection]:
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        yield connection
    admin.dispose()


def _named(url: str, database: str) -> str:
    return sa.make_url(url).set(database=database).render_as_string(hide_password=False)


def stage_of(request: pytest.FixtureRequest) -> str | None:
    """Return the stage at which a test begins; None for an empty database."""
    return next((stage for stage in STAGES if stage in request.fixturenames), None)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The URL of a copy of the stage's database; of an empty one for a test that asks for no stage."""
    kind, stage = request.param, stage_of(request)
    if kind == "sqlite":
        template = Path(request.getfixturevalue("_sqlite_template"))
        if stage is not None and (kind, stage) not in _made:
            path = tmp_path_factory.mktemp(f"draw-{stage}") / "stage.sqlite3"
            shutil.copy(template, path)
            _fill(f"sqlite:///{path}", kind, stage, path.parent)
            _made[kind, stage] = str(path)
        path = tmp_path / "test.sqlite3"
        shutil.copy(template if stage is None else _made[kind, stage], path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("_postgres_server")
    with _server(server) as connection:
        if stage is not None and (kind, stage) not in _made:
            made = f"madang_draw_{stage}"
            connection.execute(sa.text(f"CREATE DATABASE {made} TEMPLATE madang_template"))
            _fill(_named(server, made), kind, stage, tmp_path_factory.mktemp(f"draw-{stage}"))
            _made[kind, stage] = made
        name = f"madang_draw_test_{os.getpid()}_{next(_names)}"
        template_name = "madang_template" if stage is None else _made[kind, stage]
        connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE {template_name}"))
        yield _named(server, name)
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))


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
