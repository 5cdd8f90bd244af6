"""Files as people give them: honest ones, and those that would do harm."""

import io
import zipfile

from PIL import Image


def picture(kind: str = "JPEG", *, size: tuple[int, int] = (64, 48), gps: bool = False) -> bytes:
    """A picture; with the place where it was taken, where asked."""
    image = Image.new("RGB", size, (40, 120, 90))
    exif = Image.Exif()
    if gps:
        exif[0x010E] = "우리 집 앞"
        exif.get_ifd(0x8825).update({1: "N", 2: (37.0, 33.0, 1.5), 3: "E", 4: (127.0, 2.0, 3.5)})
    out = io.BytesIO()
    image.save(out, kind, **({"exif": exif} if gps else {}))
    return out.getvalue()


def package(members: dict[str, bytes]) -> bytes:
    """A ZIP archive, as office documents are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def word_document(**more: bytes) -> bytes:
    """A text document in Office Open XML."""
    text = '<w:document xmlns:w="urn:w"><w:p>그늘막 설치 견적</w:p></w:document>'.encode()
    return package({"[Content_Types].xml": b"<Types/>", "word/document.xml": text, **more})


def huge_picture() -> bytes:
    """A few kilobytes that call themselves 20,000 by 20,000 pixels."""
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    return out.getvalue()


def unpacks_to_too_much() -> bytes:
    """A document of a few hundred kilobytes with 300 MB inside."""
    return package({"word/document.xml": b"<a>" + b" " * (300 * 1024 * 1024) + b"</a>"})
