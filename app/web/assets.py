"""Files that every visitor shares: their addresses carry the hash of their content, their answers nobody's cookie."""

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin


class PageSessions(SecureCookieSessionInterface):
    """Sessions renewed by pages alone.

    A shared cache may keep the answer of a static file, a public photo, a feed or the API, and would hand its cookie to
    the next visitor; and a late one would sign in again whoever has just signed out.
    """

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie, except on what everybody between may keep."""
        if request.endpoint != "static" and not response.cache_control.public:
            super().save_session(app, session, response)


def init_app(app: Flask) -> None:
    """Add ``v=<hash>``, by which browsers may keep a file for ever, to every address of a static file."""
    app.session_interface = PageSessions()
    folder = Path(app.static_folder or "static")
    cache: dict[str, tuple[float, str]] = {}

    def version(filename: str) -> str | None:
        if filename in cache and not app.debug:
            return cache[filename][1]
        path = folder / filename
        try:
            modified = path.stat().st_mtime
        except OSError:
            return None
        known = cache.get(filename)
        if known is None or known[0] != modified:
            known = (modified, hashlib.sha256(path.read_bytes()).hexdigest()[:12])
            cache[filename] = known
        return known[1]

    @app.url_defaults
    def _add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "v" not in values and (found := version(values["filename"])):
            values["v"] = found
