"""Rules of the resource survey. Pure: no Flask, no database, no clock, no randomness."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.errors import InvalidInput, RuleViolation
from app.i18n import N_
from app.places.points import GeoPoint

NAME_MAX = 80
DESCRIPTION_MAX = 2000
USE_MAX = 300
WHERE_MAX = 120
CONTACT_MAX = 120
HOW_MAX = 120


class ResourceKind(StrEnum):
    """What a resource of the dong is."""

    PEOPLE = "people"
    PLACE = "place"
    ORGANISATION = "organisation"
    SHOP = "shop"
    SPACE = "space"
    NATURE = "nature"
    STORY = "story"
    EVENT = "event"


KIND_NAMES: dict[ResourceKind, str] = {
    ResourceKind.PEOPLE: N_("사람과 재주"),
    ResourceKind.PLACE: N_("장소와 시설"),
    ResourceKind.ORGANISATION: N_("단체와 기관"),
    ResourceKind.SHOP: N_("가게"),
    ResourceKind.SPACE: N_("함께 쓰는 공간"),
    ResourceKind.NATURE: N_("자연"),
    ResourceKind.STORY: N_("역사와 이야기"),
    ResourceKind.EVENT: N_("행사와 축제"),
}
KIND_DYES: dict[ResourceKind, str] = {
    ResourceKind.PEOPLE: "s5",
    ResourceKind.PLACE: "s7",
    ResourceKind.ORGANISATION: "s6",
    ResourceKind.SHOP: "s4",
    ResourceKind.SPACE: "s2",
    ResourceKind.NATURE: "s1",
    ResourceKind.STORY: "s8",
    ResourceKind.EVENT: "s3",
}
"""The dye that a kind wears on cards and on the map; its name stands beside it always."""


class ResourceState(StrEnum):
    """How far a resource has come to the public."""

    PROPOSED = "proposed"
    RETURNED = "returned"
    PUBLIC = "public"
    REMOVED = "removed"


STATE_NAMES: dict[ResourceState, str] = {
    ResourceState.PROPOSED: N_("확인을 기다림"),
    ResourceState.RETURNED: N_("고칠 것이 있음"),
    ResourceState.PUBLIC: N_("공개"),
    ResourceState.REMOVED: N_("뺌"),
}
MOVES: dict[ResourceState, frozenset[ResourceState]] = {
    ResourceState.PROPOSED: frozenset(
        {ResourceState.PROPOSED, ResourceState.PUBLIC, ResourceState.RETURNED, ResourceState.REMOVED}
    ),
    ResourceState.RETURNED: frozenset({ResourceState.PROPOSED, ResourceState.REMOVED}),
    ResourceState.PUBLIC: frozenset({ResourceState.PUBLIC, ResourceState.PROPOSED, ResourceState.REMOVED}),
    ResourceState.REMOVED: frozenset(),
}
"""An edit leads back to `PROPOSED`; staff may correct what is public and leave it public."""


class RemoveReason(StrEnum):
    """Why a resource is taken off the list. A code, so that the record keeps no words about anybody."""

    GONE = "gone"
    CONSENT = "consent"
    WRONG = "wrong"
    TWICE = "twice"


REMOVE_NAMES: dict[RemoveReason, str] = {
    RemoveReason.GONE: N_("더는 없음"),
    RemoveReason.CONSENT: N_("동의를 거둠"),
    RemoveReason.WRONG: N_("사실과 다름"),
    RemoveReason.TWICE: N_("두 번 올라옴"),
}


@dataclass(frozen=True)
class ResourceWords:
    """What a resource says of itself.

    Attributes:
        kind: what it is.
        name: what neighbours call it; of a person the name or calling that they agreed to.
        description: what it is known for.
        use: how others can use it or take part.
        where: the place in words; of a person at most the area of the dong.
        point: the place on the map; never of a person.
        contact: only with consent.
        agreed_on: the day on which the person, or whoever answers for it, agreed to be listed.
        agreed_how: how they agreed (a signed survey sheet, by telephone, …).
    """

    kind: ResourceKind
    name: str
    description: str = ""
    use: str = ""
    where: str = ""
    point: GeoPoint | None = None
    contact: str = ""
    agreed_on: date | None = None
    agreed_how: str = ""


# A house number behind the name of a road (도로명주소법 시행령: 로, 길, 번길 and a number), a lot number, a flat.
_HOUSE = re.compile(
    r"(?:로|길)\s*(?:지하\s*)?\d+(?:-\d+)?(?![\d-]*\s*(?:번|길|가))|\d+(?:-\d+)?\s*번지|\d+동\s*\d+-?\d*(?:호|$|\s)"
)
_FLAT = re.compile(r"\d+\s*동\s*\d+\s*호|(?<!제)\d{3,4}\s*호(?!선|점|관)")


def require_sound(words: ResourceWords, *, today: date) -> None:
    """Refuse what must not be listed, or not like this.

    A person is a resource only with their consent (개인정보 보호법 제15조제1항제1호, 제17조), and without a home: no point
    on the map, no house number. A contact of anything is somebody's and needs consent, too.

    Raises:
        InvalidInput: no consent where it is needed, consent in the future or without saying how, or a home address.
    """
    if not words.name.strip():
        raise InvalidInput(N_("이름을 적어 주세요."), field="name")
    if _FLAT.search(words.where):
        raise InvalidInput(N_("집의 동과 호수는 적지 마세요. 사는 곳은 공개하지 않습니다."), field="where")
    if words.kind is ResourceKind.PEOPLE:
        if words.agreed_on is None:
            raise InvalidInput(
                N_("사람은 본인이 동의한 때에만 올릴 수 있습니다. 동의한 날을 적어 주세요."), field="agreed_on"
            )
        if words.point is not None:
            raise InvalidInput(N_("사람은 지도에 찍지 않습니다. 사는 곳을 알릴 수 있습니다."), field="point")
        if _HOUSE.search(words.where):
            raise InvalidInput(N_("사람은 사는 집의 주소를 적지 않습니다. ‘3통 둘레’처럼 적어 주세요."), field="where")
    if words.contact and words.agreed_on is None:
        raise InvalidInput(
            N_("연락처는 주인이 동의한 때에만 올릴 수 있습니다. 동의한 날을 적어 주세요."), field="agreed_on"
        )
    if words.agreed_on is not None:
        if words.agreed_on > today:
            raise InvalidInput(N_("동의한 날이 오늘보다 뒤입니다."), field="agreed_on")
        if not words.agreed_how.strip():
            raise InvalidInput(N_("어떻게 동의했는지 적어 주세요. 예: 조사지에 서명"), field="agreed_how")


def require_move(present: ResourceState, wanted: ResourceState) -> None:
    """Refuse a move that the table does not list.

    Raises:
        RuleViolation: the resource cannot go there from where it stands.
    """
    if wanted not in MOVES[present]:
        raise RuleViolation(N_("이 자원은 지금 그렇게 할 수 없습니다. 누가 먼저 처리했는지 살펴봐 주세요."))


def require_other_eyes(*, changed_by: int, checked_by: int) -> None:
    """Refuse that somebody checks their own words.

    Raises:
        RuleViolation: the last to change it and the one who checks are the same person.
    """
    if changed_by == checked_by:
        raise RuleViolation(N_("내가 적은 자원은 다른 사람이 확인합니다."))


def natural_key(kind: ResourceKind, name: str, where: str) -> str:
    """Return by what two entries are the same thing when neither has a number: kind, name and place, loosely written."""
    return "|".join([kind.value, _loose(name), _loose(where)])


def plain(*texts: str) -> str:
    """Return texts as they are searched."""
    return unicodedata.normalize("NFKC", " ".join(text for text in texts if text)).casefold()


def _loose(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).casefold() if letter.isalnum())
