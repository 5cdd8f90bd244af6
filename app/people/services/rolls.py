"""Keeping the voter roll: opening a draft, freezing it under a commitment, proving an entry, erasing it."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from app.db.session import claim_version, get_or_not_found, session
from app.errors import InvalidInput, NotAllowed, NotFound, RuleViolation
from app.i18n import N_
from app.people.models import Person, Roll, RollEntry, RollImport, VerificationLetter
from app.people.permissions import can_keep_roll
from app.people.queries.rolls import entry_count
from app.people.rules import ROLL_MOVES, ImportState, Role, RollState, age_on
from app.places.models import Place
from app.places.queries import setting
from app.places.rules import PlaceKind
from app.places.settings.process import ASSEMBLY_MIN_AGE
from app.privacy.rules import normal_name
from app.privacy.sealing import reveal
from app.record.services import append
from voting.log.merkle import MerkleTree, leaf_hash

MAY_NOT = N_("이 동의 명부는 동의 담당 공무원만 다룰 수 있습니다.")
BATCH = 2000


@dataclass(frozen=True)
class FrozenRoll:
    """What a frozen roll commits to and counts."""

    count: int
    eligible: int
    root: str


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
    """Begin a roll.

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
    roll = Roll(place_id=place.id, place=place, title=title, created_by=by.id, created_at=at)
    session().add(roll)
    session().flush()
    return roll


@dataclass(frozen=True)
class PreparedFreeze:
    """What freezing a roll will write, worked out before its transaction; worthless once the roll changed."""

    version: int
    on: date
    min_age: int
    entries: list[dict[str, Any]]
    eligible: int
    root: str


def prepare_freeze(roll_id: int, on: date, *, progress: Callable[[int, int], None] | None = None) -> PreparedFreeze:
    """Work out who is old enough on a day, and the Merkle root over all entries. Takes a while and writes nothing.

    Args:
        roll_id: which roll.
        on: the day of the assembly; ages are counted on it (만 나이).
        progress: told (done, total) now and then.

    Raises:
        NotFound: there is no such roll.
    """
    roll = get_or_not_found(Roll, roll_id)
    version, count, min_age = roll.version, entry_count(roll), setting(roll.place, ASSEMBLY_MIN_AGE)
    tree, eligible = MerkleTree(), 0
    changes: list[dict[str, Any]] = []
    for entries in _in_order(roll_id):
        for entry in entries:
            number = len(changes) + 1
            born = date.fromisoformat(reveal(entry, RollEntry.birth_date) or "")
            leaf = leaf_hash(leaf_document(entry, number).encode())
            tree.append(leaf)
            is_eligible = age_on(born, on) >= min_age
            eligible += is_eligible
            changes.append({"id": entry.id, "number": number, "leaf_hash": leaf, "is_eligible": is_eligible})
        if progress is not None:
            progress(len(changes), count)
    return PreparedFreeze(version, on, min_age, changes, eligible, tree.root().hex())


def freeze(
    roll_id: int, *, on: date, version: int, by: Person, at: datetime, prepared: PreparedFreeze | None = None
) -> FrozenRoll:
    """Close a roll for ever, decide who is old enough on a day, and commit to every entry with a Merkle root.

    The root is published in the record: afterwards nobody can add, remove or change an entry without being noticed, and
    nobody can learn an entry from it, for every leaf holds 256 random bits.

    Args:
        roll_id: which roll.
        on: the day of the assembly; ages are counted on it (만 나이).
        version: the roll's version that the clerk saw.
        by: who freezes it.
        at: when.
        prepared: what `prepare_freeze` worked out outside this transaction, so that a large roll holds up nobody.

    Raises:
        NotFound, NotAllowed, Conflict: no such roll; not a public servant of the dong; changed meanwhile.
        RuleViolation: it is frozen already, empty, or a file is on its way into it.
    """
    roll = get_or_not_found(Roll, roll_id, lock=True)
    if not can_keep_roll(by, roll.place, at):
        raise NotAllowed(MAY_NOT)
    require_roll_move(roll.state, RollState.FROZEN)
    min_age = setting(roll.place, ASSEMBLY_MIN_AGE)
    # Entries change with the version only: what was worked out for this version, day and age is what is there now.
    if prepared is None or (prepared.version, prepared.on, prepared.min_age) != (roll.version, on, min_age):
        prepared = prepare_freeze(roll_id, on)
    claim_version(roll, version)
    require_no_import_under_way(roll)
    if not prepared.entries:
        raise RuleViolation(N_("빈 명부는 확정할 수 없습니다."))
    session().execute(update(RollEntry), prepared.entries)
    roll.state, roll.frozen_at, roll.eligible_on, roll.min_age = RollState.FROZEN, at, on, min_age
    roll.entry_count, roll.eligible_count, roll.root = len(prepared.entries), prepared.eligible, prepared.root
    session().flush()
    append(
        roll.place,
        "people.roll_frozen",
        role=by.staff_role(roll.place, at) or Role.DONG_STAFF,
        subject=f"roll:{roll.id}",
        at=at,
        values={
            "count": len(prepared.entries),
            "eligible": prepared.eligible,
            "day": on.isoformat(),
            "min_age": min_age,
        },
        document_hash=roll.root,
    )
    return FrozenRoll(len(prepared.entries), prepared.eligible, prepared.root)


def prove_entry(entry: RollEntry) -> EntryProof:
    """Return the proof that an entry stands on a frozen roll.

    Raises:
        NotFound: its roll is not frozen, or erased.
    """
    roll = entry.roll
    if roll.state is not RollState.FROZEN or roll.root is None:
        raise NotFound(N_("확정된 명부가 아닙니다."))
    leaves = session().scalars(
        select(RollEntry.leaf_hash).where(RollEntry.roll_id == roll.id).order_by(RollEntry.number)
    )
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
    """Delete everybody from a roll and keep its commitment; ``by`` is None for the clock. Returns how many.

    Raises:
        NotFound, NotAllowed, RuleViolation: no such roll; not a public servant of the dong; erased already.
    """
    roll = get_or_not_found(Roll, roll_id, lock=True)
    if by is not None and not can_keep_roll(by, roll.place, at):
        raise NotAllowed(MAY_NOT)
    require_roll_move(roll.state, RollState.ERASED)
    entries = select(RollEntry.id).where(RollEntry.roll_id == roll.id)
    session().execute(delete(VerificationLetter).where(VerificationLetter.roll_entry_id.in_(entries)))
    gone = session().execute(delete(RollEntry).where(RollEntry.roll_id == roll.id))
    session().execute(delete(RollImport).where(RollImport.roll_id == roll.id))
    roll.state, roll.erased_at = RollState.ERASED, at
    roll.version += 1
    count = int(gone.rowcount)  # type: ignore[attr-defined]
    role = "clock" if by is None else by.staff_role(roll.place, at) or Role.DONG_STAFF
    append(roll.place, "people.roll_erased", role=role, subject=f"roll:{roll.id}", at=at, values={"count": count})
    return count


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


def require_no_import_under_way(roll: Roll) -> None:
    """Refuse while a file is on its way into the roll.

    Raises:
        RuleViolation: one is.
    """
    under_way = select(RollImport.id).where(
        RollImport.roll_id == roll.id, RollImport.state.in_([ImportState.READING, ImportState.TAKING])
    )
    if session().scalars(under_way.limit(1)).first() is not None:
        raise RuleViolation(N_("올리고 있는 파일이 있습니다. 끝난 뒤에 다시 해 주세요."))


def _in_order(roll_id: int) -> Iterator[list[RollEntry]]:
    last = 0
    while True:
        query = select(RollEntry).where(RollEntry.roll_id == roll_id, RollEntry.id > last).order_by(RollEntry.id)
        batch = list(session().scalars(query.limit(BATCH)))
        if not batch:
            return
        last = batch[-1].id
        yield batch
