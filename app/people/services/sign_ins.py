"""Beginning and ending signed-in browsers."""

import hashlib
import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import update

from app.db.session import get_or_not_found, session
from app.errors import NotAllowed, NotFound
from app.i18n import N_
from app.people.models import Person, SignIn
from app.people.passwords import hash_password, is_password, needs_rehash
from app.people.permissions import needs_second_factor
from app.people.queries.sign_ins import person_of_contact
from app.people.rules import Factor

TOKEN_BYTES = 32
SEEN_EVERY = timedelta(minutes=1)
MOST_ID = 2**31 - 1
"""Sign-ins are numbered by lot, so that their numbers are in no order."""


def token_hash(token: str) -> bytes:
    """Return what the table keeps of a random token; a plain hash suffices for 256 random bits."""
    return hashlib.sha256(token.encode()).digest()


def check_password(typed_contact: str, password: str) -> Person | None:
    """Return the person whose contact and password these are, or None; both answers take equally long.

    Reads only, and takes its time: call it outside a transaction.
    """
    person = person_of_contact(typed_contact)
    stored = person.password_hash if person is not None and person.is_active else None
    return person if is_password(stored, password) and person is not None else None


def begin(
    person: Person, *, device: str, lasts: timedelta, at: datetime, factor: Factor | None = None, password: str = ""
) -> str:
    """Sign a browser in and return the token for its cookie; it is stored nowhere.

    Args:
        person: whom.
        device: the browser's ``User-Agent``; only its kind is kept.
        lasts: after this the sign-in is over, used or not.
        at: when.
        factor: the second factor that was shown already, if any.
        password: as typed, to renew its stored form when that has become too weak.
    """
    noted = seen_as(person, at)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session().add(
        SignIn(
            id=_drawn_id(),
            person_id=person.id,
            token_hash=token_hash(token),
            device=device_name(device),
            created_at=noted,
            last_seen_at=noted,
            expires_at=noted + lasts,
            second_factor_at=noted if factor else None,
            factor=factor,
        )
    )
    if password and person.password_hash and needs_rehash(person.password_hash):
        person.password_hash = hash_password(password)
    session().flush()
    return token


def demo_sign_in(person_id: int, *, demo: bool, device: str, lasts: timedelta, at: datetime) -> str:
    """Sign a browser in to one of the ready accounts of a demonstration, second factor included.

    Raises:
        NotAllowed: this is no demonstration.
        NotFound: it is not one of its ready accounts.
    """
    if not demo:
        raise NotAllowed(N_("시연할 때만 쓸 수 있습니다."))
    person = get_or_not_found(Person, person_id)
    if not person.is_demo or not person.is_active:
        raise NotFound(N_("그런 시연 계정이 없습니다."))
    return begin(person, device=device, lasts=lasts, at=at, factor=Factor.DEMO)


def note_seen(sign_in_id: int, *, at: datetime) -> None:
    """Remember that a browser was used, as exactly as its person needs (`seen_as`)."""
    row = get_or_not_found(SignIn, sign_in_id)
    row.last_seen_at = max(row.last_seen_at, seen_as(row.person, at))


def seen_as(person: Person, at: datetime) -> datetime:
    """Return how a sign-in is dated: to the minute where idle browsers are signed out, to the hour for everybody else.

    Many sign in to vote, one after another. Exact times, and numbers that count up, would be the order of their ballots on
    the board (security.md T51).
    """
    if needs_second_factor(person, at):
        return at
    return at.replace(minute=0, second=0, microsecond=0)


def _drawn_id() -> int:
    while session().get(SignIn, found := 1 + secrets.randbelow(MOST_ID)) is not None:
        pass
    return found


def pass_second_factor(sign_in_id: int, factor: Factor, *, at: datetime) -> None:
    """Note that a browser's person showed their second factor."""
    row = get_or_not_found(SignIn, sign_in_id, lock=True)
    row.second_factor_at, row.factor, row.challenge = seen_as(row.person, at), factor, None


def end(sign_in_id: int, *, by: Person, at: datetime) -> None:
    """End one of the person's own sign-ins; ending it twice changes nothing.

    Raises:
        NotFound: it is not theirs.
    """
    row = get_or_not_found(SignIn, sign_in_id)
    if row.person_id != by.id:
        raise NotFound(N_("찾으시는 것이 없습니다."))
    row.ended_at = row.ended_at or at


def end_all(person_id: int, *, at: datetime, keep: int | None = None) -> int:
    """End all sign-ins of a person but one; return how many ended."""
    open_ones = update(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
    if keep is not None:
        open_ones = open_ones.where(SignIn.id != keep)
    return int(session().execute(open_ones.values(ended_at=at)).rowcount)  # type: ignore[attr-defined]


_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    (r"KAKAOTALK", "KakaoTalk"),
    (r"NAVER", "NAVER"),
    (r"SamsungBrowser", "Samsung Internet"),
    (r"Whale/", "Whale"),
    (r"Edg(e|A|iOS)?/", "Edge"),
    (r"OPR/", "Opera"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrome/|CriOS/", "Chrome"),
    (r"Safari/", "Safari"),
)


def device_name(user_agent: str) -> str:
    """Return the kind of browser and system, as much as its owner needs to recognise it: ``Chrome · Android``."""
    browser = next((name for pattern, name in _BROWSERS if re.search(pattern, user_agent)), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return " · ".join(part for part in (browser, system) if part) or "?"
