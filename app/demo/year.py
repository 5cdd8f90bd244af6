"""Walks a dong of the demonstration through its year, by the use cases of every concept, up to its stage."""

import itertools
from datetime import datetime, timedelta

from app.agenda.models import Proposal
from app.agenda.rules import Source
from app.agenda.services import co_signing, meeting, proposing
from app.assembly.models import Assembly
from app.assembly.rules.ballots import default_form
from app.assembly.services import board, casting, counting, opening, preparing
from app.clock import kst_date, kst_midnight
from app.cycle.models import Cycle
from app.cycle.rules import Stage, StageState
from app.cycle.services import advance_due_stages
from app.db.session import session, transaction
from app.demo.execution import evaluate, execute
from app.demo.floor import show_assembly_day
from app.demo.ground import spot_of
from app.demo.inspection import hold_inspection
from app.demo.last_year import POINTS_FORM, POINTS_RULE
from app.demo.objections import show_objections
from app.demo.people import Cast, make_residents
from app.demo.publication import publish
from app.demo.rounds import hold_round
from app.demo.station import freeze_roll, show_station
from app.demo.story import UNITS, DemoDong
from app.demo.witnesses import let_witnesses_sign, name_witnesses
from app.people.models import Person
from app.plan.queries import plan_of_cycle
from app.plan.rules import FundSource, Verdict
from app.plan.services import drafting, freezing, pricing, reviewing
from voting import Credential, ElectionContext, derive_credential, make_ballot

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ROUNDS = frozenset({"dodam", "gwansan"})
"""Dongs that hold an opinion round: one that is open, one that is over."""


def walk(dong: DemoDong, cycle: Cycle, cast: Cast, residents: list[Person], now: datetime) -> None:
    """Play the stages that lie behind a dong, and the beginning of the present one."""
    acts = {
        Stage.DISCOVERY: lambda: _discover(dong, cycle, cast, residents, now),
        Stage.DRAFTING: lambda: _draft(dong, cycle, cast, now),
        Stage.INSPECTION: lambda: hold_inspection(dong, cycle, cast, now),
        Stage.ASSEMBLY: lambda: _vote(dong, cycle, cast, residents, now),
        Stage.EXECUTION: lambda: _promise(cycle, cast, now),
        Stage.EVALUATION: lambda: evaluate(cycle, cast, residents, now),
    }
    for row in cycle.stages:
        _advance(row.opens_at)
        session().refresh(cycle)
        if cycle.stage(row.stage).state is not StageState.OPEN:
            break
        if row.stage in acts:
            acts[row.stage]()
        if row.closes_at > now:
            break
        _advance(row.closes_at)


def _promise(cycle: Cycle, cast: Cast, now: datetime) -> None:
    publish(cycle, cast, now)
    execute(cycle, cast, now)


def _advance(at: datetime) -> None:
    with transaction():
        advance_due_stages(at)


def _is_past(cycle: Cycle, stage: Stage, now: datetime) -> bool:
    return cycle.stage(stage).closes_at <= now


def _discover(dong: DemoDong, cycle: Cycle, cast: Cast, residents: list[Person], now: datetime) -> None:
    at = cycle.stage(Stage.DISCOVERY).opens_at + 10 * HOUR
    past = _is_past(cycle, Stage.DISCOVERY, now)
    found: list[Proposal] = []
    for index, item in enumerate(dong.items):
        author = residents[index % len(residents)]
        where, point = spot_of(dong.slug, item.title)
        words = proposing.Words(item.title, item.body, item.field, where, point=point)
        with transaction():
            proposal = proposing.write_proposal(
                cycle.place, cycle, words, source=Source.ONLINE, once=f"demo-{cycle.id}-{index}", by=author, at=at
            )
            proposing.submit_proposal(proposal.id, by=author, at=at)
        # While the agenda is still being gathered, the last idea has not found all its signers yet.
        signers = 5 if past or index < len(dong.items) - 1 else 3
        for neighbour in itertools.islice((p for p in residents if p.id != author.id), signers - 1):
            with transaction():
                co_signing.sign_proposal(proposal.id, by=neighbour, at=at + HOUR)
        found.append(proposal)
        at += 3 * HOUR
    if cycle.place.slug in ROUNDS:
        hold_round(cycle, cast, residents, now)
    if found:
        starts = kst_midnight(kst_date(at) + 2 * DAY) + 19 * HOUR  # when people are home from work
        with transaction():
            held = meeting.call_meeting(
                cycle.place, cycle, found[:1], title=f"{found[0].title} 골목회의", where="경로당", offices="구청 담당 부서",
                starts_at=starts, once=f"demo-{cycle.id}", by=cast.chair, at=at,
            )  # fmt: skip
        if starts + DAY < now:
            with transaction():
                meeting.minute_meeting(
                    held.id, attendance=14, minutes="필요하다는 데 모두 뜻을 같이했고, 돌보는 일은 모임이 맡기로 했습니다.",
                    outcomes={topic.id: "분과에서 비용을 셈해 계획에 담기로 함" for topic in held.topics},
                    version=held.version, by=cast.chair, at=starts + 3 * HOUR,
                )  # fmt: skip


def _draft(dong: DemoDong, cycle: Cycle, cast: Cast, now: datetime) -> None:
    at = cycle.stage(Stage.DRAFTING).opens_at + 10 * HOUR
    past = _is_past(cycle, Stage.DRAFTING, now)
    proposals = list(session().query(Proposal).filter_by(cycle_id=cycle.id).order_by(Proposal.id))
    for index, (item, proposal) in enumerate(zip(dong.items, proposals, strict=True)):
        if not past and index == len(dong.items) - 1:
            break  # one is left to be dealt with
        words = drafting.ItemWords(
            item.title, item.body, item.cost_won, FundSource.PARTICIPATORY_BUDGET, UNITS[item.field]
        )
        with transaction():
            made = drafting.add_item(cycle, [proposal], words, once=f"demo-{index}", by=cast.chair, at=at)
            review = reviewing.request_review(
                made.id, department="공원녹지과", reviewer=cast.reviewer, due_at=at + 10 * DAY, by=cast.chair, at=at
            )
        if past or index == 0:
            # Where drafting still goes on, one department has worked the cost out anew, and the council took its figure.
            cheaper = None if past else item.cost_won * 19 // 20 // 10_000 * 10_000
            reason = "관급 자재의 단가로 다시 셈했습니다." if cheaper else "할 수 있는 사업입니다."
            with transaction():
                reviewing.answer_review(
                    review.id, verdict=Verdict.ELIGIBLE, reason=reason, law="", condition="", corrected_cost_won=cheaper,
                    version=review.version, by=cast.reviewer, at=at + 3 * DAY,
                )  # fmt: skip
            if cheaper:
                with transaction():
                    pricing.take_price(review.id, version=made.version, by=cast.chair, at=at + 4 * DAY)
        at += 2 * HOUR
    plan = plan_of_cycle(cycle)
    if past and plan is not None:
        with transaction():
            freezing.freeze_for_inspection(
                plan.id, version=plan.version, by=cast.chair, at=cycle.stage(Stage.DRAFTING).closes_at - DAY
            )


def _vote(dong: DemoDong, cycle: Cycle, cast: Cast, residents: list[Person], now: datetime) -> None:
    row = cycle.stage(Stage.ASSEMBLY)
    opens = row.opens_at + 3 * DAY + 9 * HOUR
    closes = row.closes_at - DAY - 6 * HOUR
    closes = min(closes, opens + 14 * DAY)
    with transaction():
        assembly = preparing.prepare_assembly(
            cycle, opens_at=opens, closes_at=closes, envelope_won=20_000_000 if len(dong.items) < 4 else 30_000_000,
            version=None, by=cast.staff, at=row.opens_at + HOUR,
        )  # fmt: skip
        assembly.ballot = default_form(assembly.lines, dong.k_votes).to_json()
    if dong.points:
        with transaction():
            preparing.choose_rule(
                assembly.id, form=POINTS_FORM, rule=POINTS_RULE, version=assembly.version, by=cast.staff,
                at=row.opens_at + 2 * HOUR,
            )  # fmt: skip
    freeze_roll(cycle.place, cast, residents, on=kst_date(closes), at=row.opens_at + 3 * HOUR)
    make_residents(cycle.place, dong.electors, now)
    over = closes <= now
    if not over:
        name_witnesses(cycle.place, cast.staff, row.opens_at + 3 * HOUR)
    with transaction():
        opening.open_assembly(assembly.id, at=opens)
    voters = residents if over else residents[1 : len(residents) * 2 // 3]
    ballots = [list(points) for points in dong.points] or _choices(dong, len(voters))
    for voter, choices in zip(voters, ballots, strict=False):
        with transaction():
            casting.cast_ballot(assembly.id, _ballot(assembly, voter, choices, opens), at=opens + HOUR)
    show_station(assembly, cast, at=opens + 2 * HOUR)
    show_assembly_day(assembly, cast, residents, closes=closes, at=opens + 2 * HOUR)
    if not over:
        let_witnesses_sign(assembly, opens + HOUR)
    if over:
        with transaction():
            counting.close_assembly(assembly.id, by=None, at=closes)
        with transaction():
            counting.count_assembly(assembly.id, at=closes + HOUR)
        show_objections(assembly, cast, residents, now=now)


def _choices(dong: DemoDong, voters: int) -> list[list[int]]:
    """Spread the published counts over voters so that each chooses at most ``k`` and the sums come out exactly.

    With fewer voters than there were, the counts shrink in proportion.
    """
    total = max(sum(item.votes for item in dong.items), 1)
    room = voters * dong.k_votes
    wanted = [item.votes if total <= room else item.votes * room // total for item in dong.items]
    ballots = [[0] * len(dong.items) for _ in range(voters)]
    turn = 0
    for position, count in enumerate(wanted):
        for _ in range(min(count, voters)):
            ballots[turn % voters][position] = 1
            turn += 1
    return ballots


def _ballot(assembly: Assembly, voter: Person, choices: list[int], at: datetime) -> bytes:
    context: ElectionContext = board.context_of(assembly)
    code = casting.code_for(assembly, voter, at=at)
    credential: Credential = derive_credential(code, uuid=context.election.uuid, group=context.election.group)
    return make_ballot(context.election, credential, [choices]).data
