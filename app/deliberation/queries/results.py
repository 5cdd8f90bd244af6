"""What may be shown of a round's numbers: what people agree on, what divides them, groups where the gate is open.

Whoever calls this has asked `app.deliberation.queries.rounds.sees_numbers` first.
"""

from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from app.db.session import session
from app.deliberation.models import OpinionRound, Participant, RoundRun, Statement, StatementProposal
from app.deliberation.queries.rounds import sheet_count
from app.deliberation.rules import StatementState, is_hard_to_understand
from app.i18n import N_
from voting.opinions import Refusal

FEWEST_SHOWN = 5
"""Numbers stand only where so many have answered: fewer would point at neighbours (kernel: FEWEST_SEEN, SMALLEST_CELL)."""
NEARLY_ALL = 0.75
GROUP_NAMES = (N_("가 무리"), N_("나 무리"), N_("다 무리"), N_("라 무리"), N_("마 무리"))
REFUSALS: dict[Refusal, str] = {
    Refusal.TOO_FEW_PEOPLE: N_("의견에 넉넉히 답한 사람이 30명은 되어야 합니다. 지금 %(n)s명입니다."),
    Refusal.NO_GROUPS: N_("사람들의 답이 무리로 갈라지지 않습니다."),
    Refusal.SMALL_GROUP: N_("몇 사람뿐인 무리가 생깁니다. 적은 사람을 따로 가리키지 않습니다."),
    Refusal.NO_SEPARATION: N_("무리 사이가 뚜렷하지 않습니다."),
    Refusal.UNSTABLE: N_("몇 사람만 빠져도 무리가 바뀝니다. 우연일 수 있습니다."),
    Refusal.STABILITY_UNKNOWN: N_("무리가 흔들리지 않는지 아직 확인하지 못했습니다."),
}


@dataclass(frozen=True)
class StatementNumbers:
    """One statement with what everybody says to it.

    Attributes:
        statement: its words and number.
        agree, unsure, worry: people; zeros where fewer than five answered.
        verified: the same of verified residents, None where that would point at somebody.
        low, high: between which the true share of agreement lies, 95 % sure, in whole percents.
        majority: +1, −1, or None where neither side is sure to be more than half.
        is_nearly_all: at least three quarters, even at the cautious end.
        least_percent: in every group at least so many percent agree, to the lower ten; None without groups.
        division: 0 when all are of one mind, towards 1 when halves oppose each other.
    """

    statement: Statement
    agree: int
    unsure: int
    worry: int
    verified: tuple[int, int, int] | None
    low: int
    high: int
    majority: int | None
    is_nearly_all: bool
    least_percent: int | None
    division: float
    proposals: tuple[StatementProposal, ...] = ()

    @property
    def seen(self) -> int:
        """How many answered; 0 where too few did."""
        return self.agree + self.unsure + self.worry

    @property
    def agree_share(self) -> Fraction:
        """Share of those who answered."""
        return Fraction(self.agree, self.seen or 1)

    @property
    def is_hard(self) -> bool:
        """Whether so many are not sure that the wording is the likely reason."""
        return is_hard_to_understand(passes=self.unsure, seen=self.seen)


@dataclass(frozen=True)
class GroupSays:
    """What is particular to a group: a statement, its side, and every group's share of that side in tens of percents."""

    statement: Statement
    side: int
    percents: tuple[int | None, ...]


@dataclass(frozen=True)
class ShownGroup:
    """An opinion group as everybody may see it: never who is in it."""

    name: str
    size: int
    across: int
    down: int
    """Where its middle is drawn, in percents of the drawing."""
    says: tuple[GroupSays, ...]


@dataclass(frozen=True)
class OwnPlace:
    """Where the visitor stands, for the visitor alone."""

    group: str
    across: int
    down: int


@dataclass(frozen=True)
class Results:
    """What the pages show of a run."""

    at: datetime
    is_final: bool
    sha256: str | None
    participants: int
    verified: int
    paper: int
    """How many of the participants answered on paper."""
    together: list[StatementNumbers]
    """What (nearly) everybody agrees on, the surest first; then what most worry about."""
    divided: list[StatementNumbers]
    """Without a majority, the most divided first."""
    open: list[StatementNumbers]
    """Answered by too few to say anything."""
    groups: list[ShownGroup]
    why_no_groups: list[tuple[str, dict[str, object]]]
    own: OwnPlace | None = None
    all: list[StatementNumbers] = field(default_factory=list)


def results_of(found: OpinionRound, run: RoundRun, participant: Participant | None) -> Results:
    """Arrange a run for a visitor."""
    rows = session().scalars(
        select(Statement)
        .where(Statement.round_id == found.id, Statement.state == StatementState.PUBLISHED)
        .order_by(Statement.number)
    )
    statements = {statement.number: statement for statement in rows}
    links = _links(found)
    numbers = [
        _numbers(statements[int(number)], values, tuple(links.get(int(number), ())))
        for number, values in run.view["statements"].items()
        if int(number) in statements
    ]
    answered = [each for each in numbers if each.seen]
    together = [each for each in answered if each.majority is not None]
    together.sort(key=lambda each: (each.majority != 1, -each.low if each.majority == 1 else each.high))
    divided = sorted(
        (each for each in answered if each.majority is None), key=lambda each: (-each.division, each.statement.number)
    )
    groups = _groups(run.view["groups"], statements)
    return Results(
        at=run.at,
        is_final=run.is_final,
        sha256=run.sha256,
        participants=run.participants,
        verified=run.verified,
        paper=sheet_count(found),
        together=together,
        divided=divided,
        open=[each for each in numbers if not each.seen],
        groups=groups,
        why_no_groups=[(REFUSALS[Refusal(refusal)], {"n": run.view["qualified"]}) for refusal in run.view["refusals"]],
        own=_own(run, participant) if groups and participant is not None else None,
        all=numbers,
    )


def _numbers(
    statement: Statement, values: dict[str, Any], proposals: tuple[StatementProposal, ...]
) -> StatementNumbers:
    agree, unsure, worry = values["agree"], values["unsure"], values["worry"]
    seen = agree + unsure + worry
    low, high = values["agree_range"] or (0.0, 1.0)
    worry_low = (values["worry_range"] or (0.0, 1.0))[0]
    majority = values["majority"]
    is_shown = seen >= FEWEST_SHOWN
    return StatementNumbers(
        statement=statement,
        agree=agree if is_shown else 0,
        unsure=unsure if is_shown else 0,
        worry=worry if is_shown else 0,
        verified=_verified(values["verified"], seen) if is_shown else None,
        low=int(low * 100) if is_shown else 0,
        high=-int(-high * 100 // 1) if is_shown else 100,
        majority=majority if is_shown else None,
        is_nearly_all=is_shown and (low if majority == 1 else worry_low) >= NEARLY_ALL,
        least_percent=None if values["least"] is None else int(values["least"] * 10) * 10,
        division=values["division"],
        proposals=proposals,
    )


def _verified(three: list[int], seen: int) -> tuple[int, int, int] | None:
    """Withhold the verified residents' numbers where they, or the others by subtraction, are too few."""
    total = sum(three)
    others = seen - total
    if total < FEWEST_SHOWN or 0 < others < FEWEST_SHOWN:
        return None
    agree, unsure, worry = three
    return agree, unsure, worry


def _links(found: OpinionRound) -> dict[int, list[StatementProposal]]:
    rows = session().execute(
        select(Statement.number, StatementProposal)
        .join(StatementProposal, StatementProposal.statement_id == Statement.id)
        .where(Statement.round_id == found.id)
        .order_by(StatementProposal.id)
    )
    links: dict[int, list[StatementProposal]] = {}
    for number, link in rows:
        links.setdefault(number, []).append(link)
    return links


def _groups(stored: list[dict[str, Any]], statements: dict[int, Statement]) -> list[ShownGroup]:
    if not stored:
        return []
    place = _drawing(stored)
    return [
        ShownGroup(
            name=GROUP_NAMES[group["label"]],
            size=group["size"],
            across=place(group["centre"])[0],
            down=place(group["centre"])[1],
            says=tuple(
                GroupSays(
                    statements[item["number"]],
                    item["side"],
                    tuple(None if cell is None else cell[0 if item["side"] == 1 else 1] for cell in item["percents"]),
                )
                for item in group["says"]
                if item["number"] in statements
            ),
        )
        for group in stored
    ]


def _drawing(stored: list[dict[str, Any]]) -> Any:
    """Return how a position is drawn: the groups' middles fill the drawing, whoever stands outside is put at its edge."""
    across = [group["centre"][0] for group in stored]
    down = [group["centre"][1] for group in stored]
    span = max(max(across) - min(across), max(down) - min(down), 1e-9)
    middle = (max(across) + min(across)) / 2, (max(down) + min(down)) / 2

    def place(position: list[float]) -> tuple[int, int]:
        x, y = (50 + 60 * (value - centre) / span for value, centre in zip(position[:2], middle, strict=True))
        return round(min(max(x, 4), 96)), round(min(max(y, 6), 94))

    return place


def _own(run: RoundRun, participant: Participant) -> OwnPlace | None:
    loaded = session().scalar(
        select(RoundRun)
        .where(RoundRun.round_id == run.round_id, RoundRun.is_final == run.is_final)
        .options(undefer(RoundRun.positions))
        .execution_options(populate_existing=True)
    )
    key = participant.public_number if run.is_final else participant.id
    mine = None if loaded is None else loaded.positions.get(str(key))
    if mine is None:
        return None
    across, down = _drawing(run.view["groups"])(mine)
    return OwnPlace(GROUP_NAMES[mine[2]], across, down)
