"""Inviting offices to a meeting of neighbours, and their answer."""

from datetime import datetime

from sqlalchemy import select

from app.agenda.models import OfficeInvitation, VillageMeeting
from app.agenda.permissions import can_minute
from app.clock import KST
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.permissions import holds
from app.people.rules import Role
from app.people.services.messages import tell
from app.record.services import append

NO_INVITATION = N_("찾으시는 초대가 없습니다.")


def invite_office(meeting_id: int, *, office: str, officer: Person, by: Person, at: datetime) -> OfficeInvitation:
    """Invite an office to a meeting by its officer; inviting twice is inviting once.

    Args:
        meeting_id: which meeting.
        office: the office's name, as pages show it.
        officer: who answers for it; gets the message and the to-do.
        by: who invites.
        at: when.

    Raises:
        NotFound, NotAllowed: no such meeting; not allowed to call meetings about it.
        RuleViolation: it has begun or was called off.
        InvalidInput: nobody of an office.
    """
    meeting = get_or_not_found(VillageMeeting, meeting_id, lock=True)
    if not can_minute(by, meeting, at):
        raise NotAllowed(N_("모임을 연 분과 위원, 담당자가 부서를 부를 수 있습니다."))
    if not holds(officer, Role.DEPARTMENT_REVIEWER, meeting.place, at):
        raise InvalidInput(N_("이 지역의 부서 담당자가 아닙니다."), field="officer")
    known = session().scalar(
        select(OfficeInvitation).where(
            OfficeInvitation.meeting_id == meeting.id, OfficeInvitation.person_id == officer.id
        )
    )
    if known is not None:
        return known
    if meeting.cancelled_at is not None or meeting.starts_at <= at:
        raise RuleViolation(N_("이미 시작했거나 취소한 모임에는 부를 수 없습니다."))
    row = OfficeInvitation(meeting_id=meeting.id, person_id=officer.id, office=office, invited_at=at)
    session().add(row)
    session().flush()
    append(
        meeting.place, "agenda.office_invited", role=Role.COUNCIL_MEMBER, subject=f"meeting:{meeting.id}", at=at,
        values={"office": office, "title": meeting.title},
    )  # fmt: skip
    tell(
        officer,
        "agenda/office_invited",
        values={
            "title": meeting.title, "office": office, "where": meeting.where,
            "starts": f"{meeting.starts_at.astimezone(KST):%Y-%m-%d %H:%M}",
            "slug": meeting.place.slug, "invitation_id": row.id,
        },
        key=str(row.id),
        at=at,
        place_id=meeting.place_id,
    )  # fmt: skip
    return row


def answer_invitation(
    invitation_id: int, *, comes: bool, text: str, version: int, by: Person, at: datetime
) -> OfficeInvitation:
    """Say whether the office comes; what it writes is public. It may change its mind until the meeting begins.

    Raises:
        NotFound: no such invitation of this person.
        Conflict: answered meanwhile in another window.
        RuleViolation: the meeting has begun or was called off.
        InvalidInput: it does not come and says nothing to the matter.
    """
    row = get_or_not_found(OfficeInvitation, invitation_id, lock=True)
    if row.person_id != by.id:
        raise NotFound(NO_INVITATION)
    claim_version(row, version)
    if row.meeting.cancelled_at is not None or row.meeting.starts_at <= at:
        raise RuleViolation(N_("이미 시작했거나 취소한 모임입니다."))
    if not comes and len(text) < 10:  # noqa: PLR2004 - a sentence
        raise InvalidInput(N_("오지 못하면 주민에게 전할 부서의 뜻을 한 문장 이상 적어 주세요."), field="text")
    row.comes, row.answer, row.answered_at = comes, text, at
    append(
        row.meeting.place, "agenda.office_answered", role=Role.DEPARTMENT_REVIEWER, subject=f"meeting:{row.meeting_id}",
        at=at, values={"office": row.office, "comes": "yes" if comes else "no", "title": row.meeting.title},
    )  # fmt: skip
    return row
