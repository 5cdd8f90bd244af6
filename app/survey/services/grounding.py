"""Giving a place the ground of its maps."""

import hashlib
import json
from datetime import datetime

from app.db.session import CHANGED_MEANWHILE, claim_version, get_or_not_found, session
from app.errors import Conflict, NotAllowed
from app.i18n import N_
from app.people.models import Person
from app.places.models import Place
from app.record.services import append
from app.survey.models import PlaceGround
from app.survey.permissions import can_set_ground
from app.survey.rules.ground import read_ground
from app.survey.services.surveying import role_of


def set_ground(place: Place, content: bytes, *, source: str, version: int, by: Person, at: datetime) -> PlaceGround:
    """Give a place the ground of its maps; the one before is replaced, the record keeps the hash of each.

    Args:
        place: a dong, or a place above it whose dongs have none of their own.
        content: a GeoJSON FeatureCollection (`app.survey.rules.ground.read_ground`).
        source: where it comes from and under which licence, as shown to readers.
        version: which the form saw; 0 where there was none.
        by: staff.
        at: when.

    Raises:
        NotAllowed: not staff of the place.
        InvalidInput: no such GeoJSON.
        Conflict: somebody else changed it meanwhile.
    """
    if not can_set_ground(by, place, at):
        raise NotAllowed(N_("이 동네를 맡은 담당자만 할 수 있습니다."))
    cleaned = read_ground(content)
    text = json.dumps(cleaned, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    get_or_not_found(Place, place.id, lock=True)
    row = session().get(PlaceGround, place.id, with_for_update=True, populate_existing=True)
    if row is not None and row.sha256 == digest and row.source == source:
        return row
    if row is None:
        if version:
            raise Conflict(CHANGED_MEANWHILE)
        row = PlaceGround(place_id=place.id, version=1)
        session().add(row)
    else:
        claim_version(row, version)
    row.geojson, row.sha256, row.source, row.features = text, digest, source, len(cleaned["features"])
    row.changed_by, row.changed_at = by.id, at
    session().flush()
    append(
        place, "survey.ground_set", role=role_of(by, place, at), subject=f"place:{place.id}", at=at,
        values={"source": source}, document_hash=digest,
    )  # fmt: skip
    return row
