"""The table of panels: mixed in public after the list is frozen, computed by a job, published under its own hash.

The table follows from the bundle, the witnesses' secrets and six balls, and from nothing else; whoever holds those can
compute it. So it is published by the job that makes it, without anybody's leave, and nothing about it is ever stored
twice: the picked panel is looked up in the published text, after that text was verified against bundle and mixing.
"""

from datetime import datetime

from app.db.session import get_or_not_found, session
from app.draw import rules
from app.draw.models import LotteryDraw, PanelTableText
from app.draw.permissions import can_run
from app.draw.rules import DrawState
from app.draw.services.preparing import NOT_STAFF, record
from app.errors import NotAllowed, RuleViolation
from app.i18n import N_
from app.jobs.models import Job
from app.jobs.services import enqueue
from app.people.models import Person
from voting.lottery import Pulse, commitment_of, draw_panel

TABLE_JOB = "draw.panels"
READER = "ball_reader"
CLOCK = "clock"


def note_mixing(draw: LotteryDraw, digits: str, pulse: str, *, at: datetime) -> LotteryDraw:
    """Keep the balls that mix, and have the table computed.

    Args:
        draw: locked, at the mixing.
        digits: of the six balls, as two people read them.
        pulse: output of the public randomness that the notice named; empty without one.
        at: when.

    Raises:
        RuleViolation: the panels are mixed already.
    """
    rules.require_move(draw.state, DrawState.MIXED, mode=draw.mode)
    draw.state, draw.mixed_at = DrawState.MIXED, at
    draw.mix_digits, draw.mix_randomness = digits, pulse
    record(
        draw, "draw.mixed", role=READER, at=at, document_hash=draw.commitment, values={"digits": digits}
    )  # fmt: skip
    _enqueue(draw, None, at=at)
    return draw


def request_table(draw_id: int, *, by: Person, at: datetime) -> Job:
    """Have the table computed once more, because the job was lost; the same mixing can only give the same table.

    Raises:
        NotFound, NotAllowed: no such draw; not staff.
        RuleViolation: the panels are not mixed, or the table is public already.
    """
    draw = get_or_not_found(LotteryDraw, draw_id, lock=True)
    if not can_run(by, draw.place, at):
        raise NotAllowed(NOT_STAFF)
    if draw.state is not DrawState.MIXED:
        raise RuleViolation(N_("지금은 표를 만드는 때가 아닙니다."))
    return _enqueue(draw, by.id, at=at)


def publish_table(draw_id: int, data: bytes, *, at: datetime) -> LotteryDraw:
    """Store and publish the table that the job made; its notice begins. A second run changes nothing.

    Args:
        draw_id: which draw.
        data: canonical bytes; they have passed the verifier.
        at: when.

    Raises:
        NotFound, RuleViolation: no such draw; it was given up, or its panels are not mixed.
    """
    draw = get_or_not_found(LotteryDraw, draw_id, lock=True)
    commitment = commitment_of(data)
    if draw.panels_hash == commitment:
        return draw
    rules.require_move(draw.state, DrawState.TABLED, mode=draw.mode)
    session().add(PanelTableText(draw_id=draw.id, data=data.decode(), made_at=at))
    draw.state, draw.tabled_at, draw.panels_hash = DrawState.TABLED, at, commitment
    draw.version += 1
    session().flush()
    record(
        draw, "draw.tabled", role=CLOCK, at=at, document_hash=commitment,
        values={"panels": draw.way.panels or 0, "table": commitment},
    )  # fmt: skip
    return draw


def panel_result(draw: LotteryDraw, digits: str) -> bytes:
    """Return the result of picking a panel; it has passed the verifier.

    Raises:
        RuleViolation: the stored table is not the one whose hash was published.
        VerificationError: the table does not follow from bundle and mixing.
    """
    stored = session().get(PanelTableText, draw.id)
    data = stored.data.encode() if stored is not None else b""
    if commitment_of(data) != draw.panels_hash:
        raise RuleViolation(N_("저장된 표가 공고한 지문과 다릅니다. 추첨을 멈추고 운영자에게 알려 주세요."))
    return draw_panel(draw.bundle.encode(), data, digits=digits)


def reveals_of(draw: LotteryDraw) -> dict[str, str]:
    """Return the secrets that were opened, by the witness's seat."""
    return {seat.name: seat.secret for seat in draw.witnesses if seat.secret}


def commitments_of(draw: LotteryDraw) -> dict[str, str]:
    """Return what the witnesses handed in, by seat."""
    return {seat.name: seat.commitment for seat in draw.witnesses}


def pulse_of(draw: LotteryDraw) -> Pulse | None:
    """Return the output of the public randomness that mixed the panels; None where the notice named none."""
    return None if draw.beacon_round is None else Pulse(draw.beacon_round, draw.mix_randomness)


def _enqueue(draw: LotteryDraw, by: int | None, *, at: datetime) -> Job:
    asked = "" if by is None else f":{at:%Y%m%d%H%M}"  # asked again within a minute it is one job
    return enqueue(
        TABLE_JOB, {"draw_id": draw.id}, by=by, at=at, place_id=draw.place_id,
        idempotency_key=f"{TABLE_JOB}:{draw.id}{asked}",
    )  # fmt: skip
