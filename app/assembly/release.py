"""Which booth is this? The hash of every file that the browsers of voters, trustees and verifiers run or paint.

The hashes are published at ``/booth/files.json`` and belong into the public record when voting opens, so that anybody can
compare what their own browser got with what everybody got, and with the published source.
"""

import hashlib
from pathlib import Path

from app.config import ROOT
from voting.encoding import canonical_json

STATIC = ROOT / "static"
_PARTS = (
    "booth/*.js",
    "booth/*.css",
    "ceremony/*.js",
    "ceremony/*.css",
    "verify/*.js",
    "verify/*.css",
    "vendor/noble/**/*.js",
    "vendor/jsqr/*.js",
    "css/*.css",
    "icons.svg",
    "icon.svg",
)


def booth_hashes(folder: Path = STATIC) -> dict[str, str]:
    """Return the SHA-256 of every file of the booth, as hexadecimal, by its address on the site; sorted."""
    found = {path for part in _PARTS for path in folder.glob(part)}
    return {f"/static/{path.relative_to(folder).as_posix()}": _sha256(path) for path in sorted(found)}


def booth_digest() -> str:
    """Return one hash over the hashes of all files, as hexadecimal: what the public record keeps when voting opens."""
    return hashlib.sha256(canonical_json(dict(booth_hashes()))).hexdigest()


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
