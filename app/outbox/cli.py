"""Commands of the outbox."""

import click
from flask.cli import AppGroup

from app.clock import utc_now
from app.config import generate_token
from app.db.session import transaction
from app.outbox.queries import count_by_state
from app.outbox.rules import Channel
from app.outbox.services import queue_message, send_again

outbox_commands = AppGroup("outbox", help="Mail and text messages.")


@outbox_commands.command("status")
def status() -> None:
    """Say how many messages wait, were sent, and failed."""
    for state, count in count_by_state().items():
        click.echo(f"{state}: {count}")


@outbox_commands.command("retry")
@click.argument("message_id", type=int)
def retry(message_id: int) -> None:
    """Give a failed message another round."""
    with transaction():
        send_again(message_id, at=utc_now())


@outbox_commands.command("test")
@click.option("--mail", "address", help="Send a test mail to this address.")
@click.option("--sms", "phone", help="Send a test text message to this number.")
def test(address: str | None, phone: str | None) -> None:
    """Send a test message through the configured way, to see that it arrives."""
    at = utc_now()
    with transaction():
        for channel, to in ((Channel.MAIL, address), (Channel.SMS, phone)):
            if to:
                key = f"outbox.test:{generate_token(8)}"
                queue_message(channel, "outbox/test", to=to, values={"at": at}, at=at, idempotency_key=key)
    click.echo("queued: the worker sends it")
