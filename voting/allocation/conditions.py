"""Conditions that a village sets before the vote: who may be funded at all, and what may be funded together."""

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from voting.allocation.election import Election
from voting.allocation.errors import MalformedRuleError
from voting.allocation.outcome import Reason
from voting.allocation.scores import Tally


@dataclass(frozen=True, slots=True)
class CategoryLimit:
    """Limits on one category (a field of work, a committee, a list of the ballot paper).

    Attributes:
        category: as written on the projects.
        at_most: the largest number of funded projects.
        cost_at_most: the category's own envelope.
        at_least: places reserved for it, filled before everything else while money lasts; greedy rules only.
    """

    category: str
    at_most: int | None = None
    cost_at_most: int | None = None
    at_least: int = 0


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must hold for every funded list.

    Attributes:
        minimum_votes: a project with fewer supporters is not funded. One by default: what nobody wants is not built.
        minimum_score: a project with a smaller score is not funded (the threshold of ``greedy-threshold``).
        support_floor: a project needs votes/voters ≥ floor · cost/budget (Świecie 2023 used a third).
        winners_at_most: the largest number of funded projects, whatever they cost.
        categories: limits per category.
        exclusive: groups of ids of which at most one is funded (the same site, two versions of one idea).
        part_funding: an adjustable project that no longer fits whole takes what is left, if that reaches its least cost.

    Raises:
        MalformedRuleError: a negative number, or a category limited twice.
    """

    minimum_votes: int = 1
    minimum_score: Fraction | None = None
    support_floor: Fraction | None = None
    winners_at_most: int | None = None
    categories: tuple[CategoryLimit, ...] = ()
    exclusive: tuple[tuple[str, ...], ...] = ()
    part_funding: bool = False

    def __post_init__(self) -> None:
        numbers = [self.minimum_votes, self.winners_at_most or 0, self.support_floor or 0]
        for limit in self.categories:
            numbers += [limit.at_most or 0, limit.cost_at_most or 0, limit.at_least]
            if limit.at_most is not None and limit.at_least > limit.at_most:
                raise MalformedRuleError(f"category '{limit.category}' reserves more places than it has")
        if any(number < 0 for number in numbers):
            raise MalformedRuleError("a condition is negative")
        if len({limit.category for limit in self.categories}) != len(self.categories):
            raise MalformedRuleError("a category is limited twice")

    @property
    def restricts_combinations(self) -> bool:
        """Whether funding one project can forbid another one, money apart."""
        return bool(self.winners_at_most is not None or self.categories or self.exclusive)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a project may not be funded now, and the funded projects that stand in its way."""

    reason: Reason
    because: tuple[int, ...] = ()


def unsupported(
    election: Election, tally: Tally, conditions: Conditions, backed: Collection[int]
) -> dict[int, Refusal]:
    """Return the projects that their support alone rules out, whatever else is funded.

    Args:
        election: projects and money.
        tally: votes, and the scores that projects are ranked by.
        conditions: the limits.
        backed: the projects that have support in the sense of the rule.
    """
    refused: dict[int, Refusal] = {}
    for position, project in enumerate(election.projects):
        votes, score = tally.votes[position], tally.scores[position]
        if conditions.minimum_votes > 0 and position not in backed:
            refused[position] = Refusal(Reason.NO_SUPPORT)
        elif votes < conditions.minimum_votes:
            refused[position] = Refusal(Reason.TOO_FEW_VOTES)
        elif conditions.minimum_score is not None and score < conditions.minimum_score:
            refused[position] = Refusal(Reason.BELOW_THRESHOLD)
        elif (
            conditions.support_floor is not None
            and votes * election.budget < conditions.support_floor * project.cost * election.voters
        ):
            refused[position] = Refusal(Reason.BELOW_FLOOR)
    return refused


class Room:
    """What the conditions still admit while a list is being filled. Refusals are final: room only shrinks.

    Args:
        election: the projects.
        conditions: the limits.
        budget: the money, or ``None`` when the rule itself sees to it that money lasts.
    """

    def __init__(self, election: Election, conditions: Conditions, *, budget: int | None) -> None:
        self._projects = election.projects
        self._conditions = conditions
        self._left = budget
        self._budget = budget
        self._limits = {limit.category: limit for limit in conditions.categories}
        self._funded: list[int] = []
        self._taken: dict[str, list[int]] = {limit.category: [] for limit in conditions.categories}
        self._spent: dict[str, int] = dict.fromkeys(self._taken, 0)
        self._rivals: dict[int, set[int]] = {}
        for group in conditions.exclusive:
            positions = [election.position(project_id) for project_id in group]
            for position in positions:
                self._rivals.setdefault(position, set()).update(other for other in positions if other != position)

    @property
    def left(self) -> int:
        """The money that is left; nought when the rule keeps the purse itself."""
        return self._left or 0

    @property
    def funded(self) -> tuple[int, ...]:
        """What was taken, in order."""
        return tuple(self._funded)

    def taken_in(self, category: str) -> int:
        """Return how many projects of a limited category were taken."""
        return len(self._taken[category])

    def refusal(self, position: int, amount: int | None = None) -> Refusal | None:
        """Return why a project may not be funded, or ``None`` when it may.

        Args:
            position: the project.
            amount: what it would be granted; its whole cost when ``None``.
        """
        project = self._projects[position]
        amount = project.cost if amount is None else amount
        rivals = self._rivals.get(position, set())
        in_the_way = tuple(other for other in self._funded if other in rivals)
        if in_the_way:
            return Refusal(Reason.CONFLICT, in_the_way)
        limit = self._conditions.winners_at_most
        if limit is not None and len(self._funded) >= limit:
            return Refusal(Reason.NO_PLACE_LEFT, self.funded)
        for category in project.categories:
            bound = self._limits.get(category)
            if bound is None:
                continue
            if bound.at_most is not None and len(self._taken[category]) >= bound.at_most:
                return Refusal(Reason.CATEGORY_FULL, tuple(self._taken[category]))
            if bound.cost_at_most is not None and self._spent[category] + amount > bound.cost_at_most:
                return Refusal(Reason.CATEGORY_SPENT, tuple(self._taken[category]))
        if self._left is not None and amount > self._left:
            reason = Reason.OVER_BUDGET if self._budget is not None and amount > self._budget else Reason.DOES_NOT_FIT
            return Refusal(reason, self.funded)
        return None

    def part(self, position: int) -> int | None:
        """Return what an adjustable project that does not fit whole could be granted, or ``None``."""
        project = self._projects[position]
        if not self._conditions.part_funding or project.least_cost is None:
            return None
        amount = min([project.cost, self.left, *self._category_room(position)])
        return amount if amount >= project.least_cost and self.refusal(position, amount) is None else None

    def take(self, position: int, amount: int | None = None) -> None:
        """Fund a project that is not refused."""
        project = self._projects[position]
        amount = project.cost if amount is None else amount
        self._funded.append(position)
        if self._left is not None:
            self._left -= amount
        for category in project.categories:
            if category in self._taken:
                self._taken[category].append(position)
                self._spent[category] += amount

    def _category_room(self, position: int) -> list[int]:
        rooms = []
        for category in self._projects[position].categories:
            limit = self._limits.get(category)
            if limit is not None and limit.cost_at_most is not None:
                rooms.append(limit.cost_at_most - self._spent[category])
        return rooms
