"""SELECTs about places and about the settings in force there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast, overload

from sqlalchemy import func, or_, select

from app.db.session import session
from app.errors import UnknownPlace
from app.i18n import N_
from app.places.models import Place, SettingChange
from app.places.rules import PlaceKind, initials_of, is_found_by
from app.places.settings.kinds import AnySetting, Setting
from app.places.settings.registry import REGISTRY, setting_of

T = TypeVar("T")
_CACHE = "places.settings"


def place_by_slug(slug: str) -> Place:
    """Return the place of an address.

    Raises:
        NotFound: no place has this address.
    """
    found = session().scalar(select(Place).where(Place.slug == slug))
    if found is None:
        raise UnknownPlace(N_("그런 동네를 찾을 수 없습니다."))
    return found


def ancestors(place: Place) -> list[Place]:
    """Return the places from the root down to the parent."""
    ids = place.ancestor_ids[:-1]
    rows = session().scalars(select(Place).where(Place.id.in_(ids))).all() if ids else []
    return sorted(rows, key=lambda row: ids.index(row.id))


def descendants(place: Place, kind: PlaceKind | None = None) -> list[Place]:
    """Return the places under this one (itself included), by name."""
    query = select(Place).where(Place.path.startswith(place.path, autoescape=True)).order_by(Place.sort_name)
    if kind is not None:
        query = query.where(Place.kind == kind)
    return list(session().scalars(query))


def children(place: Place) -> list[Place]:
    """Return the places directly under this one, by name."""
    return list(session().scalars(select(Place).where(Place.parent_id == place.id).order_by(Place.sort_name)))


def cities() -> list[Place]:
    """Return the roots of the tree, by name."""
    return list(session().scalars(select(Place).where(Place.parent_id.is_(None)).order_by(Place.sort_name)))


def districts() -> list[Place]:
    """Return all districts, by name."""
    return list(session().scalars(select(Place).where(Place.kind == PlaceKind.DISTRICT).order_by(Place.sort_name)))


def places_below(roots: list[Place]) -> list[Place]:
    """Return the places under any of these (themselves included) in the order of the tree, each before its children."""
    if not roots:
        return []
    found = session().scalars(
        select(Place).where(or_(*(Place.path.startswith(root.path, autoescape=True) for root in roots)))
    )
    by_id = {place.id: place for place in found}
    return sorted(by_id.values(), key=lambda p: [(by_id[i].sort_name, i) for i in p.ancestor_ids if i in by_id])


def dongs_matching(text: str, *, limit: int = 200) -> list[Place]:
    """Return dongs whose name, or the name of what they lie in, holds every word of the text, by name.

    Finds initial consonants (``ㄱㅅㄷ``), half-typed syllables and decomposed letters (NFD), see
    `app.places.rules.is_found_by`. An empty text finds all.
    """
    words = text.split()[:6]
    query = select(Place).where(Place.kind == PlaceKind.DONG).order_by(Place.sort_name, Place.id)
    if not words:
        return list(session().scalars(query.limit(limit)))
    above = {
        place.id: place
        for place in session().scalars(select(Place).where(Place.kind.in_([PlaceKind.CITY, PlaceKind.DISTRICT])))
    }
    found: list[Place] = []
    named = [place for place in above.values() if any(_has(place, word) for word in words)]
    narrowed = query.where(
        or_(
            *(Place.initials.contains(initials_of(word), autoescape=True) for word in words),
            *(Place.path.startswith(place.path, autoescape=True) for place in named),
        )
    )
    for place in session().scalars(narrowed):
        chain = [place, *(above[i] for i in place.ancestor_ids if i in above)]
        if all(any(_has(each, word) for each in chain) for word in words):
            found.append(place)
            if len(found) == limit:
                break
    return found


def _has(place: Place, word: str) -> bool:
    return is_found_by(place.name, word) or is_found_by(place.name_en, word)


# Settings


@dataclass(frozen=True)
class InForce:
    """The value of a setting at a place, and who said so.

    ``change`` and ``origin`` are None where the product's default counts; ``is_own`` tells whether this very place set
    it, rather than one above.
    """

    setting: AnySetting
    value: Any
    legal_basis: str
    change: SettingChange | None
    origin: Place | None
    is_own: bool


def settings_in_force(place: Place) -> Mapping[str, InForce]:
    """Return every setting of a place with its origin: its own decision, or the nearest one above, or the default.

    One query, remembered until the transaction ends.
    """
    current = session()
    transaction, known = current.info.get(_CACHE, (None, None))
    if known is not None and transaction is current.get_transaction() and place.id in known:
        return cast("Mapping[str, InForce]", known[place.id])
    ids = place.ancestor_ids
    newest = (
        select(func.max(SettingChange.id))
        .where(SettingChange.place_id.in_(ids))
        .group_by(SettingChange.place_id, SettingChange.key)
    )
    rows = current.execute(
        select(SettingChange, Place)
        .join(Place, Place.id == SettingChange.place_id)
        .where(SettingChange.id.in_(newest), SettingChange.value.is_not(None))
    )
    nearest: dict[str, tuple[SettingChange, Place]] = {}
    for change, origin in rows:
        if change.key not in nearest or len(origin.path) > len(nearest[change.key][1].path):
            nearest[change.key] = (change, origin)
    result = {key: _in_force(setting, nearest.get(key), place) for key, setting in REGISTRY.items()}
    if known is None or transaction is not current.get_transaction():
        known = {}
        current.info[_CACHE] = (current.get_transaction(), known)
    known[place.id] = result
    return result


def forget_settings() -> None:
    """Forget what was remembered in this transaction; called when a setting changes."""
    session().info.pop(_CACHE, None)


def _in_force(setting: AnySetting, found: tuple[SettingChange, Place] | None, place: Place) -> InForce:
    if found is None:
        return InForce(setting, setting.default, setting.legal_basis, None, None, is_own=False)
    change, origin = found
    value = setting.load(change.value or "")
    return InForce(setting, value, change.legal_basis, change, origin, is_own=origin.id == place.id)


def settings_of(place: Place) -> Mapping[str, Any]:
    """Return the value in force of every setting, by key."""
    return {key: found.value for key, found in settings_in_force(place).items()}


@overload
def setting(place: Place, key: Setting[T]) -> T: ...
@overload
def setting(place: Place, key: str) -> Any: ...
def setting(place: Place, key: Setting[Any] | str) -> Any:
    """Return the value in force of one setting: ``setting(place, ASSEMBLY_MIN_AGE)`` is typed, a key is not.

    Raises:
        NotFound: there is no such setting.
    """
    return settings_in_force(place)[setting_of(key if isinstance(key, str) else key.key).key].value


def setting_with_origin(place: Place, key: str) -> InForce:
    """Return the value in force of one setting, with who set it and its legal basis.

    Raises:
        NotFound: there is no such setting.
    """
    return settings_in_force(place)[setting_of(key).key]


def setting_history(place: Place, key: str) -> list[SettingChange]:
    """Return the decisions about a setting at this place and above it, newest first; their places are loaded."""
    query = (
        select(SettingChange)
        .where(SettingChange.place_id.in_(place.ancestor_ids), SettingChange.key == key)
        .order_by(SettingChange.id.desc())
    )
    return list(session().scalars(query))


def newest_change_id(place: Place, key: str) -> int:
    """Return the id of a place's last own decision about a setting, 0 before the first; forms carry it."""
    query = select(func.max(SettingChange.id)).where(SettingChange.place_id == place.id, SettingChange.key == key)
    return session().scalar(query) or 0


def places_with_own_setting(place: Place, keys: tuple[str, ...]) -> list[Place]:
    """Return the places strictly under this one that decide any of these settings themselves."""
    newest = (
        select(func.max(SettingChange.id))
        .where(SettingChange.key.in_(keys))
        .group_by(SettingChange.place_id, SettingChange.key)
    )
    query = (
        select(Place)
        .where(Place.path.startswith(place.path, autoescape=True), Place.id != place.id)
        .where(
            Place.id.in_(
                select(SettingChange.place_id).where(SettingChange.id.in_(newest), SettingChange.value.is_not(None))
            )
        )
        .order_by(Place.path)
    )
    return list(session().scalars(query))


@dataclass(frozen=True)
class Reach:
    """Which dongs a place's decision about a setting reaches, and which keep their own."""

    affected: list[Place]
    unaffected: list[Place]


def reach_of(place: Place, key: str) -> Reach:
    """Return the dongs that a decision about a setting at this place would change, and those that override it."""
    overriding = places_with_own_setting(place, (setting_of(key).key,))
    dongs = descendants(place, PlaceKind.DONG)
    kept = [dong for dong in dongs if any(dong.lies_in(other.id) for other in overriding)]
    return Reach([dong for dong in dongs if dong not in kept], kept)
