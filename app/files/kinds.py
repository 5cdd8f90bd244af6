"""Finds out what a file is by its content, and refuses what is not what its name says. Pure."""

import io
import zipfile
from dataclasses import dataclass
from enum import StrEnum

from app.errors import InvalidInput
from app.i18n import N_

MAX_BYTES = 10 * 1024 * 1024
"""Of one document; a request as a whole is limited by ``max_upload_bytes``."""
NAME_MAX = 120

EMPTY = N_("빈 파일입니다.")
TOO_BIG = N_("파일이 너무 큽니다. 10MB보다 작은 파일을 올려 주세요.")
UNKNOWN = N_(
    "받을 수 없는 파일입니다. 사진(JPG, PNG, WEBP)이나 PDF, HWPX, DOCX, XLSX, ODT, TXT, CSV 파일을 올려 주세요."
)
OTHER_THAN_NAMED = N_("파일 이름은 %(ending)s인데 내용이 다릅니다. 원래 프로그램에서 다시 저장해 올려 주세요.")
DRAWING = N_("SVG 그림은 프로그램을 담을 수 있어 받지 않습니다. PNG로 저장해 올려 주세요.")
ACTIVE = N_("매크로가 든 파일은 받지 않습니다. 매크로 없이 저장해 다시 올려 주세요.")


class Sort(StrEnum):
    """What a file is, as far as pages treat it differently."""

    PICTURE = "picture"
    DOCUMENT = "document"


@dataclass(frozen=True)
class FileKind:
    """One format that is taken."""

    ending: str
    media_type: str
    sort: Sort = Sort.DOCUMENT


PICTURE = FileKind("jpg", "image/jpeg", Sort.PICTURE)
_PDF = FileKind("pdf", "application/pdf")
_HWPX = FileKind("hwpx", "application/hwp+zip")
_TEXTS = {"txt": FileKind("txt", "text/plain; charset=utf-8"), "csv": FileKind("csv", "text/csv; charset=utf-8")}
_OPEN_XML = {
    # The part that only this kind of package has.
    "word/document.xml": FileKind("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xl/workbook.xml": FileKind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "ppt/presentation.xml": FileKind(
        "pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    ),
}
_BY_MIMETYPE = {
    # Formats whose first member says what they are (OpenDocument 1.3 part 2 §3.3; KS X 6101).
    b"application/hwp+zip": _HWPX,
    b"application/vnd.oasis.opendocument.text": FileKind("odt", "application/vnd.oasis.opendocument.text"),
    b"application/vnd.oasis.opendocument.spreadsheet": FileKind(
        "ods", "application/vnd.oasis.opendocument.spreadsheet"
    ),
}
_PICTURE_ENDINGS = frozenset({"jpg", "jpeg", "png", "webp"})


def ending_of(name: str) -> str:
    """Return what stands behind the last point of a name, in small letters."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def is_picture(content: bytes) -> bool:
    """Tell whether the first bytes are those of a JPEG, PNG or WEBP picture."""
    return content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (
        content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    )


def kind_of(name: str, content: bytes) -> FileKind:
    """Return what a file is, by its content; its name must say the same.

    Args:
        name: as its owner calls it.
        content: all of it.

    Raises:
        InvalidInput: empty, too big, of a kind that is not taken, with macros, or other than its name says.
    """
    if not content:
        raise InvalidInput(EMPTY, field="file")
    ending = ending_of(name)
    if is_picture(content):
        if ending not in _PICTURE_ENDINGS:
            raise InvalidInput(OTHER_THAN_NAMED, field="file", ending=ending or "?")
        return PICTURE
    if len(content) > MAX_BYTES:
        raise InvalidInput(TOO_BIG, field="file")
    if ending == "svg" or b"<svg" in content[:2048].lower():
        raise InvalidInput(DRAWING, field="file")
    found = _document_kind(ending, content)
    if found is None:
        known = ending in _PICTURE_ENDINGS or ending in {"pdf", "hwpx", "docx", "xlsx", "pptx", "odt", "ods"}
        raise InvalidInput(
            OTHER_THAN_NAMED if known else UNKNOWN, field="file", **({"ending": ending} if known else {})
        )
    if found.ending != ending:
        raise InvalidInput(OTHER_THAN_NAMED, field="file", ending=ending or "?")
    return found


def _document_kind(ending: str, content: bytes) -> FileKind | None:
    if content.startswith(b"%PDF-"):
        return _PDF
    if content.startswith(b"PK\x03\x04"):
        return _package_kind(content)
    if ending in _TEXTS and _is_text(content):
        return _TEXTS[ending]
    return None


def _package_kind(content: bytes) -> FileKind | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = package.namelist()
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise InvalidInput(ACTIVE, field="file")
            if "mimetype" in names and package.getinfo("mimetype").file_size < NAME_MAX:
                return _BY_MIMETYPE.get(package.read("mimetype").strip())
            return next((kind for part, kind in _OPEN_XML.items() if part in names), None)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError):
        return None


def _is_text(content: bytes) -> bool:
    if b"\x00" in content:
        return False
    lowered = content[:4096].lstrip().lower()
    # Even as a download, a page that calls itself a text is not taken.
    if lowered.startswith((b"<!doctype", b"<html", b"<script", b"<?xml")):
        return False
    for encoding in ("utf-8-sig", "cp949"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def safe_name(name: str, kind: FileKind) -> str:
    """Return a name to hand a file back under: no folders, no invisible letters, the right ending."""
    last = name.replace("\\", "/").rpartition("/")[2]
    stem = last.rpartition(".")[0] or last
    stem = "".join(letter for letter in stem if letter.isprintable() and letter not in '<>:"/|?*').strip(" .")
    return f"{stem[: NAME_MAX - 6] or 'file'}.{kind.ending}"
