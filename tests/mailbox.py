"""Reads the messages that the application sent into files during a test."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast

from flask import Flask


def messages(app: Flask) -> list[EmailMessage]:
    """Return every message sent so far, oldest first."""
    folder = Path(app.config["MADANG"].data_dir)
    files = sorted(folder.rglob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return [cast("EmailMessage", message_from_bytes(path.read_bytes(), policy=policy.default)) for path in files]


def texts_to(app: Flask, contact: str) -> list[str]:
    """Return what was sent to a contact, oldest first: subject and text."""
    found = [message for message in messages(app) if contact in str(message["To"])]
    return [f"{message['Subject']}\n{message.get_content()}" for message in found]
