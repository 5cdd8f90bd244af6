"""Writing by-elections into the calendar, and taking back what was a mistake."""

from datetime import date, datetime

from sqlalchemy import select

from app.clock import kst_date
from app.db.session import get_or_not_found, session
from app.errors import InvalidInput, NotAllowed
from app.i18n import N_
from app.places.elections.models import ByElectionRow
from app.places.elections.permissions import can_keep_calendar
from app.places.elections.rules import Office, require_by_election
from app.places.models import Place
from app.places.permissions import Steward
from app.record.services import append

NOT_STAFF = N_("구·군과 시의 담당자만 재·보궐선거를 적습니다.")
TITLE_MIN, REASON_MIN = 4, 5


def add_by_election(
    place_id: int,
    *,
    office: Office,
    title: str,
    election_on: date,
    confirmed_on: date,
    once: str,
    by: Steward,
    at: datetime,
) -> ByElectionRow:
    """Write down a by-election: from now on it restricts what offices of its area do before it.

    Args:
        place_id: its area; everything below is in it.
        office: what it fills.
        title: its public name.
        election_on: the day of the vote.
        confirmed_on: when its cause was confirmed.
        once: key of the form; the same form sent twice writes it once.
        by: staff of the district or the city.
        at: when.

    Raises:
        NotFound, NotAllowed: no such place; not its district's or city's staff.
        InvalidInput: no name, or days that cannot be (`require_by_election`).
    """
    place = get_or_not_found(Place, place_id, lock=True)
    if not can_keep_calendar(by, place, at):
        raise NotAllowed(NOT_STAFF)
    known = session().scalar(
        select(ByElectionRow).where(ByElectionRow.place_id == place.id, ByElectionRow.once == once)
    )
    if known is not None:
        return known
    title = " ".join(title.split())
    if len(title) < TITLE_MIN:
        raise InvalidInput(N_("어떤 선거인지 적어 주세요."), field="title")
    found = require_by_election(office, election_on=election_on, confirmed_on=confirmed_on, today=kst_date(at))
    row = ByElectionRow(
        place_id=place.id, office=found.office, title=title[:80], election_on=found.election_on,
        confirmed_on=found.confirmed_on, once=once, added_by=by.id, added_at=at,
    )  # fmt: skip
    session().add(row)
    session().flush()
    append(
        place, "places.by_election_added", role=by.staff_role(place, at) or "", subject=f"by_election:{row.id}", at=at,
        values={"title": row.title, "day": row.election_on.isoformat()},
    )  # fmt: skip
    return row


def remove_by_election(row_id: int, *, reason: str, by: Steward, at: datetime) -> ByElectionRow:
    """Take back a by-election that was written down by mistake or is not held; done twice, once.

    Raises:
        NotFound, NotAllowed: no such election; not its district's or city's staff.
        InvalidInput: no reason.
    """
    row = get_or_not_found(ByElectionRow, row_id, lock=True)
    if not can_keep_calendar(by, row.place, at):
        raise NotAllowed(NOT_STAFF)
    if row.removed_at is not None:
        return row
    reason = " ".join(reason.split())
    if len(reason) < REASON_MIN:
        raise InvalidInput(N_("빼는 까닭을 적어 주세요. 누구나 읽습니다."), field="reason")
    row.removed_at, row.removed_why = at, reason[:300]
    append(
        row.place, "places.by_election_removed", role=by.staff_role(row.place, at) or "",
        subject=f"by_election:{row.id}", at=at, values={"title": row.title, "reason": row.removed_why},
    )  # fmt: skip
    return row
