"""Drafting an item: who works on it, its estimate, notes, amendments, alternatives."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from app.council.models import Committee
from app.db.session import claim_version, get_or_not_found, session
from app.errors import Conflict, InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.plan.models import Alternative, Amendment, ItemCost, ItemNote, ItemWork, PlanItem
from app.plan.permissions import can_draft
from app.plan.rules.workbench import AmendmentState, CostLine, main_source, require_lines, require_open_amendment
from app.plan.services.drafting import NOT_COUNCIL, require_cost, require_text_open
from app.record.services import append

STALE = N_("수정안이 나온 뒤에 사업의 글이 바뀌었습니다. 새 글을 보고 다시 제안해 주세요.")


@dataclass(frozen=True)
class Assignment:
    """Who drafts an item until when, and where it stands."""

    committee_id: int | None
    person_id: int | None
    due_at: datetime | None
    site: str
    site_note: str


def assign(item_id: int, work: Assignment, *, version: int, by: Person, at: datetime) -> ItemWork:
    """Say which committee and who of the council drafts an item, until when, and on which site it stands.

    Raises:
        NotFound, NotAllowed, Conflict, RuleViolation: as `open_item`; changed meanwhile.
        InvalidInput: a committee of another dong, or somebody who may not draft.
    """
    item = open_item(item_id, by=by, at=at)
    row = session().get(ItemWork, item.id, with_for_update=True)
    if row is None:
        row = ItemWork(item_id=item.id, version=0)
        session().add(row)
    claim_version(row, version)
    if work.committee_id is not None:
        committee = get_or_not_found(Committee, work.committee_id)
        if committee.council.place_id != item.plan.place_id or committee.closed_at is not None:
            raise InvalidInput(N_("이 동네의 분과가 아닙니다."), field="committee")
    if work.person_id is not None and not can_draft(get_or_not_found(Person, work.person_id), item.plan.place, at):
        raise InvalidInput(N_("계획을 쓸 수 있는 위원이나 담당자가 아닙니다."), field="person")
    row.committee_id, row.person_id, row.due_at = work.committee_id, work.person_id, work.due_at
    row.site, row.site_note = work.site, work.site_note
    session().flush()
    return row


def keep_costs(item_id: int, lines: list[CostLine], *, version: int, by: Person, at: datetime) -> PlanItem:
    """Write the estimate of an item anew; its cost and main source follow from the lines.

    Raises:
        NotFound, NotAllowed, Conflict, RuleViolation: as `open_item`; changed meanwhile.
        InvalidInput: a line that cannot be, or a sum beyond the limits in force.
    """
    item = open_item(item_id, by=by, at=at)
    claim_version(item, version)
    total = require_lines(lines, year=item.plan.cycle.year)
    require_cost(item.plan.cycle, total)
    session().execute(delete(ItemCost).where(ItemCost.item_id == item.id))
    for number, line in enumerate(lines, start=1):
        session().add(
            ItemCost(
                item_id=item.id, number=number, name=line.name, unit=line.unit, price_won=line.price_won,
                quantity_hundredths=line.quantity_hundredths, source=line.source, year=line.year,
            )
        )  # fmt: skip
    item.cost_won, item.fund_source = total, main_source(lines)
    session().flush()
    append(
        item.plan.place, "plan.costed", role=Role.COUNCIL_MEMBER, subject=f"plan_item:{item.id}", at=at,
        values={"title": item.title, "cost_won": total, "lines": len(lines)},
    )  # fmt: skip
    return item


def write_note(item_id: int, text: str, *, is_public: bool, once: str, by: Person, at: datetime) -> ItemNote:
    """Note something among those who draft, or comment for everybody; the same form sent twice writes once.

    Raises:
        NotFound, NotAllowed, RuleViolation: as `open_item`.
    """
    item = open_item(item_id, by=by, at=at)
    known = session().scalar(select(ItemNote).where(ItemNote.author_id == by.id, ItemNote.once == once))
    if known is not None:
        return known
    note = ItemNote(item_id=item.id, author_id=by.id, once=once, text=text, is_public=is_public, written_at=at)
    session().add(note)
    session().flush()
    return note


def suggest(item_id: int, *, title: str, body: str, reason: str, once: str, by: Person, at: datetime) -> Amendment:
    """Suggest other words for an item; they stand beside the present ones until somebody decides.

    Raises:
        NotFound, NotAllowed, RuleViolation: as `open_item`.
        InvalidInput: nothing is different.
    """
    item = open_item(item_id, by=by, at=at)
    known = session().scalar(select(Amendment).where(Amendment.author_id == by.id, Amendment.once == once))
    if known is not None:
        return known
    if (title, body) == (item.title, item.body):
        raise InvalidInput(N_("지금 글과 다른 곳이 없습니다."), field="body")
    found = Amendment(
        item_id=item.id, author_id=by.id, once=once, state=AmendmentState.SUGGESTED, title=title, body=body,
        old_title=item.title, old_body=item.body, reason=reason, item_version=item.version, suggested_at=at,
    )  # fmt: skip
    session().add(found)
    session().flush()
    return found


def decide_amendment(
    amendment_id: int, *, take: bool, answer: str, version: int, by: Person, at: datetime
) -> Amendment:
    """Take a suggested change into the item, or leave it with a reason. Nobody decides about their own.

    Raises:
        NotFound, NotAllowed, Conflict: as `open_item`; their own; decided meanwhile; the item changed since.
        RuleViolation: decided already, or the text is frozen.
        InvalidInput: left without a reason.
    """
    row = get_or_not_found(Amendment, amendment_id, lock=True)
    item = open_item(row.item_id, by=by, at=at)
    if row.author_id == by.id:
        raise NotAllowed(N_("자기 수정안은 다른 위원이 정합니다."))
    claim_version(row, version)
    require_open_amendment(row.state)
    if take:
        if item.version != row.item_version:
            raise Conflict(STALE)
        item.title, item.body = row.title, row.body
        item.version += 1
    elif len(answer) < 5:  # noqa: PLR2004 - a word or two
        raise InvalidInput(N_("받아들이지 않는 까닭을 적어 주세요."), field="answer")
    row.state = AmendmentState.TAKEN if take else AmendmentState.LEFT
    row.answer, row.decided_at = answer, at
    append(
        item.plan.place, "plan.amended" if take else "plan.amendment_left", role=Role.COUNCIL_MEMBER,
        subject=f"plan_item:{item.id}", at=at, values={"title": item.title, "reason": row.reason if take else answer},
    )  # fmt: skip
    return row


def note_alternative(
    item_id: int, *, title: str, body: str, cost_won: int, why_not: str, once: str, by: Person, at: datetime
) -> Alternative:
    """Write down another way that was looked at, and why it was not taken; the same form sent twice writes once.

    Raises:
        NotFound, NotAllowed, RuleViolation: as `open_item`.
    """
    item = open_item(item_id, by=by, at=at)
    known = session().scalar(select(Alternative).where(Alternative.item_id == item.id, Alternative.once == once))
    if known is not None:
        return known
    row = Alternative(
        item_id=item.id, once=once, title=title, body=body, cost_won=cost_won, why_not=why_not, noted_at=at
    )
    session().add(row)
    session().flush()
    return row


def open_item(item_id: int, *, by: Person, at: datetime) -> PlanItem:
    """Return an item, locked, that this person may write now.

    Raises:
        NotFound, NotAllowed: no such item; neither council nor staff.
        RuleViolation: the text must not change now, or the item was dropped.
    """
    item = get_or_not_found(PlanItem, item_id, lock=True)
    if not can_draft(by, item.plan.place, at):
        raise NotAllowed(NOT_COUNCIL)
    require_text_open(item.plan)
    if item.dropped_at is not None:
        raise RuleViolation(N_("계획에서 뺀 사업입니다."))
    return item
