"""Rules of the plan. Pure: no Flask, no database, no clock, no randomness."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from app.errors import InvalidInput, RuleViolation
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
    # Straight to a revision: the council rejected the last one, and what it changed was inspected before.
    PlanState.DRAFTING: frozenset({PlanState.INSPECTION, PlanState.REVISED}),
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


def require_thaw(state: PlanState, *, is_before_next: bool, is_adopted: bool, is_rejected: bool) -> None:
    """Refuse to take a frozen version back, unless nobody inspects it yet or the council said no to what follows from it.

    Args:
        state: of the plan.
        is_before_next: the step before the version is used is still open: drafting for a text to be inspected, the
            inspection for a text to be voted on.
        is_adopted: the council adopted the version.
        is_rejected: a decision of the council against the version is named.

    Raises:
        RuleViolation: it is used already, or adopted.
        InvalidInput: opinions went into it, and no rejection is named: only the council undoes what it was asked to adopt.
    """
    if state not in {PlanState.INSPECTION, PlanState.REVISED} or not is_before_next:
        raise RuleViolation(N_("공람을 시작하기 전이나 총회에 올리기 전에만 고정한 판을 풀 수 있습니다."))
    if is_adopted:
        raise RuleViolation(N_("주민자치회가 의결한 판은 풀 수 없습니다."))
    if state is PlanState.REVISED and not is_rejected:
        raise InvalidInput(
            N_("공람을 마친 판은 주민자치회가 부결했을 때만 풉니다. 부결한 안건을 골라 주세요."), field="item"
        )


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
