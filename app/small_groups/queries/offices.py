"""Who holds which office here."""

from datetime import datetime

from sqlalchemy import or_, select

from app.clock import kst_date
from app.council.models import Council, CouncilMember, CouncilOfficer, CouncilTerm
from app.council.rules.membership import Office
from app.db.session import session
from app.people.models import Person
from app.places.models import Place
from app.small_groups.permissions import can_run_rounds


def is_secretary(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody is the secretary (간사) of the dong's council now."""
    if person is None:
        return False
    today = kst_date(at)
    query = (
        select(CouncilOfficer.id)
        .join(CouncilMember, CouncilMember.id == CouncilOfficer.member_id)
        .join(CouncilTerm, CouncilTerm.id == CouncilOfficer.term_id)
        .join(Council, Council.id == CouncilTerm.council_id)
        .where(
            Council.place_id == place.id,
            CouncilOfficer.office == Office.SECRETARY,
            CouncilMember.person_id == person.id,
            CouncilTerm.starts_on <= today,
            CouncilTerm.ends_on >= today,
            or_(CouncilOfficer.ended_on.is_(None), CouncilOfficer.ended_on > today),
        )
    )
    return session().scalar(query) is not None


def runs_rounds(person: Person | None, place: Place, at: datetime) -> bool:
    """Tell whether somebody may announce rounds of this dong and write its council's decisions down."""
    return can_run_rounds(person, place, at, is_secretary=is_secretary(person, place, at))
