"""SELECTs about drafting."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from app.agenda import lifeline
from app.agenda.lifeline import Step
from app.agenda.models import Proposal
from app.agenda.queries import merged_into
from app.council.models import Committee, Council, CouncilMeeting, MeetingDecision, MeetingItem
from app.council.rules.meetings import ItemKind, Outcome
from app.db.session import session
from app.i18n import N_
from app.people.models import Person, RoleGrant
from app.people.rules import COUNCIL, Role
from app.places.models import Place
from app.plan.models import (
    Alternative,
    Amendment,
    ChapterText,
    CouncilAdoption,
    CouncilRejection,
    Envelope,
    ItemCost,
    ItemNote,
    ItemWork,
    Plan,
    PlanItem,
    PlanVersion,
    PriceChange,
)
from app.plan.rules.plan import FUND_SOURCE_NAMES, FundSource
from app.plan.rules.workbench import (
    CHAPTER_NAMES,
    Balance,
    Chapter,
    CostLine,
    balances,
    same_sites,
    say_quantity,
)
from app.todo import Todo


def costs_of(item: PlanItem) -> list[ItemCost]:
    """Return the lines of an item's estimate, in order."""
    query = select(ItemCost).where(ItemCost.item_id == item.id).order_by(ItemCost.number)
    return list(session().scalars(query))


def price_changes_of(item: PlanItem) -> list[PriceChange]:
    """Return the departments' prices that were taken into an estimate, oldest first."""
    query = select(PriceChange).where(PriceChange.item_id == item.id).options(joinedload(PriceChange.review))
    return list(session().scalars(query.order_by(PriceChange.id)))


def balances_of(plan: Plan, items: list[PlanItem]) -> list[Balance]:
    """Return what every source offers and what the plan asks of it; an item without lines counts as one line."""
    ids = [item.id for item in items]
    rows = session().scalars(select(ItemCost).where(ItemCost.item_id.in_(ids)))
    by_item: dict[int, list[CostLine]] = {}
    for row in rows:
        by_item.setdefault(row.item_id, []).append(row.line)
    lines = [
        line
        for item in items
        for line in by_item.get(item.id)
        or [CostLine(item.title, "", 100, item.cost_won, item.fund_source, plan.cycle.year)]
    ]
    return balances(lines, envelopes_of(plan))


def envelopes_of(plan: Plan) -> dict[tuple[FundSource, int], int]:
    """Return what sources offer, by source and year."""
    rows = session().scalars(select(Envelope).where(Envelope.plan_id == plan.id))
    return {(row.source, row.year): row.amount_won for row in rows}


def work_on(item: PlanItem) -> ItemWork | None:
    """Return who drafts an item."""
    return session().get(ItemWork, item.id)


def works_of(items: list[PlanItem]) -> dict[int, ItemWork]:
    """Return who drafts each item, in one query."""
    query = (
        select(ItemWork)
        .where(ItemWork.item_id.in_([item.id for item in items]))
        .options(joinedload(ItemWork.committee), joinedload(ItemWork.person))
    )
    return {row.item_id: row for row in session().scalars(query)}


def neighbours_on_site(item: PlanItem, items: list[PlanItem]) -> list[PlanItem]:
    """Return the other items of the plan that stand on the same site: its own words, or its agenda's."""
    works = works_of(items)
    sites = [
        (each.id, works[each.id].site if each.id in works and works[each.id].site else _site_of_origins(each))
        for each in items
    ]
    group = next((group for group in same_sites(sites) if item.id in group), [])
    return [each for each in items if each.id in group and each.id != item.id]


def _site_of_origins(item: PlanItem) -> str:
    return next((origin.proposal.where for origin in item.origins if origin.proposal.where), "")


def notes_on(item: PlanItem, *, everything: bool) -> list[ItemNote]:
    """Return the words of the council about an item: all for those who draft, otherwise the public ones."""
    query = select(ItemNote).where(ItemNote.item_id == item.id).options(joinedload(ItemNote.author))
    if not everything:
        query = query.where(ItemNote.is_public)
    return list(session().scalars(query.order_by(ItemNote.id).limit(200)))


def amendments_to(item: PlanItem) -> list[Amendment]:
    """Return the suggested changes of an item, newest first."""
    query = select(Amendment).where(Amendment.item_id == item.id).order_by(Amendment.id.desc()).limit(50)
    return list(session().scalars(query))


def alternatives_to(item: PlanItem) -> list[Alternative]:
    """Return the other ways that were looked at."""
    return list(session().scalars(select(Alternative).where(Alternative.item_id == item.id).order_by(Alternative.id)))


def committees_here(place: Place) -> list[Committee]:
    """Return the committees of a dong that are at work."""
    query = (
        select(Committee)
        .join(Council, Council.id == Committee.council_id)
        .where(Council.place_id == place.id, Committee.closed_at.is_(None))
        .order_by(Committee.name)
    )
    return list(session().scalars(query))


def chapters_of(plan: Plan | None) -> dict[Chapter, ChapterText]:
    """Return the contents that have been written."""
    if plan is None:
        return {}
    rows = session().scalars(select(ChapterText).where(ChapterText.plan_id == plan.id))
    return {row.chapter: row for row in rows}


def adoptions_of(versions: list[PlanVersion]) -> dict[int, CouncilAdoption]:
    """Return the council's decision about each version that has one."""
    query = (
        select(CouncilAdoption)
        .where(CouncilAdoption.version_id.in_([version.id for version in versions]))
        .options(joinedload(CouncilAdoption.meeting_item).joinedload(MeetingItem.meeting))
    )
    return {row.version_id: row for row in session().scalars(query)}


def rejections_of(versions: list[PlanVersion]) -> dict[int, CouncilRejection]:
    """Return the council's decision against each version that has one."""
    query = (
        select(CouncilRejection)
        .where(CouncilRejection.version_id.in_([version.id for version in versions]))
        .options(joinedload(CouncilRejection.meeting_item).joinedload(MeetingItem.meeting))
    )
    return {row.version_id: row for row in session().scalars(query)}


def rejecting_items(frozen: PlanVersion) -> list[MeetingItem]:
    """Return the council's decisions against something since a version was frozen, newest first."""
    return _decided_items(frozen.plan.place, Outcome.REJECTED, since=frozen.frozen_at)


def adopting_items(place: Place) -> list[MeetingItem]:
    """Return the council's latest decisions in favour of something, newest first."""
    return _decided_items(place, Outcome.ADOPTED)


def _decided_items(place: Place, outcome: Outcome, *, since: datetime | None = None) -> list[MeetingItem]:
    query = (
        select(MeetingItem)
        .join(CouncilMeeting, CouncilMeeting.id == MeetingItem.meeting_id)
        .join(MeetingDecision, MeetingDecision.item_id == MeetingItem.id)
        .options(contains_eager(MeetingItem.meeting))
        .where(
            CouncilMeeting.place_id == place.id,
            CouncilMeeting.committee_id.is_(None),
            MeetingItem.kind == ItemKind.DECISION,
            MeetingDecision.outcome == outcome,
        )
        .order_by(MeetingDecision.decided_at.desc())
        .limit(30)
    )
    if since is not None:
        query = query.where(MeetingDecision.decided_at >= since)
    return list(session().scalars(query))


@dataclass(frozen=True)
class Root:
    """A proposal in the chain of evidence: its whole life, and the proposals that it took in or was divided from."""

    proposal: Proposal
    steps: list[Step]
    roots: list["Root"] = field(default_factory=list)


def evidence_of(item: PlanItem, at: datetime) -> list[Root]:
    """Return everything that made an item: each agenda with its meetings, opinions, reviews and decisions, to the roots."""
    seen: set[int] = set()
    return [_root(origin.proposal, at, seen) for origin in item.origins]


def _root(proposal: Proposal, at: datetime, seen: set[int]) -> Root:
    seen.add(proposal.id)
    earlier = merged_into(proposal) + ([proposal.split_from] if proposal.split_from is not None else [])
    steps = lifeline.steps(proposal, at)
    return Root(proposal, steps, [_root(each, at, seen) for each in earlier if each.id not in seen])


def todos(person: Person, at: datetime) -> list[Todo]:
    """Return the items that this person drafts."""
    query = (
        select(ItemWork)
        .join(PlanItem, PlanItem.id == ItemWork.item_id)
        .join(Plan, Plan.id == PlanItem.plan_id)
        .join(Place, Place.id == Plan.place_id)
        .options(contains_eager(ItemWork.item).contains_eager(PlanItem.plan).contains_eager(Plan.place))
        .where(
            ItemWork.person_id == person.id, ItemWork.due_at.is_not(None), PlanItem.dropped_at.is_(None),
            Plan.state == "drafting",
        )
        .order_by(ItemWork.due_at)
        .limit(50)
    )  # fmt: skip
    return [
        Todo(
            title=N_("맡은 사업 쓰기: %(title)s"),
            action=N_("쓰기"),
            endpoint="plan.item",
            arguments={"slug": work.item.plan.place.slug, "item_id": work.item_id},
            values={"title": work.item.title},
            context=work.item.plan.place.name,
            due_at=work.due_at,
            place_id=work.item.plan.place_id,
        )
        for work in session().scalars(query)
    ]


def drafters(place: Place, at: datetime) -> list[Person]:
    """Return the council members and the staff of a dong itself, by name."""
    query = (
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            RoleGrant.role.in_(COUNCIL | {Role.DONG_STAFF, Role.SUPPORT_OFFICER}),
            RoleGrant.place_id == place.id,
            RoleGrant.revoked_at.is_(None),
            RoleGrant.ends_at.is_(None) | (RoleGrant.ends_at > at),
            Person.is_active,
        )
        .order_by(Person.public_name)
        .distinct()
    )
    return list(session().scalars(query))


def as_text(version: PlanVersion) -> str:
    """Return a frozen version as lines to compare: contents first, then every item with its costs."""
    parsed: dict[str, Any] = json.loads(version.text)
    names = {chapter.value: name for chapter, name in CHAPTER_NAMES.items()}
    lines = []
    for row in parsed.get("chapters", []):
        lines += [f"■ {gettext(names[row['chapter']])}", *row["body"].splitlines(), ""]
    for row in parsed["sections"]:
        lines += [f"{row['number']}. {row['title']}", *row["body"].splitlines()]
        cost = gettext("%(won)s원", won=f"{row['cost_won']:,}")
        lines.append(f"{cost} · {gettext(FUND_SOURCE_NAMES[FundSource(row['fund_source'])])} · {row['unit']}")
        lines += [
            f"  - {cost['name']}: {say_quantity(cost['quantity_hundredths'])} {cost['unit']} × {cost['price_won']:,}"
            for cost in row.get("costs", [])
        ]
        lines.append("")
    return "\n".join(lines)
