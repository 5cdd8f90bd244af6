"""Commands of boards: whether each continues what was noted outside the database, and accepting one that was set back."""

import click
from flask.cli import AppGroup
from sqlalchemy import select

from app.assembly.models import Assembly
from app.assembly.queries import require_assembly
from app.assembly.services import setting_back
from app.clock import utc_now
from app.cycle.queries import require_current_cycle
from app.db.session import session, transaction
from app.places.queries import place_by_slug

boards_commands = AppGroup("boards", help="Ballot boxes, beside what was noted of them outside the database.")


@boards_commands.command("check")
def check() -> None:
    """Say of every opened ballot box whether it continues what was noted; fail where one does not. After a restore."""
    broken = 0
    for assembly in session().scalars(select(Assembly).where(Assembly.opened_at.is_not(None)).order_by(Assembly.id)):
        standing = setting_back.standing_of(assembly)
        broken += not standing.continues
        words = "continues" if standing.continues else f"SET BACK: {standing.noted} was noted"
        click.echo(f"{assembly.place.slug} {assembly.cycle.year}: event {standing.found}, {words}")
    if broken:
        raise click.ClickException(f"{broken} set back; nothing is put into them until `flask boards accept`")


@boards_commands.command("accept")
@click.argument("slug")
@click.option("--reason", prompt=True, help="What happened; it stands in the public record.")
def accept(slug: str, reason: str) -> None:
    """Go on from a ballot box that was set back. Who lost a ballot has a receipt, and must vote again."""
    with transaction():
        assembly = require_assembly(require_current_cycle(place_by_slug(slug)))
        lost = setting_back.accept_set_back(assembly.id, reason=reason, at=utc_now())
        click.echo(f"{slug}: at least {lost} events are gone; the public record says so")
