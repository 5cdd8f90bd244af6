"""Preparing an assembly: which plan, which times, how much money; what is asked, and how it is counted."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from sqlalchemy import select

from app.assembly.models import Assembly, AssemblyItem
from app.assembly.permissions import can_run
from app.assembly.rules import AssemblyState, BallotForm, Preference, require_times
from app.assembly.rules.ballots import default_form, require_form
from app.assembly.rules.choosing import default_rule, require_fitting
from app.assembly.rules.marks import require_rank_length
from app.assembly.services.electing import electorate
from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.places.models import Place
from app.places.queries import setting
from app.plan.queries import lacks_adoption, latest_version, plan_of_cycle, sections
from app.plan.rules import PlanState
from app.plan.rules.workbench import Adoption
from app.record.services import append
from voting.allocation import Majority, Rule, rule_to_json
from voting.encoding import sha256

NOT_STAFF = N_("총회를 맡은 담당자만 할 수 있습니다.")
IS_OPEN = N_("투표가 열려 아무것도 바꿀 수 없습니다.")
_LEAST = Fraction(1, 10**12)


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

    The ballot is the newest frozen version of the plan after its inspection. Until the place chooses otherwise
    (`choose_rule`), voters choose up to the number of items of the settings, and most votes go first.

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
        RuleViolation: the inspection is not concluded, the council has not adopted the plan where it must, the stage is
            not open, or voting has begun.
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
    if lacks_adoption(frozen, Adoption.ASSEMBLY):
        raise RuleViolation(
            N_("주민자치회가 의결한 계획만 총회에 올립니다. 마을계획 화면에서 의결을 먼저 이어 주세요.")
        )
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
            opens_at=opens_at, closes_at=closes_at, envelope_won=envelope_won, ballot={}, rule="",
        )  # fmt: skip
        session().add(assembly)
    else:
        claim_version(assembly, version or 0)
        if assembly.state is not AssemblyState.PREPARING:
            raise RuleViolation(IS_OPEN)
    parts = sections(frozen)
    assembly.version_id = frozen.id
    assembly.opens_at, assembly.closes_at, assembly.envelope_won = opens_at, closes_at, envelope_won
    # The old lines go first: a new one may have the number of an old one.
    assembly.items.clear()
    session().flush()
    assembly.items = [
        AssemblyItem(
            plan_item_id=part.item_id, number=part.number, title=part.title, cost_won=part.cost_won, category=part.unit
        )
        for part in parts
    ]
    _keep_choice(assembly, setting(place, "assembly.k_votes"))
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


def choose_rule(assembly_id: int, *, form: BallotForm, rule: Rule, version: int, by: Person, at: datetime) -> Assembly:
    """Say what voters are asked and how it is counted, while voting is not open.

    Whether sums or shuffled ballots carry the ballot follows from the two; nobody chooses it.

    Args:
        assembly_id: which assembly.
        form: the ballot; its carrier is set here.
        rule: how it is counted; its majority is that of the place's settings where the ballot asks for one.
        version: the version that was seen.
        by: staff.
        at: when.

    Raises:
        NotFound, NotAllowed, Conflict: no such assembly; not staff; somebody else changed it meanwhile.
        RuleViolation: voting has begun.
        InvalidInput: a ballot that cannot be answered, or a rule that cannot count it.
    """
    assembly = get_or_not_found(Assembly, assembly_id, lock=True)
    if not can_run(by, assembly.place, at):
        raise NotAllowed(NOT_STAFF)
    claim_version(assembly, version)
    if assembly.state is not AssemblyState.PREPARING:
        raise RuleViolation(IS_OPEN)
    carried, rule = fitted_choice(assembly, form, rule)
    data = rule_to_json(rule)
    assembly.ballot, assembly.rule = carried.to_json(), data.decode()
    append(
        assembly.place,
        "assembly.ruled",
        role=Role.DONG_STAFF,
        subject=f"assembly:{assembly.id}",
        at=at,
        values={"preference": carried.preference.value, "rule": rule.name.value, "shuffled": carried.shuffled},
        document_hash=sha256(data).hex(),
    )
    return assembly


def fitted_choice(assembly: Assembly, form: BallotForm, rule: Rule) -> tuple[BallotForm, Rule]:
    """Return a ballot with the carrier that its rule needs, and the rule with the place's majority where one is asked.

    Raises:
        InvalidInput: a ballot that cannot be answered or could mark its voters, or a rule that cannot count it.
    """
    carried = form.carried(needs_ballots=rule.name.needs_ballots)
    require_form(carried, assembly.lines)
    fitting = replace(rule, majority=majority_of(assembly.place) if carried.majority else None)
    require_fitting(carried, fitting, channel_weights(assembly.place))
    require_unmarked(assembly, carried)
    return carried, fitting


def require_unmarked(assembly: Assembly, form: BallotForm) -> None:
    """Refuse a ranking so long that published ballots could mark their voters; the place's setting has the last word.

    Raises:
        InvalidInput: so, with the longest that may be asked.
    """
    if form.preference is Preference.RANKING:
        require_rank_length(
            form,
            assembly.lines,
            electors=electorate(assembly).count,
            wished=setting(assembly.place, "assembly.rank_limit"),
        )


def majority_of(place: Place) -> Majority:
    """Return the majority that the place's settings demand of the valid answers."""
    threshold = setting(place, "assembly.approve_share")
    # The kernel's majority must be exceeded. "At least two thirds" is more than a hair less than two thirds: no number of
    # voters lies between the two.
    return Majority(threshold.share if threshold.more_than else threshold.share - _LEAST)


def channel_weights(place: Place) -> Mapping[str, Fraction]:
    """Return what the sum of each channel weighs at a place."""
    weights: Mapping[str, Fraction] = setting(place, "assembly.channel_weights")
    return weights


def _keep_choice(assembly: Assembly, k_votes: int) -> None:
    """Keep the ballot and the rule that were chosen if they still fit the items; otherwise begin with the usual ones."""
    try:
        if assembly.ballot:
            require_form(assembly.form, assembly.lines)
            return
    except InvalidInput:
        pass
    assembly.ballot = default_form(assembly.lines, k_votes).to_json()
    assembly.rule = rule_to_json(default_rule()).decode()
