"""Dismissing a member (해촉): proposed by a third of the members or by residents, decided by two thirds, then by the head."""

from datetime import datetime

from sqlalchemy import select

from app.council.models import CouncilMember, DismissalMotion, DismissalSignature
from app.council.permissions import can_appoint, can_propose_dismissal
from app.council.queries.dismissals import count_signatures, pending_motion
from app.council.queries.people import membership_of, serving_count
from app.council.rules.dismissal import (
    Grounds,
    MotionState,
    ProposedBy,
    require_motion_move,
    signers_needed,
)
from app.council.rules.membership import EndReason, MemberState, days_after
from app.council.services.vacancies import declare_vacancy
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.permissions import is_verified_resident
from app.people.rules import Role
from app.people.services.roles import acting_role
from app.places.queries import setting
from app.privacy.sealing import seal
from app.record.services import append

NOT_ENTITLED = N_("위원은 위원으로서, 주민은 주민으로 확인된 뒤에 함께할 수 있습니다.")
NOT_HEAD = N_("위촉은 구청장(시장·군수)을 대신하는 구·군 담당자가 합니다.")


def propose_dismissal(
    member_id: int, *, grounds: Grounds, text: str, once: str, by: Person, at: datetime
) -> DismissalMotion:
    """Propose to dismiss a member, as a member or as a resident; the proposer signs first. Sent twice, once.

    Raises:
        NotFound: no such member.
        NotAllowed: neither member nor verified resident, or about oneself.
        RuleViolation: not serving, another motion about them is under way, or residents cannot propose here.
        InvalidInput: no reason.
    """
    member = get_or_not_found(CouncilMember, member_id, lock=True)
    place = member.term.council.place
    if not can_propose_dismissal(by, place, at) or member.person_id == by.id:
        raise NotAllowed(NOT_ENTITLED)
    known = session().scalar(
        select(DismissalMotion).where(DismissalMotion.proposer_id == by.id, DismissalMotion.once == once)
    )
    if known is not None:
        return known
    if member.state is not MemberState.SERVING:
        raise RuleViolation(N_("활동 중인 위원이 아닙니다."))
    if pending_motion(member) is not None:
        raise RuleViolation(N_("이 위원에 대한 해촉 제안이 이미 있습니다."))
    if len(text) < 20:
        raise InvalidInput(N_("무슨 일이 있었는지 조금 더 적어 주세요."), field="text")
    side = ProposedBy.MEMBERS if membership_of(member.term, by.id) else ProposedBy.RESIDENTS
    needed = signers_needed(
        side,
        members=serving_count(member.term),
        share=setting(place, "council.removal.propose_share"),
        residents=setting(place, "council.removal.propose_residents"),
    )
    motion = DismissalMotion(
        place_id=place.id, place=place, member_id=member.id, member=member, proposer_id=by.id, once=once,
        proposed_by=side, grounds=grounds, state=MotionState.GATHERING, signers_needed=needed, created_at=at,
        gather_until=days_after(at, setting(place, "council.removal.gather_days")),
    )  # fmt: skip
    seal(motion, DismissalMotion.text, text)
    session().add(motion)
    session().flush()
    _sign(motion, by, at=at)
    return motion


def sign_dismissal(motion_id: int, *, by: Person, at: datetime) -> DismissalMotion:
    """Sign a motion, on the side that proposed it; done twice, once. With enough it goes before a meeting.

    Raises:
        NotFound: no such motion.
        NotAllowed: not of the side that proposes, or the member concerned.
        RuleViolation: signatures are not gathered any more.
    """
    motion = get_or_not_found(DismissalMotion, motion_id, lock=True)
    _require_side(motion, by)
    if motion.state is not MotionState.GATHERING or at >= motion.gather_until:
        raise RuleViolation(N_("이제 함께할 사람을 모으지 않습니다."))
    _sign(motion, by, at=at)
    return motion


def withdraw_dismissal(motion_id: int, *, by: Person, at: datetime) -> DismissalMotion:
    """Take a signature back; when the proposer does, the whole motion is withdrawn.

    Raises:
        NotFound: no such motion.
        RuleViolation: it is before a meeting already, or one has not signed.
    """
    motion = get_or_not_found(DismissalMotion, motion_id, lock=True)
    require_motion_move(motion.state, MotionState.WITHDRAWN)
    row = session().scalar(
        select(DismissalSignature).where(
            DismissalSignature.motion_id == motion.id, DismissalSignature.person_id == by.id
        )
    )
    if row is None or row.withdrawn_at is not None:
        raise RuleViolation(N_("이 제안에 함께하지 않았습니다."))
    row.withdrawn_at = at
    session().flush()
    motion.signer_count = count_signatures(motion)
    if motion.proposer_id == by.id:
        motion.state = MotionState.WITHDRAWN
    return motion


def state_own_side(motion_id: int, *, text: str, by: Person, at: datetime) -> DismissalMotion:
    """Put on file what the member concerned says; they have no vote, but they are heard.

    Raises:
        NotFound: no such motion.
        NotAllowed: not the member concerned.
        RuleViolation: it is decided.
        InvalidInput: no words.
    """
    motion = get_or_not_found(DismissalMotion, motion_id, lock=True)
    if motion.member.person_id != by.id:
        raise NotAllowed(N_("해당 위원 본인만 쓸 수 있습니다."))
    if motion.state not in {MotionState.GATHERING, MotionState.PROPOSED}:
        raise RuleViolation(N_("이미 정한 제안입니다."))
    if len(text) < 5:
        raise InvalidInput(N_("하실 말씀을 적어 주세요."), field="text")
    seal(motion, DismissalMotion.statement, text)
    return motion


def lapse_due_motions(at: datetime) -> int:
    """Let the motions lapse whose time ran out before enough had signed; return how many. Run by the clock."""
    rows = session().scalars(
        select(DismissalMotion)
        .where(DismissalMotion.state == MotionState.GATHERING, DismissalMotion.gather_until <= at)
        .with_for_update()
        .limit(200)
    )
    count = 0
    for motion in rows:
        motion.state = MotionState.LAPSED
        motion.version += 1
        count += 1
    return count


def answer_dismissal(
    motion_id: int, *, dismiss: bool, reason: str, version: int, by: Person, at: datetime
) -> DismissalMotion:
    """Dismiss a member at the council's request, or decline to, in the name of the head, with the reason.

    Raises:
        NotFound, NotAllowed, Conflict: no such motion; not acting for the head; changed meanwhile.
        RuleViolation: the council has not asked for it.
        InvalidInput: no reason.
    """
    motion = get_or_not_found(DismissalMotion, motion_id, lock=True)
    if not can_appoint(by, motion.place, at):
        raise NotAllowed(NOT_HEAD)
    claim_version(motion, version)
    new = MotionState.DISMISSED if dismiss else MotionState.REFUSED
    require_motion_move(motion.state, new)
    if len(reason) < 5:
        raise InvalidInput(N_("까닭을 적어 주세요. 누구나 읽습니다."), field="reason")
    motion.state, motion.head_decided_at, motion.head_reason = new, at, reason
    append(
        motion.place, "council.dismissal_answered", role=acting_role(by, motion.place, at),
        subject=f"dismissal_motion:{motion.id}", at=at, values={"motion": new.value, "reason": reason},
    )  # fmt: skip
    if dismiss:
        member = get_or_not_found(CouncilMember, motion.member_id, lock=True)
        if member.state is MemberState.SERVING:
            declare_vacancy(member, reason=EndReason.DISMISSED, by=by, at=at)
    return motion


def _sign(motion: DismissalMotion, by: Person, *, at: datetime) -> None:
    row = session().scalar(
        select(DismissalSignature).where(
            DismissalSignature.motion_id == motion.id, DismissalSignature.person_id == by.id
        )
    )
    if row is None:
        session().add(DismissalSignature(motion_id=motion.id, person_id=by.id, signed_at=at))
    elif row.withdrawn_at is not None:
        row.signed_at, row.withdrawn_at = at, None
    session().flush()
    motion.signer_count = count_signatures(motion)
    if motion.signer_count >= motion.signers_needed:
        motion.state, motion.proposed_at = MotionState.PROPOSED, at
        motion.version += 1
        append(
            motion.place, "council.dismissal_proposed",
            role=Role.COUNCIL_MEMBER if motion.proposed_by is ProposedBy.MEMBERS else Role.RESIDENT,
            subject=f"dismissal_motion:{motion.id}", at=at,
            values={"signers": motion.signer_count, "grounds": motion.grounds.value},
        )  # fmt: skip


def _require_side(motion: DismissalMotion, by: Person) -> None:
    own = membership_of(motion.member.term, by.id)
    if motion.proposed_by is ProposedBy.MEMBERS:
        entitled = own is not None and own.id != motion.member_id
    else:
        entitled = is_verified_resident(by, motion.place) and motion.member.person_id != by.id
    if not entitled:
        raise NotAllowed(NOT_ENTITLED)
