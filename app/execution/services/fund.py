"""The village fund: pledges noted, confirmed as received with a document, or taken back. No payment is processed."""

import hashlib
from datetime import date, datetime

from sqlalchemy import select

from app.clock import kst_date
from app.cycle.models import Cycle
from app.cycle.rules import require_not_over
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed
from app.execution.models import Pledge
from app.execution.permissions import can_run
from app.execution.rules.fund import PledgeState, require_pledge_move
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.places.models import Place
from app.record.services import append

NOT_COME = N_("아직 오지 않은 날입니다.")
TOO_LITTLE = N_("금액을 0보다 크게 적어 주세요.")


def note_pledge(
    cycle: Cycle, *, giver: str, amount_won: int, promised_on: date, once: str, by: Person, at: datetime
) -> Pledge:
    """Note that somebody promises money to a year's village fund; the same form sent twice notes it once.

    Args:
        cycle: the year.
        giver: how they want to be called publicly; empty when they do not.
        amount_won: how much.
        promised_on: when it was promised.
        once: the form's key.
        by: staff.
        at: when.

    Raises:
        NotAllowed: not staff.
        RuleViolation: the year is over.
        InvalidInput: no amount, or a day that has not come.
    """
    _require_staff(cycle.place, by, at)
    known = session().scalar(select(Pledge).where(Pledge.cycle_id == cycle.id, Pledge.once == once))
    if known is not None:
        return known
    require_not_over(is_over=cycle.is_over)
    if amount_won <= 0:
        raise InvalidInput(TOO_LITTLE, field="amount_won")
    if promised_on > kst_date(at):
        raise InvalidInput(NOT_COME, field="promised_on")
    pledge = Pledge(
        place_id=cycle.place_id, cycle_id=cycle.id, once=once, giver=giver, amount_won=amount_won,
        promised_on=promised_on, state=PledgeState.PROMISED, noted_at=at,
    )  # fmt: skip
    session().add(pledge)
    session().flush()
    _record(pledge, "execution.pledged", at, amount_won)
    return pledge


def confirm_receipt(
    pledge_id: int, *, received_won: int, received_on: date, document: bytes, version: int, by: Person, at: datetime
) -> Pledge:
    """Confirm that pledged money has come, with the document that shows it; only the document's hash is kept.

    Raises:
        NotFound, NotAllowed, Conflict: no such pledge; not staff; changed meanwhile.
        RuleViolation: it was received or taken back already.
        InvalidInput: no amount, a day that has not come or before the promise, or an empty document.
    """
    pledge = _open(pledge_id, PledgeState.RECEIVED, version=version, by=by, at=at)
    if received_won <= 0:
        raise InvalidInput(TOO_LITTLE, field="received_won")
    if received_on > kst_date(at):
        raise InvalidInput(NOT_COME, field="received_on")
    if received_on < pledge.promised_on:
        raise InvalidInput(N_("약속한 날보다 앞선 날입니다."), field="received_on")
    if not document:
        raise InvalidInput(N_("빈 파일입니다."), field="document")
    pledge.state, pledge.received_won, pledge.received_on = PledgeState.RECEIVED, received_won, received_on
    pledge.document_hash = hashlib.sha256(document).hexdigest()
    _record(pledge, "execution.pledge_received", at, received_won, document_hash=pledge.document_hash)
    return pledge


def withdraw_pledge(pledge_id: int, *, reason: str, version: int, by: Person, at: datetime) -> Pledge:
    """Note that a pledge will not be kept, with a public reason; its line stays.

    Raises:
        NotFound, NotAllowed, Conflict: no such pledge; not staff; changed meanwhile.
        RuleViolation: it was received or taken back already.
    """
    pledge = _open(pledge_id, PledgeState.WITHDRAWN, version=version, by=by, at=at)
    pledge.state, pledge.reason = PledgeState.WITHDRAWN, reason
    _record(pledge, "execution.pledge_withdrawn", at, pledge.amount_won)
    return pledge


def _open(pledge_id: int, to: PledgeState, *, version: int, by: Person, at: datetime) -> Pledge:
    pledge = get_or_not_found(Pledge, pledge_id, lock=True)
    _require_staff(pledge.place, by, at)
    claim_version(pledge, version)
    require_pledge_move(pledge.state, to)
    return pledge


def _require_staff(place: Place, by: Person, at: datetime) -> None:
    if not can_run(by, place, at):
        raise NotAllowed(N_("사업을 맡은 담당자만 할 수 있습니다."))


def _record(pledge: Pledge, act: str, at: datetime, amount_won: int, document_hash: str | None = None) -> None:
    append(
        pledge.place, act, role=Role.DONG_STAFF, subject=f"pledge:{pledge.id}", at=at,
        values={"amount_won": amount_won}, document_hash=document_hash,
    )  # fmt: skip
