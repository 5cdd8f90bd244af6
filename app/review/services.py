"""Use cases of the department review."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from app.clock import kst_date
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import Invitation, Person
from app.people.permissions import holds
from app.people.rules import Role
from app.people.services import invitations
from app.people.services.messages import tell
from app.places.elections.queries import guards_at
from app.places.models import Place
from app.places.queries import setting
from app.places.rules import PlaceKind
from app.plan.models import DepartmentReview, PlanItem
from app.plan.permissions import can_answer, can_draft
from app.plan.rules import PlanState, Verdict
from app.plan.services import reviewing
from app.record.services import append
from app.review.models import (
    ChecklistEntry,
    Objection,
    ReviewFinding,
    ReviewInvitation,
    ReviewNote,
    ReviewReturn,
)
from app.review.permissions import can_decide, can_object, can_see_notes
from app.review.rules import (
    CRITERION_NAMES,
    REASON_MIN,
    Check,
    CheckState,
    Finding,
    require_checklist,
    require_findings,
    require_objection,
    verdict_of,
)

NOT_ASKED = N_("찾으시는 검토 요청이 없습니다.")


def ask(
    item_id: int, reviewers: Sequence[Person], *, due_at: datetime | None, by: Person, at: datetime
) -> list[DepartmentReview]:
    """Ask one or several departments at once; each gets a mail with the link to its own form.

    Raises:
        NotFound, NotAllowed, RuleViolation, InvalidInput: as `app.plan.services.reviewing.request_review`, or nobody chosen.
    """
    if not reviewers:
        raise InvalidInput(N_("물어볼 부서를 하나 이상 골라 주세요."), field="reviewers")
    item = get_or_not_found(PlanItem, item_id)
    due_at = due_at or at + timedelta(days=setting(item.plan.place, "review.days"))
    found = []
    for reviewer in reviewers:
        department = _department_of(reviewer, item.plan.place, at)
        review = reviewing.request_review(
            item_id, department=department, reviewer=reviewer, due_at=due_at, by=by, at=at
        )
        _tell_reviewer(review, reviewer, "review/asked", key=str(review.id), at=at)
        found.append(review)
    return found


def invite_and_ask(
    item_id: int, email: str, *, department: str, due_at: datetime | None, by: Person, at: datetime
) -> DepartmentReview:
    """Ask a department that has no account yet: its address gets an invitation, which makes a narrow account.

    Raises:
        NotFound, NotAllowed: no such item; no right to invite reviewers of the district.
        RuleViolation: the plan is not being drafted.
        InvalidInput: no address, no department, or a day that is past.
    """
    item = get_or_not_found(PlanItem, item_id, lock=True)
    place = item.plan.place
    if item.plan.state is not PlanState.DRAFTING or item.dropped_at is not None:
        raise RuleViolation(N_("지금은 부서 검토를 청할 수 없습니다."))
    due_at = due_at or at + timedelta(days=setting(place, "review.days"))
    if due_at <= at:
        raise InvalidInput(N_("지난 날짜입니다."), field="due_on")
    district = _district(place)
    invitation = invitations.invite(district, Role.DEPARTMENT_REVIEWER, email, by=by, at=at, department=department)
    review = DepartmentReview(item_id=item.id, department=department, requested_at=at, due_at=due_at)
    item.reviews.append(review)
    session().flush()
    session().add(ReviewInvitation(review_id=review.id, invitation_id=invitation.id))
    append(
        place, "plan.review_requested", role=Role.DONG_STAFF, subject=f"plan_item:{item.id}", at=at,
        values={"title": item.title, "department": department},
    )  # fmt: skip
    return review


def on_invitation_accepted(invitation: Invitation, *, person: Person) -> None:
    """Give the reviews that wait for an invitation to the account that took it."""
    rows = session().scalars(select(ReviewInvitation).where(ReviewInvitation.invitation_id == invitation.id))
    for row in rows:
        row.review.reviewer_id = person.id


def answer(
    review_id: int,
    findings: Sequence[Finding],
    *,
    condition: str,
    corrected_cost_won: int | None,
    version: int,
    by: Person,
    at: datetime,
) -> DepartmentReview:
    """Answer a review criterion by criterion; the gravest is the verdict. What it refuses, its proposers hear once.

    Raises:
        NotFound, Conflict, RuleViolation: as `app.plan.services.reviewing.answer_review`.
        InvalidInput: a criterion without a verdict, a refusal without its reason or law, a condition that is missing.
    """
    require_findings(findings)
    verdict = verdict_of(findings)
    said = [each for each in findings if each.verdict is not Verdict.ELIGIBLE]
    review = reviewing.answer_review(
        review_id,
        verdict=verdict,
        reason="\n".join(each.reason for each in said),
        law=", ".join(dict.fromkeys(each.law for each in said if each.law))[:200],
        condition=condition,
        corrected_cost_won=corrected_cost_won,
        version=version,
        by=by,
        at=at,
    )
    for each in findings:
        session().add(
            ReviewFinding(
                review_id=review.id, criterion=each.criterion, verdict=each.verdict, reason=each.reason, law=each.law
            )
        )
    session().flush()
    if verdict is Verdict.INELIGIBLE:
        _tell_proposers(review, said, at=at)
    return review


def return_item(review_id: int, *, question: str, version: int, by: Person, at: datetime) -> ReviewReturn:
    """Send an item back with a question before answering; it is revised once.

    Raises:
        NotFound, Conflict: not asked of this person; changed meanwhile.
        RuleViolation: answered, or returned once already.
        InvalidInput: no question.
    """
    review = get_or_not_found(DepartmentReview, review_id, lock=True)
    if not can_answer(by, review, review.item.plan.place, at):
        raise NotFound(NOT_ASKED)
    claim_version(review, version)
    if review.answered_at is not None:
        raise RuleViolation(N_("이미 답하신 검토입니다."))
    if session().scalar(select(ReviewReturn).where(ReviewReturn.review_id == review.id)) is not None:
        raise RuleViolation(N_("한 번만 되물을 수 있습니다. 이제 검토 결과를 보내 주세요."))
    if len(question) < REASON_MIN:
        raise InvalidInput(N_("무엇을 고치거나 알려 달라는지 한 문장 이상 적어 주세요."), field="question")
    returned = ReviewReturn(review_id=review.id, question=question, returned_at=at, returned_by=by.id)
    session().add(returned)
    session().flush()
    _record(review, "review.returned", Role.DEPARTMENT_REVIEWER, at)
    return returned


def revise(review_id: int, *, reply: str, by: Person, at: datetime) -> ReviewReturn:
    """Answer a department's question; the clock gets the days that the question took.

    Raises:
        NotFound, NotAllowed: nothing was asked back; neither council nor staff.
        RuleViolation: answered already.
        InvalidInput: no reply.
    """
    review = get_or_not_found(DepartmentReview, review_id, lock=True)
    if not can_draft(by, review.item.plan.place, at):
        raise NotAllowed(N_("주민자치회 위원과 담당자만 고칠 수 있습니다."))
    returned = session().scalar(select(ReviewReturn).where(ReviewReturn.review_id == review.id).with_for_update())
    if returned is None:
        raise NotFound(N_("부서가 되물은 것이 없습니다."))
    if returned.revised_at is not None:
        raise RuleViolation(N_("이미 답했습니다."))
    if len(reply) < REASON_MIN:
        raise InvalidInput(N_("무엇을 고쳤는지 한 문장 이상 적어 주세요."), field="reply")
    returned.reply, returned.revised_at, returned.revised_by = reply, at, by.id
    review.due_at += at - returned.returned_at
    review.version += 1
    _record(review, "review.revised", Role.COUNCIL_MEMBER, at)
    return returned


def object_to(review_id: int, *, grounds: str, by: Person, at: datetime) -> Objection:
    """Object to a verdict (이의), once for each review; the same form sent twice makes one.

    Raises:
        NotFound, NotAllowed: no such review; neither its proposer nor the council.
        RuleViolation: nothing was refused, the days have passed, or another has objected.
        InvalidInput: no grounds.
    """
    review = get_or_not_found(DepartmentReview, review_id, lock=True)
    if not can_object(by, review, at):
        raise NotAllowed(N_("의제를 낸 사람과 주민자치회만 이의를 낼 수 있습니다."))
    known = session().scalar(select(Objection).where(Objection.review_id == review.id))
    if known is not None:
        if known.filed_by == by.id:
            return known
        raise RuleViolation(N_("이 검토에는 이미 이의가 나왔습니다."))
    verdict = review.verdict if review.superseded_at is None else None
    days = setting(review.item.plan.place, "review.objection_days")
    require_objection(verdict, told_at=review.answered_at, days=days, at=at, grounds=grounds)
    objection = Objection(review_id=review.id, grounds=grounds, filed_at=at, filed_by=by.id)
    session().add(objection)
    session().flush()
    _record(review, "review.objected", Role.RESIDENT, at)
    return objection


def decide(
    review_id: int, *, is_upheld: bool, reason: str, version: int, by: Person, at: datetime
) -> DepartmentReview | None:
    """Decide an objection. Upheld, the review no longer counts and its department is asked anew.

    Returns:
        The new review, None where the objection is refused.

    Raises:
        NotFound, NotAllowed, Conflict: no objection; not staff, or who filed it; decided meanwhile.
        RuleViolation: decided already.
        InvalidInput: no reason.
    """
    review = get_or_not_found(DepartmentReview, review_id, lock=True)
    objection = session().scalar(select(Objection).where(Objection.review_id == review.id).with_for_update())
    if objection is None:
        raise NotFound(N_("이의가 없습니다."))
    if not can_decide(by, review, at) or by.id == objection.filed_by:
        raise NotAllowed(N_("이의는 이의를 내지 않은 담당자가 정합니다."))
    claim_version(objection, version)
    if objection.is_upheld is not None:
        raise RuleViolation(N_("이미 정한 이의입니다."))
    if len(reason) < REASON_MIN:
        raise InvalidInput(N_("그렇게 정한 까닭을 한 문장 이상 적어 주세요."), field="reason")
    objection.is_upheld, objection.answer = is_upheld, reason
    objection.decided_at, objection.decided_by = at, by.id
    _record(review, "review.objection_upheld" if is_upheld else "review.objection_refused", Role.DONG_STAFF, at)
    if not is_upheld:
        return None
    review.superseded_at = at
    again = DepartmentReview(
        item_id=review.item_id, department=review.department, reviewer_id=review.reviewer_id, requested_at=at,
        due_at=at + timedelta(days=setting(review.item.plan.place, "review.days")),
    )  # fmt: skip
    review.item.reviews.append(again)
    session().flush()
    if again.reviewer_id is not None:
        reviewer = get_or_not_found(Person, again.reviewer_id)
        _tell_reviewer(again, reviewer, "review/asked", key=str(again.id), at=at)
    return again


def note(item_id: int, *, text: str, once: str, by: Person, at: datetime) -> ReviewNote:
    """Leave a private comment for the council and the staff.

    Raises:
        NotFound, NotAllowed: no such item; neither council nor staff.
        InvalidInput: nothing to read.
    """
    item = get_or_not_found(PlanItem, item_id)
    if not can_see_notes(by, item, at):
        raise NotAllowed(N_("주민자치회 위원과 담당자만 볼 수 있습니다."))
    known = session().scalar(select(ReviewNote).where(ReviewNote.once == once))
    if known is not None:
        return known
    if not text:
        raise InvalidInput(N_("이 칸을 채워 주세요."), field="text")
    found = ReviewNote(item_id=item.id, once=once, author_id=by.id, text=text, noted_at=at)
    session().add(found)
    session().flush()
    return found


def check(
    item_id: int, states: Mapping[Check, tuple[CheckState, str]], *, by: Person, at: datetime
) -> list[ChecklistEntry]:
    """Go through the thirteen items of the pre-review checklist; a later pass replaces an earlier one.

    The same answers again change nothing and leave no second entry in the record.

    Raises:
        NotFound, NotAllowed: no such item; neither council nor staff.
        InvalidInput: a gap, or the election law waved through before an election.
    """
    item = get_or_not_found(PlanItem, item_id, lock=True)
    if not can_draft(by, item.plan.place, at):
        raise NotAllowed(N_("주민자치회 위원과 담당자만 점검합니다."))
    require_checklist(dict(states), is_guarded=bool(guards_at(item.plan.place, at)))
    known = {
        row.code: row for row in session().scalars(select(ChecklistEntry).where(ChecklistEntry.item_id == item.id))
    }
    if {code: (row.state, row.note) for code, row in known.items()} == dict(states):
        return list(known.values())
    for code, (state, remark) in states.items():
        row = known.get(code)
        if row is None:
            row = known[code] = ChecklistEntry(item_id=item.id, code=code)
            session().add(row)
        row.state, row.note, row.checked_at, row.checked_by = state, remark, at, by.id
    session().flush()
    append(
        item.plan.place, "review.checked", role=Role.DONG_STAFF, subject=f"plan_item:{item.id}", at=at,
        values={"title": item.title},
    )  # fmt: skip
    return list(known.values())


def remind(at: datetime) -> int:
    """Mail reviewers whose day is near (three days) or past, once each; return how many reviews were looked at."""
    query = (
        select(DepartmentReview)
        .join(PlanItem, PlanItem.id == DepartmentReview.item_id)
        .where(
            DepartmentReview.answered_at.is_(None),
            DepartmentReview.superseded_at.is_(None),
            DepartmentReview.reviewer_id.is_not(None),
            DepartmentReview.due_at < at + timedelta(days=3),
            PlanItem.dropped_at.is_(None),
        )
    )
    found = [review for review in session().scalars(query) if review.item.plan.state is PlanState.DRAFTING]
    for review in found:
        step = "late" if review.due_at <= at else "soon"
        reviewer = get_or_not_found(Person, review.reviewer_id)
        _tell_reviewer(review, reviewer, "review/reminded", key=f"{review.id}:{step}", at=at)
    return len(found)


def _tell_reviewer(review: DepartmentReview, reviewer: Person, template: str, *, key: str, at: datetime) -> None:
    place = review.item.plan.place
    due_on = kst_date(review.due_at - timedelta(microseconds=1)).isoformat()
    values = {
        "title": review.item.title, "department": review.department, "place": place.name, "place_en": place.name_en,
        "slug": place.slug, "review_id": review.id, "due_on": due_on,
    }  # fmt: skip
    tell(reviewer, template, values=values, key=key, at=at, place_id=place.id)


def _tell_proposers(review: DepartmentReview, said: Sequence[Finding], *, at: datetime) -> None:
    place = review.item.plan.place
    values = {
        "title": review.item.title, "department": review.department, "slug": place.slug, "item_id": review.item_id,
        "days": setting(place, "review.objection_days"),
        "reasons": [
            {"criterion": CRITERION_NAMES[each.criterion], "reason": each.reason, "law": each.law} for each in said
        ],
    }  # fmt: skip
    for proposer_id in sorted({origin.proposal.proposer_id for origin in review.item.origins}):
        # The key holds the item, not the review: refused by three departments, a proposer still hears of it once.
        key = f"{review.item_id}:{proposer_id}"
        tell(
            get_or_not_found(Person, proposer_id), "review/ineligible", values=values, key=key, at=at, place_id=place.id
        )


def _record(review: DepartmentReview, act: str, role: Role, at: datetime) -> None:
    append(
        review.item.plan.place, act, role=role, subject=f"plan_item:{review.item_id}", at=at,
        values={"title": review.item.title, "department": review.department},
    )  # fmt: skip


def _department_of(reviewer: Person, place: Place, at: datetime) -> str:
    if not holds(reviewer, Role.DEPARTMENT_REVIEWER, place, at):
        raise InvalidInput(N_("이 지역의 부서 담당자를 골라 주세요."), field="reviewers")
    named = [g.department for g in reviewer.grants if g.role is Role.DEPARTMENT_REVIEWER and g.is_in_force(at)]
    return next((name for name in named if name), None) or reviewer.public_name


def _district(place: Place) -> Place:
    above = session().scalars(select(Place).where(Place.id.in_(place.ancestor_ids))).all()
    found = {each.kind: each for each in above}
    return found.get(PlaceKind.DISTRICT) or found[PlaceKind.CITY]
