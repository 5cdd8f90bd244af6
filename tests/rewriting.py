"""Rewriting archives as a malicious server would: any change, and the whole chain of hashes made to fit again."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.json_leaves import compact
from voting.election.archive import archive_bytes, read_archive
from voting.election.events import PAYLOADS, Event, EventType, Record
from voting.encoding import sha256

TIMESTAMP = 1_790_000_000


@dataclass
class Step:
    """One event to be, with its data members; the references inside them are made to fit when written."""

    kind: EventType
    payloads: list[bytes]

    @property
    def json(self) -> Any:
        return json.loads(self.payloads[0])

    @json.setter
    def json(self, value: Any) -> None:
        self.payloads[0] = compact(value)


def steps_of(path: Path) -> list[Step]:
    return [Step(record.event.type, list(record.payloads)) for record in read_archive(path)[1]]


def first(steps: list[Step], kind: EventType) -> Step:
    return next(step for step in steps if step.kind is kind)


def written(folder: Path, steps: list[Step], name: str = "rewritten.bel") -> Path:
    """Write steps as an archive whose hashes all fit, whatever nonsense is inside."""
    path = folder / name
    records: list[Record] = []
    head: Event | None = None
    for step in steps:
        payloads = list(step.payloads)
        if step.kind is EventType.SETUP:
            setup = zip(("election", "trustees", "credentials"), payloads[:3], strict=True)
            payloads[3] = compact({key: sha256(data).hex() for key, data in setup})
        elif step.kind is EventType.ENCRYPTED_TALLY:
            size = json.loads(payloads[1]) | {"encrypted_tally": sha256(payloads[0]).hex()}
            payloads[1] = compact(size)
        elif step.kind in {EventType.SHUFFLE, EventType.PARTIAL_DECRYPTION}:
            payloads[1] = compact({**json.loads(payloads[1]), "payload": sha256(payloads[0]).hex()})
        event = Event(
            type=step.kind,
            height=len(records),
            parent=None if head is None else head.hash,
            payload=sha256(payloads[-1]).hex() if PAYLOADS[step.kind] else None,
        )
        records.append(Record(event, tuple(payloads)))
        head = event
    path.write_bytes(b"".join(archive_bytes(TIMESTAMP, records)))
    return path


def rewritten(source: Path, folder: Path, change: Callable[[list[Step]], object]) -> Path:
    """Write a changed copy of an archive; ``change`` edits the list of steps in place."""
    steps = steps_of(source)
    change(steps)
    return written(folder, steps)
