"""Commands about places: an installation begins with a city."""

import click
from flask.cli import AppGroup

from app.clock import utc_now
from app.db.session import transaction
from app.places.queries import cities, place_by_slug, places_below
from app.places.rules import PlaceKind
from app.places.services.tree import create_place

places_commands = AppGroup("places", help="The tree of places.")


@places_commands.command("add")
@click.argument("slug")
@click.argument("name")
@click.argument("name_en")
@click.option("--kind", type=click.Choice([kind.value for kind in PlaceKind]), default=PlaceKind.CITY.value)
@click.option("--under", help="Address word of the place above; a city has none.")
@click.option("--population", type=int)
def add(slug: str, name: str, name_en: str, kind: str, under: str | None, population: int | None) -> None:
    """Add a place: ``flask places add goyang 고양시 Goyang-si``."""
    with transaction():
        parent = place_by_slug(under) if under else None
        place = create_place(
            parent,
            kind=PlaceKind(kind),
            name=name,
            name_en=name_en,
            slug=slug,
            population=population,
            by=None,
            at=utc_now(),
        )
        click.echo(f"{place.slug}: {place.name}")


@places_commands.command("list")
def list_places() -> None:
    """Show the tree."""
    for place in places_below(cities()):
        click.echo(f"{'  ' * (len(place.ancestor_ids) - 1)}{place.slug}: {place.name} ({place.kind.value})")
