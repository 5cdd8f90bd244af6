"""Freezing a voter roll: closing it, committing to every entry a few thousand at a time, and then all at once.

While the work runs the roll is ``freezing``: it takes no change and counts for nothing yet. What was worked out becomes
visible with the last, small transaction, which also writes the commitment into the record.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update

from app.db.session import claim_version, get_or_not_found, session
from app.errors import NotAllowed, RuleViolation
from app.i18n import N_
from app.people.models import Person, Roll, RollEntry
from app.people.permissions import can_keep_roll
from app.people.queries.rolls import entry_count, on_roll
from app.people.rules import Role, RollState, age_on
from app.people.services.rolls import (
    BATCH,
    MAY_NOT,
    leaf_document,
    require_no_import_under_way,
    require_roll_move,
)
from app.places.queries import setting
from app.places.settings.process import ASSEMBLY_MIN_AGE
from app.privacy.sealing import reveal
from app.record.services import append
from voting.log.merkle import MerkleTree, leaf_hash


@dataclass(frozen=True)
class FrozenRoll:
    """What a frozen roll commits to and counts."""

    count: int
    eligible: int
    root: str


class Commitment:
    """The commitment to a roll while it is worked out: the Merkle tree over all entries so far, and the counts."""

    def __init__(self, on: date, min_age: int) -> None:
        self.on, self.min_age = on, min_age
        self.tree, self.count, self.eligible = MerkleTree(), 0, 0

    def add(self, entries: list[RollEntry]) -> list[dict[str, Any]]:
        """Append entries in the roll's order; return what their rows get. Takes a while and writes nothing."""
        changes = []
        for entry in entries:
            self.count += 1
            born = date.fromisoformat(reveal(entry, RollEntry.birth_date) or "")
            leaf = leaf_hash(leaf_document(entry, self.count).encode())
            self.tree.append(leaf)
            is_eligible = age_on(born, self.on) >= self.min_age
            self.eligible += is_eligible
            changes.append({"id": entry.id, "number": self.count, "leaf_hash": leaf, "is_eligible": is_eligible})
        return changes


def begin(roll_id: int, *, on: date, version: int, by: Person, at: datetime) -> None:
    """Close a roll to changes.

    Args:
        roll_id: which roll.
        on: the day of the assembly; ages are counted on it (만 나이).
        version: the roll's version that the clerk saw.
        by: who freezes it.
        at: when.

    Raises:
        NotFound, NotAllowed, Conflict: no such roll; not a public servant of the dong; changed meanwhile.
        RuleViolation: it is no draft, empty, or a file is on its way into it.
    """
    roll = get_or_not_found(Roll, roll_id, lock=True)
    if not can_keep_roll(by, roll.place, at):
        raise NotAllowed(MAY_NOT)
    require_roll_move(roll.state, RollState.FREEZING)
    claim_version(roll, version)
    require_no_import_under_way(roll)
    if not entry_count(roll):
        raise RuleViolation(N_("빈 명부는 확정할 수 없습니다."))
    roll.state, roll.eligible_on, roll.min_age = RollState.FREEZING, on, setting(roll.place, ASSEMBLY_MIN_AGE)


def in_order(roll: Roll) -> Iterator[list[RollEntry]]:
    """Yield the entries of a roll in the order in which they came onto it, `BATCH` at a time."""
    last = 0
    while True:
        query = select(RollEntry).where(on_roll(roll), RollEntry.id > last).order_by(RollEntry.id).limit(BATCH)
        batch = list(session().scalars(query))
        if not batch:
            return
        last = batch[-1].id
        yield batch


def write(roll_id: int, changes: list[dict[str, Any]]) -> None:
    """Write what `Commitment.add` returned.

    Raises:
        RuleViolation: the roll is not being frozen any more.
    """
    require_roll_move(get_or_not_found(Roll, roll_id, lock=True).state, RollState.FROZEN)
    session().execute(update(RollEntry), changes)


def finish(roll_id: int, commitment: Commitment, *, by: Person, at: datetime) -> FrozenRoll:
    """Freeze a roll for ever: from this instant its commitment is public and its entries count.

    The root is published in the record: afterwards nobody can add, remove or change an entry without being noticed, and
    nobody can learn an entry from it, for every leaf holds 256 random bits.

    Raises:
        NotFound, NotAllowed: no such roll; not a public servant of the dong any more.
        RuleViolation: it is not being frozen, or not every entry was worked out.
    """
    roll = get_or_not_found(Roll, roll_id, lock=True)
    if not can_keep_roll(by, roll.place, at):
        raise NotAllowed(MAY_NOT)
    require_roll_move(roll.state, RollState.FROZEN)
    if (commitment.count, commitment.on, commitment.min_age) != (entry_count(roll), roll.eligible_on, roll.min_age):
        raise RuleViolation(N_("명부가 그사이 바뀌어 확정하지 않았습니다. 다시 해 주세요."))
    root = commitment.tree.root().hex()
    roll.state, roll.frozen_at = RollState.FROZEN, at
    roll.entry_count, roll.eligible_count, roll.root = commitment.count, commitment.eligible, root
    session().flush()
    append(
        roll.place,
        "people.roll_frozen",
        role=by.staff_role(roll.place, at) or Role.DONG_STAFF,
        subject=f"roll:{roll.id}",
        at=at,
        values={
            "count": commitment.count,
            "eligible": commitment.eligible,
            "day": commitment.on.isoformat(),
            "min_age": commitment.min_age,
        },
        document_hash=root,
    )
    return FrozenRoll(commitment.count, commitment.eligible, root)


def give_up(roll_id: int) -> None:
    """Open a roll for changes again when freezing it was refused on the way."""
    roll = get_or_not_found(Roll, roll_id, lock=True)
    if roll.state is RollState.FREEZING:
        roll.state, roll.eligible_on, roll.min_age = RollState.DRAFT, None, None


def freeze(roll_id: int, *, on: date, version: int, by: Person, at: datetime) -> FrozenRoll:
    """Freeze a small roll in the present transaction: `begin`, everything, `finish`.

    Raises:
        NotFound, NotAllowed, Conflict, RuleViolation: as those.
    """
    begin(roll_id, on=on, version=version, by=by, at=at)
    roll = get_or_not_found(Roll, roll_id)
    commitment = Commitment(on, roll.min_age or 0)
    for entries in in_order(roll):
        write(roll_id, commitment.add(entries))
    return finish(roll_id, commitment, by=by, at=at)
