"""The PDF writer itself. Importing this module loads Pango: `app.files.printing` does, when the first PDF is made."""

from base64 import b64decode
from pathlib import Path
from urllib.parse import unquote, urlparse

from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

from app.config import ROOT

STATIC = ROOT / "static"
PHOTO = "data:image/jpeg;base64,"
_TYPES = {
    ".css": "text/css",
    ".ttf": "font/ttf",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
}


class OwnFiles(URLFetcher):
    """Reads files below ``static/`` and photos that a document holds itself: it can neither reach the network nor the disk."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Return one of our files.

        Raises:
            ValueError: another address.
        """
        if url.startswith(PHOTO):
            return URLFetcherResponse(
                url, b64decode(url.removeprefix(PHOTO), validate=True), {"Content-Type": "image/jpeg"}
            )
        path = unquote(urlparse(url).path)
        found = (STATIC / path.removeprefix("/static/")).resolve()
        if not path.startswith("/static/") or not found.is_relative_to(STATIC) or not found.is_file():
            raise ValueError(f"not one of our files: {url}")
        kind = _TYPES.get(Path(path).suffix, "application/octet-stream")
        return URLFetcherResponse(url, found.read_bytes(), {"Content-Type": kind})


def write(html: str) -> bytes:
    """Return a document as tagged PDF/UA-1 with embedded fonts; a file that is missing stops it."""
    document = HTML(string=html, base_url="file:///", url_fetcher=OwnFiles(fail_on_errors=True))
    return bytes(document.write_pdf(pdf_variant="pdf/ua-1"))
