"""How instants, days, money and shares are written (experience.md §3)."""

import re
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Protocol

from flask import Flask
from flask_babel import get_locale
from markupsafe import Markup, escape

from app.clock import KST, kst_date, utc_now
from app.web.messages import phrase, spoken


class NamedPlace(Protocol):
    """Anything with a Korean and an English name."""

    @property
    def name(self) -> str:
        """In Korean."""

    @property
    def name_en(self) -> str:
        """In English."""


_HANGUL = "ㄱ-ㆎ가-힣"
_KOREAN_WORDS = re.compile(rf"[{_HANGUL}](?:[{_HANGUL}\d\s·,.!?/()'‘’“”~&-]*[{_HANGUL}])?")
_FIGURE_AND_PARTICLE = re.compile(rf"(?<=[)%])(?=[{_HANGUL}])")
_LONG_FINGERPRINT = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{28,}\b")
WORD_JOINER = "\N{WORD JOINER}"
WEEKDAYS = "월화수목금토일"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def is_korean() -> bool:
    """Tell whether the page is in Korean."""
    locale = get_locale()
    return locale is None or locale.language == "ko"


def day(value: date | datetime) -> str:
    """Write a day: ``2026. 7. 1.(수)`` or ``Wed 1 Jul 2026``."""
    on = kst_date(value) if isinstance(value, datetime) else value
    if is_korean():
        return f"{on.year}. {on.month}. {on.day}.({WEEKDAYS[on.weekday()]})"
    return f"{WEEKDAYS_EN[on.weekday()]} {on.day} {MONTHS_EN[on.month - 1]} {on.year}"


def date_of_birth(value: date) -> str:
    """Write a day on which somebody was born: ``1985. 5. 5.`` or ``5 May 1985``; nobody knows its weekday."""
    return (
        f"{value.year}. {value.month}. {value.day}."
        if is_korean()
        else f"{value.day} {MONTHS_EN[value.month - 1]} {value.year}"
    )


def short_day(value: date | datetime) -> str:
    """Write a day of a known year: ``7. 1.(수)`` or ``Wed 1 Jul``."""
    on = kst_date(value) if isinstance(value, datetime) else value
    if is_korean():
        return f"{on.month}. {on.day}.({WEEKDAYS[on.weekday()]})"
    return f"{WEEKDAYS_EN[on.weekday()]} {on.day} {MONTHS_EN[on.month - 1]}"


def month_of_year(value: date) -> str:
    """Write a month of a year: ``2026년 10월`` or ``Oct 2026``."""
    return f"{value.year}년 {value.month}월" if is_korean() else f"{MONTHS_EN[value.month - 1]} {value.year}"


def clock_time(value: datetime) -> str:
    """Write a Korean wall-clock time: ``오후 2:00`` or ``2:00 pm``; where a day begins, ``0시`` or ``midnight``.

    "오전 12:00" is read as noon by many, and "자정" as the end of the day (`until` says it so).
    """
    local = value.astimezone(KST)
    if (local.hour, local.minute) == (0, 0):
        return "0시" if is_korean() else "midnight"
    hour = local.hour % 12 or 12
    if is_korean():
        return f"{'오전' if local.hour < 12 else '오후'} {hour}:{local.minute:02d}"
    return f"{hour}:{local.minute:02d} {'am' if local.hour < 12 else 'pm'}"


def instant(value: datetime) -> str:
    """Write an instant in Korean time: ``2026. 7. 1.(수) 오후 2:00``."""
    return f"{day(value)} {clock_time(value)}" if is_korean() else f"{day(value)}, {clock_time(value)}"


def until(value: datetime) -> str:
    """Write a closing instant: midnight is said as the end of the day before, as people do."""
    local = value.astimezone(KST)
    if (local.hour, local.minute) == (0, 0):
        last = local.date() - timedelta(days=1)
        return f"{short_day(last)} 자정" if is_korean() else f"midnight, {short_day(last)}"
    return f"{short_day(value)} {clock_time(value)}"


def won(value: int) -> str:
    """Write money: ``30,000,000원`` or ``₩30,000,000``."""
    return f"{value:,}원" if is_korean() else f"₩{value:,}"


def signed_won(value: int) -> str:
    """Write a change of money with its sign: ``+1,000,000원``, ``−500,000원``."""
    sign = "+" if value >= 0 else "\N{MINUS SIGN}"
    return f"{sign}{won(abs(value))}"


def tenth(value: Fraction) -> str:
    """Write a mean with one decimal, rounded half up: ``4.3``."""
    part, whole = value.as_integer_ratio()  # whole numbers alone: a table writes hundreds of these
    tenths = (part * 20 + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}"


_HUNDRED_MILLION = 100_000_000
"""One 억; longer digits than its tenfold do not fit into a figure on a phone."""


def won_parts(value: int) -> tuple[str, str]:
    """Write money for a large figure, as digits and unit: ``7,760`` ``만 원``, ``12.35`` ``억 원``, ``₩77.6M``; exact amounts stand elsewhere."""
    if is_korean() and value >= _HUNDRED_MILLION and (value % 10_000 or value >= 10 * _HUNDRED_MILLION):
        hundredths = (value + 500_000) // 1_000_000
        return f"{hundredths // 100:,}" + f".{hundredths % 100:02d}".rstrip("0").rstrip("."), "억 원"
    if is_korean():
        return (f"{value // 10_000:,}", "만 원") if value >= 10_000 and value % 10_000 == 0 else (f"{value:,}", "원")
    if value < 1_000_000:
        return f"₩{value:,}", ""
    hundredths = (value + 5_000) // 10_000
    return f"₩{hundredths // 100:,}" + f".{hundredths % 100:02d}".rstrip("0").rstrip("."), "M"


def share_of(part: int, whole: int) -> str:
    """Write a part as the width of its bar: ``32.9%``, never past the edge."""
    tenths = min(part * 1000 // whole, 1000) if whole > 0 else 0
    return f"{tenths // 10}.{tenths % 10}%" if tenths % 10 else f"{tenths // 10}%"


def percent(value: Fraction) -> str:
    """Write a share with at most one decimal, rounded half up."""
    part, whole = value.as_integer_ratio()
    tenths = (part * 2000 + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}%" if tenths % 10 else f"{tenths // 10}%"


def days_left(value: datetime) -> int:
    """Return how many whole Korean days remain until the day on which an instant falls (0 = today)."""
    last = kst_date(value - timedelta(microseconds=1))
    return (last - kst_date(utc_now())).days


def paragraphs(text: str) -> Markup:
    """Write plain text as paragraphs: blank lines part them, single line breaks stay."""
    blocks = [block.strip() for block in text.replace("\r\n", "\n").split("\n\n") if block.strip()]
    return Markup("").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(escape(line) for line in block.split("\n"))) for block in blocks
    )


def told(text: str, *, short: bool = False) -> Markup:
    """Write a sentence of ours in which words of others stand.

    On English pages their Korean is marked as Korean, so that a screen reader says it; on Korean ones a particle stays on
    the line of its figure.

    Args:
        text: the sentence.
        short: long fingerprints are cut to what the eye compares.
    """
    if isinstance(text, Markup):  # the title of a page, escaped already
        text = text.unescape()
    if short:
        text = _LONG_FINGERPRINT.sub(r"\1…", text)
    if is_korean():
        return escape(_FIGURE_AND_PARTICLE.sub(WORD_JOINER, text))
    written, end = Markup(""), 0
    for found in _KOREAN_WORDS.finditer(text):
        written += escape(text[end : found.start()]) + Markup('<span lang="ko">{}</span>').format(found.group())
        end = found.end()
    return written + escape(text[end:])


def month_name(value: datetime) -> str:
    """Write a month: ``9월`` or ``Sep``."""
    month = kst_date(value).month
    return f"{month}월" if is_korean() else MONTHS_EN[month - 1]


def day_number(value: datetime) -> int:
    """Return the day of the month."""
    return kst_date(value).day


def weekday(value: datetime) -> str:
    """Write a day of the week."""
    index = kst_date(value).weekday()
    return WEEKDAYS[index] if is_korean() else WEEKDAYS_EN[index]


def place_name(place: NamedPlace) -> str:
    """Write a place's name in the language of the page."""
    return place.name if is_korean() else place.name_en


def init_app(app: Flask) -> None:
    """Offer them to templates."""
    for function in (
        month_name,
        day_number,
        weekday,
        place_name,
        day,
        date_of_birth,
        short_day,
        clock_time,
        instant,
        until,
        won,
        won_parts,
        signed_won,
        tenth,
        share_of,
        percent,
        days_left,
        paragraphs,
        told,
        phrase,
        spoken,
    ):
        app.add_template_filter(function)
