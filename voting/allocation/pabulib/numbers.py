"""Numbers in ``.pb`` files, read exactly: no float ever holds money or points."""

import re
from fractions import Fraction

_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(?:[.,][0-9]{1,9})?")
_WHOLE = re.compile(r"[0-9]{1,18}")


def exact_number(text: str) -> Fraction | None:
    """Read ``12``, ``-3``, ``12.50`` or ``12,50``; anything else is ``None``."""
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        return None
    return Fraction(text.replace(",", "."))


def whole_number(text: str) -> int | None:
    """Read a whole number that is not negative, written plainly or with nothing but noughts behind the point."""
    text = text.strip()
    if _WHOLE.fullmatch(text):
        return int(text)
    number = exact_number(text)
    return int(number) if number is not None and number.denominator == 1 and number >= 0 else None


def as_decimal(number: Fraction, places: int) -> str:
    """Write a number that has at most ``places`` decimals, without superfluous noughts."""
    whole = number * 10**places
    digits = f"{abs(int(whole)):0{places + 1}d}"
    sign = "-" if number < 0 else ""
    if places == 0:
        return sign + digits
    text = f"{digits[:-places]}.{digits[-places:]}".rstrip("0").rstrip(".")
    return sign + text
