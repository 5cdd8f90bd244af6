"""Numbers and names in Korean and English sentences."""

from collections.abc import Sequence
from fractions import Fraction

_FIRST_SYLLABLE, _LAST_SYLLABLE, _FINALS = 0xAC00, 0xD7A3, 28
_RIEUL = 8
# How the last digit is read aloud decides the particle: 0 영, 1 일, 3 삼, 6 육, 7 칠, 8 팔 end in a consonant.
_DIGITS_WITH_FINAL = frozenset("013678")
_DIGITS_WITH_RIEUL = frozenset("178")
_PAIRS = {"은": ("은", "는"), "이": ("이", "가"), "을": ("을", "를"), "과": ("과", "와")}
_CLOSING = "」』)]\"'”’ "


def particle(word: str, kind: str) -> str:
    """Return the form of a Korean particle that fits the sound at the end of ``word``.

    Args:
        word: the word before it; closing quotes and brackets are passed over.
        kind: 은, 이, 을, 과 or 으로. A word whose sound is unknown (Latin letters) gets both forms: 은(는).
    """
    last = word.rstrip(_CLOSING)[-1:]
    final = rieul = None
    if last and _FIRST_SYLLABLE <= ord(last) <= _LAST_SYLLABLE:
        sound = (ord(last) - _FIRST_SYLLABLE) % _FINALS
        final, rieul = sound != 0, sound == _RIEUL
    elif last and last in "0123456789":
        final, rieul = last in _DIGITS_WITH_FINAL, last in _DIGITS_WITH_RIEUL
    if kind == "으로":
        if final is None:
            return "(으)로"
        return "으로" if final and not rieul else "로"
    with_final, without = _PAIRS[kind]
    if final is None:
        return f"{with_final}({without})"
    return with_final if final else without


class Word(str):
    """A word in a Korean template: ``{word:은}`` writes it with the form of the particle that fits its sound."""

    __slots__ = ()

    def __format__(self, kind: str) -> str:
        return str(self) + particle(self, kind) if kind else str(self)


def decimal(number: Fraction | int, places: int = 0) -> str:
    """Write a number with thousands separators, rounded half up to at most ``places`` decimals."""
    scaled = Fraction(number) * 10**places
    rounded = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
    whole, rest = divmod(rounded, 10**places)
    text = f"{whole:,}"
    if places and rest:
        text += f".{rest:0{places}d}".rstrip("0")
    return f"-{text}" if number < 0 and rounded else text


def percent(share: Fraction) -> str:
    """Write a share as a percentage with at most one decimal."""
    return f"{decimal(share * 100, 1)}%"


class Money:
    """Writes amounts of one election.

    Args:
        currency: ISO 4217 code; ``XXX`` means unknown and is not written.
        scale: stored amounts are multiplied by this.
    """

    def __init__(self, currency: str, scale: int) -> None:
        self._currency = currency
        self._scale = scale

    def korean(self, amount: Fraction | int) -> str:
        """Write an amount for a Korean sentence."""
        number = self._number(amount)
        if self._currency == "KRW":
            return f"{number}원"
        return number if self._currency == "XXX" else f"{number} {self._currency}"

    def english(self, amount: Fraction | int) -> str:
        """Write an amount for an English sentence."""
        number = self._number(amount)
        if self._currency == "KRW":
            return f"{number} won"
        return number if self._currency == "XXX" else f"{number} {self._currency}"

    def _number(self, amount: Fraction | int) -> str:
        return decimal(Fraction(amount) / self._scale, 0 if self._scale == 1 else 2)


def listed(names: Sequence[str], *, most: int, korean: bool) -> str:
    """Write the first few names of a list in quotation marks, and how many more there are."""
    shown = ", ".join(f"「{name}」" if korean else f"‘{name}’" for name in names[:most])
    more = len(names) - most
    if more > 0:
        shown += f" 외 {more}건" if korean else f" and {more} more"
    return shown
