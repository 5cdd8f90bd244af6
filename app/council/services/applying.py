"""Applying for a seat: online, or at the community centre with a clerk."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from app.clock import kst_date
from app.council.models import Application, OpenCall
from app.council.permissions import can_apply, can_check_applications
from app.council.rules.calls import ApplicationState, Channel, require_application_move
from app.council.rules.eligibility import Answers, require_sound
from app.council.rules.membership import age_band
from app.council.services.reindexing import home_of, identity_of
from app.db.session import get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role, Sex, age_on, require_birth_date
from app.people.services.roles import acting_role
from app.privacy.sealing import seal
from app.record.services import append

CLOSED = N_("지금은 지원을 받는 기간이 아닙니다.")


@dataclass(frozen=True)
class ApplicationForm:
    """What an applicant gives; everything but track, sex, area and organisation is sealed."""

    track: str
    organisation: str
    legal_name: str
    birth_date: date
    phone: str
    address: str
    sex: Sex
    area: str
    answers: Answers
    motive: str


def apply(
    call_id: int, given: ApplicationForm, *, channel: Channel, once: str, by: Person, at: datetime
) -> Application:
    """Apply in a call; the same form sent twice, or the same person twice, leads to one application.

    A clerk applies for somebody who came in person: then the application belongs to no account.

    Raises:
        NotFound: no such call.
        NotAllowed: not signed in, or not a clerk where one is needed.
        RuleViolation: the call is not open.
        InvalidInput: no such track or area, impossible days, a recommendation without an organisation, or somebody of
            this name and birth date has applied already.
    """
    call = get_or_not_found(OpenCall, call_id, lock=True)
    visit = channel is Channel.VISIT
    if not can_apply(by) or (visit and not can_check_applications(by, call.place, at)):
        raise NotAllowed(N_("이 동네를 맡은 담당자만 할 수 있습니다."))
    mine = Application.entered_by == by.id, Application.once == once
    known = session().scalar(select(Application).where(Application.call_id == call.id, *mine))
    if known is None and not visit:
        known = session().scalar(
            select(Application).where(Application.call_id == call.id, Application.person_id == by.id)
        )
        if known is not None and known.state is ApplicationState.WITHDRAWN and call.is_open(at):
            return _apply_again(known, given, at=at)
    if known is not None:
        return known
    if not call.is_open(at):
        raise RuleViolation(CLOSED)
    _require(call, given, at)
    index = identity_of(given.legal_name, given.birth_date.isoformat())
    twin = session().scalar(
        select(Application.id).where(Application.call_id == call.id, Application.identity_index == index)
    )
    if twin is not None:
        raise InvalidInput(
            N_("이 이름과 생년월일로 이미 지원서가 들어와 있습니다. 동 주민센터에 말씀해 주세요."), field="legal_name"
        )
    count = session().scalar(select(func.count(Application.id)).where(Application.call_id == call.id)) or 0
    row = Application(
        call_id=call.id, call=call, number=f"{count + 1:04d}", person_id=None if visit else by.id, entered_by=by.id,
        once=once, channel=channel, state=ApplicationState.RECEIVED, received_at=at, track=given.track,
    )  # fmt: skip
    _fill(row, given)
    seal(row, Application.identity_salt, secrets.token_hex(16), checked=True)
    session().add(row)
    session().flush()
    append(
        call.place, "council.applied", role=acting_role(by, call.place, at) if visit else Role.RESIDENT,
        subject=f"application:{row.id}", at=at, values={"candidate": row.number},
    )  # fmt: skip
    return row


def withdraw_application(application_id: int, *, by: Person, at: datetime) -> Application:
    """Take an application back before the draw: by the applicant, or by a clerk whom they told.

    Raises:
        NotFound: no such application.
        NotAllowed: neither the applicant nor a clerk.
        RuleViolation: the list is frozen, or it was withdrawn before.
    """
    row = get_or_not_found(Application, application_id, lock=True)
    call = get_or_not_found(OpenCall, row.call_id, lock=True)
    if by.id != row.person_id and not can_check_applications(by, call.place, at):
        raise NotAllowed(N_("본인이나 담당자만 할 수 있습니다."))
    if call.frozen_at is not None:
        raise RuleViolation(N_("후보 명단을 확정한 뒤에는 거둘 수 없습니다. 뽑힌 뒤에 사양할 수 있습니다."))
    require_application_move(row.state, ApplicationState.WITHDRAWN)
    row.state, row.settled_at = ApplicationState.WITHDRAWN, at
    row.version += 1
    append(
        call.place, "council.application_withdrawn",
        role=Role.RESIDENT if by.id == row.person_id else acting_role(by, call.place, at),
        subject=f"application:{row.id}", at=at, values={"candidate": row.number},
    )  # fmt: skip
    return row


def _apply_again(row: Application, given: ApplicationForm, *, at: datetime) -> Application:
    """Who withdrew may come back while the call is open; the number stays."""
    _require(row.call, given, at)
    _fill(row, given)
    row.track, row.state, row.settled_at, row.received_at = given.track, ApplicationState.RECEIVED, None, at
    row.decided_at, row.decided_by, row.findings, row.household = None, None, {}, None
    row.documents.clear()
    row.version += 1
    session().flush()
    append(
        row.call.place, "council.applied", role=Role.RESIDENT, subject=f"application:{row.id}", at=at,
        values={"candidate": row.number},
    )  # fmt: skip
    return row


def _fill(row: Application, given: ApplicationForm) -> None:
    row.organisation, row.sex, row.area = given.organisation, given.sex, given.area
    row.age_band = age_band(age_on(given.birth_date, row.call.reference_on))
    row.identity_index = identity_of(given.legal_name, given.birth_date.isoformat())
    row.household_index = home_of(row.call_id, given.address)
    seal(row, Application.legal_name, given.legal_name)
    seal(row, Application.birth_date, given.birth_date.isoformat())
    seal(row, Application.phone, given.phone)
    seal(row, Application.address, given.address)
    seal(row, Application.answers, given.answers.dump(), checked=True)
    seal(row, Application.motive, given.motive or None)


def _require(call: OpenCall, given: ApplicationForm, at: datetime) -> None:
    if given.track not in {track.code for track in call.tracks}:
        raise InvalidInput(N_("목록에 있는 것 가운데 하나를 골라 주세요."), field="track")
    if given.track != "open" and len(given.organisation) < 2:
        raise InvalidInput(N_("추천한 단체의 이름을 적어 주세요."), field="organisation")
    if (call.areas and given.area not in call.areas) or (not call.areas and given.area):
        raise InvalidInput(N_("목록에 있는 것 가운데 하나를 골라 주세요."), field="area")
    today = kst_date(at)
    require_birth_date(given.birth_date, today=today)
    require_sound(given.answers, born_on=given.birth_date, today=today)
