"""SELECTs about assemblies."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.agenda.lifeline import Step
from app.agenda.models import Proposal
from app.assembly.models import Assembly, AssemblyItem, CastBallot
from app.assembly.rules import AssemblyState
from app.assembly.stations.queries import issued_in_all
from app.cycle.dong_page import Lead, Meeting, Meter, Number
from app.cycle.models import Cycle, CycleStage
from app.cycle.rules import Duty, Stage
from app.db.session import session
from app.errors import NotFound
from app.i18n import N_
from app.people.models import Person
from app.people.permissions import is_staff
from app.places.models import Place
from app.plan.models import ItemOrigin
from app.todo import Todo

_counted: dict[str, tuple[int, int, int]] = {}
"""By fingerprint: the board's height at the last count, the last ballot's id in it, and how many had voted."""


def assembly_of(cycle: Cycle) -> Assembly | None:
    """Return the assembly of a year, or None before it is prepared."""
    return session().scalar(select(Assembly).where(Assembly.cycle_id == cycle.id))


def require_assembly(cycle: Cycle) -> Assembly:
    """Return the assembly of a year.

    Raises:
        NotFound: it is not prepared.
    """
    found = assembly_of(cycle)
    if found is None:
        raise NotFound(N_("아직 준비한 총회가 없습니다."))
    return found


def turnout(assembly: Assembly) -> int:
    """Return how many have voted: distinct codes on the board, and people handed a paper; never what they chose."""
    if assembly.voters is not None:
        return assembly.voters
    return voted_online(assembly) + issued_in_all(assembly)


def voted_online(assembly: Assembly) -> int:
    """Return how many codes have a ballot on the board.

    Pages ask this at every visit, so a process remembers what it counted and looks only at ballots that came since. Ids
    grow with heights, because ballots are inserted under the lock of their assembly.
    """
    height, last, voters = _counted.get(assembly.fingerprint, (0, 0, 0))
    if height == assembly.head_height:
        return voters
    if last == 0:
        query = select(func.max(CastBallot.id), func.count(CastBallot.credential.distinct())).where(
            CastBallot.assembly_id == assembly.id
        )
    else:
        earlier = aliased(CastBallot)
        is_first = ~(
            select(earlier.id)
            .where(earlier.is_of(assembly), earlier.credential == CastBallot.credential, earlier.id < CastBallot.id)
            .exists()
        )
        query = select(func.max(CastBallot.id), func.count(CastBallot.id).filter(is_first)).where(
            CastBallot.is_of(assembly), CastBallot.id > last
        )
    newest, more = session().execute(query).one()
    voters += int(more)
    if not session().info.get("in_transaction"):  # what is not committed may come to nothing
        _counted[assembly.fingerprint] = (assembly.head_height, newest or last, voters)
    return voters


@dataclass(frozen=True)
class Outcome:
    """A counted assembly: its items by rank, and their sums."""

    items: list[AssemblyItem]
    votes: int
    funded: int
    funded_votes: int
    spent_won: int
    left_won: int
    points: int
    """Points, or points of ranks, given to all items together; the votes again where there are none."""
    tied: list[list[AssemblyItem]]
    """Items of equal score, each group in its final order."""


def outcome(assembly: Assembly) -> Outcome | None:
    """Return what a counted assembly decided; None before the count."""
    if assembly.state is not AssemblyState.COUNTED:
        return None
    funded = [item for item in assembly.items if item.is_funded]
    spent = sum(item.granted_won or 0 for item in funded)
    items = sorted(assembly.items, key=lambda item: item.rank or 0)
    groups = [list(group) for score, group in groupby(items, key=lambda item: item.score) if score]
    return Outcome(
        items=items,
        votes=sum(item.votes or 0 for item in assembly.items),
        funded=len(funded),
        funded_votes=sum(item.votes or 0 for item in funded),
        spent_won=spent,
        left_won=assembly.envelope_won - spent,
        points=int(sum(item.score or 0 for item in assembly.items)),
        tied=[group for group in groups if len(group) > 1],
    )


def ballot_by_tracker(assembly: Assembly, tracker: str) -> CastBallot | None:
    """Find a ballot on the board by its tracker."""
    return session().scalar(
        select(CastBallot).where(CastBallot.assembly_id == assembly.id, CastBallot.tracker == tracker)
    )


def is_last_of_its_code(assembly: Assembly, ballot: CastBallot) -> bool:
    """Tell whether a ballot of an assembly is the one that counts for its code."""
    later = select(CastBallot.id).where(
        CastBallot.is_of(assembly), CastBallot.credential == ballot.credential, CastBallot.height > ballot.height
    )
    return session().scalar(later.limit(1)) is None


def funded_items(cycle: Cycle) -> list[AssemblyItem]:
    """Return what the assembly of a year decided to do, in the order of their votes."""
    query = (
        select(AssemblyItem)
        .join(Assembly)
        .where(Assembly.cycle_id == cycle.id, Assembly.state == AssemblyState.COUNTED, AssemblyItem.is_funded.is_(True))
        .order_by(AssemblyItem.rank)
    )
    return list(session().scalars(query))


# What the cycle, the life line and the desk ask


def undone(cycle: Cycle) -> list[Duty]:
    """Return what the assembly owes before its stage may close: it must be held and counted."""
    arguments: dict[str, object] = {"slug": cycle.place.slug}
    assembly = assembly_of(cycle)
    if assembly is None or assembly.state is AssemblyState.PREPARING:
        return [Duty(N_("총회를 준비하고 투표를 열어야 합니다."), "assembly.show", arguments)]
    if assembly.state is not AssemblyState.COUNTED:
        return [Duty(N_("투표를 마치고 개표해야 합니다."), "assembly.show", arguments)]
    return []


def lead(cycle: Cycle) -> Lead | None:
    """Return what can be done in the assembly's stage."""
    assembly = assembly_of(cycle)
    arguments: dict[str, object] = {"slug": cycle.place.slug}
    if assembly is None or assembly.state is AssemblyState.PREPARING:
        return None
    if assembly.state is AssemblyState.OPEN:
        return Lead(
            question=N_("우리 동네 예산 %(envelope)s원, 어디에 쓸까요?"),
            text=N_("사업 %(n)s개 가운데 %(k)s개까지 고릅니다. 2분이면 됩니다."),
            action=N_("투표하기"),
            endpoint="assembly.booth",
            arguments=arguments,
            values={"envelope": f"{assembly.envelope_won:,}", "n": len(assembly.items), "k": assembly.form.at_most},
            second_action=N_("사업 먼저 읽기"),
            second_endpoint="assembly.show",
            meter=_turnout_meter(assembly),
            until=assembly.closes_at,
            then=Lead(
                question=N_("투표가 끝났습니다"),
                text=N_("모든 표가 모이면 셉니다. 결과가 나오면 여기에서 알립니다."),
                action=N_("총회 보기"),
                endpoint="assembly.show",
                arguments=arguments,
                meter=_turnout_meter(assembly),
            ),
        )
    return Lead(
        question=N_("주민총회 결과가 나왔습니다")
        if assembly.state is AssemblyState.COUNTED
        else N_("표를 세고 있습니다"),
        text=N_("무엇이 왜 정해졌는지 읽고, 누구나 다시 셀 수 있습니다."),
        action=N_("결과 보기"),
        endpoint="assembly.show",
        arguments=arguments,
    )


def _turnout_meter(assembly: Assembly) -> Meter:
    voted, least = turnout(assembly), assembly.least_turnout
    return Meter(
        title=N_("지금까지 참여"),
        value=voted,
        goal=least,
        said=N_("%(voted)s명, 총회가 이루어지는 수 %(least)s명"),
        values={"voted": f"{voted:,}", "least": f"{least:,}"},
        remark=N_("무엇을 골랐는지는 개표 전에는 아무도 볼 수 없습니다."),
        is_threshold=True,
    )


def numbers(cycle: Cycle) -> list[Number]:
    """Return how many have taken part."""
    assembly = assembly_of(cycle)
    if assembly is None or assembly.state is AssemblyState.PREPARING:
        return []
    note = N_("총회가 이루어지려면 %(least)s명")
    return [Number(N_("투표한 주민"), f"{turnout(assembly):,}", N_("명"), note, {"least": assembly.least_turnout})]


def meetings(place: Place, at: datetime) -> list[Meeting]:
    """Return the end of voting as a date to know."""
    query = select(Assembly).where(
        Assembly.place_id == place.id, Assembly.state == AssemblyState.OPEN, Assembly.closes_at > at
    )
    return [
        Meeting(
            f"{row.cycle.year} {place.name} 주민총회 투표 마감",
            row.closes_at,
            "",
            "assembly.show",
            {"slug": place.slug},
        )
        for row in session().scalars(query)
    ]


def life_steps(proposal: Proposal, at: datetime) -> list[Step]:
    """Return the step of a proposal in the assembly."""
    query = (
        select(AssemblyItem, Assembly)
        .join(Assembly, Assembly.id == AssemblyItem.assembly_id)
        .join(ItemOrigin, ItemOrigin.item_id == AssemblyItem.plan_item_id)
        .where(ItemOrigin.proposal_id == proposal.id, Assembly.state != AssemblyState.PREPARING)
    )
    steps = []
    for item, assembly in session().execute(query):
        arguments: dict[str, object] = {"slug": proposal.place.slug}
        if assembly.state is AssemblyState.COUNTED:
            text = N_("%(votes)s표, 하기로 했습니다") if item.is_funded else N_("%(votes)s표, 이번에는 하지 않습니다")
            votes: dict[str, object] = {"votes": item.votes}
            steps.append(
                Step(6, "done", "ballot", N_("주민총회"), assembly.counted_at, text, votes, "assembly.show", arguments)
            )
        else:
            text = N_("투표하고 있습니다")
            steps.append(
                Step(6, "now", "ballot", N_("주민총회"), assembly.opens_at, text, {}, "assembly.show", arguments)
            )
    return steps


def todos(person: Person, at: datetime) -> list[Todo]:
    """Return the assemblies that this person has to prepare or open."""
    waiting = (
        select(Cycle)
        .join(CycleStage, CycleStage.cycle_id == Cycle.id)
        .outerjoin(Assembly, Assembly.cycle_id == Cycle.id)
        .where(
            CycleStage.stage == Stage.ASSEMBLY,
            CycleStage.opened_at.is_not(None),
            CycleStage.closed_at.is_(None),
            Assembly.id.is_(None) | (Assembly.state == AssemblyState.PREPARING),
        )
        .order_by(Cycle.id)
    )
    cycles = [cycle for cycle in session().scalars(waiting) if is_staff(person, cycle.place, at)]
    found = []
    for cycle in cycles:
        assembly = assembly_of(cycle)
        title = N_("주민총회 준비하기") if assembly is None else N_("주민총회 투표 열기")
        due = cycle.stage(Stage.ASSEMBLY).opens_at + timedelta(days=7) if assembly is None else assembly.opens_at
        found.append(
            Todo(title=title, action=N_("준비하기"), endpoint="assembly.show", arguments={"slug": cycle.place.slug},
                 context=cycle.place.name, due_at=due, place_id=cycle.place_id)
        )  # fmt: skip
    return found
