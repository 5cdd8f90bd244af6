"""The order of the day, drafted from the plan and moved by the chair before it begins. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.assembly.floor.rules.states import ItemKind
from app.assembly.rules.ballots import BallotLine

TITLE_MAX = 120
MOST_ITEMS = 60


@dataclass(frozen=True)
class ItemDraft:
    """An item as it is proposed."""

    kind: ItemKind
    title: str
    text: str = ""
    plan_item_id: int | None = None


def drafted(year: int, lines: Sequence[BallotLine], *, has_last_year: bool) -> list[ItemDraft]:
    """Return the usual order of an assembly: reports, every project of the plan, the vote, what is decided here, free words.

    Args:
        year: the year of the plan.
        lines: the ballot.
        has_last_year: whether there is an earlier plan to report on.
    """
    items = [ItemDraft(ItemKind.REPORT, "개회와 참여 인원 보고")]
    if has_last_year:
        items.append(ItemDraft(ItemKind.REPORT, f"{year - 1}년 마을계획이 어떻게 되었는지 보고"))
    items.append(ItemDraft(ItemKind.REPORT, f"{year}년 마을계획을 만든 과정 보고"))
    items += [
        ItemDraft(ItemKind.DELIBERATION, line.title, f"투표지 {line.number}번, 비용 {line.cost_won:,}원", line.item_id)
        for line in lines
    ]
    items.append(ItemDraft(ItemKind.VOTE, f"{year}년 마을계획 사업 투표"))
    items.append(ItemDraft(ItemKind.HANDS, f"투표 결과대로 {year}년 마을계획을 정하는 안"))
    items.append(ItemDraft(ItemKind.FREE, "자유 발언"))
    return items


def moved(ids: Sequence[int], one: int, *, up: bool) -> list[int]:
    """Return an order in which one item has changed places with its neighbour; the first stays first, the last last."""
    order = list(ids)
    place = order.index(one)
    other = place - 1 if up else place + 1
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
    return order
