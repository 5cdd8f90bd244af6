"""Makes a dong that has come some way through its year. Every function commits what it makes."""

import itertools
from datetime import datetime, timedelta

from app.agenda.models import Proposal
from app.agenda.rules import Field, ProposalState, Source
from app.assembly.models import Assembly
from app.assembly.rules import BallotForm
from app.assembly.services import opening, preparing
from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import transaction
from app.people.models import Person
from app.people.rules import Role
from app.places.models import Place
from app.plan.models import DepartmentReview, ItemOrigin, Plan, PlanItem
from app.plan.rules import FundSource, PlanState, Verdict
from app.plan.services import freezing
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_place, make_resident
from voting.allocation import Rule

_serial = itertools.count(1)


def make_proposal(cycle: Cycle, by: Person, title: str = "", state: ProposalState = ProposalState.ACCEPTED) -> Proposal:
    """Make a proposal in any state."""
    with transaction() as session:
        proposal = Proposal(
            place_id=cycle.place_id,
            cycle_id=cycle.id,
            proposer_id=by.id,
            once=f"p{next(_serial)}",
            title=title or f"가로등을 더 놓자 {next(_serial)}",
            body="밤길이 어두워 걷기 어렵습니다. 가로등을 놓으면 좋겠습니다.",
            field=Field.SAFETY,
            source=Source.ONLINE,
            state=state,
            signer_count=5,
            created_at=NOW,
            submitted_at=NOW,
            accepted_at=NOW if state is not ProposalState.GATHERING else None,
        )
        session.add(proposal)
    return proposal


def make_plan(cycle: Cycle, costs: list[int], *, reviewed: bool = True, at: datetime = NOW) -> Plan:
    """Make a plan with one item per cost, each reviewed as eligible."""
    author = make_resident(cycle.place)
    with transaction() as session:
        plan = Plan(place_id=cycle.place_id, cycle_id=cycle.id, state=PlanState.DRAFTING, created_at=at)
        session.add(plan)
        session.flush()
    for number, cost in enumerate(costs, start=1):
        proposal = make_proposal(cycle, author, state=ProposalState.PLANNED)
        with transaction() as session:
            item = PlanItem(
                plan_id=plan.id,
                once=f"i{number}",
                number=number,
                title=f"사업 {number}",
                body=f"{number}번째로 할 일을 자세히 적은 글입니다. 언제 어디서 어떻게 할지 씁니다.",
                cost_won=cost,
                fund_source=FundSource.PARTICIPATORY_BUDGET,
                unit="마을환경분과",
                origins=[ItemOrigin(proposal_id=proposal.id)],
            )
            if reviewed:
                item.reviews.append(
                    DepartmentReview(
                        department="공원녹지과", requested_at=at, due_at=at + timedelta(days=14),
                        verdict=Verdict.ELIGIBLE, answered_at=at,
                    )
                )  # fmt: skip
            session.add(item)
    session.expire(plan)
    return plan


def make_inspection(costs: list[int] | None = None, *, at: datetime = NOW) -> Cycle:
    """Make a dong whose plan is frozen and open to opinions."""
    cycle = make_cycle(make_place(), Stage.INSPECTION, at=at)
    plan = make_plan(cycle, costs or [3_000_000, 5_000_000], at=at)
    chair = make_holder(Role.COMMITTEE_CHAIR, cycle.place)
    with transaction():
        freezing.freeze_for_inspection(plan.id, version=plan.version, by=chair, at=at)
    return cycle


def make_staff(place: Place) -> Person:
    """Make a clerk of a dong."""
    return make_holder(Role.DONG_STAFF, place)


def make_assembly(
    costs: list[int],
    *,
    residents: int = 3,
    envelope_won: int = 30_000_000,
    at: datetime = NOW,
    is_open: bool = True,
    form: BallotForm | None = None,
    rule: Rule | None = None,
    categories: list[str] | None = None,
) -> tuple[Assembly, list[Person]]:
    """Make an assembly with verified residents; voting runs from ``at`` for seven days.

    Without a form voters choose up to three items; without a rule most votes go first.
    """
    cycle = make_cycle(make_place(population=200), Stage.ASSEMBLY, at=at)
    staff = make_staff(cycle.place)
    plan = make_plan(cycle, costs, at=at)
    for item, category in zip(plan.items, categories or [], strict=False):
        with transaction():
            item.unit = category
    people = [make_resident(cycle.place) for _ in range(residents)]
    with transaction():
        freezing.freeze_for_inspection(plan.id, version=plan.version, by=staff, at=at)
    with transaction() as session:
        freezing.revise(session.get_one(Plan, plan.id, with_for_update=True), at=at)
    with transaction():
        assembly = preparing.prepare_assembly(
            cycle,
            opens_at=at,
            closes_at=at + timedelta(days=7),
            envelope_won=envelope_won,
            version=None,
            by=staff,
            at=at,
        )
    if form is not None or rule is not None:
        with transaction():
            preparing.choose_rule(
                assembly.id,
                form=form or assembly.form,
                rule=rule or assembly.counting_rule,
                version=assembly.version,
                by=staff,
                at=at,
            )
    if is_open:
        with transaction():
            opening.open_assembly(assembly.id, at=at)
    return assembly, people
