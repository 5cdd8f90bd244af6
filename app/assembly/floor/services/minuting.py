"""The minutes: drafted from what happened, edited, confirmed by chair and secretary, published by the second of them."""

from datetime import datetime

from app.assembly.floor.models import FloorCount, FloorDay, FloorItem, MinutesConfirmation, Word
from app.assembly.floor.permissions import can_confirm
from app.assembly.floor.queries import speaking
from app.assembly.floor.queries.days import legal_basis, taking_part_of
from app.assembly.floor.queries.live import chosen_of
from app.assembly.floor.rules.minutes import Counted, DayFacts, ItemFacts, Part, Spoke, drafted, require_minutes
from app.assembly.floor.rules.states import DayState, ItemKind, require_day_move
from app.assembly.floor.services.counting import board_of
from app.assembly.floor.services.holding import forget_people
from app.assembly.floor.services.leading import led, locked_day, role_of
from app.db.session import claim_version, session
from app.errors import NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person
from app.record.services import append
from voting.encoding import sha256

NOT_WRITING = N_("회의록은 총회를 마친 뒤, 공개하기 전에만 고칠 수 있습니다.")


def draft_of(day: FloorDay) -> str:
    """Return minutes drafted from what happened; they replace nothing until they are saved."""
    taking_part = taking_part_of(day)
    if day.opened_at is None or day.closed_at is None:
        raise RuleViolation(NOT_WRITING)
    return drafted(
        DayFacts(
            title=f"{day.assembly.cycle.year}년 {day.place.name} 주민총회",
            place=day.place.name,
            where=day.where,
            legal_basis=legal_basis(day.place),
            opened_at=day.opened_at,
            closed_at=day.closed_at,
            pauses=[(pause.began_at, pause.ended_at or day.closed_at) for pause in day.pauses],
            came=taking_part.came,
            guests=taking_part.guests,
            advance=taking_part.advance,
            counted=day.counted_at_opening or 0,
            needed=taking_part.needed,
            counts_advance=taking_part.counts_advance,
            items=[_facts(item) for item in day.items],
        )
    )


def save(day_id: int, text: str, *, version: int, by: Person, at: datetime) -> FloorDay:
    """Save the minutes as they are written; confirmations of another wording fall away.

    Raises:
        NotFound, NotAllowed, Conflict: no such day; neither chair, secretary nor staff; changed meanwhile.
        RuleViolation: the assembly is not over, or the minutes are published.
        InvalidInput: hardly any words.
    """
    day = led(day_id, by=by, at=at)
    claim_version(day, version)
    if day.state is not DayState.CLOSED:
        raise RuleViolation(NOT_WRITING)
    written = text.replace("\r\n", "\n").strip() + "\n"
    require_minutes(written)
    if written != day.minutes:
        day.minutes = written
        day.confirmations.clear()
    return day


def confirm(day_id: int, *, version: int, by: Person, at: datetime) -> FloorDay:
    """Confirm the minutes as chair or as secretary; with both they are published.

    Their hash goes into the public record, and the links to the people who came are cut.

    Raises:
        NotFound, NotAllowed, Conflict: no such day; neither its chair nor its secretary; changed meanwhile.
        RuleViolation: nothing is written, or the minutes are published.
    """
    day = locked_day(day_id)
    if not can_confirm(by, day):
        raise NotAllowed(N_("그날의 의장과 서기만 회의록을 확인합니다."))
    part = Part.CHAIR if by.id == day.chair_id else Part.SECRETARY
    if any(each.part is part and each.person_id == by.id for each in day.confirmations):
        return day
    claim_version(day, version)
    if day.state is not DayState.CLOSED or not day.minutes:
        raise RuleViolation(N_("회의록을 먼저 저장해 주세요."))
    digest = sha256(day.minutes.encode()).hex()
    day.confirmations.append(MinutesConfirmation(part=part, person_id=by.id, minutes_hash=digest, at=at))
    session().flush()
    if {each.part for each in day.confirmations if each.minutes_hash == digest} == set(Part):
        _publish(day, digest, by=by, at=at)
    return day


def _publish(day: FloorDay, digest: str, *, by: Person, at: datetime) -> None:
    require_day_move(day.state, DayState.MINUTED)
    day.state, day.minutes_hash, day.minutes_published_at = DayState.MINUTED, digest, at
    forget_people(day)
    append(
        day.place, "floor.minutes_published", role=role_of(by, day, at), subject=f"floor_day:{day.id}", at=at,
        values={"count": len(day.items)}, document_hash=digest,
    )  # fmt: skip


def _facts(item: FloorItem) -> ItemFacts:
    return ItemFacts(
        number=item.number,
        kind=item.kind,
        title=item.title,
        state=item.state,
        opened_at=item.opened_at,
        closed_at=item.closed_at,
        speakers=[_spoke(word) for word in speaking.spoken_to(item)],
        unheard=speaking.unheard(item),
        counts=[_counted(count) for count in item.counts if count.agreed is not None],
        needed=item.needed,
        outcome=item.outcome,
        chosen=chosen_of(item),
        text=item.decision,
    )


def _spoke(word: Word) -> Spoke:
    return Spoke(word.role, word.name, word.began_at or word.asked_at)


def _counted(count: FloorCount) -> Counted:
    agreed = count.count
    if agreed is None:
        return Counted((), "")
    if count.item.kind is ItemKind.HANDS:
        rows = [("찬성", agreed.yes[0]), ("반대", agreed.no[0]), ("기권", agreed.abstained[0])]
    else:
        _form, lines = board_of(count)
        rows = [
            ("참여", agreed.papers),
            *((line.title, votes) for line, votes in zip(lines, agreed.votes, strict=True)),
        ]
    return Counted(rows, count.sheet_sha256)
