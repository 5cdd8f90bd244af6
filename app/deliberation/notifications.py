"""Tells people what became of their statement, and what a round led to."""

from datetime import datetime

from sqlalchemy import select

from app.db.session import get_or_not_found, session
from app.deliberation.models import OpinionRound, Participant, Statement
from app.deliberation.rules import REASON_NAMES, Reason, StatementState
from app.jobs.services import enqueue
from app.people.models import Person
from app.people.services.messages import tell

TELL_JOB = "deliberation.tell"
_AT_ONCE = 100
ENGLISH: dict[Reason, str] = {
    Reason.DUPLICATE: "The same has been said already.",
    Reason.OFF_TOPIC: "It is about something else than this discussion.",
    Reason.SEVERAL_IDEAS: "It holds several ideas at once.",
    Reason.QUESTION: "A question can be neither agreed with nor worried about.",
    Reason.UNCLEAR: "It is hard to tell what it means.",
    Reason.PERSONAL: "It lets people be recognised.",
    Reason.INSULT: "It runs somebody down.",
    Reason.CAMPAIGN: "It is campaigning or advertising.",
    Reason.TOO_LATE: "The discussion was over before it was looked through.",
}


def statement_decided(statement: Statement, *, at: datetime) -> None:
    """Tell the author, where they have an account, that their statement is shown, or why it is not."""
    author = statement.author.person if statement.author is not None else None
    if author is None or not author.is_active:
        return
    values = {
        "title": statement.round.title,
        "number": statement.number,
        "slug": statement.round.place.slug,
        "round_id": statement.round_id,
    }
    match statement.state:
        case StatementState.PUBLISHED:
            template = "deliberation/published"
        case StatementState.REJECTED if statement.reason is not None:
            template = "deliberation/rejected"
            values |= {
                "reason": REASON_NAMES[statement.reason],
                "reason_en": ENGLISH[statement.reason],
                "note": statement.note,
            }
        case StatementState.MERGED if statement.merged_into is not None:
            template = "deliberation/merged"
            values["other"] = statement.merged_into.number
        case _:
            return
    tell(
        author,
        template,
        values=values,
        key=f"{statement.id}:{statement.version}",
        at=at,
        place_id=statement.round.place_id,
    )


def round_concluded(found: OpinionRound, *, at: datetime) -> None:
    """Ask for the messages to everybody who took part; they are many."""
    enqueue(
        TELL_JOB,
        {"round_id": found.id},
        by=None,
        at=at,
        place_id=found.place_id,
        idempotency_key=f"{TELL_JOB}:{found.id}",
    )


def tell_conclusion(round_id: int, *, after: int, at: datetime) -> int | None:
    """Tell the next hundred participants; return the last one told, None when all are."""
    found = get_or_not_found(OpinionRound, round_id)
    rows = session().execute(
        select(Participant.id, Person)
        .join(Person, Person.id == Participant.person_id)
        .where(Participant.round_id == round_id, Participant.id > after, Person.is_active)
        .order_by(Participant.id)
        .limit(_AT_ONCE)
    )
    last = None
    for participant_id, person in rows.all():
        last = participant_id
        tell(
            person,
            "deliberation/concluded",
            values={
                "title": found.title,
                "conclusion": found.conclusion,
                "slug": found.place.slug,
                "round_id": found.id,
            },
            key=f"{found.id}:{person.id}",
            at=at,
            place_id=found.place_id,
        )
    return last
