"""The ballot as the ordinance wants it, and the questions of the election that carry it. Pure.

A ballot has a preference part and, where a majority is required, one question per item beside it (approve or reject,
leaving it blank is an abstention: "approve first, rank afterwards", allocation.md §1.2). Sums suffice for most rules, so
that only sums are ever decrypted: homomorphic questions. A ranking, a shopping list within the envelope, and every rule
that looks at whole ballots need a NonHomomorphic question, whose answers are shuffled before they are opened
(allocation.md §5).

The preference comes first among the questions, whatever the voter is shown first: an independent verifier
(sirona 0.0.28) finds a shuffle by the number of its question among all questions.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from app.errors import InvalidInput
from app.i18n import N_
from voting import HomomorphicQuestion, NonHomomorphicQuestion
from voting.encoding import JSON

MOST_SHUFFLED_ITEMS = 30
"""One element of Ed25519 holds thirty small numbers (voting.md §3.3): a whole ballot must fit into one."""
MOST_MARKS = 120
"""Answers of one homomorphic question: with more, locking takes too long on an old telephone (docs/performance.md)."""
MOST_POINTS = 60


class Preference(StrEnum):
    """How a voter says what they want most."""

    NONE = "none"
    """Not at all: items are only approved or rejected, and the approvals rank them."""
    APPROVAL = "approval"
    CATEGORIES = "categories"
    POINTS = "points"
    RANKING = "ranking"
    KNAPSACK = "knapsack"

    @property
    def needs_ballots(self) -> bool:
        """Tell whether sums cannot carry it, so that shuffled ballots are opened whatever the rule."""
        return self in {Preference.RANKING, Preference.KNAPSACK}


class ChoiceOrder(StrEnum):
    """In which order a voter sees the items: a policy that is frozen with the ballot, since the first place helps."""

    ROTATED = "rotated"
    """The fixed order, beginning at another item for every voter."""
    RANDOM = "random"
    FIXED = "fixed"


PREFERENCE_NAMES: dict[Preference, str] = {
    Preference.APPROVAL: N_("마음에 드는 사업 고르기"),
    Preference.CATEGORIES: N_("분야마다 고르기"),
    Preference.POINTS: N_("점수 나누어 주기"),
    Preference.RANKING: N_("1위부터 순위 매기기"),
    Preference.KNAPSACK: N_("예산 안에서 장바구니 담기"),
    Preference.NONE: N_("사업마다 찬성과 반대만"),
}
ORDER_NAMES: dict[ChoiceOrder, str] = {
    ChoiceOrder.ROTATED: N_("차례대로, 시작하는 사업은 사람마다 다르게"),
    ChoiceOrder.RANDOM: N_("사람마다 섞어서"),
    ChoiceOrder.FIXED: N_("모두에게 번호 차례대로"),
}


@dataclass(frozen=True)
class BallotLine:
    """One item on the ballot, in its fixed order."""

    item_id: int
    number: int
    title: str
    cost_won: int
    category: str = ""

    @property
    def project_id(self) -> str:
        """The item's name in the election and in every download."""
        return f"item-{self.item_id}"

    @property
    def label(self) -> str:
        """The item as an answer: the number makes it unique."""
        return f"{self.number}. {self.title}"


@dataclass(frozen=True)
class BallotForm:
    """What a voter is asked.

    Attributes:
        preference: how they say what they want most.
        at_most: how many items may be chosen (in each category, where there are categories) or ranked; how many points
            there are; 0 where nothing is counted out (a shopping list, yes and no only).
        per_item: the most points for one item; 0 without points.
        majority: whether every item is also approved or rejected on its own.
        order: in which order items are shown.
        shuffled: whether whole ballots are opened after a mix, instead of sums.
    """

    preference: Preference
    at_most: int = 0
    per_item: int = 0
    majority: bool = False
    order: ChoiceOrder = ChoiceOrder.ROTATED
    shuffled: bool = False

    def to_json(self) -> dict[str, JSON]:
        """Return the form as it is stored, and frozen in the election."""
        return {
            "preference": self.preference.value,
            "at_most": self.at_most,
            "per_item": self.per_item,
            "majority": self.majority,
            "order": self.order.value,
            "shuffled": self.shuffled,
        }

    @classmethod
    def from_json(cls, value: dict[str, JSON]) -> "BallotForm":
        """Read what `to_json` wrote."""
        return cls(
            preference=Preference(str(value["preference"])),
            at_most=int(str(value["at_most"])),
            per_item=int(str(value["per_item"])),
            majority=value["majority"] is True,
            order=ChoiceOrder(str(value["order"])),
            shuffled=value["shuffled"] is True,
        )

    def carried(self, *, needs_ballots: bool) -> "BallotForm":
        """Return the form with the carrier that it needs: sums where they suffice, shuffled ballots otherwise."""
        shuffled = self.preference is not Preference.NONE and (needs_ballots or self.preference.needs_ballots)
        return replace(self, shuffled=shuffled)


def categories_of(lines: Sequence[BallotLine]) -> list[str]:
    """Return the categories in the order of the ballot."""
    return list(dict.fromkeys(line.category for line in lines))


def default_form(lines: Sequence[BallotLine], k_votes: int) -> BallotForm:
    """Return the ballot of most places: choose up to ``k_votes`` items."""
    return BallotForm(Preference.APPROVAL, at_most=max(1, min(k_votes, len(lines))))


def require_form(form: BallotForm, lines: Sequence[BallotLine]) -> None:
    """Refuse a ballot that cannot be answered, or that the election cannot carry.

    Raises:
        InvalidInput: so, naming the field of the form it is about.
    """
    if not lines:
        raise InvalidInput(N_("투표할 사업이 하나도 없습니다."))
    match form.preference:
        case Preference.NONE:
            if not form.majority:
                raise InvalidInput(N_("찬성과 반대만 묻는 투표지에는 찬반 물음이 있어야 합니다."), field="majority")
        case Preference.KNAPSACK:
            pass
        case Preference.APPROVAL | Preference.RANKING:
            if not 1 <= form.at_most <= len(lines):
                raise InvalidInput(N_("1에서 사업 수인 %(n)s 사이로 적어 주세요."), field="at_most", n=len(lines))
        case Preference.CATEGORIES:
            found = categories_of(lines)
            if len(found) < 2:
                raise InvalidInput(N_("분야가 둘은 되어야 분야마다 고를 수 있습니다."), field="preference")
            smallest = min(sum(line.category == each for line in lines) for each in found)
            if not 1 <= form.at_most <= smallest:
                raise InvalidInput(
                    N_("1에서 가장 작은 분야의 사업 수인 %(n)s 사이로 적어 주세요."), field="at_most", n=smallest
                )
        case Preference.POINTS:
            _require_points(form, lines)
    if form.shuffled and len(lines) > MOST_SHUFFLED_ITEMS:
        raise InvalidInput(
            N_("이 방식은 사업이 %(n)s개를 넘으면 쓸 수 없습니다."), field="preference", n=MOST_SHUFFLED_ITEMS
        )


def preference_text(form: BallotForm) -> str:
    """Return the preference question in words; Korean, for it is frozen in the election."""
    match form.preference:
        case Preference.APPROVAL:
            return f"하고 싶은 일을 {form.at_most}개까지 고르세요"
        case Preference.CATEGORIES:
            return f"분야마다 하고 싶은 일을 {form.at_most}개까지 고르세요"
        case Preference.POINTS:
            return f"{form.at_most}점을 나누어 주세요 (한 사업에 {form.per_item}점까지)"
        case Preference.RANKING:
            return f"하고 싶은 차례대로 {form.at_most}위까지 매기세요"
        case Preference.KNAPSACK:
            return "예산 안에서 하고 싶은 일을 담으세요"
        case Preference.NONE:
            return ""


def questions_of(form: BallotForm, lines: Sequence[BallotLine]) -> list[HomomorphicQuestion | NonHomomorphicQuestion]:
    """Return the questions of the election: the preference, then one per item where a majority is required.

    Points are told in units: an answer for every point of an item. A voter gives an item two points by marking two of its
    answers; the bound on the marks of the question is the number of points.
    """
    found: list[HomomorphicQuestion | NonHomomorphicQuestion] = []
    text = preference_text(form)
    if form.shuffled:
        found.append(NonHomomorphicQuestion(text, tuple(line.label for line in lines)))
    else:
        match form.preference:
            case Preference.APPROVAL:
                found.append(HomomorphicQuestion(text, tuple(line.label for line in lines), 0, form.at_most))
            case Preference.CATEGORIES:
                for category in categories_of(lines):
                    answers = tuple(line.label for line in lines if line.category == category)
                    name = category or "그 밖의 사업"
                    question = f"{name}: 하고 싶은 일을 {form.at_most}개까지 고르세요"
                    found.append(HomomorphicQuestion(question, answers, 0, form.at_most))
            case Preference.POINTS:
                units = tuple(f"{line.label} ({unit}점째)" for line in lines for unit in range(1, form.per_item + 1))
                found.append(HomomorphicQuestion(text, units, 0, min(form.at_most, len(units))))
            case Preference.NONE | Preference.RANKING | Preference.KNAPSACK:
                pass
    if form.majority:
        found += [
            HomomorphicQuestion(f"{line.label}: 하는 데 찬성합니까?", ("찬성", "반대"), 1, 1, blank=True)
            for line in lines
        ]
    return found


def _require_points(form: BallotForm, lines: Sequence[BallotLine]) -> None:
    if not 1 <= form.at_most <= MOST_POINTS:
        raise InvalidInput(N_("점수는 1점에서 %(n)s점 사이로 적어 주세요."), field="at_most", n=MOST_POINTS)
    if not 1 <= form.per_item <= form.at_most:
        raise InvalidInput(N_("한 사업에 줄 수 있는 점수는 1점에서 전체 점수 사이입니다."), field="per_item")
    if not form.shuffled and form.per_item * len(lines) > MOST_MARKS:
        raise InvalidInput(
            N_("오래된 전화기에서 너무 오래 걸립니다. 한 사업에 줄 수 있는 점수를 %(n)s점까지로 줄여 주세요."),
            field="per_item",
            n=max(1, MOST_MARKS // len(lines)),
        )
