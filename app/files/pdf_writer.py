"""The PDF writer itself. Importing this module loads Pango: `app.files.printing` does, when the first PDF is made."""

import re
from pathlib import Path
from urllib.parse import unquote, urlparse

from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

from app.config import ROOT

STATIC = ROOT / "static"
FAMILY = "Pretendard GOV"
PIECES = 120
"""How many pieces ``fonts.css`` has; the last one holds Latin letters, digits and the commonest syllables."""
_TYPES = {
    ".css": "text/css",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
}


class OwnFiles(URLFetcher):
    """Reads files below ``static/`` and nothing else: a document can neither reach the network nor the disk."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Return one of our files.

        Raises:
            ValueError: another address.
        """
        path = unquote(urlparse(url).path)
        found = (STATIC / path.removeprefix("/static/")).resolve()
        if not path.startswith("/static/") or not found.is_relative_to(STATIC) or not found.is_file():
            raise ValueError(f"not one of our files: {url}")
        kind = _TYPES.get(Path(path).suffix, "application/octet-stream")
        data = found.read_bytes()
        if found.suffix == ".css":
            data = with_own_families(data.decode()).encode()
        return URLFetcherResponse(url, data, {"Content-Type": kind})


def with_own_families(css: str) -> str:
    """Give every piece of the font a family of its own, and name all of them wherever the font is asked for.

    The site's font comes in pieces by letter. The PDF writer tells fonts apart by family, weight and style, so pieces of
    one family would share the first piece's outlines: the text could be copied correctly and not be read.
    """
    pieces = iter(range(PIECES))
    numbered = re.sub(
        rf'@font-face\{{font-family:"{FAMILY}"', lambda _: f'@font-face{{font-family:"{FAMILY} {next(pieces)}"', css
    )
    families = ", ".join(f'"{FAMILY} {number}"' for number in reversed(range(PIECES)))
    return numbered.replace(f'"{FAMILY}"', families)


def write(html: str) -> bytes:
    """Return a document as tagged PDF/UA-1 with embedded fonts; a file that is missing stops it."""
    document = HTML(string=html, base_url="file:///", url_fetcher=OwnFiles(fail_on_errors=True))
    return bytes(document.write_pdf(pdf_variant="pdf/ua-1"))
