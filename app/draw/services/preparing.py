"""Before the draw: setting it up, freezing the list under one hash, publishing, giving up."""

from dataclasses import astuple
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.council.models import DrawWitness, OpenCall
from app.council.queries import calls, pool
from app.council.rules.calls import CallState, Quota, require_quotas
from app.council.services.calling import freeze_call, reopen_call
from app.db.session import CHANGED_MEANWHILE, claim_version, get_or_not_found, session
from app.draw import rules
from app.draw.models import LotteryDraw, WitnessSeat
from app.draw.permissions import can_run
from app.draw.rules import AbortReason, DrawState, Mode
from app.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.jobs.models import Job
from app.jobs.services import enqueue
from app.people.models import Person
from app.people.rules import Role
from app.places.queries import setting
from app.record.services import append

NOT_STAFF = N_("추첨을 맡은 담당자만 할 수 있습니다.")
FREEZE_JOB = "draw.freeze"
FEWEST_WITNESSES = 2
"""One witness alone could be the organiser's friend; the ordinance names how many beyond that."""


def set_up(
    call_id: int,
    *,
    mode: Mode,
    draws_at: datetime,
    hall: str,
    beacon: tuple[str, int] | None,
    by: Person,
    at: datetime,
    mixes_at: datetime | None = None,
) -> LotteryDraw:
    """Begin the draw of a call, with the quotas of the call. A second time it returns the draw that there is.

    Args:
        call_id: an announced call whose list of candidates is being settled.
        mode: which draw the ordinance prescribes.
        draws_at: when the ceremony is to begin.
        hall: where.
        beacon: chain (hex) and round of the public randomness that is named in advance, if any.
        by: staff.
        at: when.
        mixes_at: when the panels are mixed, where the mode has panels.

    Raises:
        NotFound, NotAllowed: no such call; not staff.
        RuleViolation: the call is not at that point, or has been drawn.
        InvalidInput: the ceremony would begin in the past; a quota that the mode does not look at; no time for mixing, or
            the pick too soon after it.
    """
    call = get_or_not_found(OpenCall, call_id, lock=True)
    if not can_run(by, call.place, at):
        raise NotAllowed(NOT_STAFF)
    last = newest_draw(call)
    if last is not None and last.state is not DrawState.ABORTED:
        return last
    if call.state not in {CallState.ANNOUNCED, CallState.FROZEN}:
        raise RuleViolation(N_("모집 중이거나 후보를 확정한 공고만 추첨할 수 있습니다."))
    sitting = [dict(member) for member in pool.sitting_values(call)]
    draw = LotteryDraw(
        place_id=call.place_id,
        place=call.place,
        call_id=call.id,
        call=call,
        attempt=1 if last is None else last.attempt + 1,
        state=DrawState.PREPARING,
        mode=mode,
        title=f"{call.place.name} 주민자치회 위원 추첨",
        seats=call.seats + len(sitting),
        sitting=sitting,
        quotas=last.quotas if last is not None else [list(astuple(quota)) for quota in calls.quotas_of(call)],
        household=setting(call.place, "council.one_per_household"),
        draws_at=draws_at,
        hall=hall,
        created_at=at,
    )
    _take(draw, mode=mode, mixes_at=mixes_at, draws_at=draws_at, hall=hall, beacon=beacon, at=at)
    session().add(draw)
    session().flush()
    record(draw, "draw.set_up", role=Role.DONG_STAFF, at=at, values={"attempt": draw.attempt, "seats": draw.open_seats})
    return draw


def change(
    draw_id: int,
    *,
    quotas: list[Quota],
    mode: Mode,
    draws_at: datetime,
    hall: str,
    beacon: tuple[str, int] | None,
    version: int,
    by: Person,
    at: datetime,
    mixes_at: datetime | None = None,
) -> LotteryDraw:
    """Change quotas, mode, time and place while nothing is frozen.

    Raises:
        NotFound, NotAllowed, Conflict: no such draw; not staff; changed meanwhile.
        RuleViolation: it is frozen.
        InvalidInput: quotas that contradict themselves or the mode; a time in the past.
    """
    draw = _led(draw_id, by, at, version=version)
    _require_preparing(draw)
    require_quotas(quotas, seats=draw.seats)
    draw.quotas = [list(astuple(quota)) for quota in quotas]
    draw.advice = None
    _take(draw, mode=mode, mixes_at=mixes_at, draws_at=draws_at, hall=hall, beacon=beacon, at=at)
    return draw


def relax(draw_id: int, option: int, *, version: int, by: Person, at: datetime) -> LotteryDraw:
    """Take one of the options of the advice: the quotas give way by that much, and the record says so.

    Raises:
        NotFound, NotAllowed, Conflict: no such draw or option; not staff; changed meanwhile.
        RuleViolation: it is frozen.
    """
    draw = _led(draw_id, by, at, version=version)
    _require_preparing(draw)
    options: list[list[dict[str, Any]]] = (draw.advice or {}).get("options", [])
    if not 0 <= option < len(options):
        raise NotFound(N_("찾으시는 것이 없습니다."))
    by_value = {(item["feature"], item["value"]): item for item in options[option]}
    changed = []
    for line in draw.quotas:
        item = by_value.get((line[0], line[1]))
        if item is None:
            changed.append(line)
            continue
        changed.append([line[0], line[1], line[2] - item["less"], line[3] + item["more"], line[4], line[5]])
    draw.quotas, draw.advice = changed, None
    record(
        draw, "draw.relaxed", role=Role.DONG_STAFF, at=at,
        values={"changes": [[i["feature"], i["value"], -i["less"], i["more"]] for i in options[option]]},
    )  # fmt: skip
    return draw


def request_freeze(draw_id: int, *, version: int, by: Person, at: datetime) -> Job:
    """Ask for the list to be frozen; the arithmetic runs as a job. Asking twice is one job.

    Raises:
        NotFound, NotAllowed, Conflict: no such draw; not staff; changed meanwhile.
        RuleViolation: frozen already, the call's candidates are not final, too few witnesses.
    """
    draw = _led(draw_id, by, at)
    _require_preparing(draw)
    if draw.version != version:
        raise Conflict(CHANGED_MEANWHILE)
    if len(witnesses_named(draw.call)) < FEWEST_WITNESSES:
        raise RuleViolation(N_("참관인을 두 사람 이상 정해 주세요. 이름은 공고에 함께 실립니다."))
    if draw.call.state is CallState.ANNOUNCED:
        freeze_call(draw.call_id, by=by, at=at)
    key = f"{FREEZE_JOB}:{draw.id}:{draw.version}"
    arguments = {"draw_id": draw.id, "version": draw.version}
    return enqueue(FREEZE_JOB, arguments, by=by.id, at=at, place_id=draw.place_id, idempotency_key=key)


def freeze(draw_id: int, data: bytes, commitment: str, *, version: int, at: datetime) -> LotteryDraw:
    """Store the bundle that the job made, with a seat for every witness of the call.

    Args:
        draw_id: which draw.
        data: the bundle's canonical bytes.
        commitment: their SHA-256.
        version: of the draw when the bundle was made.
        at: when.

    Raises:
        Conflict, RuleViolation: the draw was changed meanwhile; it is not being prepared.
    """
    draw = get_or_not_found(LotteryDraw, draw_id, lock=True)
    if draw.state is DrawState.FROZEN and draw.commitment == commitment:
        return draw
    claim_version(draw, version)
    rules.require_move(draw.state, DrawState.FROZEN, mode=draw.mode)
    draw.state, draw.frozen_at = DrawState.FROZEN, at
    draw.bundle, draw.commitment, draw.advice = data.decode(), commitment, None
    draw.witnesses = [WitnessSeat(name=seat.name, person_id=seat.person_id) for seat in witnesses_named(draw.call)]
    session().flush()
    record(draw, "draw.frozen", role="clock", at=at, document_hash=commitment)
    return draw


def note_advice(draw_id: int, advice: dict[str, Any], *, version: int) -> LotteryDraw:
    """Keep what stands in the way of the quotas.

    Raises:
        Conflict, RuleViolation: the draw was changed meanwhile; it is not being prepared.
    """
    draw = get_or_not_found(LotteryDraw, draw_id, lock=True)
    _require_preparing(draw)
    claim_version(draw, version)
    draw.advice = advice
    return draw


def thaw(draw_id: int, *, version: int, by: Person, at: datetime) -> LotteryDraw:
    """Take a frozen list that nobody outside has seen back to be corrected.

    Raises:
        NotFound, NotAllowed, Conflict, RuleViolation: no such draw; not staff; changed meanwhile; it is published.
    """
    draw = _led(draw_id, by, at, version=version)
    rules.require_move(draw.state, DrawState.PREPARING, mode=draw.mode)
    record(draw, "draw.thawed", role=Role.DONG_STAFF, at=at, document_hash=draw.commitment)
    draw.state, draw.frozen_at = DrawState.PREPARING, None
    draw.bundle, draw.commitment, draw.witnesses = "", "", []
    return draw


def publish(draw_id: int, *, version: int, by: Person, at: datetime) -> LotteryDraw:
    """Publish the bundle's hash: from now on neither candidates nor rules change.

    Raises:
        NotFound, NotAllowed, Conflict: no such draw; not staff; changed meanwhile.
        RuleViolation: not frozen, or the announced ceremony would come too early.
    """
    draw = _led(draw_id, by, at, version=version)
    rules.require_move(draw.state, DrawState.PUBLISHED, mode=draw.mode)
    if draw.call.state is not CallState.FROZEN:
        raise RuleViolation(N_("후보 명단이 다시 열렸습니다. 봉한 것을 풀고 고쳐 주세요."))
    days = setting(draw.place, "council.draw_notice_days")
    if draw.begins_at < rules.earliest_ceremony(at, days):
        raise RuleViolation(N_("공고하고 %(days)s일이 지난 뒤에 추첨해야 합니다. 추첨 날짜를 늦춰 주세요."), days=days)
    draw.state, draw.published_at = DrawState.PUBLISHED, at
    record(
        draw, "draw.published", role=Role.DONG_STAFF, at=at, document_hash=draw.commitment,
        values={
            "seats": draw.open_seats,
            "draws_at": draw.draws_at.isoformat(),
            **({} if draw.mixes_at is None else {"mixes_at": draw.mixes_at.isoformat()}),
            "witnesses": [seat.name for seat in draw.witnesses],
        },
    )  # fmt: skip
    return draw


def seat_witness(draw_id: int, seat_id: int, person: Person, *, by: Person, at: datetime) -> WitnessSeat:
    """Let another person take a witness's seat, as long as its secret is not handed in for good.

    The name of the seat stands in the frozen bundle and stays. What the one before had handed in is taken out.

    Raises:
        NotFound, NotAllowed: no such seat; not staff.
        RuleViolation: the handing in is over.
        InvalidInput: this person holds a seat already, or stands in the draw.
    """
    draw = _led(draw_id, by, at)
    seat = next((each for each in draw.witnesses if each.id == seat_id), None)
    if seat is None:
        raise NotFound(N_("찾으시는 것이 없습니다."))
    if draw.step not in {rules.Step.COMMITTING, rules.Step.ANNOUNCED} and draw.state is not DrawState.FROZEN:
        raise RuleViolation(N_("비밀 문구를 모두 맡긴 뒤에는 참관인을 바꿀 수 없습니다."))
    if seat.person_id == person.id:
        return seat
    if any(each.person_id == person.id for each in draw.witnesses):
        raise InvalidInput(N_("이미 다른 참관인 자리를 맡고 있습니다."), field="contact")
    seat.person_id, seat.commitment, seat.committed_at = person.id, "", None
    session().flush()
    record(draw, "draw.witness_seated", role=Role.DONG_STAFF, at=at, values={"witness": seat.name})
    return seat


def abort(draw_id: int, reason: AbortReason, words: str, *, version: int, by: Person, at: datetime) -> LotteryDraw:
    """Give up a draw for a reason that counts; it stays to be seen, and a new one needs a new notice.

    Raises:
        NotFound, NotAllowed, Conflict: no such draw; not staff; changed meanwhile.
        RuleViolation: decided already, no reason of this step, or the witnesses have not agreed.
    """
    draw = _led(draw_id, by, at, version=version)
    rules.require_abortable(
        draw.state,
        reason,
        revealed=sum(bool(seat.secret) for seat in draw.witnesses),
        witnesses=len(draw.witnesses),
        agreed=sum(seat.abort_agreed_at is not None for seat in draw.witnesses),
        mode=draw.mode,
    )
    draw.state, draw.aborted_at = DrawState.ABORTED, at
    draw.abort_reason, draw.abort_words = reason, words
    if draw.call.state is CallState.FROZEN:
        # Whatever was wrong can be put right before the next notice: applications, objections, witnesses.
        reopen_call(draw.call_id, reason=words, by=by, at=at)
    record(
        draw, "draw.aborted", role=Role.DONG_STAFF, at=at, document_hash=draw.commitment or None,
        values={"abort_reason": reason.value, "words": words},
    )  # fmt: skip
    return draw


def newest_draw(call: OpenCall) -> LotteryDraw | None:
    """Return the last draw of a call."""
    query = select(LotteryDraw).where(LotteryDraw.call_id == call.id).order_by(LotteryDraw.attempt.desc()).limit(1)
    return session().scalar(query)


def witnesses_named(call: OpenCall) -> list[DrawWitness]:
    """Return the witnesses that the council named for the draw of a call, by name."""
    return sorted(calls.witnesses(call), key=lambda seat: seat.name)


def record(
    draw: LotteryDraw,
    act: str,
    *,
    role: str,
    at: datetime,
    values: dict[str, Any] | None = None,
    document_hash: str | None = None,
) -> None:
    """Append an act about a draw to the record of its dong."""
    append(
        draw.place, act, role=role, subject=f"draw:{draw.id}", at=at, values=values or {}, document_hash=document_hash
    )


def _take(  # noqa: PLR0913 - what a notice says
    draw: LotteryDraw,
    *,
    mode: Mode,
    mixes_at: datetime | None,
    draws_at: datetime,
    hall: str,
    beacon: tuple[str, int] | None,
    at: datetime,
) -> None:
    way = rules.way_of(mode)
    if draws_at <= at:
        raise InvalidInput(N_("추첨하는 때는 지금보다 뒤여야 합니다."), field="draws_on")
    rules.require_mode(mode, (line.feature for line in draw.lines), household=draw.household)
    if not way.has_secrets and beacon is not None:
        raise InvalidInput(N_("손으로 공을 뽑는 추첨에는 공개 난수를 섞지 않습니다."), field="beacon_round")
    if way.mixes:
        if mixes_at is None or mixes_at <= at:
            raise InvalidInput(N_("표를 섞는 때를 지금보다 뒤로 정해 주세요."), field="mixes_on")
        days = setting(draw.place, "council.draw_notice_days")
        if draws_at < rules.earliest_pick(mixes_at, days):
            raise InvalidInput(
                N_("표를 %(days)s일 동안 공고해야 하므로, 뽑는 때는 섞는 때보다 %(more)s일 넘게 뒤여야 합니다."),
                field="draws_on", days=days, more=days + 1,
            )  # fmt: skip
    draw.mode, draw.draws_at, draw.hall = mode, draws_at, hall
    draw.mixes_at = mixes_at if way.mixes else None
    draw.beacon_chain, draw.beacon_round = beacon if beacon is not None else ("", None)


def _led(draw_id: int, by: Person, at: datetime, *, version: int | None = None) -> LotteryDraw:
    draw = get_or_not_found(LotteryDraw, draw_id, lock=True)
    if not can_run(by, draw.place, at):
        raise NotAllowed(NOT_STAFF)
    if version is not None:
        claim_version(draw, version)
    return draw


def _require_preparing(draw: LotteryDraw) -> None:
    if draw.state is not DrawState.PREPARING:
        raise RuleViolation(N_("명단을 봉한 뒤에는 고칠 수 없습니다."))
