"""Rules of personal data: what may never be stored, how contacts compare. Pure: no Flask, no database, no clock.

The detector finds 주민등록번호 and 외국인등록번호 (13 digits: birth date YYMMDD, a digit for century, sex and nationality,
five digits, a check digit) in anything people type. Processing them is forbidden without a statute that names it, even
with consent (Personal Information Protection Act art. 24-2), so the product refuses them everywhere.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from itertools import pairwise

from app.errors import InvalidInput
from app.i18n import N_

RESIDENT_NUMBER_REFUSED = N_(
    "주민등록번호나 외국인등록번호로 보이는 숫자가 있습니다. 마당은 이 번호를 받지도 보관하지도 않습니다. 지우고 다시 보내 주세요."
)
_EMAIL_REFUSED = N_("전자우편 주소를 다시 확인해 주세요. 예: name@example.kr")
_PHONE_REFUSED = N_("전화번호를 다시 확인해 주세요. 예: 010-1234-5678")
_NAME_REFUSED = N_("이름을 적어 주세요.")


class ResidentNumberRefused(InvalidInput):  # noqa: N818 - named by the refusal
    """What was typed or uploaded holds something that looks like a resident number. Never repeats the number."""


class Access(StrEnum):
    """What a member of staff did with somebody's personal data (안전성 확보조치 기준 art. 8: 수행업무)."""

    VIEWED = "viewed"
    LISTED = "listed"
    SEARCHED = "searched"
    EXPORTED = "exported"
    CHANGED = "changed"
    ERASED = "erased"


ACCESS_NAMES: dict[Access, str] = {
    Access.VIEWED: N_("봄"),
    Access.LISTED: N_("목록을 봄"),
    Access.SEARCHED: N_("찾아봄"),
    Access.EXPORTED: N_("내려받음"),
    Access.CHANGED: N_("고침"),
    Access.ERASED: N_("지움"),
}
SUBJECT_NAMES: dict[str, str] = {
    # What stands before the colon of an entry's subject.
    "person": N_("계정 %(id)s번"),
    "roll": N_("투표인 명부 %(id)s번"),
    "roll_entry": N_("명부의 한 사람 (%(id)s번)"),
    "roll_import": N_("올린 명부 파일 %(id)s번"),
    "access_log": N_("이 열람 기록"),
}
FIELD_NAMES: dict[str, str] = {
    "name": N_("이름"),
    "legal_name": N_("이름"),
    "birth_date": N_("생년월일"),
    "address": N_("주소"),
    "unit": N_("통"),
    "phone": N_("전화번호"),
    "email": N_("메일 주소"),
    "second_factor": N_("두 번째 확인"),
    "person": N_("누가 보았는지"),
    "ip": N_("접속한 곳"),
}

NEEDS_REASON = frozenset({Access.EXPORTED})
"""Every download's reason is confirmed (안전성 확보조치 기준 art. 8(2))."""
ACCESS_LOG_YEARS = 2
"""Installations above 50,000 people keep the log two years; we keep it so long everywhere (same art. 8(1))."""


# The detector

_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
_CENTURY = {
    "9": 1800,
    "0": 1800,
    "1": 1900,
    "2": 1900,
    "5": 1900,
    "6": 1900,
    "3": 2000,
    "4": 2000,
    "7": 2000,
    "8": 2000,
}
_FOREIGN = frozenset("5678")
# Since this day the last six digits of a new number are random, so newborn people's numbers carry no check digit.
_RANDOM_SINCE = date(2020, 10, 5)
# No clock here: a fixed bound keeps most numbers that are no birth dates out and needs a look in thirteen years.
_LATEST_BIRTH = date(2039, 12, 31)
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−⁃﹘ㅡー~∼〜·ㆍ"), "-")
_RUN = re.compile(r"[0-9](?:[^0-9A-Za-z가-힣]{0,3}[0-9]){12,}")
_GROUP = re.compile(r"[0-9]+")
_TIGHT = re.compile(r"\s{0,2}[-./_]\s{0,2}")
_LABEL = re.compile(
    r"주민\s*등록|주민\s*번호|외국인\s*등록|거소\s*신고|\brrn\b|resident\s+(registration\s+)?(no|number)", re.IGNORECASE
)
_HEADING = re.compile(
    r"(주민|외국인|거소)\s*(등록|신고)?\s*번호|주민\s*(등록)?\s*[앞뒷]\s*자리|\brrn\b|resident\s+(registration\s+)?(no|number)",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"(?<![0-9])([0-9]{6})[^0-9]{0,20}뒷?\s?자리[^0-9]{0,10}([0-9]{7})(?![0-9])")
_LABEL_REACH = 24


def is_resident_number_label(text: str) -> bool:
    """Tell whether a column's heading asks for resident numbers."""
    return bool(_HEADING.search(_fold(text)))


def find_resident_numbers(text: str) -> list[tuple[int, int]]:
    """Return where resident numbers seem to stand, as (start, end) in the folded text.

    Folding turns full-width and other scripts' digits into ASCII, dashes into ``-``, and drops invisible characters.
    Ordinary writing (``900101-1234567``) needs only a real birth date. Where 13 digits may well be something else (no
    separator, spaces, odd groups) the check digit must fit too, unless the number belongs to somebody born since
    October 2020, when check digits were given up, or a word like 주민번호 stands before it.
    """
    if sum(map(str.isdigit, text)) < 13:  # noqa: PLR2004 - the length of a resident number
        return []
    folded = _fold(text)
    found = [(match.start(), match.end()) for match in _SPLIT.finditer(folded) if _birth_date(match[1] + match[2])]
    for run in _RUN.finditer(folded):
        found += _in_run(folded, run.start(), run.end())
    return found


def require_no_resident_number(text: str | None, *, field: str | None = None) -> None:
    """Refuse text that holds a resident number.

    Raises:
        ResidentNumberRefused: it does; ``field`` is passed on for the form.
    """
    if text and find_resident_numbers(text):
        raise ResidentNumberRefused(RESIDENT_NUMBER_REFUSED, field=field)


def has_check_digit(digits: str) -> bool:
    """Tell whether the last of 13 digits is the check digit (for foreigners it is shifted by two)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits[:12], strict=True))
    base = 13 if digits[6] in _FOREIGN else 11
    return (base - total % 11) % 10 == int(digits[12])


def _in_run(folded: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    groups = [match.span() for match in _GROUP.finditer(folded, start, end)]
    for first in range(len(groups)):
        length = 0
        for last in range(first, len(groups)):
            length += groups[last][1] - groups[last][0]
            if length >= 13:
                break
        if length == 13 and _is_resident_number(folded, groups, first, last):
            yield groups[first][0], groups[last][1]


def _is_resident_number(text: str, groups: list[tuple[int, int]], first: int, last: int) -> bool:
    window = groups[first : last + 1]
    digits = "".join(text[begin:end] for begin, end in window)
    born = _birth_date(digits)
    if born is None:
        return False
    start, end = window[0][0], window[-1][1]
    if _LABEL.search(text, max(0, start - _LABEL_REACH), start):
        return True
    sizes = [finish - begin for begin, finish in window]
    gaps = [text[before[1] : after[0]] for before, after in pairwise(window)]
    unchecked_birth = born >= _RANDOM_SINCE
    checked = not unchecked_birth and has_check_digit(digits)
    if sizes == [13]:
        return _stands_alone(text, start, end) and (checked or unchecked_birth)
    if sizes[-1] == 7 and sizes[:-1] in ([6], [2, 2, 2]):
        return checked or bool(_TIGHT.fullmatch(gaps[-1]))
    if sizes == [1] * 13:
        return checked or unchecked_birth
    return checked and len(set(gaps)) == 1 and "," not in gaps[0]


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Tell whether 13 digits are a word of their own, not a piece of a hash, an address or a decimal fraction."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if re.search(r"[0-9A-Za-z_+/=]$|[0-9]\.$", before):
        return False
    return not re.match(r"[0-9A-Za-z_+=]|\.[0-9]", after)


def _birth_date(digits: str) -> date | None:
    try:
        born = date(_CENTURY[digits[6]] + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return None
    return born if born <= _LATEST_BIRTH else None


def _fold(text: str) -> str:
    if text.isascii():
        return text
    # Dashes first: NFKC would turn the vowel ㅡ, which people type as a dash, into a jamo.
    folded = unicodedata.normalize("NFKC", text.translate(_DASHES)).translate(_DASHES)
    return "".join(_fold_character(character) for character in folded if unicodedata.category(character) != "Cf")


def _fold_character(character: str) -> str:
    if "0" <= character <= "9" or not character.isdigit():
        return character
    return str(unicodedata.digit(character))


# Normal forms: what two spellings of the same contact have in common. Stored sealed, compared by blind index.


def normal_email(text: str) -> str:
    """Return the normal form of an e-mail address: trimmed, lower case, the domain in ASCII.

    Raises:
        InvalidInput: it is no address.
    """
    folded = unicodedata.normalize("NFKC", text).strip().lower()
    local, at, domain = folded.rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        raise InvalidInput(_EMAIL_REFUSED, field="email") from None
    well_formed = (
        at
        and re.fullmatch(r"[^\s@\"(),:;<>\[\\\]\x00-\x1f\x7f]{1,64}", local)
        and not re.search(r"^\.|\.$|\.\.", local)
        and len(domain) <= 253
        and re.fullmatch(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]", domain)
    )
    if not well_formed:
        raise InvalidInput(_EMAIL_REFUSED, field="email")
    return f"{local}@{domain}"


_PHONE = re.compile(
    r"01[016789]\d{7,8}"  # mobile
    r"|02\d{7,8}|0[3-6][1-5]\d{7,8}"  # areas
    r"|070\d{8}|050\d{8,9}|080\d{7,8}"  # internet, personal, toll-free
    r"|1[568]\d{6}"  # nationwide representative numbers
)


def normal_phone(text: str) -> str:
    """Return the normal form of a Korean telephone number: ``+82`` and the number without its leading zero.

    Raises:
        InvalidInput: it is no Korean telephone number.
    """
    folded = _fold(text).strip()
    digits = re.sub(r"[\s().-]", "", folded)
    digits = re.sub(r"^(?:\+|00)?82\(?0?(?=[1-9])", "0", digits) if re.match(r"(?:\+|00)?82", digits) else digits
    if digits.startswith("0") and re.fullmatch(r"01[568]\d{6}", digits):
        digits = digits[1:]  # +82 15xx-xxxx: representative numbers have no leading zero to drop
    if not _PHONE.fullmatch(digits):
        raise InvalidInput(_PHONE_REFUSED, field="phone")
    return "+82" + digits.removeprefix("0")


def is_mobile(phone: str) -> bool:
    """Tell whether a normal number can receive text messages."""
    return phone.startswith("+821") and len(phone) >= 12  # noqa: PLR2004 - +82 10 and at least seven digits


def normal_name(text: str) -> str:
    """Return the normal form of a person's name: NFC, no spaces between Hangul, single spaces elsewhere, one case.

    Raises:
        InvalidInput: nothing is left.
    """
    composed = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text))
    visible = "".join(
        character
        for character in composed
        if unicodedata.category(character) not in {"Cf", "Cc"} or character.isspace()
    )
    collapsed = " ".join(visible.split()).casefold()
    name = re.sub(r"(?<=[가-힣]) (?=[가-힣])", "", collapsed)
    if not name:
        raise InvalidInput(_NAME_REFUSED, field="name")
    return name
