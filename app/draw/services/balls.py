"""The balls: two people type what they see, each alone; what they read alike decides, once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.council.services.appointing import record_draw
from app.db.session import get_or_not_found, session
from app.draw import rules
from app.draw.models import BallReading, LotteryDraw
from app.draw.permissions import can_read_balls, can_run
from app.draw.rules import DrawState, Step
from app.draw.services.panels import READER, commitments_of, note_mixing, panel_result, reveals_of
from app.draw.services.preparing import NOT_STAFF, record
from app.errors import NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from voting.lottery import Pulse, commitment_of, draw, parse_bundle, parse_result
from voting.lottery.verify.draw import public_order


def repeat_ball(draw_id: int, *, ball: int, reason: str, by: Person, at: datetime) -> None:
    """Note publicly that one ball is drawn again because its machine failed; the others stay.

    Raises:
        NotFound, NotAllowed: no such draw; not staff.
        RuleViolation: not the time, or the numbers are being typed already.
    """
    found = get_or_not_found(LotteryDraw, draw_id, lock=True)
    if not can_run(by, found.place, at):
        raise NotAllowed(NOT_STAFF)
    _require_balls(found)
    if readings(found):
        raise RuleViolation(N_("번호를 적기 시작한 뒤에는 공을 다시 뽑을 수 없습니다."))
    record(found, "draw.ball_repeated", role=Role.DONG_STAFF, at=at, values={"ball": ball, "reason": reason})


def read_balls(draw_id: int, digits: str, *, randomness: str, by: Person, at: datetime) -> LotteryDraw:
    """Take the balls as one person reads them. When a second person read the same, they decide.

    Six balls that mix panels lead to the job that computes the table; otherwise the draw is done.

    Args:
        draw_id: which draw.
        digits: in the order of the balls: six, or as many as name a panel.
        randomness: output of the public randomness that the notice named; empty without one, and for a panel's number.
        by: staff or a witness.
        at: when.

    Raises:
        NotFound, NotAllowed: no such draw; neither staff nor witness.
        InvalidInput: not so many digits, no randomness where the notice named one.
        RuleViolation: not the time; this person has read this round already; two witnesses and no staff.
    """
    found = get_or_not_found(LotteryDraw, draw_id, lock=True)
    if not can_read_balls(by, found, at):
        raise NotAllowed(N_("담당자와 참관인만 공의 번호를 적을 수 있습니다."))
    if not found.way.digits:
        raise RuleViolation(N_("이 추첨은 공의 숫자가 아니라 부른 차례를 적습니다."))
    typed = rules.require_digits(digits, balls_of(found))
    pulse = rules.require_randomness(randomness) if needs_randomness(found) else ""
    before = readings(found)
    own = next((reading for reading in before if reading.person_id == by.id), None)
    if own is not None and (own.digits, own.randomness) == (typed, pulse):
        return found
    _require_balls(found)
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
    if found.step is Step.MIXING:
        return note_mixing(found, typed, pulse, at=at)
    data = panel_result(found, typed) if found.way.mixes else _row_result(found, typed, pulse)
    bundle, outcome = parse_bundle(found.bundle.encode()), parse_result(data).outcome
    ranked = public_order(bundle.numbers, bytes.fromhex(outcome.seed or ""))
    return _decide(found, data, ranked, digits=typed, by=leader, at=at)


def balls_of(found: LotteryDraw) -> int:
    """Return how many balls are drawn at the present step."""
    before_pick = found.way.mixes and found.state not in {DrawState.CEREMONY, DrawState.DRAWN, DrawState.CERTIFIED}
    return rules.MIXING_BALLS if before_pick else found.way.digits


def needs_randomness(found: LotteryDraw) -> bool:
    """Tell whether the output of a named beacon is typed with the present balls: with the first ones, never with a panel's."""
    return found.beacon_round is not None and (not found.way.mixes or balls_of(found) == rules.MIXING_BALLS)


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
    if found.way.digits or not found.bundle:
        raise RuleViolation(N_("지금은 공을 뽑는 때가 아닙니다."))
    called = rules.require_called(text, parse_bundle(found.bundle.encode()).numbers)
    typed, before = " ".join(called), readings(found)
    own = next((reading for reading in before if reading.person_id == by.id), None)
    if own is not None and own.called == typed:
        return found
    _require_balls(found)
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
    rules.require_move(found.state, DrawState.DRAWN, mode=found.mode)
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


def _row_result(found: LotteryDraw, digits: str, pulse: str) -> bytes:
    return draw(
        found.bundle.encode(),
        digits=digits,
        reveals=reveals_of(found),
        commitments=commitments_of(found),
        pulse=None if found.beacon_round is None else Pulse(found.beacon_round, pulse),
    )


def _require_balls(found: LotteryDraw) -> None:
    if found.step not in {Step.MIXING, Step.BALLS}:
        raise RuleViolation(N_("지금은 공을 뽑는 때가 아닙니다."))
