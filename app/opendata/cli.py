"""Commands of open data: a municipality out of one installation and into another."""

from pathlib import Path

import click
from flask.cli import AppGroup

from app.db.session import transaction
from app.opendata.services import export_municipality, import_municipality, require_untouched
from app.places.queries import place_by_slug

opendata_commands = AppGroup("opendata", help="Archives of a municipality.")


@opendata_commands.command("export")
@click.argument("slug")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(slug: str, file: Path) -> None:
    """Write a city or district with everything public under it to a file."""
    with file.open("xb") as target:
        export_municipality(place_by_slug(slug), target)
    click.echo(f"{file}: {file.stat().st_size} bytes")


@opendata_commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def take_in(file: Path) -> None:
    """Take an archive into an empty installation, whole or not at all."""
    with file.open("rb") as source, transaction():
        taken = import_municipality(source)
    for table, rows in taken.items():
        click.echo(f"{table}: {rows}")


@opendata_commands.command("check")
def check() -> None:
    """Check every ledger and every public record of this installation."""
    require_untouched()
    click.echo("every ledger and every record is as it was written")
