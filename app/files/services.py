"""Keeping a file that somebody gives."""

import hashlib
from datetime import datetime

from app.db.session import session
from app.errors import InvalidInput
from app.files.kinds import PICTURE, Sort, kind_of, safe_name
from app.files.models import StoredFile
from app.files.pictures import clean_picture
from app.i18n import N_
from app.people.models import Person
from app.places.models import Place
from app.privacy.files import require_clean_file

NO_PICTURE = N_("사진 파일(JPG, PNG, WEBP)을 골라 주세요.")


def keep_file(
    place: Place,
    *,
    name: str,
    content: bytes,
    by: Person,
    at: datetime,
    only_pictures: bool = False,
    field: str = "file",
) -> StoredFile:
    """Keep a file: a picture written anew, a document as it is once it was looked into.

    Args:
        place: the dong that it belongs to.
        name: as its owner calls it.
        content: all of it.
        by: who gives it.
        at: when.
        only_pictures: refuse documents.
        field: which field of the form a refusal belongs to.

    Raises:
        InvalidInput: empty, too big, not what its name says, or of a kind that is not taken.
        ResidentNumberRefused: a resident number is in it.
        UnreadableFile: it cannot be looked into: encrypted, broken, or it unpacks to more than there is room for.
    """
    try:
        return _keep(place, name, content, by=by, at=at, only_pictures=only_pictures)
    except InvalidInput as refusal:
        refusal.field = field
        raise


def _keep(place: Place, name: str, content: bytes, *, by: Person, at: datetime, only_pictures: bool) -> StoredFile:
    kind = kind_of(name, content)
    if only_pictures and kind.sort is not Sort.PICTURE:
        raise InvalidInput(NO_PICTURE)
    stored = StoredFile(
        place_id=place.id, sort=kind.sort, name=safe_name(name, kind), media_type=kind.media_type, given_by=by.id, given_at=at
    )  # fmt: skip
    if kind is PICTURE:
        picture = clean_picture(content)
        stored.content, stored.preview, stored.sha256 = picture.content, picture.preview, picture.sha256
        stored.width, stored.height = picture.width, picture.height
    else:
        require_clean_file(name, content)
        stored.content, stored.sha256 = content, hashlib.sha256(content).hexdigest()
    stored.size = len(stored.content)
    session().add(stored)
    session().flush()
    return stored
