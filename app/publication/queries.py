"""SELECTs about the plan's way to the head and back."""

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.assembly.models import Assembly
from app.assembly.queries import assembly_of
from app.cycle.models import Cycle
from app.cycle.queries import kept_year
from app.db.session import session
from app.i18n import N_
from app.people.models import Person
from app.places.queries import setting
from app.plan.models import Plan
from app.plan.rules import PlanState
from app.publication.models import DocumentDisclosure, FinalPlan, PlanBooklet, PlanSubmission
from app.publication.permissions import can_answer, can_send
from app.publication.rules import Disclosure, Document, FinalSection
from app.todo import Todo


def counted_assembly(cycle: Cycle) -> Assembly | None:
    """Return the assembly of a year that has decided, None before."""
    found = assembly_of(cycle)
    return found if found is not None and found.counted_at is not None else None


def submission_of(plan: Plan) -> PlanSubmission | None:
    """Return how the plan was sent to the head."""
    return session().scalar(select(PlanSubmission).where(PlanSubmission.plan_id == plan.id))


def final_of(plan: Plan) -> FinalPlan | None:
    """Return the final plan, None before it is confirmed."""
    return session().scalar(select(FinalPlan).where(FinalPlan.plan_id == plan.id))


def final_sections(final: FinalPlan) -> list[FinalSection]:
    """Read a final plan back from its bytes."""
    parsed: dict[str, Any] = json.loads(final.text)
    return [
        FinalSection(**{("item_id" if name == "item" else name): value for name, value in row.items()})
        for row in parsed["sections"]
    ]


def booklet_of(plan: Plan) -> PlanBooklet | None:
    """Return the newest booklet."""
    return session().scalar(select(PlanBooklet).where(PlanBooklet.plan_id == plan.id))


def disclosures_of(plan: Plan) -> dict[Document, DocumentDisclosure]:
    """Return what was decided about the documents of a plan."""
    rows = session().scalars(select(DocumentDisclosure).where(DocumentDisclosure.plan_id == plan.id))
    return {row.document: row for row in rows}


def is_open(plan: Plan, document: Document) -> bool:
    """Tell whether everybody may read a document."""
    row = disclosures_of(plan).get(document)
    return row is None or row.state is Disclosure.OPEN


def send_due_at(assembly: Assembly) -> datetime:
    """Return until when the plan is sent (setting ``plan.submit_days`` after the count)."""
    return (assembly.counted_at or assembly.closes_at) + timedelta(days=setting(assembly.place, "plan.submit_days"))


def todos(person: Person, at: datetime) -> list[Todo]:
    """Return plans to send, to answer for the head, to confirm."""
    found: list[Todo] = []
    query = (
        select(Plan)
        .outerjoin(FinalPlan, FinalPlan.plan_id == Plan.id)
        .where(Plan.state == PlanState.ADOPTED, FinalPlan.id.is_(None))
        .order_by(Plan.id)
        .limit(200)
    )
    for plan in session().scalars(query):
        submission = submission_of(plan)
        if submission is None:
            assembly = counted_assembly(plan.cycle)
            if assembly is not None and can_send(person, plan.place, at):
                found.append(_todo(plan, N_("정해진 계획을 구청장에게 보내기"), N_("보내기"), send_due_at(assembly)))
        elif len(submission.answers) < len(counted_items(plan)):
            if can_answer(person, plan.place, at):
                found.append(_todo(plan, N_("마을계획에 답하기"), N_("답하기"), submission.answer_due_at))
        elif can_send(person, plan.place, at):
            found.append(_todo(plan, N_("답변을 실어 계획 확정하기"), N_("확정하기"), submission.answer_due_at))
    return found


def counted_items(plan: Plan) -> list[int]:
    """Return the numbers of the sections that the assembly voted on."""
    assembly = counted_assembly(plan.cycle)
    return [item.number for item in assembly.items] if assembly else []


def _todo(plan: Plan, title: str, action: str, due_at: datetime) -> Todo:
    return Todo(
        title=title, action=action, endpoint="publication.show",
        arguments={"slug": plan.place.slug, "year": kept_year(plan.cycle)}, context=plan.place.name, due_at=due_at,
        place_id=plan.place_id,
    )  # fmt: skip
