"""Photos are decoded and written anew, so that nothing but pixels survives: no GPS, no scripts, no bombs."""

import hashlib
import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from app.errors import InvalidInput
from app.i18n import N_

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_BYTES = 12 * 1024 * 1024
MAX_PIXELS = 60_000_000
LONGEST_SIDE = 1600


@dataclass(frozen=True)
class CleanPhoto:
    """A photo as it is stored: JPEG, at most 1,600 pixels on its longer side."""

    content: bytes
    width: int
    height: int
    sha256: str


def clean_photo(content: bytes) -> CleanPhoto:
    """Decode a photo and write it anew.

    Raises:
        InvalidInput: too large, not a photo (whatever its name says), or broken.
    """
    if len(content) > MAX_BYTES:
        raise InvalidInput(N_("사진이 너무 큽니다. 12MB보다 작은 사진을 올려 주세요."), field="photo")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise InvalidInput(N_("사진의 가로세로가 너무 큽니다."), field="photo")
                upright = ImageOps.exif_transpose(image).convert("RGB")
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        raise InvalidInput(
            N_("사진으로 읽을 수 없는 파일입니다. JPG, PNG, WEBP 사진을 올려 주세요."), field="photo"
        ) from None
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=82, optimize=True)
    data = out.getvalue()
    return CleanPhoto(data, upright.width, upright.height, hashlib.sha256(data).hexdigest())
