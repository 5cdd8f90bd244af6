"""Tells authors of opinions what became of their word."""

from datetime import datetime

from app.inspection.models import Opinion, OpinionContact
from app.inspection.rules import RESULT_NAMES, Result
from app.outbox.rules import Channel
from app.outbox.services import queue_message
from app.people.services.messages import tell
from app.privacy.sealing import reveal

ENGLISH: dict[Result, str] = {
    Result.ADOPTED: "adopted",
    Result.PARTLY: "adopted in part",
    Result.NOT_ADOPTED: "not adopted",
    Result.NOTED: "noted",
}


def opinion_answered(opinion: Opinion, *, at: datetime) -> None:
    """Send the published answer to its author; a corrected one is sent again.

    A paper opinion has no account: its answer goes to the address that was left with it, which is then forgotten.
    """
    answer = opinion.disposition
    if answer is None or not opinion.wants_notice:
        return
    plan = opinion.plan_version.plan
    values = {
        "receipt": opinion.receipt,
        "result": RESULT_NAMES[answer.result],
        "result_en": ENGLISH[answer.result],
        "reason": answer.reason,
        "change": answer.change,
        "slug": plan.place.slug,
        "opinion_id": opinion.id,
        "has_account": opinion.author is not None,
    }
    key = f"{opinion.id}:{opinion.version}"
    if opinion.author is not None:
        tell(opinion.author, "inspection/answered", values=values, key=key, at=at, place_id=plan.place_id)
        return
    address = reveal(opinion.contact, OpinionContact.email) if opinion.contact else None
    if address is not None:
        queue_message(
            Channel.MAIL, "inspection/answered", to=address, values=values, at=at,
            idempotency_key=f"inspection/answered:{key}", place_id=plan.place_id,
        )  # fmt: skip
