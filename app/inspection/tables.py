"""Tables as files."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.web.spreadsheets import safe_cell


def as_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return rows as CSV in UTF-8 with a mark that spreadsheets need; texts cannot run as formulas."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(columns)
    for row in rows:
        values = (row[column] for column in columns)
        writer.writerow([safe_cell(value) if isinstance(value, str) else value for value in values])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()
