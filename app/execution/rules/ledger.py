"""Rules of the ledger: what an entry may say, how a year of a purse adds up, the chain. Pure: no Flask, no database, no clock, no randomness."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import UTC, date, datetime
from enum import StrEnum
from itertools import zip_longest

from app.errors import InvalidInput, RuleViolation
from app.i18n import N_
from app.plan.rules import FundSource
from voting.encoding import JSON, canonical_json
from voting.errors import VerificationError


class EntryKind(StrEnum):
    """What a line of the ledger says."""

    PLANNED = "planned"
    CHANGED = "changed"
    CONTRACTED = "contracted"
    PAID = "paid"
    RETURNED = "returned"
    CARRIED = "carried"
    CORRECTION = "correction"


KIND_NAMES: dict[EntryKind, str] = {
    EntryKind.PLANNED: N_("계획"),
    EntryKind.CHANGED: N_("계획 변경"),
    EntryKind.CONTRACTED: N_("계약"),
    EntryKind.PAID: N_("집행"),
    EntryKind.RETURNED: N_("반납"),
    EntryKind.CARRIED: N_("이월"),
    EntryKind.CORRECTION: N_("바로잡음"),
}
GENESIS = "0" * 64


@dataclass(frozen=True)
class Balance:
    """Money added up, in whole won: of a purse (one source in one year), of a project, of a dong.

    ``carried_in_won`` came from the year before, ``carried_out_won`` went on to the year after; over all years of a
    project the two are the same.
    """

    planned_won: int = 0
    contracted_won: int = 0
    paid_won: int = 0
    returned_won: int = 0
    carried_in_won: int = 0
    carried_out_won: int = 0

    @property
    def left_won(self) -> int:
        """What is there and is neither paid nor returned nor carried over."""
        return self.planned_won + self.carried_in_won - self.carried_out_won - self.paid_won - self.returned_won

    def __add__(self, other: "Balance") -> "Balance":
        """Add the money of another purse."""
        return Balance(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))


@dataclass(frozen=True)
class Line:
    """One line of the ledger as it counts: a correction carries the kind, source and year of what it corrects."""

    kind: EntryKind
    amount_won: int
    source: FundSource
    year: int


Purse = tuple[FundSource, int]
"""A source of money in a year of account: what a settlement is made of."""


def purses(lines: Iterable[Line]) -> dict[Purse, Balance]:
    """Add up a ledger by source and year, in the order of years, then sources.

    Money carried over leaves the purse of its year and enters the same source in the year after.
    """
    found: dict[Purse, Balance] = {}
    for line in lines:
        _enter(found, line)
    order = list(FundSource)
    return dict(sorted(found.items(), key=lambda item: (item[0][1], order.index(item[0][0]))))


def with_line(before: Mapping[Purse, Balance], line: Line) -> dict[Purse, Balance]:
    """Return purses with one more line; what they were stays as it was."""
    found = dict(before)
    _enter(found, line)
    return found


def _enter(found: dict[Purse, Balance], line: Line) -> None:
    purse = (line.source, line.year)
    found[purse] = found.get(purse, Balance()) + _counted(line)
    if line.kind is EntryKind.CARRIED:
        following = (line.source, line.year + 1)
        found[following] = found.get(following, Balance()) + Balance(carried_in_won=line.amount_won)


def _counted(line: Line) -> Balance:
    match line.kind:
        case EntryKind.PLANNED | EntryKind.CHANGED:
            return Balance(planned_won=line.amount_won)
        case EntryKind.CONTRACTED:
            return Balance(contracted_won=line.amount_won)
        case EntryKind.PAID:
            return Balance(paid_won=line.amount_won)
        case EntryKind.RETURNED:
            return Balance(returned_won=line.amount_won)
        case EntryKind.CARRIED:
            return Balance(carried_out_won=line.amount_won)
        case EntryKind.CORRECTION:
            raise ValueError("a correction counts as what it corrects")


def balance(lines: Iterable[Line]) -> Balance:
    """Add up a ledger over all its sources and years."""
    return sum(purses(lines).values(), Balance())


def require_sound(lines: Iterable[Line]) -> None:
    """Refuse a ledger that says the impossible, in any purse or as a whole.

    A contract may run over several years, so it is compared with the whole plan; what is paid, returned or carried
    over must lie in its own purse.

    Raises:
        RuleViolation: something would be negative, more contracted than planned, more paid than contracted, or more
            taken from a purse than there is in it.
    """
    require_sound_purses(purses(lines))


def require_sound_purses(found: Mapping[Purse, Balance]) -> None:
    """Refuse a ledger that is added up already, as `require_sound`."""
    whole = sum(found.values(), Balance())
    if any(min(astuple(purse)) < 0 for purse in found.values()):
        raise RuleViolation(N_("합계가 0보다 작아집니다. 금액을 확인해 주세요."))
    if whole.contracted_won > whole.planned_won:
        raise RuleViolation(N_("계약이 계획한 돈보다 많아집니다. 계획을 먼저 바꾸어야 합니다."))
    if whole.paid_won > whole.contracted_won:
        raise RuleViolation(N_("집행이 계약한 돈보다 많아집니다. 계약을 먼저 적어 주세요."))
    for (_source, year), purse in found.items():
        if purse.left_won < 0:
            raise RuleViolation(
                N_("%(year)s년 같은 재원의 돈보다 많아집니다. 집행, 반납, 이월을 더한 금액을 확인해 주세요."), year=year
            )


def require_amount(kind: EntryKind, amount_won: int) -> None:
    """Refuse an amount that its kind does not take: only changes and corrections may be negative.

    Raises:
        InvalidInput: zero, or negative where it must not be.
    """
    signed = {EntryKind.CHANGED, EntryKind.CORRECTION}
    if amount_won == 0 or (amount_won < 0 and kind not in signed):
        raise InvalidInput(N_("금액을 0보다 크게 적어 주세요."), field="amount_won")


class BrokenLedgerError(VerificationError):
    """An entry of a ledger is not what its hash says, does not follow its parent, or is not what the record holds.

    Attributes:
        project: number of the project.
        number: position of the first entry that is wrong, or of the first that is missing.
        public_message: what is wrong with it, marked for translation; takes ``number``.
    """

    def __init__(self, what: str, *, project: int, number: int, public_message: str) -> None:
        """Name the entry."""
        super().__init__(what)
        self.project, self.number, self.public_message = project, number, public_message


CHANGED = N_("%(number)s번째 줄이 적은 뒤에 바뀌었습니다.")
NOT_FOLLOWING = N_("%(number)s번째 줄이 앞줄에 이어지지 않습니다.")
NOT_RECORDED = N_("%(number)s번째 줄이 공개 기록에 적힌 것과 다릅니다.")


@dataclass(frozen=True)
class LedgerEntry:
    """One entry as it is hashed and published. Extension rule: new fields at the end, only where not null."""

    project: int
    number: int
    kind: EntryKind
    source: FundSource
    year: int
    amount_won: int
    happened_on: date
    memo: str
    approver: str
    document_hash: str | None
    corrects: int | None
    entered_at: datetime
    parent_hash: str

    def hash(self) -> str:
        """Return the SHA-256 of the canonical bytes, as hexadecimal."""
        said: dict[str, JSON] = {
            "project": self.project,
            "number": self.number,
            "kind": self.kind.value,
            "source": self.source.value,
            "year": self.year,
            "amount_won": self.amount_won,
            "happened_on": self.happened_on.isoformat(),
            "memo": self.memo,
            "approver": self.approver,
            "document_hash": self.document_hash,
            "corrects": self.corrects,
            "entered_at": self.entered_at.astimezone(UTC).isoformat(timespec="microseconds"),
            "parent_hash": self.parent_hash,
        }
        return hashlib.sha256(canonical_json(said)).hexdigest()


def verify_ledger(entries: Iterable[tuple[LedgerEntry, str]]) -> int:
    """Check a project's entries with their hashes, first to last, and return how many there are.

    Raises:
        BrokenLedgerError: naming the first entry at which the chain breaks.
    """
    parent = GENESIS
    count = 0
    for number, (entry, published) in enumerate(entries, start=1):
        where = {"project": entry.project, "number": entry.number}
        if entry.number != number or entry.parent_hash != parent:
            text = f"entry {entry.number} of project {entry.project} does not follow its predecessor"
            raise BrokenLedgerError(text, **where, public_message=NOT_FOLLOWING)
        if entry.hash() != published:
            text = f"entry {entry.number} of project {entry.project} was changed after it was entered"
            raise BrokenLedgerError(text, **where, public_message=CHANGED)
        parent = published
        count += 1
    return count


def require_recorded(project: int, hashes: Sequence[str], recorded: Sequence[str]) -> None:
    """Check the hashes of a ledger against those that the public record took when the entries were made.

    A chain proves only that its entries fit each other: who rewrites all of it, or cuts off its end, makes another that
    fits. The record, which others copy and witness, holds every hash a second time.

    Args:
        project: number of the project.
        hashes: of its ledger, first to last.
        recorded: of its ledger in the public record, first to last.

    Raises:
        BrokenLedgerError: naming the first entry at which they differ.
    """
    for number, (entry, said) in enumerate(zip_longest(hashes, recorded), start=1):
        if entry != said:
            text = f"entry {number} of project {project} is not what the public record holds"
            raise BrokenLedgerError(text, project=project, number=number, public_message=NOT_RECORDED)
