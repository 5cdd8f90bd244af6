"""After the draw: the signed record, and every seat that falls free, filled from the same draw by its published rule."""

from datetime import datetime

from app.db.session import claim_version, get_or_not_found, session
from app.draw import rules
from app.draw.models import DrawEvent, LotteryDraw
from app.draw.permissions import can_run
from app.draw.queries.files import sitting_and_reserves
from app.draw.rules import DrawState, EventKind
from app.draw.services.preparing import NOT_STAFF, record
from app.errors import NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.people.rules import Role
from voting.lottery import (
    Bundle,
    Event,
    commitment_of,
    condition_label,
    parse_bundle,
    parse_replacement,
    replace_members,
    standings,
)


def certify(draw_id: int, *, version: int, by: Person, at: datetime) -> LotteryDraw:
    """Note that the committee and the witnesses have signed the printed record.

    Raises:
        NotFound, NotAllowed, Conflict, RuleViolation: no such draw; not staff; changed meanwhile; not drawn.
    """
    draw = get_or_not_found(LotteryDraw, draw_id, lock=True)
    if not can_run(by, draw.place, at):
        raise NotAllowed(NOT_STAFF)
    claim_version(draw, version)
    rules.require_move(draw.state, DrawState.CERTIFIED, mode=draw.mode)
    draw.state, draw.certified_at = DrawState.CERTIFIED, at
    record(draw, "draw.certified", role=Role.DONG_STAFF, at=at, document_hash=draw.result_hash)
    return draw


def note_leaving(draw: LotteryDraw, candidate: str, kind: EventKind, *, at: datetime) -> DrawEvent:
    """Let somebody leave the drawn or the reserves, and find who enters by the published rule.

    Everything is computed from the bundle, the result and the events so far, so that anybody can do the same; the new
    record of replacements has passed the verifier.

    Args:
        draw: locked, and decided.
        candidate: number of who leaves.
        kind: why; ``unfilled`` leaves the seat empty.
        at: when.

    Raises:
        RuleViolation: not drawn yet, or this candidate neither sits nor waits.
    """
    if draw.state not in rules.DECIDED:
        raise RuleViolation(N_("아직 추첨하지 않았습니다."))
    bundle_data, result_data = draw.bundle.encode(), draw.result.encode()
    bundle = parse_bundle(bundle_data)
    sitting, reserves = sitting_and_reserves(draw)
    if candidate not in sitting and candidate not in reserves:
        raise RuleViolation(N_("뽑힌 사람도 예비자도 아니거나, 이미 물러난 사람입니다."))
    events = [Event(event.kind.value, event.candidate) for event in draw.events]
    data = replace_members(bundle_data, result_data, [*events, Event(kind.value, candidate)])
    step = parse_replacement(data).steps[-1]
    event = DrawEvent(
        draw_id=draw.id,
        number=len(draw.events) + 1,
        kind=kind,
        candidate=candidate,
        enters=step.enters,
        shortfall=step.shortfall,
        passed=_passed(bundle, [n for n in sitting if n != candidate], reserves, step.enters),
        recorded_at=at,
    )
    draw.events.append(event)
    draw.replacement, draw.replacement_hash = data.decode(), commitment_of(data)
    draw.version += 1
    session().flush()
    record(
        draw, "draw.left", role=Role.DONG_STAFF, at=at, document_hash=draw.replacement_hash,
        values={"left": candidate, "leaving": kind.value, "enters": step.enters or "", "shortfall": step.shortfall},
    )  # fmt: skip
    return event


def _passed(bundle: Bundle, sitting: list[str], reserves: list[str], enters: str | None) -> list[list[object]]:
    """Return the reserves before the one who enters, with the conditions that their entry would break."""
    before = reserves[: reserves.index(enters)] if enters in reserves else []
    return [
        [each.number, [condition_label(bundle, at) for at, _ in each.breaks]]
        for each in standings(bundle, sitting, before)
    ]
