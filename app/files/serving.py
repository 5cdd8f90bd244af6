"""Handing a stored file back."""

import io

from flask import Response, send_file

from app.files.models import StoredFile


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
