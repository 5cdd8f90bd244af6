"""The job that sends a message, and the daily forgetting."""

from datetime import datetime, timedelta

from app.db.session import transaction
from app.i18n import N_
from app.jobs.registry import every, job
from app.jobs.rules import Backoff
from app.jobs.run import JobRun, Step, TryLater
from app.outbox.models import Message
from app.outbox.rendering import current_config
from app.outbox.rules import State
from app.outbox.senders.base import Outgoing, Refused, Unreachable
from app.outbox.senders.choose import sender_for
from app.outbox.services import SEND, end_message, wipe_old
from app.privacy.sealing import reveal

BACKOFF = Backoff(first=timedelta(minutes=1), factor=3, ceiling=timedelta(hours=4))
"""1, 3, 9, 27, 81 minutes, then 4 hours twice: a mail server may be away for most of a working day."""


@job(SEND, title=N_("메시지 보내기"), attempts=8, backoff=BACKOFF, limit=timedelta(minutes=5), keep=timedelta(days=7))
def send_message(run: JobRun) -> None:
    """Send one message.

    Handing over and writing it down cannot be one act: a worker killed between them sends it again, under the same
    Message-ID or idempotency key, so that the other side may drop the copy. Twice is better than never.
    """
    with run.step() as step:
        outgoing = _take(run, step)
    if outgoing is None:
        return
    try:
        reference = sender_for(outgoing.channel, current_config()).send(outgoing)
    except Refused as refusal:
        with run.finishing() as step:
            end_message(_message(run, step), State.FAILED, at=step.at, error=refusal.code)
    except Unreachable as trouble:
        _put_off(run, trouble)
    else:
        with run.finishing() as step:
            message = _message(run, step)
            message.reference = reference
            end_message(message, State.SENT, at=step.at)


@every(hours=24)
def forget_old_messages(at: datetime) -> None:
    """Wipe words and addresses that are no longer needed."""
    with transaction():
        wipe_old(at=at)


def _take(run: JobRun, step: Step) -> Outgoing | None:
    message = _message(run, step)
    if message.state is not State.QUEUED:
        return None
    columns = (Message.recipient, Message.subject, Message.body, Message.unsubscribe)
    to, subject, text, unsubscribe = (reveal(message, column) for column in columns)
    if to is None or text is None or (message.expires_at is not None and step.at >= message.expires_at):
        end_message(message, State.EXPIRED, at=step.at)
        return None
    message.attempts += 1
    return Outgoing(
        key=str(message.row_key),
        channel=message.channel,
        to=to,
        subject=subject or "",
        text=text,
        locale=message.locale,
        unsubscribe=unsubscribe,
    )


def _put_off(run: JobRun, trouble: Unreachable) -> None:
    if run.is_last_attempt:
        with run.finishing() as step:
            end_message(_message(run, step), State.FAILED, at=step.at, error=trouble.code)
        return
    with run.step() as step:
        message = _message(run, step)
        message.error = trouble.code
        message.next_attempt_at = step.at + BACKOFF.delay(run.attempt)
    raise TryLater(trouble.code)


def _message(run: JobRun, step: Step) -> Message:
    return step.session.get_one(Message, run.arguments["message_id"], with_for_update=True, populate_existing=True)
