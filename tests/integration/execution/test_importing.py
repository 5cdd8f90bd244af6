"""Tables of projects and ledgers: what was exported is taken in whole, once, and with every rule of the ledger."""

import csv
import io
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from app.cycle.models import Cycle
from app.cycle.rules import Stage
from app.db.session import session, transaction
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.execution.models import MoneyEntry, Project, TableImport
from app.execution.queries.checking import check_ledgers
from app.execution.rules.importing import LEDGER_COLUMNS, PROJECT_COLUMNS, ImportState, Table
from app.execution.services import importing
from app.files.tables import csv_pieces
from app.observatory.queries.exports import DATASETS, rows_of
from app.people.models import Person
from app.people.rules import Role
from tests.conftest import NOW
from tests.factories import make_cycle, make_holder, make_place, make_resident

pytestmark = pytest.mark.slow

Row = dict[str, object]


def project_row(cycle: Cycle, **changes: object) -> Row:
    row: Row = dict.fromkeys(PROJECT_COLUMNS, "") | {
        "dong": cycle.place.slug, "year": 2026, "project": 7, "title": "꽃길 가꾸기", "kind": "commissioned",
        "source": "subsidy", "unit": "환경분과", "state": "running",
    }  # fmt: skip
    return row | changes


def line(cycle: Cycle, number: int, kind: str, won: int, **changes: object) -> Row:
    row: Row = dict.fromkeys(LEDGER_COLUMNS, "") | {
        "dong": cycle.place.slug, "year": 2026, "project": 7, "number": number, "kind": kind, "source": "subsidy",
        "year_of_account": 2026, "amount_won": won, "happened_on": "2026-05-01", "memo": "꽃모종", "approver": "구청",
    }  # fmt: skip
    return row | changes


def table(rows: list[Row], columns: tuple[str, ...] = LEDGER_COLUMNS) -> bytes:
    return b"".join(csv_pieces(columns, [[row[name] for name in columns] for row in rows]))  # type: ignore[misc]


def upload(cycle: Cycle, staff: Person, kind: Table, content: bytes) -> TableImport:
    with transaction():
        return importing.upload_table(cycle.place, kind, content, by=staff, at=NOW)


def take(row: TableImport, staff: Person) -> TableImport:
    with transaction():
        importing.ask_to_take(row.id, by=staff, at=NOW)
    session().refresh(row)
    return row


def take_projects(cycle: Cycle, staff: Person, *rows: Row) -> None:
    found = upload(cycle, staff, Table.PROJECTS, table(list(rows), PROJECT_COLUMNS))
    assert not found.report["problems"]
    assert take(found, staff).state is ImportState.TAKEN


def problems(row: TableImport) -> list[tuple[int, str]]:
    return [(each["line"], each["column"]) for each in row.report["problems"]]


def counted(model: type) -> int:
    return session().scalar(select(func.count()).select_from(model)) or 0


LEDGER: list[tuple[str, int, Row]] = [
    ("planned", 1_000_000, {}), ("changed", -100_000, {"memo": "=견적이 낮음"}), ("contracted", 800_000, {}),
    ("paid", 500_000, {}), ("correction", -500_000, {"corrects": 4}), ("paid", 450_000, {}), ("carried", 200_000, {}),
    ("returned", 200_000, {"year_of_account": 2027}),
]  # fmt: skip


def whole(cycle: Cycle) -> list[Row]:
    return [line(cycle, number, kind, won, **more) for number, (kind, won, more) in enumerate(LEDGER, start=1)]


def test_projects_and_their_ledgers_come_in_and_a_second_time_brings_nothing(cycle, staff):
    take_projects(cycle, staff, project_row(cycle), project_row(cycle, project=8, title="도시락 나누기"))
    found = upload(cycle, staff, Table.LEDGER, table(whole(cycle)))
    assert (found.report["new"], found.report["known"], found.report["problem_count"]) == (8, 0, 0)
    assert counted(MoneyEntry) == 0
    assert take(found, staff).state is ImportState.TAKEN
    assert found.content is None
    project = session().scalars(select(Project).where(Project.title == "꽃길 가꾸기")).one()
    session().refresh(project)
    assert (project.balance.planned_won, project.balance.paid_won, project.balance.left_won) == (
        900_000,
        450_000,
        250_000,
    )
    assert project.entries[1].memo == "=견적이 낮음"
    assert check_ledgers([project]).broken == []
    for kind, content in (
        (Table.LEDGER, table(whole(cycle))),
        (Table.PROJECTS, table([project_row(cycle)], PROJECT_COLUMNS)),
    ):
        again = upload(cycle, staff, kind, content)
        assert (again.report["new"], again.report["problem_count"]) == (0, 0)
        with pytest.raises(RuleViolation):
            take(again, staff)
    assert (counted(MoneyEntry), counted(Project)) == (8, 2)


def test_the_export_of_what_was_taken_in_is_known_here_line_by_line(cycle, staff):
    take_projects(cycle, staff, project_row(cycle))
    take(upload(cycle, staff, Table.LEDGER, table(whole(cycle))), staff)
    for kind, count in ((Table.PROJECTS, 1), (Table.LEDGER, 8)):
        dataset = DATASETS[kind.value]
        content = b"".join(csv_pieces(dataset.columns, rows_of(dataset, cycle.place)))
        report = upload(cycle, staff, kind, content).report
        assert (report["new"], report["known"], report["problem_count"]) == (0, count, 0)


def test_an_export_comes_into_another_installation_as_the_same_ledger(cycle, staff):
    take_projects(cycle, staff, project_row(cycle))
    take(upload(cycle, staff, Table.LEDGER, table(whole(cycle))), staff)
    other = make_cycle(make_place(), Stage.EXECUTION)
    clerk = make_holder(Role.DONG_STAFF, other.place)
    exported = {}
    for kind in Table:
        rows = rows_of(DATASETS[kind.value], cycle.place)
        exported[kind] = [
            dict(zip(DATASETS[kind.value].columns, row, strict=True)) | {"dong": other.place.slug} for row in rows
        ]
        take(upload(other, clerk, kind, table(exported[kind], DATASETS[kind.value].columns)), clerk)
    again = list(csv.DictReader(io.StringIO(b"".join(
        csv_pieces(LEDGER_COLUMNS, rows_of(DATASETS["ledger"], other.place))).decode("utf-8-sig"))))  # fmt: skip
    new = {"project", "entered_at", "parent_hash", "hash"}
    said = [
        {name: str(value or "") for name, value in row.items() if name not in new} for row in exported[Table.LEDGER]
    ]
    assert [{name: value.removeprefix("'") for name, value in row.items() if name not in new} for row in again] == said


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"dong": "elsewhere"}, "dong"),
        ({"year": "올해"}, "year"),
        ({"year": 2025}, "year"),
        ({"kind": "free"}, "kind"),
        ({"source": ""}, "source"),
        ({"title": "가"}, "title"),
        ({"began_at": "어제"}, "began_at"),
        ({"began_at": "2026-05-01T10:00:00"}, "began_at"),
        ({"state": "completed"}, "completed_at"),
        ({"state": "cancelled"}, "cancel_reason"),
        ({"where": "900101-1234568 앞"}, "where"),
    ],
)
def test_a_wrong_cell_of_a_project_is_named_and_nothing_comes_in(cycle, staff, change: Row, column: str):
    rows = [project_row(cycle, project=6, title="다른 사업"), project_row(cycle, **change)]
    found = upload(cycle, staff, Table.PROJECTS, table(rows, PROJECT_COLUMNS))
    assert (3, column) in problems(found)
    with pytest.raises(RuleViolation):
        take(found, staff)
    assert counted(Project) == 0


Change = Callable[[list[Row]], object]


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (lambda rows: rows[3].update(amount_won=900_000), (5, "amount_won")),
        (lambda rows: rows[2].update(amount_won=-1), (4, "amount_won")),
        (lambda rows: rows[7].update(amount_won=300_000), (9, "amount_won")),
        (lambda rows: rows[4].update(corrects=3), (6, "corrects")),
        (lambda rows: rows[4].update(corrects=""), (6, "corrects")),
        (lambda rows: rows[1].update(approver=""), (3, "approver")),
        (lambda rows: rows[5].update(number=9), (7, "number")),
        (lambda rows: rows[5].update(happened_on="2027-01-01"), (7, "happened_on")),
        (lambda rows: rows[5].update(year=2025), (7, "year")),
        (lambda rows: rows[5].update(project=99, number=1), (7, "project")),
        (lambda rows: rows[5].update(hash="x"), (7, "hash")),
        (lambda rows: rows[5].update(happened_on="5월 1일"), (7, "happened_on")),
    ],
)
def test_a_wrong_line_of_a_ledger_is_named_and_nothing_comes_in(cycle, staff, change: Change, wrong: tuple[int, str]):
    take_projects(cycle, staff, project_row(cycle))
    rows = whole(cycle)
    change(rows)
    found = upload(cycle, staff, Table.LEDGER, table(rows))
    assert wrong in problems(found)
    with pytest.raises(RuleViolation):
        take(found, staff)
    assert counted(MoneyEntry) == 0


def test_a_line_that_is_there_with_other_words_is_not_overwritten(cycle, staff):
    take_projects(cycle, staff, project_row(cycle))
    take(upload(cycle, staff, Table.LEDGER, table(whole(cycle))), staff)
    rows = whole(cycle)
    rows[0]["amount_won"] = 2_000_000
    assert problems(upload(cycle, staff, Table.LEDGER, table(rows))) == [(2, "number")]


def test_plans_of_projects_that_began_here_change_by_decision_only(cycle, staff, client):
    take_projects(cycle, staff, project_row(cycle))
    project = session().scalars(select(Project)).one()
    with transaction():
        project.once = "by hand"
    found = upload(cycle, staff, Table.LEDGER, table([line(cycle, 1, "planned", 5_000, project=project.id)]))
    assert problems(found) == [(2, "kind")]


def test_two_files_with_the_same_line_bring_it_once(cycle, staff):
    take_projects(cycle, staff, project_row(cycle))
    first, second = (upload(cycle, staff, Table.LEDGER, table(whole(cycle)[:3])) for _ in range(2))
    take(first, staff)
    take(second, staff)
    assert counted(MoneyEntry) == 3


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"a,b\n1,2\n", (",".join(LEDGER_COLUMNS) + "\n").encode(), b'"' + b"x" * 50]
)
def test_what_is_no_such_table_is_refused(cycle, staff, content: bytes):
    with pytest.raises(InvalidInput):
        upload(cycle, staff, Table.LEDGER, content)


def test_what_a_spreadsheet_makes_of_an_export_is_read_as_it_was_meant(cycle, staff):
    take_projects(cycle, staff, project_row(cycle))
    rows = whole(cycle)
    as_exported = table(rows).decode("utf-8-sig")
    saved = as_exported.replace(",1000000,", ',"1,000,000",').replace("0" * 64, "0").encode("cp949")
    found = upload(cycle, staff, Table.LEDGER, saved)
    assert (found.report["new"], found.report["problems"]) == (len(rows), [])
    assert found.report["sample"][0] == {
        "line": 2, "title": "꽃길 가꾸기", "kind": "planned", "amount_won": 1_000_000, "happened_on": "2026-05-01", "memo": "꽃모종",
    }  # fmt: skip
    assert take(found, staff).state is ImportState.TAKEN
    assert upload(cycle, staff, Table.LEDGER, table(rows)).report["known"] == len(rows)


def test_only_staff_upload_and_files_nobody_decides_about_are_forgotten(cycle, staff):
    content = table([project_row(cycle)], PROJECT_COLUMNS)
    with pytest.raises(NotAllowed):
        upload(cycle, make_resident(cycle.place), Table.PROJECTS, content)
    found = upload(cycle, staff, Table.PROJECTS, content)
    with transaction():
        importing.forget_old_tables(NOW + importing.KEPT_FOR)
    session().refresh(found)
    assert found.state is ImportState.READ
    with transaction():
        importing.forget_old_tables(NOW + 2 * importing.KEPT_FOR)
    session().refresh(found)
    assert (found.state, found.content) == (ImportState.DISCARDED, None)
