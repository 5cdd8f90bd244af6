"""Pictures are decoded and written anew, so that nothing but pixels survives: no GPS, no scripts, no bombs."""

import hashlib
import io
import struct
import threading
import warnings
from contextlib import nullcontext
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from app.errors import InvalidInput
from app.i18n import N_

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_BYTES = 12 * 1024 * 1024
MAX_PIXELS = 60_000_000
MAX_AT_ONCE = 16_000_000
"""Pixels; of larger pictures one is decoded at a time in each process: some hundred kilobytes may become a gigabyte."""
LONGEST_SIDE = 1600
PREVIEW_SIDE = 480
_LARGE = threading.Lock()
TOO_WIDE = N_("사진의 가로세로가 너무 큽니다.")


@dataclass(frozen=True)
class CleanPicture:
    """A picture as it is stored: JPEG, at most 1,600 pixels on its longer side, and a small one for lists."""

    content: bytes
    preview: bytes
    width: int
    height: int
    sha256: str


def clean_picture(content: bytes, *, field: str = "file") -> CleanPicture:
    """Decode a picture and write it anew.

    Args:
        content: the file.
        field: which field of the form an error belongs to.

    Raises:
        InvalidInput: too large, not a picture (whatever its name says), or broken.
    """
    if len(content) > MAX_BYTES:
        raise InvalidInput(N_("사진이 너무 큽니다. 12MB보다 작은 사진을 올려 주세요."), field=field)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise InvalidInput(TOO_WIDE, field=field)
                with _LARGE if image.width * image.height > MAX_AT_ONCE else nullcontext():
                    upright = _on_white(ImageOps.exif_transpose(image))
                    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise InvalidInput(TOO_WIDE, field=field) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, struct.error):
        # The last four: how Pillow stumbles over what stands in a damaged EXIF block.
        raise InvalidInput(
            N_("사진으로 읽을 수 없는 파일입니다. JPG, PNG, WEBP 사진을 올려 주세요."), field=field
        ) from None
    small = upright.copy()
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    data = _as_jpeg(upright)
    return CleanPicture(data, _as_jpeg(small), upright.width, upright.height, hashlib.sha256(data).hexdigest())


def smaller(content: bytes) -> bytes:
    """Return a stored picture in the size of a list or of a printed page."""
    with Image.open(io.BytesIO(content), formats=FORMATS) as image:
        image.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
        return _as_jpeg(image.convert("RGB"))


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode not in {"RGBA", "LA", "PA"} and "transparency" not in image.info:
        return image.convert("RGB")
    # JPEG knows no transparency; what was see-through would turn black.
    shown = Image.new("RGB", image.size, "white")
    layer = image.convert("RGBA")
    shown.paste(layer, mask=layer.getchannel("A"))
    return shown


def _as_jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue()
