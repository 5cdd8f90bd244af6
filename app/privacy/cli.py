"""Commands of keys. `python -m app.privacy` makes the first ones, before there is an application to ask."""

from collections import Counter

import click
from flask.cli import AppGroup
from sqlalchemy import inspect, select

from app.clock import utc_now
from app.db.session import session, transaction
from app.jobs.services import enqueue
from app.privacy.encryption import Cell, EncryptionError, generate_key
from app.privacy.jobs import REINDEX, ROTATE
from app.privacy.keys import keys
from app.privacy.reindexing import models_without_reindex
from app.privacy.sealing import sealed_columns, sealed_models

keys_commands = AppGroup("keys", help="Keys that seal personal fields.")


@keys_commands.command("generate")
@click.option("--id", "key_id", default="k1", show_default=True, help="Name of the new key.")
def generate(key_id: str) -> None:
    """Print a new field key. Put it before the present ones in MADANG_FIELD_KEYS, restart, then `flask keys rotate`."""
    click.echo(f"{key_id}:{generate_key()}")


@keys_commands.command("rotate")
def rotate() -> None:
    """Seal everything with the first key, by a job; afterwards `flask keys check` says when old keys may go."""
    _ask_for(ROTATE)


@keys_commands.command("reindex")
def reindex() -> None:
    """Make all blind indexes with the present MADANG_INDEX_KEY, by a job.

    Until it is done people cannot be found; unused codes of letters and recovery codes stop working for good.
    """
    missing = models_without_reindex()
    if missing:
        raise click.ClickException(f"nobody knows how to renew the indexes of: {', '.join(missing)}")
    _ask_for(REINDEX)


@keys_commands.command("check")
def check() -> None:
    """Open every sealed value and count which key sealed it. Fails when one does not open."""
    counts: Counter[str] = Counter()
    broken: Counter[str] = Counter()
    for model in sealed_models():
        table, names = inspect(model).local_table, sealed_columns(model)
        columns = [table.c[name] for name in names]
        rows = session().execute(select(table.c.row_key, *columns).execution_options(yield_per=500))
        for row in rows:
            for name, sealed in zip(names, row[1:], strict=True):
                if sealed is None:
                    continue
                try:
                    keys().keyring.open(Cell(str(model.__tablename__), row[0], name), sealed)
                    counts[sealed.key_id] += 1
                except EncryptionError as error:
                    broken[f"{model.__tablename__}.{name}: {type(error).__name__}"] += 1
    for key_id in keys().keyring.key_ids:
        click.echo(f"{key_id}: {counts[key_id]} values")
    for what, count in sorted(broken.items()):
        click.echo(f"{what}: {count}", err=True)
    if broken:
        raise click.ClickException("some values do not open")


def _ask_for(kind: str) -> None:
    at = utc_now()
    with transaction():
        job = enqueue(kind, by=None, at=at)
    click.echo(f"job {job.id}: the worker does it")
