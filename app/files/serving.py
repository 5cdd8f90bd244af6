"""Handing files out: those that are stored, and those that are written when somebody asks."""

import io
from collections.abc import Iterator

from flask import Response, send_file, stream_with_context

from app.files.models import StoredFile
from app.files.tables import CSV, XLSX

TYPES = {
    "csv": CSV,
    "geojson": "application/geo+json",
    "json": "application/json",
    "pdf": "application/pdf",
    "py": "text/x-python; charset=utf-8",
    "xlsx": XLSX,
}
"""Media types by the ending of a name."""


def to_save(content: bytes | Iterator[bytes], name: str) -> Response:
    """Return what was just written, to be saved under a name whose ending tells its type; pieces are sent as they are made."""
    body = content if isinstance(content, bytes) else stream_with_context(content)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, content_type=TYPES[name.rpartition(".")[2]], headers=headers)


def as_picture(stored: StoredFile, *, small: bool, is_public: bool) -> Response:
    """Return a picture to be shown on a page; everybody between may keep it when it is public."""
    content = stored.preview if small and stored.preview is not None else stored.content
    keep = "public, max-age=86400" if is_public else "private, no-store"
    return Response(content, mimetype=stored.media_type, headers={"Cache-Control": keep})


def as_download(stored: StoredFile) -> Response:
    """Return a file to be saved: never opened as part of our pages, and nothing in it may run here."""
    answer = send_file(
        io.BytesIO(stored.content), mimetype=stored.media_type, as_attachment=True, download_name=stored.name
    )
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
