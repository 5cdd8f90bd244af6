"""Types of settings: how a value is read from what a clerk types, checked, and stored. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any, Generic, TypeVar, cast

from app.errors import InvalidInput
from app.i18n import N_

T = TypeVar("T")


class Kind(StrEnum):
    """What a value is. The names are the units that pages write behind it."""

    COUNT = "count"
    WON = "won"
    DAYS = "days"
    MONTHS = "months"
    HOURS = "hours"
    YEARS_OF_AGE = "years_of_age"
    SHARE = "share"
    THRESHOLD = "threshold"
    YES_NO = "yes_no"
    CHOICE = "choice"
    TRACKS = "tracks"
    WEIGHTS = "weights"


class Group(StrEnum):
    """Which part of the year a setting belongs to; the order of the settings page."""

    COUNCIL = "council"
    DISCOVERY = "discovery"
    PLAN = "plan"
    ASSEMBLY = "assembly"
    BUDGET = "budget"
    EXECUTION = "execution"
    SUPPORT = "support"
    PRIVACY = "privacy"
    ELECTION = "election"


GROUP_NAMES: dict[Group, str] = {
    Group.COUNCIL: N_("주민자치회"),
    Group.DISCOVERY: N_("발의와 소모임"),
    Group.PLAN: N_("마을계획과 공람"),
    Group.ASSEMBLY: N_("주민총회"),
    Group.BUDGET: N_("주민참여예산"),
    Group.EXECUTION: N_("실행과 돈"),
    Group.SUPPORT: N_("기금과 돌봄"),
    Group.PRIVACY: N_("개인정보 보관"),
    Group.ELECTION: N_("선거법"),
}

WHOLE_NUMBERS = frozenset({Kind.COUNT, Kind.WON, Kind.DAYS, Kind.MONTHS, Kind.HOURS, Kind.YEARS_OF_AGE})


@dataclass(frozen=True)
class Threshold:
    """How large a part must be: more than the share ("과반수"), or at least the share ("3분의 2 이상")."""

    share: Fraction
    more_than: bool

    def is_met(self, part: int, whole: int) -> bool:
        """Tell whether ``part`` of ``whole`` reaches it; of nothing, nothing is reached."""
        if whole <= 0:
            return False
        return part > self.share * whole if self.more_than else part >= self.share * whole

    def least(self, whole: int) -> int:
        """Return the smallest whole number that reaches it."""
        exact = self.share * whole
        return exact.__floor__() + 1 if self.more_than else exact.__ceil__()


@dataclass(frozen=True)
class Track:
    """A way into the council, and its share of the seats."""

    code: str
    name: str
    share: Fraction


KNOWN_TRACKS = {"공개모집": "open", "단체추천": "recommended"}


@dataclass(frozen=True)
class Setting(Generic[T]):
    """One rule that ordinances vary.

    Attributes:
        key: its name in code and in exports, ``group.rule``.
        name: short Korean name, marked for translation.
        explanation: what it does, one or two easy sentences.
        kind: the type of its value.
        default: the value when neither the place nor anything above it says otherwise.
        legal_basis: where the default comes from.
        group: the part of the year it belongs to.
        minimum: smallest admitted value (shares and whole numbers).
        maximum: largest admitted value.
        choices: for CHOICE and WEIGHTS, the codes with their Korean names.
    """

    key: str
    name: str
    explanation: str
    kind: Kind
    default: T
    legal_basis: str
    group: Group
    minimum: Fraction | None = None
    maximum: Fraction | None = None
    choices: Mapping[str, str] = field(default_factory=dict)

    def parse(self, typed: str) -> T:
        """Read what a clerk typed (``60%``, ``3분의 2 이상``, ``3천만원``) and check it.

        Raises:
            InvalidInput: it is no such value, or outside the bounds; ``field`` is ``value``.
        """
        return cast("T", _PARSERS[self.kind](self, typed))

    def load(self, stored: str) -> T:
        """Read a stored value; the inverse of `store`.

        Raises:
            InvalidInput: the text is no value of this setting.
        """
        match self.kind:
            case Kind.TRACKS:
                return cast("T", _load_tracks(self, stored))
            case Kind.WEIGHTS:
                return cast("T", _load_weights(self, stored))
            case _:
                return self.parse(stored)

    def store(self, value: T) -> str:
        """Return the text that is stored and hashed: exact, the same for equal values."""
        match value:
            case bool():
                return "yes" if value else "no"
            case int() | Fraction() | str():
                return str(value)
            case Threshold():
                return f"{'>' if value.more_than else '>='}{value.share}"
            case tuple():
                return "\n".join(f"{track.code}|{track.name}|{track.share}" for track in value)
            case Mapping():
                return "\n".join(f"{code}={value[code]}" for code in self.choices)
            case _:
                raise TypeError(f"{self.key} holds {value!r}")

    def typed(self, value: T) -> str:
        """Return the value as a clerk would type it into the form."""
        match value:
            case bool():
                return "yes" if value else "no"
            case int():
                return f"{value:,}" if self.kind is Kind.WON else str(value)
            case Fraction():
                return write_share(value)
            case Threshold():
                return f"{'>' if value.more_than else '>='} {write_share(value.share)}"
            case tuple():
                return "\n".join(f"{track.name} {write_share(track.share)}" for track in value)
            case Mapping():
                return "\n".join(f"{code} {write_plain(value[code])}" for code in self.choices)
            case _:
                return str(value)


AnySetting = Setting[Any]


def write_share(share: Fraction) -> str:
    """Write a share as a percentage when that is exact with at most two decimals, otherwise as a fraction."""
    hundredths = share * 10_000
    if hundredths.denominator != 1:
        return str(share)
    return f"{write_plain(share * 100)}%"


def write_plain(number: Fraction) -> str:
    """Write a number without a needless fraction: ``2``, ``0.5``, ``1/3``."""
    if number.denominator == 1:
        return str(number.numerator)
    for places in (1, 2):
        scaled = number * 10**places
        if scaled.denominator == 1:
            return f"{number.numerator / number.denominator:.{places}f}"
    return str(number)


def _clean(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).strip()


def _refuse(message: str, **values: object) -> InvalidInput:
    return InvalidInput(message, field="value", **values)


_WHOLE = re.compile(r"(\d{1,15})(?:원|일|개월|달|시간|명|표|회|번|건|세|살|개|차례)?", re.ASCII)
_MONEY = re.compile(r"(?:(\d{1,6})억)?(?:(\d{1,8})(천|백)?만)?(\d{1,15})?원?", re.ASCII)
_TENS = {None: 1, "천": 1000, "백": 100}


def _parse_whole(setting: AnySetting, typed: str) -> int:
    text = _clean(typed).replace(",", "").replace(" ", "")
    found = _WHOLE.fullmatch(text)
    if found:
        number = int(found[1])
    elif setting.kind is Kind.WON and text and (money := _MONEY.fullmatch(text)) and any(money.group(1, 2, 4)):
        number = int(money[1] or 0) * 10**8 + int(money[2] or 0) * _TENS[money[3]] * 10**4 + int(money[4] or 0)
    else:
        raise _refuse(N_("숫자로 적어 주세요. 보기: %(example)s"), example=setting.typed(setting.default))
    _require_bounds(setting, Fraction(number))
    return number


_DECIMAL = re.compile(r"(\d{1,9})(?:\.(\d{1,9}))?", re.ASCII)
_FRACTION = re.compile(r"(\d{1,9})/(\d{1,9})", re.ASCII)
_SPOKEN = re.compile(r"(\d{1,9})분의(\d{1,9})", re.ASCII)


def read_number(text: str) -> Fraction | None:
    """Read ``3``, ``0.6``, ``60%``, ``3/5`` or ``5분의 3`` exactly; None when it is none of these."""
    text = _clean(text).replace(" ", "").replace("⁄", "/")
    if text.endswith("%"):
        number = read_number(text[:-1])
        return None if number is None else number / 100
    if found := _DECIMAL.fullmatch(text):
        return Fraction(found[0])
    if (found := _FRACTION.fullmatch(text)) and int(found[2]):
        return Fraction(int(found[1]), int(found[2]))
    if (found := _SPOKEN.fullmatch(text)) and int(found[1]):
        return Fraction(int(found[2]), int(found[1]))
    return None


def _parse_share(setting: AnySetting, typed: str) -> Fraction:
    share = read_number(typed)
    if share is None:
        raise _refuse(N_("비율은 60%, 0.6, 3/5처럼 적어 주세요."))
    _require_bounds(setting, share)
    return share


_PREFIX = re.compile(r"(>=|>|≥)?(.*?)(이상|초과)?", re.DOTALL)


def _parse_threshold(setting: AnySetting, typed: str) -> Threshold:
    text = _clean(typed).replace(" ", "")
    if text.lower() in {"과반", "과반수", "majority"}:
        return Threshold(Fraction(1, 2), more_than=True)
    found = _PREFIX.fullmatch(text)
    share = read_number(found[2]) if found else None
    if found is None or share is None or bool(found[1]) == bool(found[3]):
        raise _refuse(N_("“과반수”, “3분의 2 이상”, “50% 초과”, “>= 1/3”처럼 적어 주세요."))
    _require_bounds(setting, share)
    return Threshold(share, more_than=found[1] == ">" or found[3] == "초과")


_YES = frozenset({"yes", "예", "네", "true", "1", "on"})
_NO = frozenset({"no", "아니요", "아니오", "false", "0", "off"})


def _parse_yes_no(_setting: AnySetting, typed: str) -> bool:
    text = _clean(typed).lower()
    if text in _YES or text in _NO:
        return text in _YES
    raise _refuse(N_("예 또는 아니요를 골라 주세요."))


def _parse_choice(setting: AnySetting, typed: str) -> str:
    text = _clean(typed)
    if text not in setting.choices:
        raise _refuse(N_("목록에 있는 것 가운데 하나를 골라 주세요."))
    return text


def _parse_tracks(_setting: AnySetting, typed: str) -> tuple[Track, ...]:
    tracks: list[Track] = []
    for line in _lines(typed):
        name, _, share_text = line.rpartition(" ")
        share = read_number(share_text)
        if not name.strip() or share is None:
            raise _refuse(N_("한 줄에 하나씩 이름과 비율을 적어 주세요. 보기: 공개모집 60%"))
        name = " ".join(name.split())
        tracks.append(Track(KNOWN_TRACKS.get(name, f"track{len(tracks) + 1}"), name[:40], share))
    return _require_tracks(tracks)


def _load_tracks(_setting: AnySetting, stored: str) -> tuple[Track, ...]:
    tracks = []
    for line in _lines(stored):
        code, name, share_text = line.split("|", 2)
        share = read_number(share_text)
        if share is None:
            raise _refuse(N_("저장된 값을 읽을 수 없습니다."))
        tracks.append(Track(code, name, share))
    return _require_tracks(tracks)


def _require_tracks(tracks: list[Track]) -> tuple[Track, ...]:
    if not tracks:
        raise _refuse(N_("적어도 한 줄을 적어 주세요."))
    if len({track.name for track in tracks}) != len(tracks):
        raise _refuse(N_("같은 이름이 두 번 있습니다."))
    if any("|" in track.name for track in tracks):
        raise _refuse(N_("이름에 | 표는 쓸 수 없습니다."))
    if sum(track.share for track in tracks) != 1:
        raise _refuse(N_("비율을 모두 더하면 100%가 되어야 합니다."))
    return tuple(tracks)


def _parse_weights(setting: AnySetting, typed: str) -> dict[str, Fraction]:
    pairs = (re.split(r"[=:\s]+", line, maxsplit=1) for line in _lines(typed))
    return _require_weights(setting, pairs)


def _load_weights(setting: AnySetting, stored: str) -> dict[str, Fraction]:
    return _require_weights(setting, (line.split("=", 1) for line in _lines(stored)))


def _require_weights(setting: AnySetting, pairs: Iterable[list[str]]) -> dict[str, Fraction]:
    weights: dict[str, Fraction] = {}
    by_name = {name: code for code, name in setting.choices.items()}
    for pair in pairs:
        code = by_name.get(pair[0], pair[0])
        weight = read_number(pair[1]) if len(pair) == 2 else None
        if code not in setting.choices or weight is None or code in weights:
            raise _refuse(N_("한 줄에 하나씩 이름과 무게를 적어 주세요. 보기: %(example)s"), example="online 1")
        _require_bounds(setting, weight)
        weights[code] = weight
    if set(weights) != set(setting.choices):
        raise _refuse(N_("모든 항목의 무게를 적어 주세요."))
    if sum(weights.values()) <= 0:
        raise _refuse(N_("무게가 모두 0일 수는 없습니다."))
    return {code: weights[code] for code in setting.choices}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in unicodedata.normalize("NFKC", text).splitlines() if line.strip()]


def _require_bounds(setting: AnySetting, number: Fraction) -> None:
    low, high = setting.minimum, setting.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        shares = setting.kind in {Kind.SHARE, Kind.THRESHOLD}
        write = write_share if shares else write_plain
        raise _refuse(
            N_("%(low)s부터 %(high)s까지 정할 수 있습니다."),
            low=write(low) if low is not None else "0",
            high=write(high) if high is not None else "∞",
        )


_PARSERS = {
    **dict.fromkeys(WHOLE_NUMBERS, _parse_whole),
    Kind.SHARE: _parse_share,
    Kind.THRESHOLD: _parse_threshold,
    Kind.YES_NO: _parse_yes_no,
    Kind.CHOICE: _parse_choice,
    Kind.TRACKS: _parse_tracks,
    Kind.WEIGHTS: _parse_weights,
}
