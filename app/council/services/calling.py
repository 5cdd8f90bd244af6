"""An open call: planned, announced, its list frozen for the draw (and opened again), or called off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from app.council.models import CallQuota, CallTrack, CouncilTerm, OpenCall
from app.council.permissions import can_run_council
from app.council.queries.calls import open_objections, undecided
from app.council.queries.people import members_of, require_council
from app.council.rules.calls import (
    CallKind,
    CallState,
    Quota,
    default_quotas,
    require_call_days,
    require_call_move,
    require_quotas,
    seats_by_share,
)
from app.council.rules.membership import MemberState
from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.services.roles import acting_role
from app.places.models import Place
from app.places.queries import setting
from app.record.services import append

NOT_STAFF = N_("이 동네를 맡은 담당자만 할 수 있습니다.")


@dataclass(frozen=True)
class CallPlan:
    """What a clerk decides about a call."""

    title: str
    text: str
    reference_on: date
    opens_at: datetime
    closes_at: datetime
    objections_until: datetime
    areas: tuple[str, ...] = ()


def plan_call(
    place: Place, term: CouncilTerm, kind: CallKind, plan: CallPlan, *, once: str, by: Person, at: datetime
) -> OpenCall:
    """Plan a call: the seats are those that renewals (or sitting members) leave, tracks and quotas the ordinance's.

    The same form sent twice plans one call.

    Raises:
        NotAllowed: not its staff.
        RuleViolation: no seat is free, or another call for the same term is under way.
        InvalidInput: days that leave no time.
    """
    if not can_run_council(by, place, at):
        raise NotAllowed(NOT_STAFF)
    known = session().scalar(select(OpenCall).where(OpenCall.once == once))
    if known is not None:
        return known
    require_council(place, lock=True)
    _require_plan(place, plan, at)
    seats = free_seats(term)
    if seats <= 0:
        raise RuleViolation(N_("이 임기에는 빈자리가 없습니다."))
    running = session().scalar(
        select(OpenCall.id).where(
            OpenCall.term_id == term.id,
            OpenCall.state.in_([CallState.DRAFT, CallState.ANNOUNCED, CallState.FROZEN, CallState.DRAWN]),
        )
    )
    if running is not None:
        raise RuleViolation(N_("이 임기의 다른 모집이 아직 끝나지 않았습니다."))
    call = OpenCall(
        place_id=place.id, place=place, term_id=term.id, kind=kind, state=CallState.DRAFT, title=plan.title,
        text=plan.text, seats=seats, areas=list(plan.areas), reference_on=plan.reference_on, opens_at=plan.opens_at,
        closes_at=plan.closes_at, objections_until=plan.objections_until, once=once, created_by=by.id, created_at=at,
    )  # fmt: skip
    tracks = setting(place, "council.tracks")
    shares = seats_by_share(seats, [track.share for track in tracks])
    call.tracks = [
        CallTrack(position=index, code=track.code, name=track.name, seats=count)
        for index, (track, count) in enumerate(zip(tracks, shares, strict=True))
    ]
    _set_quotas(call, _usual_quotas(call, term, plan.areas))
    session().add(call)
    session().flush()
    return call


def edit_call(call_id: int, plan: CallPlan, *, version: int, by: Person, at: datetime) -> OpenCall:
    """Change the words and days of a call that is not announced yet; changed areas renew the usual quotas.

    Raises:
        NotFound, NotAllowed, Conflict, InvalidInput: as `plan_call`; changed meanwhile.
        RuleViolation: announced already.
    """
    call = _own(call_id, version=version, by=by, at=at)
    _require_draft(call)
    _require_plan(call.place, plan, at)
    renewed = tuple(call.areas) != plan.areas
    call.title, call.text, call.areas = plan.title, plan.text, list(plan.areas)
    call.reference_on, call.opens_at, call.closes_at = plan.reference_on, plan.opens_at, plan.closes_at
    call.objections_until = plan.objections_until
    if renewed:
        call.quotas.clear()
        session().flush()
        _set_quotas(call, _usual_quotas(call, call.term, plan.areas))
        session().flush()
    return call


def set_quotas(
    call_id: int, quotas: Sequence[Quota], *, track_seats: Sequence[int], version: int, by: Person, at: datetime
) -> OpenCall:
    """Set the quotas of a call that is not announced yet, and the seats of each track.

    Args:
        call_id: the call.
        quotas: of the whole council, so that a supplement can subtract who sits already.
        track_seats: seats of each track, in their order; they add up to the seats of the call.
        version: the version of the call that the clerk saw.
        by: who.
        at: when.

    Raises:
        NotFound, NotAllowed, Conflict: as `edit_call`.
        RuleViolation: announced already.
        InvalidInput: quotas that contradict themselves, or seats that do not add up.
    """
    call = _own(call_id, version=version, by=by, at=at)
    _require_draft(call)
    if len(track_seats) != len(call.tracks) or sum(track_seats) != call.seats or min(track_seats) < 0:
        raise InvalidInput(N_("길마다 자리를 더하면 %(seats)s석이어야 합니다."), field="track_seats", seats=call.seats)
    require_quotas(quotas, seats=call.term.seats)
    for track, seats in zip(call.tracks, track_seats, strict=True):
        track.seats = seats
    call.quotas.clear()
    session().flush()
    _set_quotas(call, quotas)
    session().flush()
    return call


def announce_call(call_id: int, *, version: int, by: Person, at: datetime) -> OpenCall:
    """Announce a call; from then on its rules stand.

    Raises:
        NotFound, NotAllowed, Conflict, InvalidInput: as `edit_call`.
        RuleViolation: announced already.
    """
    call = _own(call_id, version=version, by=by, at=at)
    require_call_move(call.state, CallState.ANNOUNCED)
    require_call_days(
        at,
        opens_at=call.opens_at,
        closes_at=call.closes_at,
        objections_until=call.objections_until,
        notice_days=setting(call.place, "council.call_notice_days"),
    )
    call.state, call.announced_at = CallState.ANNOUNCED, at
    append(
        call.place, "council.call_announced", role=acting_role(by, call.place, at), subject=f"open_call:{call.id}",
        at=at, values={"title": call.title, "seats": call.seats},
    )  # fmt: skip
    return call


def cancel_call(call_id: int, *, reason: str, version: int, by: Person, at: datetime) -> OpenCall:
    """Call a call off, publicly, with the reason.

    Raises:
        NotFound, NotAllowed, Conflict: as `edit_call`.
        RuleViolation: drawn already.
        InvalidInput: no reason.
    """
    call = _own(call_id, version=version, by=by, at=at)
    was_public = call.state is not CallState.DRAFT
    require_call_move(call.state, CallState.CANCELLED)
    if len(reason) < 10:
        raise InvalidInput(N_("까닭을 한 문장 이상 적어 주세요. 누구나 읽습니다."), field="reason")
    call.state, call.cancelled_at, call.cancel_reason = CallState.CANCELLED, at, reason
    if was_public:
        append(
            call.place, "council.call_cancelled", role=acting_role(by, call.place, at),
            subject=f"open_call:{call.id}", at=at, values={"title": call.title, "reason": reason},
        )  # fmt: skip
    return call


def freeze_call(call_id: int, *, by: Person, at: datetime) -> OpenCall:
    """Make the list of candidates final for the draw; called by the draw when it publishes its bundle.

    Raises:
        NotFound, NotAllowed: no such call; not its staff.
        RuleViolation: objections are still taken, or an application or an objection waits for a decision.
    """
    call = get_or_not_found(OpenCall, call_id, lock=True)
    if not can_run_council(by, call.place, at):
        raise NotAllowed(NOT_STAFF)
    require_call_move(call.state, CallState.FROZEN)
    for reason in blockers(call, at):
        raise RuleViolation(reason[0], **reason[1])
    call.state, call.frozen_at = CallState.FROZEN, at
    session().flush()
    return call


def blockers(call: OpenCall, at: datetime) -> list[tuple[str, dict[str, object]]]:
    """Return what keeps a call's list from being made final: marked sentences with their values."""
    found: list[tuple[str, dict[str, object]]] = []
    if at < call.objections_until:
        found.append((N_("아직 이의를 받는 기간입니다."), {}))
    waiting, objections = undecided(call), open_objections(call)
    if waiting:
        found.append((N_("아직 확인하지 않은 지원서가 %(n)s건 있습니다."), {"n": waiting}))
    if objections:
        found.append((N_("아직 답하지 않은 이의가 %(n)s건 있습니다."), {"n": objections}))
    return found


def reopen_call(call_id: int, *, reason: str, by: Person, at: datetime) -> OpenCall:
    """Open a frozen list again before the draw, because an objection to it was right; publicly, with the reason.

    Raises:
        NotFound, NotAllowed: no such call; not its staff.
        RuleViolation: not frozen, or drawn already.
    """
    call = get_or_not_found(OpenCall, call_id, lock=True)
    if not can_run_council(by, call.place, at):
        raise NotAllowed(NOT_STAFF)
    if call.state is not CallState.FROZEN:
        require_call_move(call.state, CallState.FROZEN)
    require_call_move(call.state, CallState.ANNOUNCED)
    call.state, call.frozen_at = CallState.ANNOUNCED, None
    append(
        call.place, "council.call_reopened", role=acting_role(by, call.place, at), subject=f"open_call:{call.id}",
        at=at, values={"title": call.title, "reason": reason},
    )  # fmt: skip
    return call


def free_seats(term: CouncilTerm) -> int:
    """Return how many seats of a term nobody sits in or is nominated for."""
    return term.seats - len(members_of(term, MemberState.SERVING, MemberState.NOMINATED))


def _usual_quotas(call: OpenCall, term: CouncilTerm, areas: Sequence[str]) -> list[Quota]:
    tracks = setting(call.place, "council.tracks")
    whole = seats_by_share(term.seats, [track.share for track in tracks])
    return default_quotas(
        term.seats,
        tracks=[(track.name, count) for track, count in zip(tracks, whole, strict=True)],
        sex_max_share=setting(call.place, "council.sex_max_share"),
        areas=areas,
    )


def _set_quotas(call: OpenCall, quotas: Sequence[Quota]) -> None:
    for position, quota in enumerate(quotas):
        call.quotas.append(
            CallQuota(
                position=position, feature=quota.feature, value=quota.value, minimum=quota.minimum,
                maximum=quota.maximum, least_minimum=quota.least_minimum, greatest_maximum=quota.greatest_maximum,
            )
        )  # fmt: skip


def _require_plan(place: Place, plan: CallPlan, at: datetime) -> None:
    require_call_days(
        at,
        opens_at=plan.opens_at,
        closes_at=plan.closes_at,
        objections_until=plan.objections_until,
        notice_days=setting(place, "council.call_notice_days"),
    )
    if len(set(plan.areas)) != len(plan.areas) or any(not 1 <= len(area) <= 40 for area in plan.areas):
        raise InvalidInput(N_("구역 이름을 한 줄에 하나씩, 서로 다르게 적어 주세요."), field="areas")


def _own(call_id: int, *, version: int, by: Person, at: datetime) -> OpenCall:
    call = get_or_not_found(OpenCall, call_id, lock=True)
    if not can_run_council(by, call.place, at):
        raise NotAllowed(NOT_STAFF)
    claim_version(call, version)
    return call


def _require_draft(call: OpenCall) -> None:
    if call.state is not CallState.DRAFT:
        raise RuleViolation(N_("이미 알린 모집의 규칙은 바꿀 수 없습니다. 취소하고 다시 알려 주세요."))
