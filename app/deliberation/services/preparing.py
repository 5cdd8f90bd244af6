"""Preparing, opening, extending and cancelling a round."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.cycle.models import Cycle
from app.db.session import claim_version, get_or_not_found, session
from app.deliberation.models import OpinionRound, Statement
from app.deliberation.permissions import acting_role, can_prepare
from app.deliberation.rules import (
    FEWEST_SEEDS,
    Access,
    RoundState,
    StatementState,
    Visibility,
    plain_text,
    require_future,
    require_round_move,
    require_statement,
    same_text,
)
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.places.models import Place
from app.record.services import append

NOT_YOURS = N_("주민자치회 위원과 담당자만 토론을 열고 마칠 수 있습니다.")


@dataclass(frozen=True)
class Terms:
    """What a round promises."""

    title: str
    purpose: str
    visibility: Visibility
    access: Access
    is_led: bool
    closes_at: datetime


def prepare_round(
    cycle: Cycle, terms: Terms, seeds: Sequence[str], *, once: str, by: Person, at: datetime
) -> OpinionRound:
    """Make a round that is not public yet; the same form sent twice makes one.

    Args:
        cycle: the dong's year.
        terms: what the round promises.
        seeds: the first statements, one idea each; they are shown to everybody first.
        once: the form's key.
        by: a council member or staff.
        at: when.

    Raises:
        NotAllowed: neither council nor staff.
        InvalidInput: the last day is over, or a seed is no statement.
    """
    _require_allowed(by, cycle.place, at)
    known = session().scalar(select(OpinionRound).where(OpinionRound.created_by == by.id, OpinionRound.once == once))
    if known is not None:
        return known
    require_future(terms.closes_at, at)
    found = OpinionRound(
        place_id=cycle.place_id,
        cycle_id=cycle.id,
        created_by=by.id,
        once=once,
        title=terms.title,
        purpose=terms.purpose,
        visibility=terms.visibility,
        access=terms.access,
        is_led=terms.is_led,
        state=RoundState.DRAFT,
        closes_at=terms.closes_at,
        created_at=at,
    )
    session().add(found)
    session().flush()
    _replace_seeds(found, seeds, at)
    return found


def edit_round(
    round_id: int, terms: Terms, seeds: Sequence[str], *, version: int, by: Person, at: datetime
) -> OpinionRound:
    """Change a round that has not been opened.

    Raises:
        NotFound, NotAllowed, Conflict: no such round; neither council nor staff; changed meanwhile.
        RuleViolation: it is open already; what it promised stays.
        InvalidInput: as `prepare_round`.
    """
    found = _load(round_id, by, at)
    claim_version(found, version)
    if found.state is not RoundState.DRAFT:
        raise RuleViolation(N_("이미 연 토론은 약속한 대로 두어야 합니다. 끝나는 날만 뒤로 옮길 수 있습니다."))
    require_future(terms.closes_at, at)
    found.title, found.purpose = terms.title, terms.purpose
    found.visibility, found.access, found.is_led = terms.visibility, terms.access, terms.is_led
    found.closes_at = terms.closes_at
    _replace_seeds(found, seeds, at)
    return found


def open_round(round_id: int, *, by: Person, at: datetime) -> OpinionRound:
    """Make a round public and take answers. Opening an open one changes nothing.

    Args:
        round_id: which.
        by: a council member or staff.
        at: when.

    Raises:
        NotFound, NotAllowed: no such round; neither council nor staff.
        RuleViolation: it has too few seeds, its period is over, or it was opened and closed before.
    """
    found = _load(round_id, by, at)
    if found.state is RoundState.OPEN:
        return found
    require_round_move(found.state, RoundState.OPEN)
    seeds = session().scalar(select(func.count(Statement.id)).where(Statement.round_id == found.id)) or 0
    if seeds < FEWEST_SEEDS:
        raise RuleViolation(
            N_("첫 의견이 %(n)s개는 있어야 열 수 있습니다. 처음 온 사람이 답할 것이 있어야 합니다."), n=FEWEST_SEEDS
        )
    if at >= found.closes_at:
        raise RuleViolation(N_("끝나는 날이 지난 토론은 열 수 없습니다. 날짜를 고쳐 주세요."))
    found.state, found.opened_at = RoundState.OPEN, at
    found.version += 1
    append(
        found.place,
        "deliberation.opened",
        role=acting_role(by, found.place, at),
        subject=f"round:{found.id}",
        at=at,
        values={"title": found.title, "statements": seeds},
    )
    return found


def extend_round(round_id: int, *, closes_at: datetime, version: int, by: Person, at: datetime) -> OpinionRound:
    """Give an open round more time; never less.

    Raises:
        NotFound, NotAllowed, Conflict: as `edit_round`.
        RuleViolation: it is not open.
        InvalidInput: the new end is no later.
    """
    found = _load(round_id, by, at)
    claim_version(found, version)
    if found.state is not RoundState.OPEN:
        raise RuleViolation(N_("의견을 듣고 있는 토론만 기간을 늘릴 수 있습니다."))
    if closes_at <= found.closes_at:
        raise InvalidInput(N_("지금 끝나는 날보다 뒤여야 합니다. 약속한 기간은 줄일 수 없습니다."), field="last_day")
    found.closes_at = closes_at
    append(
        found.place,
        "deliberation.extended",
        role=acting_role(by, found.place, at),
        subject=f"round:{found.id}",
        at=at,
        values={"title": found.title},
    )
    return found


def cancel_round(round_id: int, *, by: Person, at: datetime) -> OpinionRound:
    """Drop a round that was never opened.

    Raises:
        NotFound, NotAllowed, RuleViolation: no such round; neither council nor staff; it was opened.
    """
    found = _load(round_id, by, at)
    if found.state is not RoundState.CANCELLED:
        require_round_move(found.state, RoundState.CANCELLED)
        found.state = RoundState.CANCELLED
        found.version += 1
    return found


def _replace_seeds(found: OpinionRound, seeds: Sequence[str], at: datetime) -> None:
    texts = [text for text in map(plain_text, seeds) if text]
    for text in texts:
        require_statement(text, field="seeds")
    if len({same_text(text) for text in texts}) != len(texts):
        raise InvalidInput(N_("같은 첫 의견이 두 번 들어 있습니다."), field="seeds")
    for old in session().scalars(select(Statement).where(Statement.round_id == found.id)):
        session().delete(old)
    session().flush()
    for number, text in enumerate(texts, start=1):
        session().add(
            Statement(
                round_id=found.id,
                number=number,
                once=f"seed-{number}",
                text=text,
                is_seed=True,
                state=StatementState.PUBLISHED,
                is_open=not found.is_led,
                submitted_at=at,
                decided_at=at,
            )
        )
    session().flush()


def _load(round_id: int, by: Person, at: datetime) -> OpinionRound:
    found = get_or_not_found(OpinionRound, round_id, lock=True)
    _require_allowed(by, found.place, at)
    return found


def _require_allowed(by: Person, place: Place, at: datetime) -> None:
    if not can_prepare(by, place, at):
        raise NotAllowed(NOT_YOURS)
