"""SELECTs about motions to dismiss a member."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.council.models import CouncilMember, DismissalMotion, DismissalSignature
from app.council.queries.people import NOTHING
from app.council.rules.dismissal import PENDING, MotionState
from app.db.session import get_or_not_found, session
from app.errors import NotFound
from app.people.models import Person
from app.places.models import Place
from app.privacy.sealing import reveal


def motion_of(place: Place, motion_id: int) -> DismissalMotion:
    """Return a motion of a dong.

    Raises:
        NotFound: none of this number here.
    """
    found = get_or_not_found(DismissalMotion, motion_id)
    if found.place_id != place.id:
        raise NotFound(NOTHING)
    return found


def motions_to_table(place: Place) -> list[DismissalMotion]:
    """Return the motions that a meeting must decide."""
    query = (
        select(DismissalMotion)
        .where(DismissalMotion.place_id == place.id, DismissalMotion.state == MotionState.PROPOSED)
        .options(joinedload(DismissalMotion.member))
        .order_by(DismissalMotion.proposed_at)
    )
    return list(session().scalars(query))


def pending_motion(member: CouncilMember) -> DismissalMotion | None:
    """Return the motion about a member that is not settled yet."""
    query = select(DismissalMotion).where(DismissalMotion.member_id == member.id, DismissalMotion.state.in_(PENDING))
    return session().scalar(query.limit(1))


def signature_of(motion: DismissalMotion, person: Person | None) -> DismissalSignature | None:
    """Return somebody's signature that is in force."""
    if person is None:
        return None
    return session().scalar(
        select(DismissalSignature).where(
            DismissalSignature.motion_id == motion.id,
            DismissalSignature.person_id == person.id,
            DismissalSignature.withdrawn_at.is_(None),
        )
    )


def count_signatures(motion: DismissalMotion) -> int:
    """Return how many signatures are in force."""
    query = select(func.count(DismissalSignature.id)).where(
        DismissalSignature.motion_id == motion.id, DismissalSignature.withdrawn_at.is_(None)
    )
    return session().scalar(query) or 0


@dataclass(frozen=True)
class Words:
    """What is said for and against a dismissal, opened for those who may read it."""

    text: str
    statement: str


def words_of(motion: DismissalMotion) -> Words:
    """Open the words of a motion and of the member concerned."""
    return Words(
        text=reveal(motion, DismissalMotion.text) or "", statement=reveal(motion, DismissalMotion.statement) or ""
    )
