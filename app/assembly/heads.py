"""The heads of boards as this installation wrote them, kept outside the database.

A database that was set back to an earlier moment knows nothing of the ballots since, and would go on from there: the same
heights with other events, under the same key. Whoever has a receipt would have the proof of a split view. So every head is
noted in a file of the data folder once it is committed, and nothing is put on a board that does not continue what was noted
(security.md T40; the duty of `voting.log.checkpoint.sign_checkpoint`). The folder belongs on another disk than the database
and its backups; witnesses elsewhere see the same by the signed heads.

One line per head: ``HEIGHT EVENT``; ``= HEIGHT EVENT`` where an operator accepted a shorter board, which the public record
says. Lines are appended, never changed. A line that was cut off by a power failure is none: what is lost is only a note.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import structlog
from flask import current_app

from app.config import Config
from app.web.turnstile import Busy
from voting.encoding import sha256

_TAIL = 8192
_AGAIN_SECONDS = 30
_RESET = "= "


class SetBack(Busy):
    """The board lies before what was noted of it: nothing is taken until the operator has looked (docs/operations.md)."""

    def __init__(self) -> None:
        super().__init__(_AGAIN_SECONDS)


@dataclass(frozen=True)
class Head:
    """The newest event of a board.

    Attributes:
        height: its place.
        event: its hash, as hexadecimal; it commits to everything before it.
    """

    height: int
    event: str


def noted_head(fingerprint: str) -> Head | None:
    """Return the newest head that was noted of an election; None before the first."""
    try:
        with _file(fingerprint).open("rb") as file:
            file.seek(0, os.SEEK_END)
            size = file.tell()
            file.seek(max(0, size - _TAIL))
            data = file.read()
    except FileNotFoundError:
        return None
    lines = data.decode("ascii", "replace").split("\n")[1 if size > _TAIL else 0 : -1]
    found: Head | None = None
    for line in lines:
        height, _, event = line.removeprefix(_RESET).partition(" ")
        if not height.isdecimal() or len(event) != 64:
            continue
        head = Head(int(height), event)
        # Several processes note what they committed, not always in the order of the board.
        if found is None or line.startswith(_RESET) or head.height > found.height:
            found = head
    return found


def note_head(fingerprint: str, head: Head, *, accepted: bool = False) -> None:
    """Note a committed head. A note that cannot be written costs nobody a vote; the log says so."""
    line = f"{_RESET if accepted else ''}{head.height} {head.event}\n".encode()
    path = _file(fingerprint)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line)
        finally:
            os.close(descriptor)
    except OSError as error:
        structlog.get_logger("app.assembly").error("head not noted", path=str(path), error=str(error))


def refuse_set_back(fingerprint: str, *, noted: Head, found: Head) -> SetBack:
    """Return the refusal to go on from a board that does not continue what was noted, and tell the operator."""
    structlog.get_logger("app.assembly").error(
        "board set back", fingerprint=fingerprint, noted=noted.height, found=found.height
    )
    return SetBack()


def _file(fingerprint: str) -> Path:
    config = cast("Config", current_app.config["MADANG"])
    return config.data_dir / "heads" / f"{sha256(fingerprint.encode()).hex()[:32]}.txt"
