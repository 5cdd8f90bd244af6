"""Writing the log of staff reads, checking it, forgetting what is old enough."""

import ipaddress
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete, select

from app.db.session import session
from app.errors import InvalidInput
from app.i18n import N_
from app.places.models import Place
from app.places.queries import setting
from app.places.settings.money import RETENTION_AUDIT_MONTHS
from app.privacy.models import AccessLogEntry
from app.privacy.rules import ACCESS_LOG_YEARS, NEEDS_REASON, Access

COMMAND = "command"
"""Stands for the address when a command on the server read the data."""

_REASON_MISSING = N_("내려받는 까닭을 적어 주세요. 열람 기록에 남습니다.")


def log_access(
    access: Access,
    *,
    by: int,
    ip: str | None,
    subject: str,
    at: datetime,
    count: int = 1,
    fields: Sequence[str] = (),
    reason: str | None = None,
    place_id: int | None = None,
) -> AccessLogEntry:
    """Write down that a member of staff read personal data. Called in a transaction before anything is shown.

    Args:
        access: what they did.
        by: whose account.
        ip: the address it came from; None or `COMMAND` on the server itself.
        subject: whose data, ``person:17``, or which list, ``roll:12``.
        at: when.
        count: how many people's data.
        fields: which columns.
        reason: why; required for downloads.
        place_id: for which place they did it.

    Raises:
        InvalidInput: a download without a reason (field ``reason``).
    """
    reason = " ".join((reason or "").split())
    if access in NEEDS_REASON and not reason:
        raise InvalidInput(_REASON_MISSING, field="reason")
    entry = AccessLogEntry(
        at=at,
        person_id=by,
        ip=_address(ip),
        access=access,
        subject=subject,
        count=count,
        fields=",".join(fields)[:200],
        reason=reason[:300] or None,
        place_id=place_id,
    )
    session().add(entry)
    session().flush()  # a read that cannot be logged does not happen
    return entry


def purge_access_log(*, at: datetime) -> int:
    """Delete entries older than their place keeps them (``privacy.retention_audit_months``); return how many.

    Entries of no place are kept as long as the default says. The database refuses to lose any younger than
    `ACCESS_LOG_YEARS`.
    """
    old = at.replace(year=at.year - ACCESS_LOG_YEARS, day=min(at.day, 28))
    gone = 0
    for number in session().scalars(select(AccessLogEntry.place_id).where(AccessLogEntry.at < old).distinct()).all():
        place = session().get(Place, number) if number is not None else None
        months = RETENTION_AUDIT_MONTHS.default if place is None else setting(place, RETENTION_AUDIT_MONTHS)
        mine = delete(AccessLogEntry).where(
            AccessLogEntry.place_id.is_not_distinct_from(number),
            AccessLogEntry.at < min(old, at - timedelta(days=31 * months)),
        )
        done = session().execute(mine)
        gone += done.rowcount if isinstance(done, CursorResult) else 0
    return gone


def _address(ip: str | None) -> str:
    try:
        return str(ipaddress.ip_address(ip or ""))
    except ValueError:
        return COMMAND
