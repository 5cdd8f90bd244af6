"""Taking a department's price into an estimate, at one press; what stood there before is kept."""

from datetime import datetime

from sqlalchemy import delete, select

from app.db.session import claim_version, get_or_not_found, session
from app.errors import RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.plan.models import DepartmentReview, ItemCost, PriceChange
from app.plan.rules.workbench import CostLine, main_source, recosted
from app.plan.services.drafting import require_cost
from app.plan.services.workbench import open_item
from app.record.services import append


def take_price(review_id: int, *, version: int, by: Person, at: datetime) -> PriceChange:
    """Make the cost that a department found the cost of the item; pressed twice, it is taken once.

    An estimate by line is changed in proportion, so that sources and years keep their shares and the envelopes follow.

    Raises:
        NotFound, NotAllowed, Conflict: no such review; neither council nor staff; the item changed meanwhile.
        RuleViolation: the text must not change now, or the review corrects nothing, no longer counts, or says the same.
        InvalidInput: a cost beyond the limits in force.
    """
    review = get_or_not_found(DepartmentReview, review_id)
    item = open_item(review.item_id, by=by, at=at)
    known = session().scalar(select(PriceChange).where(PriceChange.review_id == review.id))
    if known is not None:
        return known
    claim_version(item, version)
    new_won = review.corrected_cost_won
    if new_won is None or review.superseded_at is not None:
        raise RuleViolation(N_("부서가 다시 셈한 비용이 없습니다."))
    if new_won == item.cost_won:
        raise RuleViolation(N_("사업의 비용이 이미 부서가 셈한 비용과 같습니다."))
    require_cost(item.plan.cycle, new_won)
    rows = list(session().scalars(select(ItemCost).where(ItemCost.item_id == item.id).order_by(ItemCost.number)))
    before = [row.line for row in rows]
    change = PriceChange(
        item_id=item.id, review_id=review.id, old_won=item.cost_won, new_won=new_won,
        old_lines=[_plain(line) for line in before], taken_at=at, taken_by=by.id,
    )  # fmt: skip
    session().add(change)
    if before:
        session().execute(delete(ItemCost).where(ItemCost.item_id == item.id))
        after = recosted(before, new_won)
        for number, line in enumerate(after, start=1):
            session().add(ItemCost(item_id=item.id, number=number, **vars(line)))
        item.fund_source = main_source(after)
    item.cost_won = new_won
    session().flush()
    append(
        item.plan.place, "plan.price_taken", role=by.staff_role(item.plan.place, at) or Role.COUNCIL_MEMBER,
        subject=f"plan_item:{item.id}", at=at,
        values={
            "title": item.title, "department": review.department, "old_won": change.old_won, "new_won": new_won,
        },
    )  # fmt: skip
    return change


def _plain(line: CostLine) -> dict[str, object]:
    return {**vars(line), "source": line.source.value}
