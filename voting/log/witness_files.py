"""A witness's memory in a directory: one small file per log, safe against crashes, power cuts and other processes."""

import base64
import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from voting.encoding import JSON, canonical_json, parse_json
from voting.errors import UnreadableInputError
from voting.log.witness import WitnessRecord


class DamagedRecordError(UnreadableInputError):
    """A record cannot be read. The witness must not go on as if it had never seen the log."""


class DirectoryStore:
    """A `WitnessStore` of files named by the SHA-256 of the origin.

    A record is written to a scratch file, flushed to the disk, and renamed over the old one, under an exclusive lock
    that all processes of the machine respect; then the directory is flushed. Network file systems need not keep that
    promise: use a local disk.
    """

    def __init__(self, directory: Path) -> None:
        """Use a directory that exists."""
        self._directory = directory

    def latest(self, origin: str) -> WitnessRecord | None:
        """Return the latest record of a log.

        Raises:
            DamagedRecordError: there is one, but it cannot be read.
        """
        path = self._path(origin)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        return _parse(data, path.name)

    def advance(self, origin: str, *, expected: WitnessRecord | None, new: WitnessRecord) -> bool:
        """Replace a record atomically and durably; see `WitnessStore.advance`."""
        path = self._path(origin)
        with self._locked(path):
            if self.latest(origin) != expected:
                return False
            scratch = path.with_suffix(".new")
            with scratch.open("wb") as file:
                file.write(_serialize(new))
                file.flush()
                os.fsync(file.fileno())
            scratch.replace(path)
            self._flush_directory()
        return True

    def _path(self, origin: str) -> Path:
        return self._directory / f"{hashlib.sha256(origin.encode()).hexdigest()}.json"

    @contextmanager
    def _locked(self, path: Path) -> Iterator[None]:
        # The lock file is never renamed or removed, so that everybody locks the same file.
        with path.with_suffix(".lock").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _flush_directory(self) -> None:
        descriptor = os.open(self._directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _serialize(record: WitnessRecord) -> bytes:
    root = base64.b64encode(record.root).decode("ascii")
    value: dict[str, JSON] = {"size": str(record.size), "root": root, "note": record.note.decode("utf-8")}
    return canonical_json(value)


def _parse(data: bytes, name: str) -> WitnessRecord:
    try:
        value = parse_json(data)
        match value:
            case {"size": str(size), "root": str(root), "note": str(note)}:
                record = WitnessRecord(int(size), base64.b64decode(root, validate=True), note.encode())
            case _:
                raise DamagedRecordError(f"{name} is no witness record")
    except (UnreadableInputError, ValueError) as error:
        raise DamagedRecordError(f"{name} is damaged: {error}") from None
    if _serialize(record) != data:
        raise DamagedRecordError(f"{name} is damaged")
    return record
