"""Who watches over a draw: its committee (추첨관리위원회) and the witnesses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.council.models import Application, DrawCommittee, DrawCommitteeMember, DrawWitness, OpenCall
from app.council.permissions import can_run_council
from app.council.queries.calls import draw_committee, witnesses
from app.council.rules.calls import IN_THE_POOL, CallState, Capacity, Recommender
from app.council.services.calling import NOT_STAFF
from app.db.session import get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.services.roles import acting_role
from app.places.queries import setting
from app.record.services import append

TOO_LATE = N_("후보 명단을 확정한 뒤에는 바꿀 수 없습니다.")
MOST_WITNESSES = 12


@dataclass(frozen=True)
class Seat:
    """Somebody on a draw committee; ``name`` is public."""

    name: str
    organisation: str
    recommended_by: Recommender
    person_id: int | None = None


def form_draw_committee(call_id: int, seats: Sequence[Seat], *, by: Person, at: datetime) -> DrawCommittee:
    """Form the committee that runs a call's draw, or form it anew before the list is frozen. The first is its chair.

    Raises:
        NotFound, NotAllowed: no such call; not its staff.
        RuleViolation: the list is frozen.
        InvalidInput: more people than the ordinance allows, too many named by the head of the dong, nobody, a name
            twice, or somebody who applies themselves.
    """
    call = _own(call_id, by=by, at=at)
    most, head = (
        setting(call.place, "council.draw_committee.size"),
        setting(call.place, "council.draw_committee.dong_head_max"),
    )
    if not 1 <= len(seats) <= most:
        raise InvalidInput(N_("추첨관리위원은 한 명부터 %(most)s명까지입니다."), field="members", most=most)
    if sum(seat.recommended_by is Recommender.DONG_HEAD for seat in seats) > head:
        raise InvalidInput(N_("동장이 추천하는 위원은 %(most)s명까지입니다."), field="members", most=head)
    if len({seat.name for seat in seats}) != len(seats) or any(not 2 <= len(seat.name) <= 40 for seat in seats):
        raise InvalidInput(N_("이름을 한 사람씩 다르게 적어 주세요."), field="members")
    known = [seat.person_id for seat in seats if seat.person_id is not None]
    if known and setting(call.place, "council.excluded.draw_committee"):
        applied = session().scalar(
            select(Application.id)
            .where(Application.call_id == call.id, Application.person_id.in_(known), Application.state.in_(IN_THE_POOL))
            .limit(1)
        )
        if applied is not None:
            raise InvalidInput(N_("이 모집에 지원한 사람은 추첨관리위원이 될 수 없습니다."), field="members")
    committee = draw_committee(call)
    if committee is None:
        committee = DrawCommittee(call_id=call.id, formed_at=at)
        session().add(committee)
    committee.formed_at = at
    committee.members = [
        DrawCommitteeMember(
            person_id=seat.person_id, name=seat.name, organisation=seat.organisation,
            recommended_by=seat.recommended_by, is_chair=index == 0,
        )
        for index, seat in enumerate(seats)
    ]  # fmt: skip
    session().flush()
    append(
        call.place, "council.draw_committee_formed", role=acting_role(by, call.place, at),
        subject=f"open_call:{call.id}", at=at, values={"count": len(seats)},
    )  # fmt: skip
    return committee


def name_witness(
    call_id: int, *, name: str, capacity: Capacity, person: Person | None, by: Person, at: datetime
) -> DrawWitness:
    """Name somebody to witness a call's draw; named twice, they are there once.

    Raises:
        NotFound, NotAllowed: no such call; not its staff.
        RuleViolation: the list is frozen, or there are enough.
        InvalidInput: no name, or signs that the published result cannot hold.
    """
    call = _own(call_id, by=by, at=at)
    name = " ".join(name.split())
    if not 2 <= len(name) <= 40 or any(sign in "|=," for sign in name):
        raise InvalidInput(N_("이름을 적어 주세요. | = , 표는 쓸 수 없습니다."), field="name")
    known = session().scalar(select(DrawWitness).where(DrawWitness.call_id == call.id, DrawWitness.name == name))
    if known is not None:
        known.capacity, known.removed_at = capacity, None
        known.person_id = person.id if person else None
        return known
    if len(witnesses(call)) >= MOST_WITNESSES:
        raise RuleViolation(N_("참관인은 %(most)s명까지 둘 수 있습니다."), most=MOST_WITNESSES)
    witness = DrawWitness(
        call_id=call.id, person_id=person.id if person else None, name=name, capacity=capacity, named_at=at
    )
    session().add(witness)
    session().flush()
    append(
        call.place, "council.witness_named", role=acting_role(by, call.place, at), subject=f"open_call:{call.id}",
        at=at, values={"capacity": capacity.value},
    )  # fmt: skip
    return witness


def remove_witness(witness_id: int, *, by: Person, at: datetime) -> DrawWitness:
    """Take a witness off before the list is frozen; done twice, nothing more happens.

    Raises:
        NotFound, NotAllowed, RuleViolation: as `name_witness`.
    """
    witness = get_or_not_found(DrawWitness, witness_id, lock=True)
    _own(witness.call_id, by=by, at=at)
    witness.removed_at = witness.removed_at or at
    return witness


def _own(call_id: int, *, by: Person, at: datetime) -> OpenCall:
    call = get_or_not_found(OpenCall, call_id, lock=True)
    if not can_run_council(by, call.place, at):
        raise NotAllowed(NOT_STAFF)
    if call.state not in {CallState.DRAFT, CallState.ANNOUNCED}:
        raise RuleViolation(TOO_LATE)
    return call
