"""Changing keys while the site runs: every sealed value is opened with the old key and sealed with the new one."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, func, inspect, select, update
from sqlalchemy.orm import DeclarativeBase

from app.db.session import session, transaction
from app.i18n import N_
from app.jobs.registry import every, job
from app.jobs.rules import Result
from app.jobs.run import JobRun, Step
from app.privacy.encryption import Cell
from app.privacy.keys import keys
from app.privacy.reindexing import REINDEXES
from app.privacy.sealing import sealed_columns, sealed_models
from app.privacy.services import purge_access_log

ROTATE = "privacy.rotate_keys"
REINDEX = "privacy.reindex"
BATCH = 500


@job(ROTATE, title=N_("암호 열쇠 바꾸기"), attempts=20, limit=timedelta(hours=12))
def rotate_keys(run: JobRun) -> Result:
    """Seal everything with the first key of the keyring. Goes on where it was broken off; running it twice is harmless."""
    done = _walk(run, sealed_models(), _rotate_rows)
    return Result(N_("%(count)s줄을 새 열쇠로 다시 잠갔습니다."), {"count": done})


@job(REINDEX, title=N_("찾기용 지문 다시 만들기"), attempts=20, limit=timedelta(hours=12))
def reindex(run: JobRun) -> Result:
    """Make all blind indexes with the present index key."""
    models = sorted(REINDEXES, key=lambda model: str(model.__tablename__))
    done = _walk(run, models, _reindex_rows)
    return Result(N_("%(count)s줄의 찾기용 지문을 다시 만들었습니다."), {"count": done})


@every(hours=24)
def forget_old_accesses(at: datetime) -> None:
    """Delete access log entries past their time."""
    with transaction():
        purge_access_log(at=at)


def _walk(run: JobRun, models: list[type[DeclarativeBase]], act: Any) -> int:
    """Take all rows of all models in batches by primary key, one step each; return how many there were."""
    total = sum(session().scalar(select(func.count()).select_from(model)) or 0 for model in models)
    done, table, after = (run.bookmark.get(name, first) for name, first in (("done", 0), ("table", ""), ("after", 0)))
    for model in models:
        name = str(model.__tablename__)
        if name < table:
            continue
        after = after if name == table else 0
        while True:
            with run.step() as step:
                ids = act(step, model, after)
                if ids:
                    after = ids[-1]
                    done += len(ids)
                step.remember(done=done, table=name, after=after)
                step.progress(done, max(total, done))
            if len(ids) < BATCH:
                break
    return int(done)


def _rotate_rows(step: Step, model: type[DeclarativeBase], after: int) -> list[int]:
    table = inspect(model).local_table
    if not isinstance(table, Table):
        raise TypeError(f"{model} is no table")
    key, names, keyring = _primary_key(model), sealed_columns(model), keys().keyring
    columns = [table.c[name] for name in names]
    query = select(key, table.c.row_key, *columns).where(key > after).order_by(key).limit(BATCH)
    ids = []
    for row in step.session.execute(query).all():
        ids.append(int(row[0]))
        for name, column, sealed in zip(names, columns, row[2:], strict=True):
            if sealed is None or not keyring.needs_rotation(sealed):
                continue
            cell = Cell(str(table.name), row[1], name)
            renewed = keyring.seal(cell, keyring.open(cell, sealed))
            # Only what was read is replaced: a value that somebody changed meanwhile is under the new key already.
            step.session.execute(update(table).where(key == row[0], column == sealed).values({name: renewed}))
    return ids


def _reindex_rows(step: Step, model: type[DeclarativeBase], after: int) -> list[int]:
    key = _primary_key(model)
    rows = step.session.scalars(
        select(model)
        .where(key > after)
        .order_by(key)
        .limit(BATCH)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for row in rows:
        REINDEXES[model](row)
    step.session.flush()
    ids = [int(inspect(row).mapper.primary_key_from_instance(row)[0]) for row in rows]
    step.session.expunge_all()
    return ids


def _primary_key(model: type[DeclarativeBase]) -> ColumnElement[int]:
    (key,) = inspect(model).primary_key
    return key
