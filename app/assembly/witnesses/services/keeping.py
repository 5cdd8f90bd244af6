"""Adding and retiring the witnesses of a place. Both leave a line in the public record, with the reason."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from app.assembly.witnesses.models import Witness
from app.assembly.witnesses.permissions import can_keep_witnesses
from app.assembly.witnesses.queries import witnesses_of
from app.assembly.witnesses.rules import AT_A_TIME, parse_witness_key
from app.db.session import get_or_not_found, session
from app.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.places.models import Place
from app.record.services import append
from voting.log.note import parse_verifier_key

NOT_STAFF = N_("이 지역의 담당자만 증인을 두고 거둘 수 있습니다.")


@dataclass(frozen=True)
class Wish:
    """What a clerk enters of a witness; see `models.Witness`."""

    name: str
    name_en: str
    about: str
    about_en: str
    site: str
    key: str
    reason: str


def add_witness(place_id: int, wish: Wish, *, once: str, by: Person, at: datetime) -> Witness:
    """Trust a witness at a place and all below it, for the votes that open from now on.

    The same form sent again adds no second one.

    Raises:
        NotFound, NotAllowed: no such place; not its staff.
        InvalidInput: no witness's key, or a key that is in use here, above or below.
        RuleViolation: the place has as many as it may have.
        Conflict: the form was used for another witness.
    """
    place = get_or_not_found(Place, place_id, lock=True)
    if not can_keep_witnesses(by, place, at):
        raise NotAllowed(NOT_STAFF)
    key = parse_witness_key(wish.key)
    sent = session().scalar(select(Witness).where(Witness.place_id == place.id, Witness.once == once))
    if sent is not None:
        if sent.key != str(key):
            raise Conflict(N_("이 화면으로는 이미 다른 증인을 두었습니다. 화면을 새로 열어 주세요."))
        return sent
    # One key is one voice: two names for it would meet a quorum of two alone. Whoever once held a name keeps it.
    material = key.public_key
    if any(parse_verifier_key(each).public_key == material for each in _keys_around(place)):
        raise InvalidInput(N_("이 열쇠의 증인은 이 지역이나 위아래 지역에 이미 있습니다."), field="key")
    if len(witnesses_of(place)) >= AT_A_TIME:
        raise RuleViolation(N_("증인은 %(n)s곳까지 둘 수 있습니다. 쓰지 않는 곳을 거두어 주세요."), n=AT_A_TIME)
    witness = Witness(
        place_id=place.id, once=once, key=str(key), name=wish.name, name_en=wish.name_en, about=wish.about,
        about_en=wish.about_en, site=wish.site, added_why=wish.reason, added_at=at,
    )  # fmt: skip
    session().add(witness)
    session().flush()
    _record(witness, "added", place, reason=wish.reason, by=by, at=at)
    return witness


def retire_witness(witness_id: int, *, place: Place, reason: str, by: Person, at: datetime) -> Witness:
    """Trust a witness no more. Votes under way take no cosignature of it any longer; again, it changes nothing.

    Raises:
        NotAllowed: not staff of the place.
        NotFound: the place has no such witness; one that comes from above is retired there.
    """
    if not can_keep_witnesses(by, place, at):
        raise NotAllowed(NOT_STAFF)
    witness = get_or_not_found(Witness, witness_id, lock=True)
    if witness.place_id != place.id:
        raise NotFound(N_("찾으시는 것이 없습니다."))
    if witness.retired_at is None:
        witness.retired_at, witness.retired_why = at, reason
        _record(witness, "retired", place, reason=reason, by=by, at=at)
    return witness


def _keys_around(place: Place) -> list[str]:
    query = (
        select(Witness.key)
        .join(Place, Place.id == Witness.place_id)
        .where(
            Witness.retired_at.is_(None),
            or_(Witness.place_id.in_(place.ancestor_ids), Place.path.startswith(place.path)),
        )
    )
    return list(session().scalars(query))


def _record(witness: Witness, act: str, place: Place, *, reason: str, by: Person, at: datetime) -> None:
    append(
        place,
        f"assembly.witness_{act}",
        role=by.staff_role(place, at) or "",
        subject=f"witness:{witness.id}",
        at=at,
        values={"name": witness.name, "key": witness.key, "reason": reason},
    )
