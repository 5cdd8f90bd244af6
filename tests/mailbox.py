"""Reads the messages that the application sent into files during a test."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast

from flask import Flask
from sqlalchemy import select

from app.db.session import session
from app.outbox.models import Message


def messages(app: Flask) -> list[EmailMessage]:
    """Return every message sent so far, in the order in which they were asked for.

    The files' times would not tell: a file system's clock stands still for milliseconds, in which many are written.
    """
    folder = Path(app.config["MADANG"].data_dir)
    with app.app_context():
        asked_for = {str(key): number for key, number in session().execute(select(Message.row_key, Message.id))}
    files = sorted(folder.rglob("*.eml"), key=lambda path: asked_for.get(path.name.partition(".")[0], 0))
    return [cast("EmailMessage", message_from_bytes(path.read_bytes(), policy=policy.default)) for path in files]


def texts_to(app: Flask, contact: str) -> list[str]:
    """Return what was sent to a contact, oldest first: subject and text."""
    found = [message for message in messages(app) if contact in str(message["To"])]
    return [f"{message['Subject']}\n{message.get_content()}" for message in found]
