"""The day of the draw: witnesses hand in hashes, open their secrets, and the balls come last.

Every step is in the public record when the next begins, and every step has its own people: witnesses act in their own
sessions, two different people type the balls. So nobody knows the outcome while it could still be changed, and nobody
can change it once it is known (security.md T59).
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.council.rules.calls import CallState
from app.council.services.appointing import record_draw
from app.db.session import get_or_not_found, session
from app.draw import rules
from app.draw.models import BallReading, LotteryDraw, WitnessSeat
from app.draw.permissions import can_read_balls, can_run, witness_seat
from app.draw.rules import DrawState, Mode, Step
from app.draw.services.preparing import NOT_STAFF, record
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.places.queries import setting
from voting.lottery import Pulse, commitment_of, draw, parse_bundle, parse_result, secret_commitment
from voting.lottery.verify.draw import public_order

NO_WITNESS = N_("이 추첨의 참관인만 할 수 있습니다.")
WITNESS = "witness"
READER = "ball_reader"


def hand_in(draw_id: int, commitment: str, *, by: Person, at: datetime) -> WitnessSeat:
    """Take the hash of a witness's secret. Until the commitments are closed a witness may hand in another one.

    Args:
        draw_id: which draw.
        commitment: SHA-256 of the secret, hexadecimal. The secret itself stays with the witness.
        by: the witness.
        at: when.

    Raises:
        NotFound, NotAllowed: no such draw; no witness of it.
        RuleViolation: not the time for it.
        InvalidInput: no SHA-256, or the one that another witness handed in.
    """
    found = get_or_not_found(LotteryDraw, draw_id, lock=True)
    seat = _seat(found, by)
    value = rules.require_commitment(commitment)
    if seat.commitment == value:
        return seat
    _require_step(found, Step.COMMITTING, N_("비밀 문구를 맡기는 때가 지났거나 아직 아닙니다."))
    if any(other.commitment == value for other in found.witnesses):
        raise InvalidInput(
            N_("다른 참관인이 맡긴 값과 같습니다. 스스로 정한 문구로 다시 만들어 주세요."), field="commitment"
        )
    again = bool(seat.commitment)
    seat.commitment, seat.committed_at = value, at
    record(
        found, "draw.recommitted" if again else "draw.committed", role=WITNESS, at=at,
        values={"witness": seat.name, "commitment": value},
    )  # fmt: skip
    return seat


def open_ceremony(draw_id: int, *, by: Person, at: datetime) -> LotteryDraw:
    """Begin on the day: not before the announced hour, nor before the notice has stood long enough.

    Raises:
        NotFound, NotAllowed: no such draw; not staff.
        RuleViolation: too early, or not published.
    """
    found = _led(draw_id, by, at)
    if found.state is DrawState.CEREMONY:
        return found
    rules.require_move(found.state, DrawState.CEREMONY)
    if found.published_at is None:
        raise RuleViolation(N_("먼저 공고해야 합니다."))
    rules.require_notice(found.published_at, setting(found.place, "council.draw_notice_days"), at)
    if found.call.state is not CallState.FROZEN:
        raise RuleViolation(N_("후보 명단이 다시 열렸습니다. 이 추첨은 그만두고 새로 공고해야 합니다."))
    if at < found.draws_at:
        raise RuleViolation(N_("알린 시각이 되어야 시작할 수 있습니다."))
    found.state, found.opened_at = DrawState.CEREMONY, at
    if found.mode is Mode.BALLS:
        found.commitments_closed_at = found.reveals_closed_at = at  # there are no secrets to wait for
    record(found, "draw.opened", role=Role.DONG_STAFF, at=at, document_hash=found.commitment)
    return found


def close_commitments(draw_id: int, *, by: Person, at: datetime) -> LotteryDraw:
    """End the handing in; from now on secrets are opened.

    Raises:
        NotFound, NotAllowed: no such draw; not staff.
        RuleViolation: a witness has handed in nothing, or it is not the time.
    """
    found = _led(draw_id, by, at)
    if found.commitments_closed_at is not None and found.state is DrawState.CEREMONY:
        return found
    if found.state is not DrawState.CEREMONY:
        raise RuleViolation(N_("추첨을 시작한 뒤에 할 수 있습니다."))
    missing = [seat.name for seat in found.witnesses if not seat.commitment]
    if missing:
        raise RuleViolation(
            N_("아직 맡기지 않은 참관인이 있습니다: %(names)s. 그 자리를 다른 분이 맡아도 됩니다."),
            names=", ".join(missing),
        )
    found.commitments_closed_at = at
    record(
        found, "draw.commitments_closed", role=Role.DONG_STAFF, at=at,
        values={"count": len(found.witnesses), "commitments": {seat.name: seat.commitment for seat in found.witnesses}},
    )  # fmt: skip
    return found


def reveal(draw_id: int, secret: str, *, by: Person, at: datetime) -> WitnessSeat:
    """Open a witness's secret; the same one again changes nothing.

    Raises:
        NotFound, NotAllowed: no such draw; no witness of it.
        RuleViolation: before all have handed in, or after the reveals were closed.
        InvalidInput: it does not open what was handed in.
    """
    found = get_or_not_found(LotteryDraw, draw_id, lock=True)
    seat = _seat(found, by)
    text = rules.require_secret(secret)
    if seat.secret and seat.secret == text:
        return seat
    _require_step(found, Step.REVEALING, N_("비밀 문구를 여는 때가 아닙니다."))
    if secret_commitment(text) != seat.commitment:
        raise InvalidInput(N_("맡긴 값과 맞지 않습니다. 맡길 때의 문구를 그대로 적어 주세요."), field="secret")
    seat.secret, seat.revealed_at = text, at
    record(found, "draw.revealed", role=WITNESS, at=at, values={"witness": seat.name, "secret": text})
    return seat


def close_reveals(draw_id: int, *, by: Person, at: datetime) -> LotteryDraw:
    """End the opening: who has not opened is recorded as absent, and the balls may be drawn.

    Raises:
        NotFound, NotAllowed: no such draw; not staff.
        RuleViolation: half of the witnesses or more have opened nothing, or it is not the time.
    """
    found = _led(draw_id, by, at)
    if found.reveals_closed_at is not None and found.state is DrawState.CEREMONY:
        return found
    _require_step(found, Step.REVEALING, N_("비밀 문구를 여는 때가 아닙니다."))
    opened = [seat for seat in found.witnesses if seat.secret]
    if 2 * len(opened) <= len(found.witnesses):
        raise RuleViolation(N_("참관인의 절반이 넘게 비밀 문구를 열어야 공을 뽑을 수 있습니다."))
    found.reveals_closed_at = at
    record(
        found, "draw.reveals_closed", role=Role.DONG_STAFF, at=at,
        values={"count": len(opened), "absent": [seat.name for seat in found.witnesses if not seat.secret]},
    )  # fmt: skip
    return found


def repeat_ball(draw_id: int, *, ball: int, reason: str, by: Person, at: datetime) -> None:
    """Note publicly that one ball is drawn again because its machine failed; the others stay.

    Raises:
        NotFound, NotAllowed: no such draw; not staff.
        RuleViolation: not the time, or the numbers are being typed already.
    """
    found = _led(draw_id, by, at)
    _require_step(found, Step.BALLS, N_("지금은 공을 뽑는 때가 아닙니다."))
    if readings(found):
        raise RuleViolation(N_("번호를 적기 시작한 뒤에는 공을 다시 뽑을 수 없습니다."))
    record(found, "draw.ball_repeated", role=Role.DONG_STAFF, at=at, values={"ball": ball, "reason": reason})


def read_balls(draw_id: int, digits: str, *, randomness: str, by: Person, at: datetime) -> LotteryDraw:
    """Take the balls as one person reads them. When a second person read the same, the draw is done.

    Args:
        draw_id: which draw.
        digits: six digits in the order of the balls.
        randomness: output of the public randomness that the notice named; empty without one.
        by: staff or a witness.
        at: when.

    Raises:
        NotFound, NotAllowed: no such draw; neither staff nor witness.
        InvalidInput: not six digits, no randomness where the notice named one.
        RuleViolation: not the time; this person has read this round already; two witnesses and no staff.
    """
    found = get_or_not_found(LotteryDraw, draw_id, lock=True)
    if not can_read_balls(by, found, at):
        raise NotAllowed(N_("담당자와 참관인만 공의 번호를 적을 수 있습니다."))
    if found.mode is Mode.BALLS:
        raise RuleViolation(N_("이 추첨은 공의 숫자가 아니라 부른 차례를 적습니다."))
    typed = rules.require_digits(digits)
    pulse = rules.require_randomness(randomness) if found.beacon_round is not None else ""
    before = readings(found)
    own = next((reading for reading in before if reading.person_id == by.id), None)
    if own is not None and (own.digits, own.randomness) == (typed, pulse):
        return found
    _require_step(found, Step.BALLS, N_("지금은 공을 뽑는 때가 아닙니다."))
    if own is not None:
        raise RuleViolation(N_("이미 적으셨습니다. 다른 한 분이 적으면 두 번호를 맞추어 봅니다."))
    session().add(
        BallReading(
            draw_id=found.id, round=found.ball_round, person_id=by.id, digits=typed, randomness=pulse, typed_at=at
        )
    )
    session().flush()
    if not before:
        return found
    if (before[0].digits, before[0].randomness) != (typed, pulse):
        return _again(found, rules.differing_balls(before[0].digits, typed), at=at)
    leader = _leader(found, by, before[0].person, at=at)
    data = draw(
        found.bundle.encode(),
        digits=typed,
        reveals={seat.name: seat.secret for seat in found.witnesses if seat.secret},
        commitments={seat.name: seat.commitment for seat in found.witnesses},
        pulse=None if found.beacon_round is None else Pulse(found.beacon_round, pulse),
    )
    bundle, outcome = parse_bundle(found.bundle.encode()), parse_result(data).outcome
    ranked = public_order(bundle.numbers, bytes.fromhex(outcome.seed or ""))
    return _decide(found, data, ranked, digits=typed, by=leader, at=at)


def read_calls(draw_id: int, text: str, *, by: Person, at: datetime) -> LotteryDraw:
    """Take the order in which the candidates' balls were called, as one person wrote it down; two equal ones decide.

    Args:
        draw_id: a draw with a ball for every candidate.
        text: all numbers in their order.
        by: staff or a witness.
        at: when.

    Raises:
        NotFound, NotAllowed: no such draw; neither staff nor witness.
        InvalidInput: not every candidate exactly once.
        RuleViolation: not the time or not this kind of draw; this person has written this round already; no staff.
    """
    found = get_or_not_found(LotteryDraw, draw_id, lock=True)
    if not can_read_balls(by, found, at):
        raise NotAllowed(N_("담당자와 참관인만 공의 번호를 적을 수 있습니다."))
    if found.mode is not Mode.BALLS or not found.bundle:
        raise RuleViolation(N_("지금은 공을 뽑는 때가 아닙니다."))
    called = rules.require_called(text, parse_bundle(found.bundle.encode()).numbers)
    typed, before = " ".join(called), readings(found)
    own = next((reading for reading in before if reading.person_id == by.id), None)
    if own is not None and own.called == typed:
        return found
    _require_step(found, Step.BALLS, N_("지금은 공을 뽑는 때가 아닙니다."))
    if own is not None:
        raise RuleViolation(N_("이미 적으셨습니다. 다른 한 분이 적으면 두 번호를 맞추어 봅니다."))
    session().add(
        BallReading(draw_id=found.id, round=found.ball_round, person_id=by.id, digits="", called=typed, typed_at=at)
    )
    session().flush()
    if not before:
        return found
    if before[0].called != typed:
        return _again(found, rules.differing_calls(before[0].called.split(), called), at=at)
    leader = _leader(found, by, before[0].person, at=at)
    data = draw(found.bundle.encode(), digits=None, reveals={}, order=called)
    return _decide(found, data, called, digits="", by=leader, at=at)


def readings(found: LotteryDraw) -> list[BallReading]:
    """Return what was typed in the present round, oldest first."""
    query = (
        select(BallReading)
        .where(BallReading.draw_id == found.id, BallReading.round == found.ball_round)
        .order_by(BallReading.id)
    )
    return list(session().scalars(query))


def agree_to_abort(draw_id: int, *, by: Person, at: datetime) -> WitnessSeat:
    """Let a witness agree, in their own session, that the ceremony cannot be held to its end.

    Raises:
        NotFound, NotAllowed: no such draw; no witness of it.
        RuleViolation: the ceremony is not under way.
    """
    found = get_or_not_found(LotteryDraw, draw_id, lock=True)
    seat = _seat(found, by)
    if found.state is not DrawState.CEREMONY:
        raise RuleViolation(N_("추첨하는 동안에만 그만두는 데 동의할 수 있습니다."))
    if seat.abort_agreed_at is None:
        seat.abort_agreed_at = at
        record(found, "draw.abort_agreed", role=WITNESS, at=at, values={"witness": seat.name})
    return seat


def _again(found: LotteryDraw, balls: list[int], *, at: datetime) -> LotteryDraw:
    """Note that two people read different balls; both type again."""
    record(
        found, "draw.balls_differed", role=READER, at=at, values={"reading": found.ball_round, "balls": balls}
    )  # fmt: skip
    found.ball_round += 1
    return found


def _leader(found: LotteryDraw, *readers: Person, at: datetime) -> Person:
    """Return the one of the two readers who is staff.

    Raises:
        RuleViolation: neither is.
    """
    leader = next((reader for reader in readers if can_run(reader, found.place, at)), None)
    if leader is None:
        raise RuleViolation(N_("두 사람 가운데 한 사람은 담당자여야 합니다."))
    return leader


def _decide(
    found: LotteryDraw, data: bytes, ranked: Sequence[str], *, digits: str, by: Person, at: datetime
) -> LotteryDraw:
    """Keep the result and hand it to the council: numbers of all candidates in public rank."""
    outcome = parse_result(data).outcome
    found.result, found.result_hash = data.decode(), commitment_of(data)
    rules.require_move(found.state, DrawState.DRAWN)
    found.state, found.drawn_at = DrawState.DRAWN, at
    found.version += 1
    record(
        found, "draw.drawn", role=READER, at=at, document_hash=found.result_hash,
        values={"digits": digits or "-", "selected": len(outcome.selected), "reserves": len(outcome.reserves)},
    )  # fmt: skip
    record_draw(
        found.call_id,
        selected=outcome.selected,
        ranked=ranked,
        document_hash=found.result_hash,
        by=by,
        at=at,
    )
    return found


def _led(draw_id: int, by: Person, at: datetime) -> LotteryDraw:
    found = get_or_not_found(LotteryDraw, draw_id, lock=True)
    if not can_run(by, found.place, at):
        raise NotAllowed(NOT_STAFF)
    return found


def _seat(found: LotteryDraw, by: Person) -> WitnessSeat:
    seat = witness_seat(by, found)
    if seat is None:
        raise NotAllowed(NO_WITNESS)
    return seat


def _require_step(found: LotteryDraw, step: Step, refusal: str) -> None:
    if found.step is not step:
        raise RuleViolation(refusal)
