"""Writes a calendar (iCalendar, RFC 5545). Pure: events in, text out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LASTS = timedelta(hours=2)
"""How long a meeting is taken to last; nobody writes down when it ends."""
_LINE = 75


@dataclass(frozen=True)
class CalendarEvent:
    """One event as a calendar has it."""

    uid: str
    sequence: int
    title: str
    where: str
    starts_at: datetime
    changed_at: datetime
    url: str
    is_cancelled: bool


def calendar(name: str, events: Iterable[CalendarEvent]) -> str:
    """Return the text of a calendar: CRLF lines of at most 75 octets, instants in UTC (RFC 5545 §3.1, §3.3.5)."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Madang//Village calendar//KO",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
        "X-WR-TIMEZONE:Asia/Seoul",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
    ]
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{event.uid}",
            f"SEQUENCE:{event.sequence}",
            f"DTSTAMP:{_instant(event.changed_at)}",
            f"DTSTART:{_instant(event.starts_at)}",
            f"DTEND:{_instant(event.starts_at + LASTS)}",
            f"SUMMARY:{_text(event.title)}",
            f"LOCATION:{_text(event.where)}",
            f"URL:{event.url}",
            f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    """Escape a text (RFC 5545 §3.3.11); a line break must not begin a property of its own."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _folded(line: str) -> str:
    """Fold a line at 75 octets, never inside a letter (RFC 5545 §3.1)."""
    parts, part, room = [], "", _LINE
    for letter in line:
        size = len(letter.encode())
        if len(part.encode()) + size > room:
            parts.append(part)
            part, room = "", _LINE - 1  # the space that begins a folded line counts
        part += letter
    return "\r\n ".join([*parts, part])
