"""Adding places and renaming them."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from app.db.session import claim_version, get_or_not_found, is_duplicate, session
from app.errors import InvalidInput, NotAllowed
from app.i18n import N_
from app.places.models import Place
from app.places.permissions import Steward, can_add_below, can_edit_place
from app.places.rules import PlaceKind, require_child, require_slug
from app.record.services import append

MAY_NOT = N_("이 자리에 장소를 더하거나 이름을 바꿀 권한이 없습니다.")
MAX_POPULATION = 20_000_000


def create_place(
    parent: Place | None,
    *,
    kind: PlaceKind,
    name: str,
    name_en: str,
    slug: str,
    population: int | None,
    by: Steward | None,
    at: datetime,
    is_demo: bool = False,
) -> Place:
    """Add a place under another one; ``by`` is None for a command on the server, which alone may add a city.

    Raises:
        NotAllowed: no right to add anything there.
        InvalidInput: the level does not belong there, or a name or address word cannot be taken.
    """
    if by is not None and (parent is None or not can_add_below(by, parent, at)):
        raise NotAllowed(MAY_NOT)
    require_child(parent.kind if parent else None, kind)
    require_slug(slug)
    place = Place(
        parent_id=parent.id if parent else None,
        kind=kind,
        name=_require_name(name, "name", 60),
        name_en=_require_name(name_en, "name_en", 80),
        slug=slug,
        population=_require_population(population),
        is_demo=is_demo,
        created_at=at,
    )
    try:
        with session().begin_nested():
            session().add(place)
            session().flush()
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise InvalidInput(N_("이 주소 이름은 다른 장소가 쓰고 있습니다."), field="slug") from None
    place.path = f"{parent.path if parent else '/'}{place.id}/"
    session().flush()
    role = (by.staff_role(parent, at) if by and parent else None) or "operator"
    values = {"name": place.name, "kind": kind.value}
    append(place, "places.created", role=role, subject=f"place:{place.id}", at=at, values={**values})
    return place


def edit_place(
    place_id: int, *, name: str, name_en: str, population: int | None, version: int, by: Steward, at: datetime
) -> Place:
    """Rename a place or correct its population. Its address word stays: links and the record hold it.

    Raises:
        NotFound, NotAllowed, Conflict: no such place; not its staff; somebody else changed it meanwhile.
        InvalidInput: a name is missing or too long, or the population cannot be.
    """
    place = get_or_not_found(Place, place_id, lock=True)
    if not can_edit_place(by, place, at):
        raise NotAllowed(MAY_NOT)
    claim_version(place, version)
    before = (place.name, place.population)
    place.name = _require_name(name, "name", 60)
    place.name_en = _require_name(name_en, "name_en", 80)
    place.population = _require_population(population)
    session().flush()
    if before != (place.name, place.population):
        append(
            place,
            "places.edited",
            role=by.staff_role(place, at) or "",
            subject=f"place:{place.id}",
            at=at,
            values={"name": place.name, "population": place.population},
        )
    return place


def _require_name(text: str, field: str, longest: int) -> str:
    name = " ".join(text.split())
    if not name:
        raise InvalidInput(N_("이름을 적어 주세요."), field=field)
    if len(name) > longest:
        raise InvalidInput(N_("이름이 너무 깁니다(%(longest)s자까지)."), field=field, longest=longest)
    return name


def _require_population(population: int | None) -> int | None:
    if population is not None and not 0 <= population <= MAX_POPULATION:
        raise InvalidInput(N_("인구를 다시 확인해 주세요."), field="population")
    return population
