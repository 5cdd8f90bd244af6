"""Answering an alert: why, and what is done about it."""

from datetime import datetime

from app.db.session import claim_version, get_or_not_found
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.observatory.models import Alert
from app.observatory.permissions import can_answer
from app.people.models import Person
from app.people.rules import Role
from app.record.services import append

LEAST = 10


def answer_alert(alert_id: int, *, text: str, version: int, by: Person, at: datetime) -> Alert:
    """Say in public why a figure is out of bounds and what is done about it; may be said anew while it stands.

    Raises:
        NotFound, NotAllowed, Conflict: no such alert; not staff; changed meanwhile.
        RuleViolation: it is over.
        InvalidInput: too short to say anything.
    """
    alert = get_or_not_found(Alert, alert_id, lock=True)
    if not can_answer(by, alert.place, at):
        raise NotAllowed(N_("동네를 맡은 담당자만 할 수 있습니다."))
    if alert.cleared_at is not None:
        raise RuleViolation(N_("이미 끝난 알림입니다."))
    claim_version(alert, version)
    if len(text) < LEAST:
        raise InvalidInput(N_("까닭과 할 일을 한 문장 이상 적어 주세요. 모두가 읽습니다."), field="text")
    alert.answer, alert.answered_at = text, at
    role = by.staff_role(alert.place, at) or Role.DONG_STAFF
    append(
        alert.place, "observatory.alert_answered", role=role, subject=f"alert:{alert.id}", at=at,
        values={"alert": alert.kind.value},
    )  # fmt: skip
    return alert
