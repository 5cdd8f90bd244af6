"""A municipality as one file: a zip of tables (JSON lines) with a manifest that names each with its hash. Pure.

The same rows make the same bytes: fixed order, fixed times, no compression level that a library may change. Extension rule:
a new table is a new file, a new column a new key; a reader refuses what it does not know.
"""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO, Any

from app.errors import InvalidInput
from app.i18n import N_

FORMAT = "madang-municipality/1"
MANIFEST = "manifest.json"
_THE_DAY = (1980, 1, 1, 0, 0, 0)
MAX_LINE = 64 * 1024 * 1024
"""Bytes; a photo is the longest line there is."""
BROKEN = N_("파일이 온전하지 않습니다. %(name)s의 지문이 다릅니다.")
UNREADABLE = N_("마당의 기록 묶음이 아니거나, 이 판이 읽을 수 없는 형식입니다.")


def write(target: IO[bytes], *, root: str, tables: Iterable[tuple[str, Iterable[dict[str, Any]]]]) -> None:
    """Write an archive.

    Args:
        target: a seekable binary file.
        root: address word of the municipality.
        tables: name and rows of each table, in the order in which they are read again.
    """
    listed = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as book:
        for name, rows in tables:
            digest, count = hashlib.sha256(), 0
            with book.open(zipfile.ZipInfo(f"{name}.jsonl", _THE_DAY), "w", force_zip64=True) as file:
                for row in rows:
                    line = _line(row)
                    file.write(line)
                    digest.update(line)
                    count += 1
            listed.append({"name": name, "rows": count, "sha256": digest.hexdigest()})
        manifest = {"format": FORMAT, "root": root, "tables": listed}
        book.writestr(zipfile.ZipInfo(MANIFEST, _THE_DAY), _line(manifest))


class Archive:
    """An archive that is being read; every table is checked against its hash before its rows are given."""

    def __init__(self, source: IO[bytes]) -> None:
        """Open it and read its manifest.

        Raises:
            InvalidInput: no archive, or of another format.
        """
        try:
            self._book = zipfile.ZipFile(source)
            said = json.loads(self._book.read(MANIFEST))
            if said["format"] != FORMAT:
                raise InvalidInput(UNREADABLE)
            self.root = str(said["root"])
            self._listed = {str(one["name"]): (int(one["rows"]), str(one["sha256"])) for one in said["tables"]}
        except (zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
            raise InvalidInput(UNREADABLE) from error

    @property
    def names(self) -> list[str]:
        """The tables, in the order in which they are to be read."""
        return list(self._listed)

    def rows(self, name: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of a table.

        Raises:
            InvalidInput: the table is not what the manifest says.
        """
        expected_rows, expected_hash = self._listed[name]
        digest, count = hashlib.sha256(), 0
        with tempfile.TemporaryFile() as checked:
            try:
                with self._book.open(f"{name}.jsonl") as file:
                    while line := file.readline(MAX_LINE):
                        digest.update(line)
                        checked.write(line)
                        count += 1
            except (zipfile.BadZipFile, KeyError) as error:
                raise InvalidInput(BROKEN, name=name) from error
            if count != expected_rows or digest.hexdigest() != expected_hash:
                raise InvalidInput(BROKEN, name=name)
            checked.seek(0)
            for line in checked:
                yield json.loads(line)


def _line(value: dict[str, Any]) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{text}\n".encode()
