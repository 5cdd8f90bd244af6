"""Tells authors of opinions what became of their word."""

from datetime import datetime

from app.inspection.models import Opinion
from app.inspection.rules import RESULT_NAMES, Result
from app.people.services.messages import tell

ENGLISH: dict[Result, str] = {
    Result.ADOPTED: "adopted",
    Result.PARTLY: "adopted in part",
    Result.NOT_ADOPTED: "not adopted",
    Result.NOTED: "noted",
}


def opinion_answered(opinion: Opinion, *, at: datetime) -> None:
    """Send the answer to the author who asked for it; a corrected answer is sent again, an unchanged one is not."""
    answer = opinion.disposition
    if answer is None or opinion.author is None or not opinion.wants_notice:
        return
    tell(
        opinion.author,
        "inspection/answered",
        values={
            "receipt": opinion.receipt,
            "result": RESULT_NAMES[answer.result],
            "result_en": ENGLISH[answer.result],
            "reason": answer.reason,
            "slug": opinion.plan_version.plan.place.slug,
            "opinion_id": opinion.id,
        },
        key=f"{opinion.id}:{opinion.version}",
        at=at,
        place_id=opinion.plan_version.plan.place_id,
    )
