"""One-time secrets: codes and links that prove that a contact belongs to whoever uses them (ASVS 6.5, 6.6)."""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any, cast

from sqlalchemy import delete, select, update

from app.db.session import session
from app.people.models import OneTimeSecret
from app.people.rules import Purpose
from app.privacy.encryption import Indexed
from app.privacy.keys import keys
from app.privacy.sealing import cell_of, index_of, reveal

DIGITS = 8
"""26 bits, five tries, ten minutes: a guess succeeds once in twenty million."""
TRIES = 5
CODE_LASTS = timedelta(minutes=10)
LINK_LASTS = timedelta(minutes=30)


@dataclass(frozen=True)
class Issued:
    """A fresh secret. ``request`` goes to the browser that asked, ``code`` and ``link`` to the contact."""

    secret: OneTimeSecret
    request: str
    code: str
    link: str


@dataclass(frozen=True)
class Proved:
    """What a secret was for, once it fitted; it is used up."""

    person_id: int | None
    payload: dict[str, Any] | None


def issue(
    purpose: Purpose, *, person_id: int | None, payload: dict[str, Any] | None, at: datetime, with_link: bool = False
) -> Issued:
    """Make a secret. Without a person and a payload it never proves anything, which nobody can see from outside."""
    request, link = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    row = OneTimeSecret(
        purpose=purpose,
        person_id=person_id,
        request_hash=_hash(request),
        code_index=b"",
        link_hash=_hash(link) if with_link else None,
        created_at=at,
        expires_at=at + (LINK_LASTS if with_link else CODE_LASTS),
        attempts_left=TRIES,
    )
    row.code_index = _code_index(row, code)
    if payload is not None:
        # Sealed without the search for resident numbers: what was typed was searched already, and a hash of a password
        # may look like anything.
        cell = cell_of(row, OneTimeSecret.payload)
        row.payload = keys().keyring.seal(cell, json.dumps(payload, ensure_ascii=False, sort_keys=True))
    if person_id is not None:
        # A newer request makes the older ones worthless.
        session().execute(
            update(OneTimeSecret)
            .where(
                OneTimeSecret.person_id == person_id, OneTimeSecret.purpose == purpose, OneTimeSecret.used_at.is_(None)
            )
            .values(attempts_left=0)
        )
    session().add(row)
    session().flush()
    return Issued(row, request, code, link)


def prove_by_code(request: str, purpose: Purpose, code: str, *, at: datetime) -> Proved | None:
    """Try a typed code in the browser that asked for it; commit in either case, for each try counts."""
    row = _locked(OneTimeSecret.request_hash == _hash(request), purpose)
    digits = "".join(letter for letter in code if letter.isdecimal() and letter.isascii())
    if row is None or not row.is_open(at) or at >= row.created_at + CODE_LASTS:
        return None
    row.attempts_left -= 1
    if not compare_digest(row.code_index, _code_index(row, digits)):
        session().flush()
        return None
    return _use(row, at)


def prove_by_link(link: str, purpose: Purpose, *, at: datetime) -> Proved | None:
    """Use the link of a mail, from any browser."""
    row = _locked(OneTimeSecret.link_hash == _hash(link), purpose)
    return None if row is None or not row.is_open(at) else _use(row, at)


def is_open(request: str, purpose: Purpose, *, at: datetime) -> bool:
    """Tell whether a browser's request may still be answered with a code."""
    row = session().scalar(
        select(OneTimeSecret).where(OneTimeSecret.request_hash == _hash(request), OneTimeSecret.purpose == purpose)
    )
    return row is not None and row.is_open(at) and at < row.created_at + CODE_LASTS


def forget_old_secrets(at: datetime) -> int:
    """Delete secrets that ran out, with what they held; return how many."""
    gone = session().execute(delete(OneTimeSecret).where(OneTimeSecret.expires_at < at))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _use(row: OneTimeSecret, at: datetime) -> Proved | None:
    row.used_at = at
    held = reveal(row, OneTimeSecret.payload)
    row.payload = None
    session().flush()
    if held is None and row.person_id is None:
        return None
    return Proved(row.person_id, None if held is None else cast("dict[str, Any]", json.loads(held)))


def _locked(condition: Any, purpose: Purpose) -> OneTimeSecret | None:
    return session().scalar(select(OneTimeSecret).where(condition, OneTimeSecret.purpose == purpose).with_for_update())


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _code_index(row: OneTimeSecret, code: str) -> bytes:
    # Eight digits are soon tried out by whoever reads the table: the hash is keyed, and bound to its row.
    return index_of(Indexed.TOKEN, code, scope=f"one-time:{row.row_key}")
