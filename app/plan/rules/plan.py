"""Rules of the plan. Pure: no Flask, no database, no clock, no randomness."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from app.errors import RuleViolation
from app.i18n import N_
from voting.encoding import JSON, canonical_json


class FundSource(StrEnum):
    """Where the money comes from (domain.md §1.1: 11, 15, 16, 17, 31)."""

    PARTICIPATORY_BUDGET = "participatory_budget"
    RESIDENT_TAX = "resident_tax"
    VILLAGE_FUND = "village_fund"
    CALL = "call"
    SUBSIDY = "subsidy"
    OTHER = "other"


FUND_SOURCE_NAMES: dict[FundSource, str] = {
    FundSource.PARTICIPATORY_BUDGET: N_("주민참여예산"),
    FundSource.RESIDENT_TAX: N_("주민세 환원"),
    FundSource.VILLAGE_FUND: N_("마을기금"),
    FundSource.CALL: N_("공모 사업"),
    FundSource.SUBSIDY: N_("보조금"),
    FundSource.OTHER: N_("그 밖"),
}


class Verdict(StrEnum):
    """What a department says of an item (domain.md §2.6)."""

    ELIGIBLE = "eligible"
    CONDITIONAL = "conditional"
    INELIGIBLE = "ineligible"


VERDICT_NAMES: dict[Verdict, str] = {
    Verdict.ELIGIBLE: N_("적격"),
    Verdict.CONDITIONAL: N_("조건부"),
    Verdict.INELIGIBLE: N_("부적격"),
}


class PlanState(StrEnum):
    """Where a plan stands."""

    DRAFTING = "drafting"
    INSPECTION = "inspection"
    """A version is frozen and open to opinions."""
    REVISED = "revised"
    """Every opinion has its answer and the text follows from them; ready for the assembly."""
    ADOPTED = "adopted"


MOVES: dict[PlanState, frozenset[PlanState]] = {
    PlanState.DRAFTING: frozenset({PlanState.INSPECTION}),
    # A substantial change sends the plan back to drafting and into a second inspection.
    PlanState.INSPECTION: frozenset({PlanState.REVISED, PlanState.DRAFTING}),
    PlanState.REVISED: frozenset({PlanState.ADOPTED, PlanState.DRAFTING}),
    PlanState.ADOPTED: frozenset(),
}


def require_move(state: PlanState, to: PlanState) -> None:
    """Refuse a move that the table does not list.

    Raises:
        RuleViolation: the plan cannot go there from where it is.
    """
    if to not in MOVES[state]:
        raise RuleViolation(N_("마을계획은 지금 그렇게 바꿀 수 없습니다."))


@dataclass(frozen=True)
class FrozenCost:
    """One line of an item's estimate in a frozen version. Money is whole won, the quantity counts hundredths."""

    name: str
    unit: str
    quantity_hundredths: int
    price_won: int
    source: FundSource
    year: int


@dataclass(frozen=True)
class ItemText:
    """One section of a frozen version."""

    number: int
    item_id: int
    title: str
    body: str
    cost_won: int
    fund_source: FundSource
    unit: str
    verdict: Verdict | None
    costs: tuple[FrozenCost, ...] = ()


def canonical_version(
    *, place: str, year: int, number: int, items: list[ItemText], chapters: list[tuple[str, str]] | None = None
) -> bytes:
    """Return the bytes of a version: compact JSON, sections in order.

    Args:
        place: the dong's slug.
        year: of the plan.
        number: of the version, from 1.
        items: the sections.
        chapters: code and words of those of the seven contents that have been written, in the ordinance's order.

    Extension rule: new fields are added at the end of their object.
    """
    sections: list[JSON] = [_section(item) for item in items]
    whole: dict[str, JSON] = {"place": place, "year": year, "version": number, "sections": sections}
    if chapters:
        whole["chapters"] = [{"chapter": chapter, "body": body} for chapter, body in chapters]
    return canonical_json(whole)


def _section(item: ItemText) -> dict[str, JSON]:
    section: dict[str, JSON] = {
        "number": item.number,
        "item": item.item_id,
        "title": item.title,
        "body": item.body,
        "cost_won": item.cost_won,
        "fund_source": item.fund_source.value,
        "unit": item.unit,
        "verdict": item.verdict.value if item.verdict else None,
    }
    if item.costs:
        section["costs"] = [
            {
                "name": cost.name,
                "unit": cost.unit,
                "quantity_hundredths": cost.quantity_hundredths,
                "price_won": cost.price_won,
                "source": cost.source.value,
                "year": cost.year,
            }
            for cost in item.costs
        ]
    return section


def version_hash(text: bytes) -> str:
    """Return the SHA-256 of a version, as hexadecimal."""
    return hashlib.sha256(text).hexdigest()
