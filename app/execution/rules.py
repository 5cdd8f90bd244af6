"""Rules of execution. Pure: no Flask, no database, no clock, no randomness."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from app.errors import InvalidInput, RuleViolation
from app.i18n import N_
from voting.encoding import JSON, canonical_json
from voting.errors import VerificationError


class ProjectState(StrEnum):
    """Where a project stands."""

    PLANNED = "planned"
    RUNNING = "running"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


STATE_NAMES: dict[ProjectState, str] = {
    ProjectState.PLANNED: N_("준비 중"),
    ProjectState.RUNNING: N_("하는 중"),
    ProjectState.COMPLETED: N_("마침"),
    ProjectState.CANCELLED: N_("그만둠"),
}
MOVES: dict[ProjectState, frozenset[ProjectState]] = {
    ProjectState.PLANNED: frozenset({ProjectState.RUNNING, ProjectState.CANCELLED}),
    ProjectState.RUNNING: frozenset({ProjectState.COMPLETED, ProjectState.CANCELLED}),
    ProjectState.COMPLETED: frozenset(),
    ProjectState.CANCELLED: frozenset(),
}


class EntryKind(StrEnum):
    """What a line of the ledger says."""

    PLANNED = "planned"
    CHANGED = "changed"
    CONTRACTED = "contracted"
    PAID = "paid"
    RETURNED = "returned"
    CORRECTION = "correction"


KIND_NAMES: dict[EntryKind, str] = {
    EntryKind.PLANNED: N_("계획"),
    EntryKind.CHANGED: N_("계획 변경"),
    EntryKind.CONTRACTED: N_("계약"),
    EntryKind.PAID: N_("집행"),
    EntryKind.RETURNED: N_("반납"),
    EntryKind.CORRECTION: N_("바로잡음"),
}
GENESIS = "0" * 64
LATE_AFTER_SILENT_DAYS = 30
"""A running project without an update for so long is flagged as silent."""


@dataclass(frozen=True)
class Balance:
    """The money of a project, in whole won."""

    planned_won: int = 0
    contracted_won: int = 0
    paid_won: int = 0
    returned_won: int = 0

    @property
    def left_won(self) -> int:
        """Planned money that is neither paid nor returned."""
        return self.planned_won - self.paid_won - self.returned_won


@dataclass(frozen=True)
class Line:
    """One line of the ledger as it counts: a correction carries the kind of what it corrects."""

    kind: EntryKind
    amount_won: int


def balance(lines: Iterable[Line]) -> Balance:
    """Add up a ledger."""
    sums = dict.fromkeys(EntryKind, 0)
    for line in lines:
        sums[line.kind] += line.amount_won
    return Balance(
        planned_won=sums[EntryKind.PLANNED] + sums[EntryKind.CHANGED],
        contracted_won=sums[EntryKind.CONTRACTED],
        paid_won=sums[EntryKind.PAID],
        returned_won=sums[EntryKind.RETURNED],
    )


def require_sound(found: Balance) -> None:
    """Refuse a ledger that says the impossible.

    Raises:
        RuleViolation: something would be negative, more contracted than planned, or more paid than contracted.
    """
    if min(found.planned_won, found.contracted_won, found.paid_won, found.returned_won) < 0:
        raise RuleViolation(N_("합계가 0보다 작아집니다. 금액을 확인해 주세요."))
    if found.contracted_won > found.planned_won:
        raise RuleViolation(N_("계약이 계획한 돈보다 많아집니다. 계획을 먼저 바꾸어야 합니다."))
    if found.paid_won > found.contracted_won:
        raise RuleViolation(N_("집행이 계약한 돈보다 많아집니다. 계약을 먼저 적어 주세요."))
    if found.paid_won + found.returned_won > found.planned_won:
        raise RuleViolation(N_("집행과 반납을 더하면 계획한 돈보다 많아집니다."))


def require_amount(kind: EntryKind, amount_won: int) -> None:
    """Refuse an amount that its kind does not take: only changes and corrections may be negative.

    Raises:
        InvalidInput: zero, or negative where it must not be.
    """
    signed = {EntryKind.CHANGED, EntryKind.CORRECTION}
    if amount_won == 0 or (amount_won < 0 and kind not in signed):
        raise InvalidInput(N_("금액을 0보다 크게 적어 주세요."), field="amount_won")


def require_move(state: ProjectState, to: ProjectState) -> None:
    """Refuse a move that the table does not list.

    Raises:
        RuleViolation: the project cannot go there from where it is.
    """
    if to not in MOVES[state]:
        raise RuleViolation(N_("이 사업은 지금 그렇게 바꿀 수 없습니다."))


def is_late(*, planned_on: date, done_on: date | None, today: date) -> bool:
    """Tell whether a milestone is late: not done on its day, or done after it."""
    return (done_on or today) > planned_on


class BrokenLedgerError(VerificationError):
    """An entry of a ledger is not what its hash says, or does not follow its parent."""


@dataclass(frozen=True)
class LedgerEntry:
    """One entry as it is hashed and published. Extension rule: new fields at the end, only where not null."""

    project: int
    number: int
    kind: EntryKind
    amount_won: int
    happened_on: date
    memo: str
    document_hash: str | None
    corrects: int | None
    entered_at: datetime
    parent_hash: str

    def hash(self) -> str:
        """Return the SHA-256 of the canonical bytes, as hexadecimal."""
        fields: dict[str, JSON] = {
            "project": self.project,
            "number": self.number,
            "kind": self.kind.value,
            "amount_won": self.amount_won,
            "happened_on": self.happened_on.isoformat(),
            "memo": self.memo,
            "document_hash": self.document_hash,
            "corrects": self.corrects,
            "entered_at": self.entered_at.astimezone(UTC).isoformat(timespec="microseconds"),
            "parent_hash": self.parent_hash,
        }
        return hashlib.sha256(canonical_json(fields)).hexdigest()


def verify_ledger(entries: Iterable[tuple[LedgerEntry, str]]) -> int:
    """Check a project's entries with their hashes, first to last, and return how many there are.

    Raises:
        BrokenLedgerError: naming the first entry at which the chain breaks.
    """
    parent = GENESIS
    count = 0
    for number, (entry, published) in enumerate(entries, start=1):
        if entry.number != number or entry.parent_hash != parent:
            raise BrokenLedgerError(f"entry {entry.number} of project {entry.project} does not follow its predecessor")
        if entry.hash() != published:
            raise BrokenLedgerError(f"entry {entry.number} of project {entry.project} was changed after it was entered")
        parent = published
        count += 1
    return count
