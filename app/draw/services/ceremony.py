"""The day of the draw: witnesses hand in hashes and open their secrets; then come the balls (`app.draw.services.balls`).

Every step is in the public record when the next begins, and every step has its own people: witnesses act in their own
sessions, two different people type the balls. So nobody knows the outcome while it could still be changed, and nobody
can change it once it is known (security.md T59).
"""

from datetime import datetime

from app.council.rules.calls import CallState
from app.db.session import get_or_not_found
from app.draw import rules
from app.draw.models import LotteryDraw, WitnessSeat
from app.draw.permissions import can_run, witness_seat
from app.draw.rules import DrawState, Step
from app.draw.services.preparing import NOT_STAFF, record
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from app.places.queries import setting
from voting.lottery import secret_commitment

NO_WITNESS = N_("이 추첨의 참관인만 할 수 있습니다.")
WITNESS = "witness"


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

    The notice is that of the last thing published before the balls: the table of panels, otherwise the bundle.

    Raises:
        NotFound, NotAllowed: no such draw; not staff.
        RuleViolation: too early, or not published.
    """
    found = _led(draw_id, by, at)
    if found.state is DrawState.CEREMONY:
        return found
    require_open(found, DrawState.CEREMONY, since=found.pick_noticed_at, announced=found.draws_at, at=at)
    found.state, found.opened_at = DrawState.CEREMONY, at
    if not found.way.has_secrets:
        found.commitments_closed_at = found.reveals_closed_at = at  # there are no secrets to wait for
    if found.way.mixes:
        found.ball_round += 1
        found.first_ball_round = found.ball_round
    record(found, "draw.opened", role=Role.DONG_STAFF, at=at, document_hash=found.panels_hash or found.commitment)
    return found


def open_mixing(draw_id: int, *, by: Person, at: datetime) -> LotteryDraw:
    """Begin the mixing of the panels: not before its announced hour, nor before the list has stood long enough.

    Raises:
        NotFound, NotAllowed: no such draw; not staff.
        RuleViolation: too early, not published, or a draw without panels.
    """
    found = _led(draw_id, by, at)
    if found.state is DrawState.MIXING:
        return found
    require_open(found, DrawState.MIXING, since=found.published_at, announced=found.begins_at, at=at)
    found.state, found.mix_opened_at = DrawState.MIXING, at
    record(found, "draw.mixing_opened", role=Role.DONG_STAFF, at=at, document_hash=found.commitment)
    return found


def require_open(
    found: LotteryDraw, to: DrawState, *, since: datetime | None, announced: datetime, at: datetime
) -> None:
    """Refuse to begin a ceremony early, or with a list that is not the published one any more.

    Raises:
        RuleViolation: with the reason.
    """
    rules.require_move(found.state, to, mode=found.mode)
    if since is None:
        raise RuleViolation(N_("먼저 공고해야 합니다."))
    rules.require_notice(since, setting(found.place, "council.draw_notice_days"), at)
    if found.call.state is not CallState.FROZEN:
        raise RuleViolation(N_("후보 명단이 다시 열렸습니다. 이 추첨은 그만두고 새로 공고해야 합니다."))
    if at < announced:
        raise RuleViolation(N_("알린 시각이 되어야 시작할 수 있습니다."))


def close_commitments(draw_id: int, *, by: Person, at: datetime) -> LotteryDraw:
    """End the handing in; from now on secrets are opened.

    Raises:
        NotFound, NotAllowed: no such draw; not staff.
        RuleViolation: a witness has handed in nothing, or it is not the time.
    """
    found = _led(draw_id, by, at)
    opening = rules.opening_state(found.way)
    if found.commitments_closed_at is not None and found.state is opening:
        return found
    if found.state is not opening:
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
    if found.reveals_closed_at is not None and found.state is rules.opening_state(found.way):
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


def agree_to_abort(draw_id: int, *, by: Person, at: datetime) -> WitnessSeat:
    """Let a witness agree, in their own session, that the ceremony cannot be held to its end.

    Raises:
        NotFound, NotAllowed: no such draw; no witness of it.
        RuleViolation: the ceremony is not under way.
    """
    found = get_or_not_found(LotteryDraw, draw_id, lock=True)
    seat = _seat(found, by)
    if found.state not in rules.HELD:
        raise RuleViolation(N_("추첨하는 동안에만 그만두는 데 동의할 수 있습니다."))
    if seat.abort_agreed_at is None:
        seat.abort_agreed_at = at
        record(found, "draw.abort_agreed", role=WITNESS, at=at, values={"witness": seat.name})
    return seat


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
