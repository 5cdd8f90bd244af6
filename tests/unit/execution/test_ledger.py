"""The ledger adds up by purse, refuses the impossible and shows every tampering."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.errors import InvalidInput, RuleViolation
from app.execution.rules.ledger import (
    GENESIS,
    Balance,
    BrokenLedgerError,
    EntryKind,
    LedgerEntry,
    Line,
    balance,
    purses,
    require_amount,
    require_recorded,
    require_sound,
    verify_ledger,
)
from app.plan.rules import FundSource

TAX, FUND = FundSource.RESIDENT_TAX, FundSource.VILLAGE_FUND


def line(kind: str, won: int, source: FundSource = TAX, year: int = 2026) -> Line:
    return Line(EntryKind(kind), won, source, year)


def test_purses_add_up_by_source_and_year_in_order():
    lines = [line("planned", 500, FUND), line("planned", 1000), line("contracted", 900), line("paid", 300)]
    assert purses(lines) == {
        (TAX, 2026): Balance(planned_won=1000, contracted_won=900, paid_won=300),
        (FUND, 2026): Balance(planned_won=500),
    }
    assert [purse.left_won for purse in purses(lines).values()] == [700, 500]


def test_money_carried_over_leaves_its_year_and_enters_the_next():
    lines = [line("planned", 1000), line("contracted", 1000), line("paid", 400), line("carried", 600)]
    lines += [line("paid", 500, year=2027), line("returned", 100, year=2027)]
    found = purses(lines)
    assert found[TAX, 2026].left_won == 0
    assert found[TAX, 2027] == Balance(paid_won=500, returned_won=100, carried_in_won=600)
    assert balance(lines).left_won == 0
    require_sound(lines)


@pytest.mark.parametrize(
    "lines",
    [
        [line("planned", 1000), line("contracted", 1001)],
        [line("planned", 1000), line("contracted", 500), line("paid", 501)],
        [line("planned", 1000), line("changed", -1001)],
        [line("planned", 1000), line("returned", 1001)],
        [line("planned", 1000), line("carried", 1001)],
        [line("planned", 1000), line("contracted", 1000), line("paid", 1, FUND)],
        [line("planned", 1000), line("contracted", 1000), line("paid", 1, year=2027)],
        [line("planned", 1000), line("carried", 400), line("returned", 401, year=2027)],
    ],
)
def test_impossible_sums_are_refused(lines):
    with pytest.raises(RuleViolation):
        require_sound(lines)


def test_a_contract_may_be_paid_over_two_years():
    require_sound(
        [line("planned", 1000), line("contracted", 1000), line("paid", 400), line("carried", 600), line("paid", 600, year=2027)]
    )  # fmt: skip


@pytest.mark.parametrize("kind", EntryKind)
def test_only_changes_and_corrections_may_be_negative_and_nothing_is_zero(kind):
    require_amount(kind, 1)
    with pytest.raises(InvalidInput):
        require_amount(kind, 0)
    if kind in {EntryKind.CHANGED, EntryKind.CORRECTION}:
        require_amount(kind, -1)
    else:
        with pytest.raises(InvalidInput):
            require_amount(kind, -1)


def chain() -> list[tuple[LedgerEntry, str]]:
    found: list[tuple[LedgerEntry, str]] = []
    parent = GENESIS
    for number, kind in enumerate((EntryKind.PLANNED, EntryKind.CONTRACTED, EntryKind.PAID), start=1):
        entry = LedgerEntry(
            project=7, number=number, kind=kind, source=TAX, year=2026, amount_won=1000, happened_on=date(2026, 7, 1),
            memo="꽃모종", approver="", document_hash=None, corrects=None, entered_at=datetime(2026, 7, 1, tzinfo=UTC),
            parent_hash=parent,
        )  # fmt: skip
        parent = entry.hash()
        found.append((entry, parent))
    return found


def test_an_honest_chain_verifies():
    assert verify_ledger(chain()) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"amount_won": 999},
        {"memo": "다른 것"},
        {"source": FUND},
        {"year": 2027},
        {"kind": EntryKind.RETURNED},
        {"happened_on": date(2026, 7, 2)},
        {"approver": "동장"},
        {"document_hash": "0" * 64},
        {"corrects": 1},
        {"entered_at": datetime(2026, 7, 2, tzinfo=UTC)},
        {"project": 8},
    ],
)
def test_tampering_with_any_field_of_an_entry_names_it(change):
    entries = chain()
    entries[1] = (replace(entries[1][0], **change), entries[1][1])
    with pytest.raises(BrokenLedgerError, match="entry 2 "):
        verify_ledger(entries)


def test_a_removed_entry_breaks_the_chain():
    entries = chain()
    with pytest.raises(BrokenLedgerError):
        verify_ledger([entries[0], entries[2]])


@pytest.mark.parametrize(
    ("hashes", "first_wrong"), [(["a", "x", "y"], 2), (["a", "b"], 3), (["a", "b", "c", "d"], 4), ([], 1)]
)
def test_a_chain_that_fits_itself_but_not_the_record_is_named(hashes, first_wrong):
    require_recorded(7, ["a", "b", "c"], ["a", "b", "c"])
    with pytest.raises(BrokenLedgerError, match=f"entry {first_wrong} of project 7") as refused:
        require_recorded(7, hashes, ["a", "b", "c"])
    assert refused.value.number == first_wrong
