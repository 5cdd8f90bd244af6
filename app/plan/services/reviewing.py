"""Department review: asked with a clock, answered once with a verdict and its reason."""

from datetime import datetime, timedelta

from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.permissions import holds
from app.people.rules import Role
from app.plan.models import DepartmentReview, PlanItem
from app.plan.permissions import can_answer, can_draft
from app.plan.rules import PlanState, Verdict
from app.plan.services.drafting import NOT_COUNCIL
from app.record.services import append

REVIEW_DAYS = 14
"""How long a department has by default; staff may set another day for each request."""


def request_review(
    item_id: int, *, department: str, reviewer: Person, due_at: datetime | None, by: Person, at: datetime
) -> DepartmentReview:
    """Ask a department for its review of an item; asking the same reviewer twice asks once.

    Raises:
        NotFound, NotAllowed: no such item; neither council nor staff.
        RuleViolation: the plan is not being drafted.
        InvalidInput: the person is no reviewer for this place, or the day is past.
    """
    item = get_or_not_found(PlanItem, item_id, lock=True)
    place = item.plan.place
    if not can_draft(by, place, at):
        raise NotAllowed(NOT_COUNCIL)
    if item.plan.state is not PlanState.DRAFTING or item.dropped_at is not None:
        raise RuleViolation(N_("지금은 부서 검토를 청할 수 없습니다."))
    if not holds(reviewer, Role.DEPARTMENT_REVIEWER, place, at):
        raise InvalidInput(N_("이 지역의 부서 담당자를 골라 주세요."), field="reviewer")
    due_at = due_at or at + timedelta(days=REVIEW_DAYS)
    if due_at <= at:
        raise InvalidInput(N_("지난 날짜입니다."), field="due_on")
    for review in item.reviews:
        if review.reviewer_id == reviewer.id and review.answered_at is None:
            return review
    review = DepartmentReview(
        item_id=item.id, department=department, reviewer_id=reviewer.id, requested_at=at, due_at=due_at
    )
    item.reviews.append(review)
    session().flush()
    append(
        place,
        "plan.review_requested",
        role=Role.DONG_STAFF,
        subject=f"plan_item:{item.id}",
        at=at,
        values={"title": item.title, "department": department},
    )
    return review


def answer_review(
    review_id: int,
    *,
    verdict: Verdict,
    reason: str,
    law: str,
    condition: str,
    corrected_cost_won: int | None,
    version: int,
    by: Person,
    at: datetime,
) -> DepartmentReview:
    """Answer a review. An ineligible or conditional verdict must say why; nobody else than the asked one answers.

    Raises:
        NotFound: no such review, or not asked of this person (it does not exist for others).
        Conflict: answered meanwhile in another window.
        RuleViolation: answered already, or the plan has moved on.
        InvalidInput: a verdict without its reason or condition, or no sensible price.
    """
    review = get_or_not_found(DepartmentReview, review_id, lock=True)
    if not can_answer(by, review, review.item.plan.place, at):
        raise NotFound(N_("찾으시는 검토 요청이 없습니다."))
    claim_version(review, version)
    if review.answered_at is not None:
        raise RuleViolation(N_("이미 답하신 검토입니다."))
    if review.item.plan.state is not PlanState.DRAFTING:
        raise RuleViolation(N_("계획이 다음 단계로 넘어가 답할 수 없습니다."))
    if verdict is not Verdict.ELIGIBLE and len(reason) < 10:
        raise InvalidInput(N_("그렇게 보신 까닭을 한 문장 이상 적어 주세요."), field="reason")
    if verdict is Verdict.CONDITIONAL and len(condition) < 5:
        raise InvalidInput(N_("어떤 조건인지 적어 주세요."), field="condition")
    if corrected_cost_won is not None and corrected_cost_won <= 0:
        raise InvalidInput(N_("비용을 원 단위로 적어 주세요."), field="corrected_cost_won")
    review.verdict, review.reason, review.law, review.condition = verdict, reason, law, condition
    review.corrected_cost_won, review.answered_at, review.answered_by = corrected_cost_won, at, by.id
    append(
        review.item.plan.place,
        "plan.reviewed",
        role=Role.DEPARTMENT_REVIEWER,
        subject=f"plan_item:{review.item_id}",
        at=at,
        values={"title": review.item.title, "department": review.department, "verdict": verdict.value},
    )
    return review
