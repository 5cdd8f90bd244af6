"""SELECTs about reviews."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import select

from app.db.session import get_or_not_found, session
from app.errors import NotFound
from app.i18n import N_
from app.people.models import Person
from app.people.permissions import is_staff
from app.places.models import Place
from app.places.queries import setting
from app.plan.models import DepartmentReview, Plan, PlanItem
from app.plan.permissions import can_draft
from app.plan.rules import PlanState, Verdict
from app.review.models import ChecklistEntry, Objection, ReviewFinding, ReviewNote, ReviewReturn
from app.review.rules import Check
from app.todo import Todo

T = TypeVar("T", ReviewReturn, Objection)


def review_of(place: Place, review_id: int) -> DepartmentReview:
    """Return a review of a dong.

    Raises:
        NotFound: there is none here.
    """
    review = get_or_not_found(DepartmentReview, review_id)
    if review.item.plan.place_id != place.id:
        raise NotFound(N_("찾으시는 검토 요청이 없습니다."))
    return review


@dataclass(frozen=True)
class Dossier:
    """Everything about one review: what was found, asked back, objected."""

    review: DepartmentReview
    findings: list[ReviewFinding] = field(default_factory=list)
    returned: ReviewReturn | None = None
    objection: Objection | None = None
    object_until: datetime | None = None
    """Until when an objection may be filed; None where there is nothing to object to."""


def dossiers(item: PlanItem) -> list[Dossier]:
    """Return the reviews of an item with all that belongs to them, oldest first; four statements for any number."""
    ids = [review.id for review in item.reviews]
    findings: dict[int, list[ReviewFinding]] = {}
    for finding in session().scalars(
        select(ReviewFinding).where(ReviewFinding.review_id.in_(ids)).order_by(ReviewFinding.id)
    ):
        findings.setdefault(finding.review_id, []).append(finding)
    returns = {row.review_id: row for row in _of(ReviewReturn, ids)}
    objections = {row.review_id: row for row in _of(Objection, ids)}
    days = timedelta(days=setting(item.plan.place, "review.objection_days"))
    return [
        Dossier(
            review,
            findings.get(review.id, []),
            returns.get(review.id),
            objections.get(review.id),
            review.answered_at + days
            if review.answered_at and review.verdict is not Verdict.ELIGIBLE and review.superseded_at is None
            else None,
        )
        for review in item.reviews
    ]


def _of(model: type[T], ids: list[int]) -> Iterable[T]:
    return session().scalars(select(model).where(model.review_id.in_(ids)))


def notes_on(item: PlanItem) -> list[ReviewNote]:
    """Return the private comments on an item, oldest first."""
    return list(session().scalars(select(ReviewNote).where(ReviewNote.item_id == item.id).order_by(ReviewNote.id)))


def checklist_of(item: PlanItem) -> dict[Check, ChecklistEntry]:
    """Return the checked items of the pre-review checklist."""
    rows = session().scalars(select(ChecklistEntry).where(ChecklistEntry.item_id == item.id))
    return {row.code: row for row in rows}


def todos(person: Person, at: datetime) -> list[Todo]:
    """Return questions of departments that wait for a revision, and objections that wait for a decision."""
    found: list[Todo] = []
    returned = (
        select(ReviewReturn)
        .join(DepartmentReview, DepartmentReview.id == ReviewReturn.review_id)
        .join(PlanItem, PlanItem.id == DepartmentReview.item_id)
        .join(Plan, Plan.id == PlanItem.plan_id)
        .where(ReviewReturn.revised_at.is_(None), Plan.state == PlanState.DRAFTING, PlanItem.dropped_at.is_(None))
        .limit(100)
    )
    for row in session().scalars(returned):
        if can_draft(person, row.review.item.plan.place, at):
            text = N_("부서의 물음에 답하고 고치기: %(title)s")
            found.append(_todo(row.review, text, N_("고치기"), "review.revise", row.review.due_at))
    waiting = (
        select(Objection)
        .join(DepartmentReview, DepartmentReview.id == Objection.review_id)
        .where(Objection.is_upheld.is_(None))
        .limit(100)
    )
    for each in session().scalars(waiting):
        if is_staff(person, each.review.item.plan.place, at):
            text = N_("부서 검토에 대한 이의 정하기: %(title)s")
            found.append(_todo(each.review, text, N_("정하기"), "review.decide", each.filed_at + timedelta(days=7)))
    return found


def _todo(review: DepartmentReview, title: str, action: str, endpoint: str, due_at: datetime) -> Todo:
    place = review.item.plan.place
    return Todo(
        title=title, action=action, endpoint=endpoint, arguments={"slug": place.slug, "review_id": review.id},
        values={"title": review.item.title}, context=place.name, due_at=due_at, place_id=place.id,
    )  # fmt: skip
