"""A board that was set back: noticed under the lock of every append, accepted by an operator alone, in public."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.assembly.heads import Head, SetBack, note_head, noted_head, refuse_set_back
from app.assembly.models import Assembly, BoardRecord
from app.assembly.witnesses.queries import contradictions_of, is_contradicted
from app.db.session import after_commit, get_or_not_found, session
from app.errors import RuleViolation
from app.i18n import N_
from app.people.rules import Role
from app.record.services import append
from voting import Event


def require_continued(assembly: Assembly) -> None:
    """Refuse to go on from a board that does not continue the newest head that was noted of it.

    Call it with the assembly's row locked: nobody commits a longer board meanwhile, so that a longer note is no accident.

    Raises:
        SetBack: the board is shorter, or another one; or a witness brought a signed head that it does not continue.
    """
    noted, found = noted_head(assembly.fingerprint), head_of(assembly)
    if noted is not None and not _continues(assembly, noted, found):
        raise refuse_set_back(assembly.fingerprint, noted=noted, found=found)
    if is_contradicted(assembly):
        raise SetBack


@dataclass(frozen=True)
class Standing:
    """How a board stands beside what was noted of it: the heights of both, and whether it continues the note."""

    noted: int
    found: int
    continues: bool


def standing_of(assembly: Assembly) -> Standing:
    """Return how a board stands; one of which nothing was noted continues nothing and contradicts nothing."""
    noted, found = noted_head(assembly.fingerprint), head_of(assembly)
    if noted is None:
        return Standing(-1, found.height, continues=True)
    return Standing(noted.height, found.height, continues=_continues(assembly, noted, found))


def note_when_committed(assembly: Assembly, event: Event) -> None:
    """Note a new head once the transaction that put it there has committed."""
    fingerprint, head = assembly.fingerprint, Head(event.height, event.hash)
    after_commit(lambda: note_head(fingerprint, head))


def head_of(assembly: Assembly) -> Head:
    """Return the newest event of a board; height -1 before the first."""
    if not assembly.head_event:
        return Head(-1, "")
    event = Event.parse(assembly.head_event.encode())
    return Head(event.height, event.hash)


def accept_set_back(assembly_id: int, *, reason: str, at: datetime) -> int:
    """Go on from a board that was set back; the public record says so, with the number of events that are gone.

    Returns:
        How many events are missing at least.

    Raises:
        NotFound: no such assembly.
        RuleViolation: its board continues everything that was noted.
    """
    assembly = get_or_not_found(Assembly, assembly_id, lock=True)
    noted, found = noted_head(assembly.fingerprint), head_of(assembly)
    brought = [row for row in contradictions_of(assembly) if row.accepted_at is None]
    if (noted is None or _continues(assembly, noted, found)) and not brought:
        raise RuleViolation(N_("이 투표함은 적어 둔 것에서 그대로 이어집니다."))
    noted = noted or found
    # A head of n lines that a witness brought was signed when the newest event was at height n - 1.
    lost = max(0, noted.height - found.height, *(row.size - 1 - found.height for row in brought))
    for row in brought:
        row.accepted_at = at
    append(
        assembly.place,
        "assembly.set_back",
        role=Role.OPERATOR,
        subject=f"assembly:{assembly.id}",
        at=at,
        values={"lost": lost, "height": found.height, "noted": noted.height, "event": noted.event, "reason": reason},
    )
    fingerprint = assembly.fingerprint
    after_commit(lambda: note_head(fingerprint, found, accepted=True))
    return lost


def _continues(assembly: Assembly, noted: Head, found: Head) -> bool:
    if noted.height >= found.height:
        return noted == found
    query = select(BoardRecord.event).where(BoardRecord.assembly_id == assembly.id, BoardRecord.height == noted.height)
    text = session().scalar(query)
    return text is not None and Event.parse(text.encode()).hash == noted.event
