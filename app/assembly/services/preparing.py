"""Preparing an assembly: which plan, which times, how much money, how many votes."""

from datetime import datetime

from sqlalchemy import select

from app.assembly.models import Assembly, AssemblyItem
from app.assembly.permissions import can_run
from app.assembly.rules import AssemblyState, require_times
from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import claim_version, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.places.queries import setting
from app.plan.queries import latest_version, plan_of_cycle, sections
from app.plan.rules import PlanState
from app.record.services import append

NOT_STAFF = N_("총회를 맡은 담당자만 할 수 있습니다.")


def prepare_assembly(
    cycle: Cycle,
    *,
    opens_at: datetime,
    closes_at: datetime,
    envelope_won: int,
    version: int | None,
    by: Person,
    at: datetime,
) -> Assembly:
    """Set up the assembly of a year, or change it while it is not open.

    The ballot is the newest frozen version of the plan after its inspection; the number of votes comes from the settings.

    Args:
        cycle: the dong's year.
        opens_at: first instant of voting.
        closes_at: the instant from which no ballot is taken.
        envelope_won: the money there is, at most the ordinance's envelope.
        version: the version that was seen, None for the first time.
        by: staff.
        at: when.

    Raises:
        NotAllowed, Conflict: not staff; somebody else changed it meanwhile.
        RuleViolation: the inspection is not concluded, the stage is not open, or voting has begun.
        InvalidInput: impossible times or money.
    """
    place = cycle.place
    if not can_run(by, place, at):
        raise NotAllowed(NOT_STAFF)
    if not cycle.is_open(Stage.ASSEMBLY):
        raise RuleViolation(N_("지금은 주민총회 단계가 아닙니다."))
    plan = plan_of_cycle(cycle)
    frozen = latest_version(plan) if plan else None
    if plan is None or frozen is None or plan.state is not PlanState.REVISED:
        raise RuleViolation(N_("공람을 마치고 고정한 마을계획이 있어야 총회를 준비할 수 있습니다."))
    require_times(
        opens_at=opens_at, closes_at=closes_at, at=at, longest_days=setting(place, "assembly.prevote_days") + 1
    )
    most = setting(place, "pb.envelope_per_dong")
    if not 0 < envelope_won <= most:
        raise InvalidInput(
            N_("예산은 0보다 크고 동 예산 한도 %(most)s원을 넘지 않아야 합니다."),
            field="envelope_won",
            most=f"{most:,}",
        )
    assembly = session().scalar(select(Assembly).where(Assembly.cycle_id == cycle.id).with_for_update())
    if assembly is None:
        assembly = Assembly(
            place_id=place.id, cycle_id=cycle.id, version_id=frozen.id, state=AssemblyState.PREPARING, created_at=at,
            opens_at=opens_at, closes_at=closes_at, envelope_won=envelope_won, k_votes=1,
        )  # fmt: skip
        session().add(assembly)
    else:
        claim_version(assembly, version or 0)
        if assembly.state is not AssemblyState.PREPARING:
            raise RuleViolation(N_("투표가 열려 아무것도 바꿀 수 없습니다."))
    parts = sections(frozen)
    assembly.version_id = frozen.id
    assembly.opens_at, assembly.closes_at, assembly.envelope_won = opens_at, closes_at, envelope_won
    assembly.k_votes = min(setting(place, "assembly.k_votes"), len(parts))
    assembly.items = [
        AssemblyItem(plan_item_id=part.item_id, number=part.number, title=part.title, cost_won=part.cost_won)
        for part in parts
    ]
    session().flush()
    append(
        place,
        "assembly.prepared",
        role=Role.DONG_STAFF,
        subject=f"assembly:{assembly.id}",
        at=at,
        values={"opens_at": opens_at.isoformat(), "closes_at": closes_at.isoformat(), "items": len(parts)},
        document_hash=frozen.hash,
    )
    return assembly
