"""The booth as one file that needs no server: to lock a ballot where nothing can listen, and to compare with others' copies.

Everything is inside: the election, the styles, the icons, every module under the name it is imported by. Its own policy
forbids it any connection, so that it can keep what it is told. The same election and the same release give the same
bytes on every server; nothing is compressed, because compressors differ.
"""

import base64
import hashlib
import io
import json
import re
import zipfile
from posixpath import dirname, join, normpath

from flask import Response as FlaskResponse
from flask import current_app, render_template
from flask_babel import force_locale
from werkzeug.wrappers import Response

from app.assembly.models import Assembly
from app.assembly.release import STATIC, booth_hashes
from app.assembly.services import board
from app.assembly.views.blueprint import blueprint
from app.assembly.views.booth import booth_page_values, require_opened
from app.places.queries import place_by_slug
from voting.encoding import canonical_json

LANGUAGES = {"ko": "booth.html", "en": "booth-en.html"}
_ENTRY = "booth/booth.js"
_SPECIFIER = re.compile(r"""(\bfrom\s*|\bimport\s*\(\s*)(["'])(\.\.?/[^"']+)\2""")
_STYLES = re.compile(r'<link rel="stylesheet" href="/static/([^"?]+)[^"]*">')
_OTHER_LINKS = re.compile(r'<link rel="(?:icon|modulepreload)"[^>]*>|<script type="module" src=[^>]*></script>')
_ICON = re.compile(r'href="/static/icons\.svg[^"#]*#')
_FONT = re.compile(r"@font-face\{[^}]*\}")


@blueprint.get("/<slug:slug>/assembly/booth.zip")
def offline_booth(slug: str) -> Response:
    """Give the booth of an election as files, with the hash of each."""
    assembly = require_opened(slug)
    files = {name: _page(assembly, language) for language, name in LANGUAGES.items()}
    files["sources.json"] = canonical_json(dict(booth_hashes()))
    files["SHA256SUMS"] = "".join(
        f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items())
    ).encode()
    headers = {"Content-Disposition": f'attachment; filename="{slug}-{assembly.cycle.year}-booth.zip"'}
    return FlaskResponse(_packed(files), mimetype="application/zip", headers=headers)


def _page(assembly: Assembly, language: str) -> bytes:
    place = place_by_slug(assembly.place.slug)
    data = board.election_bytes(assembly)
    with force_locale(language):
        html = render_template(
            "assembly/booth.html",
            **booth_page_values(assembly, place, is_voting=True, is_signed_in=False),
            offline=base64.b64encode(data).decode(),
            language=language,
        )
    site = current_app.config["MADANG"].public_url.rstrip("/")
    styles: list[str] = []

    def keep(match: re.Match[str]) -> str:
        # Without the fonts: they are larger than everything else, and every device has one for Korean.
        styles.append(_FONT.sub("", (STATIC / match[1]).read_text()))
        return ""

    html = _OTHER_LINKS.sub("", _STYLES.sub(keep, html))
    html = _ICON.sub('href="#', html).replace('href="/', f'href="{site}/')
    sprite = (STATIC / "icons.svg").read_text().replace("<svg ", '<svg style="display:none" aria-hidden="true" ', 1)
    imports = json.dumps({"imports": _modules()}, sort_keys=True, separators=(",", ":"))
    start = f'import "{_ENTRY}";'
    policy = "; ".join(
        [
            "default-src 'none'",
            f"script-src data: {_hash_of(imports)} {_hash_of(start)}",
            "style-src 'unsafe-inline'",
            "form-action 'none'",
            "base-uri 'none'",
        ]
    )
    head = (
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<style>{''.join(styles)}</style>"
        f'<script type="importmap">{imports}</script><script type="module">{start}</script>'
    )
    return html.replace("</head>", f"{head}</head>", 1).replace("<body>", f"<body>{sprite}", 1).encode()


def _modules() -> dict[str, str]:
    """Return every module as an address that holds it, by the name that the others import it by."""
    found: dict[str, str] = {}
    waiting = [_ENTRY]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue

        def renamed(match: re.Match[str], name: str = name) -> str:
            target = normpath(join(dirname(name), match[3]))
            waiting.append(target)
            return f'{match[1]}"{target}"'

        text = _SPECIFIER.sub(renamed, (STATIC / name).read_text())
        found[name] = "data:text/javascript;base64," + base64.b64encode(text.encode()).decode()
    return found


def _hash_of(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _packed(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0)), files[name])
    return packed.getvalue()
