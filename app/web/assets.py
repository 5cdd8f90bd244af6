"""Addresses of static files carry the hash of their content, so that browsers may keep them for ever."""

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask


def init_app(app: Flask) -> None:
    """Add ``v=<hash>`` to every address of a static file."""
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
