"""Erasing what identifies applicants once nobody needs it: when their time as reserves is over."""

from datetime import datetime

from sqlalchemy import select

from app.clock import kst_date
from app.council.models import Application, ApplicationObjection, OpenCall
from app.council.rules.calls import ApplicationState, CallState
from app.council.rules.membership import add_months
from app.db.session import session
from app.people.rules import Role
from app.places.queries import setting
from app.record.services import append

BLANKED = (
    Application.legal_name, Application.birth_date, Application.phone, Application.address, Application.answers,
    Application.motive, Application.reason, Application.identity_salt, Application.identity_index,
    Application.household_index,
)  # fmt: skip


def erase_old_applications(at: datetime) -> int:
    """Blank the details of all applications of calls that were drawn or called off long enough ago.

    Rows, numbers, tracks and states stay, so that the published list and the record still add up; members keep the
    name of their public office. Returns how many applications were blanked. Run by the clock; running it twice is
    harmless.
    """
    count = 0
    query = select(OpenCall).where(OpenCall.erased_at.is_(None)).with_for_update().limit(50)
    for call in session().scalars(query):
        if not _is_over(call, at):
            continue
        for row in session().scalars(select(Application).where(Application.call_id == call.id)):
            for column in BLANKED:
                setattr(row, column.key, None)
            if row.state is ApplicationState.RESERVE:
                row.state, row.settled_at = ApplicationState.EXPIRED, at
            count += 1
        for objection in session().scalars(
            select(ApplicationObjection)
            .join(Application, Application.id == ApplicationObjection.application_id)
            .where(Application.call_id == call.id)
        ):
            objection.text, objection.answer = None, None
        call.erased_at = at
        append(
            call.place, "council.applications_erased", role=Role.OPERATOR, subject=f"open_call:{call.id}", at=at,
            values={"title": call.title},
        )  # fmt: skip
    return count


def _is_over(call: OpenCall, at: datetime) -> bool:
    """The time of the reserves is counted from the draw; without one, from the end of the call."""
    last = kst_date(call.cancelled_at or call.drawn_at or call.closes_at)
    if call.state in {CallState.DRAFT, CallState.ANNOUNCED, CallState.FROZEN}:
        return False
    return kst_date(at) > add_months(last, setting(call.place, "privacy.retention_lottery_months"))
