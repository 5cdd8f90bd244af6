"""Writing the log of staff reads, checking it, forgetting what is old enough."""

import ipaddress
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CursorResult, delete

from app.db.session import session
from app.errors import InvalidInput
from app.i18n import N_
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
    """Delete entries older than `ACCESS_LOG_YEARS`; the database refuses younger ones. Return how many."""
    limit = at.replace(year=at.year - ACCESS_LOG_YEARS, day=min(at.day, 28))
    gone = session().execute(delete(AccessLogEntry).where(AccessLogEntry.at < limit))
    return gone.rowcount if isinstance(gone, CursorResult) else 0


def _address(ip: str | None) -> str:
    try:
        return str(ipaddress.ip_address(ip or ""))
    except ValueError:
        return COMMAND
