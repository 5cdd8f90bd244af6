"""Rules of places. Pure: no Flask, no database, no clock, no randomness."""

import re
import unicodedata
from enum import StrEnum

from app.errors import InvalidInput
from app.i18n import N_


class PlaceKind(StrEnum):
    """A level of the tree (domain.md §1.3)."""

    CITY = "city"
    DISTRICT = "district"
    DONG = "dong"
    VILLAGE = "village"
    ALLEY = "alley"


KIND_NAMES: dict[PlaceKind, str] = {
    PlaceKind.CITY: N_("시·도"),
    PlaceKind.DISTRICT: N_("시·군·구"),
    PlaceKind.DONG: N_("읍·면·동"),
    PlaceKind.VILLAGE: N_("통·마을"),
    PlaceKind.ALLEY: N_("골목"),
}

CHILDREN: dict[PlaceKind, frozenset[PlaceKind]] = {
    # Sejong and Jeju have dongs right under the city; an alley may lie in a dong without villages.
    PlaceKind.CITY: frozenset({PlaceKind.DISTRICT, PlaceKind.DONG}),
    PlaceKind.DISTRICT: frozenset({PlaceKind.DONG}),
    PlaceKind.DONG: frozenset({PlaceKind.VILLAGE, PlaceKind.ALLEY}),
    PlaceKind.VILLAGE: frozenset({PlaceKind.ALLEY}),
    PlaceKind.ALLEY: frozenset(),
}

SLUG = re.compile(r"[a-z][a-z0-9-]{2,59}")
RESERVED_SLUGS = frozenset(
    {
        "account", "admin", "api", "booth", "data", "desk", "feeds", "files", "healthz", "help", "jobs", "language", "metrics",
        "mine", "notices", "observatory", "open-data", "people", "places", "privacy", "record", "search", "settings", "sign-in", "sign-out",
        "sign-up", "static", "unsubscribe", "verify", "well-known",
    }
)  # fmt: skip
"""First words of the site's own addresses: a place may not take them."""


def require_slug(slug: str) -> None:
    """Refuse an address word that is malformed or taken by the site itself.

    Raises:
        InvalidInput: the slug cannot be used.
    """
    if not SLUG.fullmatch(slug):
        raise InvalidInput(
            N_("주소 이름은 영문 소문자로 시작하고 소문자, 숫자, 붙임표만 씁니다(3~60자)."), field="slug"
        )
    if slug in RESERVED_SLUGS:
        raise InvalidInput(N_("이 주소 이름은 사이트가 이미 쓰고 있습니다."), field="slug")


def require_child(parent: PlaceKind | None, child: PlaceKind) -> None:
    """Refuse a place under a parent that cannot hold it.

    Raises:
        InvalidInput: the level does not belong there.
    """
    if parent is None:
        if child is not PlaceKind.CITY:
            raise InvalidInput(N_("맨 위에는 시·도만 둘 수 있습니다."), field="kind")
    elif child not in CHILDREN[parent]:
        raise InvalidInput(N_("이 자리에는 그 단위의 장소를 둘 수 없습니다."), field="kind")


_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_FIRST_SYLLABLE, _LAST_SYLLABLE = 0xAC00, 0xD7A3
_PER_INITIAL, _PER_VOWEL = 588, 28


def normal_place_name(text: str) -> str:
    """Return what two spellings of a place's name have in common: composed, one case, no spaces or punctuation."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    # NFKC turns the compatibility consonants people type (ㄱ) into conjoining ones: turn those back.
    return "".join(_typed_initial(letter) for letter in folded if letter.isalnum())


def name_order(name: str) -> str:
    """Return what names are sorted by: numbers in them count as numbers (신림2동 before 신림10동)."""
    return re.sub("[0-9]+", lambda digits: digits[0].zfill(4), name)


def initials_of(text: str) -> str:
    """Return the initial consonants of a name, other letters as they are: ``관산동`` → ``ㄱㅅㄷ``."""
    return "".join(_initial(letter) for letter in normal_place_name(text))


def is_found_by(name: str, word: str) -> bool:
    """Tell whether a typed word is part of a name.

    A consonant stands for any syllable that begins with it, and the last syllable may still lack its final consonant, so
    that a search finds something at every keystroke: ``관ㅅ``, ``ㄱㅅㄷ``, ``관사`` and ``관산`` all find ``관산동``.
    """
    name, word = normal_place_name(name), normal_place_name(word)
    if not word:
        return True
    return any(
        all(
            _stands_for(typed, there, last=i == len(word) - 1)
            for i, (typed, there) in enumerate(zip(word, tail, strict=True))
        )
        for tail in (name[start : start + len(word)] for start in range(len(name) - len(word) + 1))
    )


def _typed_initial(letter: str) -> str:
    number = ord(letter) - 0x1100
    return _INITIALS[number] if 0 <= number < len(_INITIALS) else letter


def _initial(letter: str) -> str:
    if _FIRST_SYLLABLE <= ord(letter) <= _LAST_SYLLABLE:
        return _INITIALS[(ord(letter) - _FIRST_SYLLABLE) // _PER_INITIAL]
    return letter


def _stands_for(typed: str, there: str, *, last: bool) -> bool:
    if typed == there:
        return True
    if typed in _INITIALS:
        return _initial(there) == typed
    code = ord(typed) - _FIRST_SYLLABLE
    if not last or not 0 <= code <= _LAST_SYLLABLE - _FIRST_SYLLABLE or code % _PER_VOWEL:
        return False
    other = ord(there) - _FIRST_SYLLABLE
    return code <= other < code + _PER_VOWEL
