"""Keeping the voter roll: opening a draft, proving an entry of a frozen one, erasing it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from app.db.session import get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.jobs.services import enqueue
from app.people.models import Person, Roll, RollEntry, RollImport, VerificationLetter
from app.people.permissions import can_keep_roll
from app.people.queries.rolls import entry_count, is_being_taken, on_roll
from app.people.rules import ROLL_MOVES, ImportState, Role, RollState
from app.places.models import Place
from app.places.queries import setting
from app.places.rules import PlaceKind
from app.privacy.rules import normal_name
from app.privacy.sealing import reveal
from app.record.services import append
from voting.log.merkle import MerkleTree

MAY_NOT = N_("이 동의 명부는 동의 담당 공무원만 다룰 수 있습니다.")
UNDER_WAY = N_("올리고 있는 파일이 있습니다. 끝난 뒤에 다시 해 주세요.")
SWEEP_JOB = "people.sweep_roll"
BATCH = 1000
"""How many rows one transaction writes: a fraction of a second, so that nobody waits for a roll of any size."""
_UNSEEN = {"synchronize_session": False}


@dataclass(frozen=True)
class EntryProof:
    """What a person needs to check, without this site, that they stand on the roll that was committed to.

    ``document`` are the exact bytes of the leaf (JSON), ``path`` the sibling hashes from the leaf up (RFC 6962 §2.1.1).
    """

    document: str
    index: int
    size: int
    path: list[str]
    root: str


def open_roll(place: Place, *, title: str, by: Person, at: datetime) -> Roll:
    """Begin a roll; a draft of the same name that nothing was put on yet is the same roll (a form sent twice).

    Raises:
        NotAllowed: not a public servant of the dong.
        InvalidInput: not a dong, or without a title.
    """
    if not can_keep_roll(by, place, at):
        raise NotAllowed(MAY_NOT)
    if place.kind is not PlaceKind.DONG:
        raise InvalidInput(N_("명부는 읍·면·동에서 만듭니다."))
    title = " ".join(title.split())
    if not 2 <= len(title) <= 80:
        raise InvalidInput(N_("명부의 이름을 두 글자에서 80자로 적어 주세요."), field="title")
    get_or_not_found(Place, place.id, lock=True)
    drafts = select(Roll).where(Roll.place_id == place.id, Roll.title == title, Roll.state == RollState.DRAFT)
    for draft in session().scalars(drafts):
        if entry_count(draft) == 0:
            return draft
    roll = Roll(place_id=place.id, place=place, title=title, created_by=by.id, created_at=at)
    session().add(roll)
    session().flush()
    return roll


def prove_entry(entry: RollEntry) -> EntryProof:
    """Return the proof that an entry stands on a frozen roll.

    Raises:
        NotFound: its roll is not frozen, or erased.
    """
    roll = entry.roll
    if roll.state is not RollState.FROZEN or roll.root is None:
        raise NotFound(N_("확정된 명부가 아닙니다."))
    leaves = session().scalars(select(RollEntry.leaf_hash).where(on_roll(roll)).order_by(RollEntry.number))
    tree = MerkleTree(leaf for leaf in leaves if leaf is not None)
    path = tree.inclusion_proof(entry.number - 1)
    return EntryProof(
        document=leaf_document(entry, entry.number),
        index=entry.number - 1,
        size=len(tree),
        path=[sibling.hex() for sibling in path],
        root=roll.root,
    )


def leaf_document(entry: RollEntry, number: int) -> str:
    """Return the text of a leaf: compact JSON of the entry in normal forms and its salt.

    Extension rule: another set of fields takes another ``format``.
    """
    return json.dumps(
        {
            "format": "madang-roll/1",
            "number": number,
            "name": normal_name(reveal(entry, RollEntry.name) or ""),
            "birth_date": reveal(entry, RollEntry.birth_date),
            "unit": reveal(entry, RollEntry.unit) or "",
            "basis": entry.basis.value,
            "salt": entry.salt.hex(),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def commitment(roll: Roll) -> bytes:
    """Return a hash that commits to a frozen roll, for the manifest of an assembly.

    Raises:
        NotFound: it is not frozen.
    """
    if roll.root is None or roll.entry_count is None:
        raise NotFound(N_("확정된 명부가 아닙니다."))
    text = f"madang-roll/1\n{roll.entry_count}\n{roll.eligible_count}\n{roll.root}\n"
    return hashlib.sha256(text.encode()).digest()


def erase(roll_id: int, *, by: Person | None, at: datetime) -> int:
    """Take everybody off a roll and keep its commitment; ``by`` is None for the clock. Returns how many.

    From this instant nobody is found on it any more; a job deletes the rows, a few thousand at a time.

    Raises:
        NotFound, NotAllowed, RuleViolation: no such roll; not a public servant of the dong; erased already, or a file is
            being put onto it.
    """
    roll = get_or_not_found(Roll, roll_id, lock=True)
    if by is not None and not can_keep_roll(by, roll.place, at):
        raise NotAllowed(MAY_NOT)
    require_roll_move(roll.state, RollState.ERASED)
    require_not_being_taken(roll)
    count = entry_count(roll)
    entries = select(RollEntry.id).where(RollEntry.roll_id == roll.id)
    session().execute(delete(VerificationLetter).where(VerificationLetter.roll_entry_id.in_(entries)))
    session().execute(
        update(RollImport).where(RollImport.roll_id == roll.id).values(content=None, sample=None),
        execution_options={"synchronize_session": False},
    )
    roll.state, roll.erased_at = RollState.ERASED, at
    roll.version += 1
    role = "clock" if by is None else by.staff_role(roll.place, at) or Role.DONG_STAFF
    append(roll.place, "people.roll_erased", role=role, subject=f"roll:{roll.id}", at=at, values={"count": count})
    ask_to_sweep(roll, by=by, at=at)
    return count


def ask_to_sweep(roll: Roll, *, by: Person | None, at: datetime) -> None:
    """Ask a job to delete the rows of a roll that stand on it no more."""
    enqueue(SWEEP_JOB, {"roll_id": roll.id}, by=by.id if by else None, at=at, place_id=roll.place_id)


def sweep(roll_id: int) -> int:
    """Delete up to `BATCH` rows that stand on a roll no more: of files taken back or given up, or of an erased roll.

    Returns:
        How many rows were deleted; 0 when nothing is left, and then an erased roll's files are gone as well.
    """
    roll = get_or_not_found(Roll, roll_id, lock=True)
    mine = select(RollEntry.id).where(RollEntry.roll_id == roll.id)
    if roll.state is not RollState.ERASED:
        unwanted = (ImportState.READ, ImportState.DISCARDED)
        left = select(RollImport.id).where(RollImport.roll_id == roll.id, RollImport.state.in_(unwanted))
        mine = mine.where(RollEntry.import_id.in_(left))
    ids = list(session().scalars(mine.order_by(RollEntry.id).limit(BATCH)))
    if ids:
        session().execute(delete(RollEntry).where(RollEntry.id.in_(ids)), execution_options=_UNSEEN)
    elif roll.state is RollState.ERASED:
        session().execute(delete(RollImport).where(RollImport.roll_id == roll.id), execution_options=_UNSEEN)
    return len(ids)


def erase_rolls_past_retention(at: datetime) -> int:
    """Erase frozen rolls whose time is over (``privacy.retention_roll_months`` after the day); return how many."""
    erased = 0
    frozen = select(Roll).where(Roll.state == RollState.FROZEN, Roll.eligible_on.is_not(None))
    for roll in session().scalars(frozen).all():
        months = setting(roll.place, "privacy.retention_roll_months")
        if roll.eligible_on is not None and at.date() > roll.eligible_on + timedelta(days=31 * months):
            erase(roll.id, by=None, at=at)
            erased += 1
    return erased


def require_roll_move(present: RollState, wanted: RollState) -> None:
    """Refuse a move that the table does not list.

    Raises:
        RuleViolation: the roll cannot go there from where it stands.
    """
    if wanted not in ROLL_MOVES[present]:
        raise RuleViolation(N_("확정했거나 지운 명부는 바꿀 수 없습니다."))


def require_draft(roll: Roll) -> None:
    """Refuse to change who stands on a roll that is frozen, being frozen, or erased.

    Raises:
        RuleViolation: it is no draft.
    """
    require_roll_move(roll.state, RollState.FREEZING)


def require_not_being_taken(roll: Roll) -> None:
    """Refuse while a file is being put onto the roll.

    Raises:
        RuleViolation: one is.
    """
    if is_being_taken(roll):
        raise RuleViolation(UNDER_WAY)


def require_no_import_under_way(roll: Roll) -> None:
    """Refuse while a file is on its way into the roll.

    Raises:
        RuleViolation: one is.
    """
    under_way = select(RollImport.id).where(
        RollImport.roll_id == roll.id, RollImport.state.in_([ImportState.READING, ImportState.TAKING])
    )
    if session().scalars(under_way.limit(1)).first() is not None:
        raise RuleViolation(UNDER_WAY)
