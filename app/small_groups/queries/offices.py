"""Who holds which office here."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, or_, select

from app.clock import kst_date
from app.council.models import Council, CouncilMember, CouncilOfficer, CouncilTerm
from app.council.rules.membership import Office
from app.db.session import session
from app.people.models import Person
from app.people.queries.people import grants_in_force
from app.people.rules import STAFF
from app.places.models import Place
from app.small_groups.models import GroupApplication
from app.small_groups.permissions import can_run_rounds


def is_secretary(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody is the secretary (간사) of the dong's council now."""
    if person is None:
        return False
    return session().scalar(_secretaries(place, kst_date(at)).where(CouncilMember.person_id == person.id)) is not None


def _secretaries(place: Place, today: date) -> Select[Any]:
    return (
        select(CouncilMember.person_id)
        .select_from(CouncilOfficer)
        .join(CouncilMember, CouncilMember.id == CouncilOfficer.member_id)
        .join(CouncilTerm, CouncilTerm.id == CouncilOfficer.term_id)
        .join(Council, Council.id == CouncilTerm.council_id)
        .where(
            Council.place_id == place.id,
            CouncilOfficer.office == Office.SECRETARY,
            CouncilMember.person_id.is_not(None),
            CouncilTerm.starts_on <= today,
            CouncilTerm.ends_on >= today,
            or_(CouncilOfficer.ended_on.is_(None), CouncilOfficer.ended_on > today),
        )
    )


def is_free_to_answer(person: Person, application: GroupApplication, at: datetime) -> bool:
    """Tell whether somebody may answer an objection to what was decided about an application.

    Whoever checked it or wrote the decision down may not, unless the dong itself has no other staff or secretary outside
    of the group.
    """
    decided = {each for each in (application.checked_by, application.decided_by) if each is not None}
    if person.id not in decided:
        return True
    inside = {row.person_id for row in application.people if row.left_at is None}
    return not _others_run(application.place, at, besides=decided | inside)


def _others_run(place: Place, at: datetime, *, besides: set[int]) -> bool:
    granted = {
        grant.person_id for grant in grants_in_force(place, at) if grant.role in STAFF and grant.person.is_active
    }
    today = kst_date(at)
    granted |= set(session().scalars(_secretaries(place, today)))
    return bool(granted - besides)


def runs_rounds(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may announce rounds of this dong and write its council's decisions down."""
    return can_run_rounds(person, place, at, is_secretary=is_secretary(person, place, at))
