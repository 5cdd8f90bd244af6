"""Rules of drafting: cost by line, envelopes, the seven contents, amendments. Pure: no Flask, no database, no clock."""

import difflib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby

from app.errors import InvalidInput, RuleViolation
from app.i18n import N_
from app.plan.rules.plan import FundSource

MOST_LINES = 40
MOST_WON = 10**13
NAME_MOST = 80
LUMP = "식"
"""The unit of a line that is counted as a whole, as Korean budgets write it."""


@dataclass(frozen=True)
class CostLine:
    """One line of an estimate. Money is whole won; quantity counts hundredths, so that 1.5 hours is 150."""

    name: str
    unit: str
    quantity_hundredths: int
    price_won: int
    source: FundSource
    year: int

    @property
    def total_won(self) -> int:
        """Quantity by price, halves of a won rounded up."""
        return (self.quantity_hundredths * self.price_won + 50) // 100


def read_quantity(typed: str) -> int:
    """Return a quantity as people type it (``2``, ``1.5``, ``1,200``) in hundredths.

    Raises:
        InvalidInput: not a number with at most two decimals.
    """
    text = unicodedata.normalize("NFKC", typed).replace(",", "").strip()
    whole, _, part = text.partition(".")
    if not (whole.isascii() and whole.isdecimal() and len(whole) <= 9) or (
        part and not (part.isascii() and part.isdecimal() and len(part) <= 2)  # noqa: PLR2004 - hundredths
    ):
        raise InvalidInput(N_("수량을 숫자로 적어 주세요. 예: 2 또는 1.5"))
    return int(whole) * 100 + int((part + "00")[:2])


def say_quantity(hundredths: int) -> str:
    """Return a quantity as people read it: no zeros behind the point."""
    whole, part = divmod(hundredths, 100)
    return f"{whole:,}" + (f".{part:02d}".rstrip("0") if part else "")


def require_lines(lines: Sequence[CostLine], *, year: int) -> int:
    """Return the sum of an estimate.

    Raises:
        InvalidInput: no line or too many, a quantity or price below the least, a year that is not the plan's or the next.
    """
    if not 1 <= len(lines) <= MOST_LINES:
        raise InvalidInput(N_("비용을 한 줄 이상 %(n)s줄 아래로 적어 주세요."), n=MOST_LINES)
    for number, line in enumerate(lines, start=1):
        if not line.name or not line.unit:
            raise InvalidInput(N_("%(n)s번째 줄의 이름과 단위를 적어 주세요."), n=number)
        if line.quantity_hundredths <= 0 or line.price_won <= 0 or line.total_won > MOST_WON:
            raise InvalidInput(N_("%(n)s번째 줄의 수량과 단가를 확인해 주세요."), n=number)
        if not year <= line.year <= year + 1:
            raise InvalidInput(N_("%(n)s번째 줄의 연도를 확인해 주세요."), n=number)
    return sum(line.total_won for line in lines)


def recosted(lines: Sequence[CostLine], total_won: int) -> list[CostLine]:
    """Return an estimate whose lines add up to another total, each changed in proportion (largest remainders first).

    A line keeps its quantity where a whole price gives its new amount; otherwise it becomes a lump sum of one, its
    quantity said in its name.
    """
    old = sum(line.total_won for line in lines)
    shares = [divmod(line.total_won * total_won, old) for line in lines]
    amounts = [whole for whole, _rest in shares]
    by_rest = sorted(range(len(lines)), key=lambda n: (-shares[n][1], n))
    for n in by_rest[: total_won - sum(amounts)]:
        amounts[n] += 1
    return [_with_amount(line, amount) for line, amount in zip(lines, amounts, strict=True) if amount]


def _with_amount(line: CostLine, amount_won: int) -> CostLine:
    kept = replace(line, price_won=amount_won * 100 // line.quantity_hundredths)
    if kept.total_won == amount_won and kept.price_won:
        return kept
    counted = f" ({say_quantity(line.quantity_hundredths)} {line.unit})"
    name = line.name[: NAME_MOST - len(counted)] + counted
    return CostLine(name, LUMP, 100, amount_won, line.source, line.year)


def main_source(lines: Iterable[CostLine]) -> FundSource:
    """Return the source that pays most of an estimate; of equal ones the first in the list of sources."""
    sums = dict.fromkeys(FundSource, 0)
    for line in lines:
        sums[line.source] += line.total_won
    return max(FundSource, key=lambda source: sums[source])


@dataclass(frozen=True)
class Balance:
    """What a source of a year offers, and what the plan asks of it so far."""

    source: FundSource
    year: int
    asked_won: int
    envelope_won: int | None
    """None: no envelope is set."""

    @property
    def left_won(self) -> int | None:
        """What is left; below zero when more is asked than there is."""
        return None if self.envelope_won is None else self.envelope_won - self.asked_won


def balances(lines: Iterable[CostLine], envelopes: Mapping[tuple[FundSource, int], int]) -> list[Balance]:
    """Return the running total of every source and year that is asked or has an envelope."""
    asked: dict[tuple[FundSource, int], int] = {}
    for line in lines:
        key = (line.source, line.year)
        asked[key] = asked.get(key, 0) + line.total_won
    order = list(FundSource)
    keys = sorted({*asked, *envelopes}, key=lambda key: (key[1], order.index(key[0])))
    return [Balance(source, year, asked.get((source, year), 0), envelopes.get((source, year))) for source, year in keys]


class Chapter(StrEnum):
    """The seven contents of the plan (성동구 조례 제21조; domain.md §2.4), in the ordinance's order."""

    COUNCIL = "council"
    VILLAGE = "village"
    ENTRUSTED = "entrusted"
    CENTRE = "centre"
    COMMITTEES = "committees"
    BUDGET = "budget"
    OTHER = "other"


CHAPTER_NAMES: dict[Chapter, str] = {
    Chapter.COUNCIL: N_("주민자치회 운영 계획"),
    Chapter.VILLAGE: N_("마을 발전과 활성화 계획"),
    Chapter.ENTRUSTED: N_("행정사무 수탁과 추진 계획"),
    Chapter.CENTRE: N_("자치회관 운영 계획"),
    Chapter.COMMITTEES: N_("분과별 사업 계획"),
    Chapter.BUDGET: N_("주민참여예산과 주민세 환원 편성안"),
    Chapter.OTHER: N_("그 밖의 계획"),
}


class Adoption(StrEnum):
    """Before which step the council must have adopted the plan (setting ``plan.council_adoption``; domain.md §2.4)."""

    NONE = "none"
    INSPECTION = "inspection"
    ASSEMBLY = "assembly"
    BOTH = "both"

    def is_needed(self, before: "Adoption") -> bool:
        """Tell whether a version must be adopted before it is inspected, or before it is voted on."""
        return self in {before, Adoption.BOTH}


class AmendmentState(StrEnum):
    """Where a suggested change of an item stands."""

    SUGGESTED = "suggested"
    TAKEN = "taken"
    LEFT = "left"


AMENDMENT_NAMES: dict[AmendmentState, str] = {
    AmendmentState.SUGGESTED: N_("제안됨"),
    AmendmentState.TAKEN: N_("받아들임"),
    AmendmentState.LEFT: N_("받아들이지 않음"),
}


def require_open_amendment(state: AmendmentState) -> None:
    """Refuse to decide twice.

    Raises:
        RuleViolation: it is decided.
    """
    if state is not AmendmentState.SUGGESTED:
        raise RuleViolation(N_("이미 정한 수정안입니다."))


def site_key(text: str) -> str:
    """Return a site as it is compared: without spaces, marks and the difference of half-width letters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


@dataclass(frozen=True)
class DiffRow:
    """One line of two texts side by side. ``kind`` is ``same``, ``out``, ``in`` or ``changed``."""

    kind: str
    before: str
    after: str


def side_by_side(before: str, after: str) -> list[DiffRow]:
    """Return two texts line by line beside each other."""
    old, new = before.splitlines(), after.splitlines()
    rows: list[DiffRow] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag == "equal":
            rows += [DiffRow("same", line, line) for line in old[i1:i2]]
            continue
        left, right = old[i1:i2], new[j1:j2]
        for index in range(max(len(left), len(right))):
            one = left[index] if index < len(left) else None
            two = right[index] if index < len(right) else None
            kind = "in" if one is None else "out" if two is None else "changed"
            rows.append(DiffRow(kind, one or "", two or ""))
    return rows


def same_sites(sites: Sequence[tuple[int, str]]) -> list[list[int]]:
    """Return the groups of items that stand on the same site, as (item id, site) were given; one alone is no group."""
    keyed = sorted(((site_key(site), item) for item, site in sites if site_key(site)), key=lambda pair: pair)
    groups = [[item for _, item in found] for _, found in groupby(keyed, key=lambda pair: pair[0])]
    return [group for group in groups if len(group) > 1]
