"""What is out of bounds, what may be moved where, and how figures add up."""

import io
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from openpyxl import load_workbook

from app.errors import InvalidInput, RuleViolation
from app.files import tables
from app.files.tables import csv_pieces, xlsx_pieces
from app.observatory.rules import (
    CHECKLIST,
    FINDING_MOVES,
    AlertKind,
    Figures,
    FindingState,
    Limits,
    Mark,
    breaches,
    require_checked,
    require_move,
)

TODAY = date(2026, 7, 1)
LIMITS = Limits(
    stage_late_days=14, turnout_share=Fraction(1, 200), late_projects=2, silent_projects=2, paid_share=Fraction(3, 5),
    sex_max_share=Fraction(3, 5),
)  # fmt: skip
FINE = Figures(
    dongs=1, population=20_000, assemblies=1, electors=18_000, voters=100, late=1, silent=1, planned_won=100, paid_won=60,
    women=15, men=15,
)  # fmt: skip


def kinds(
    found: Figures, *, late_days: int = 0, in_evaluation: bool = True, limits: Limits = LIMITS
) -> list[AlertKind]:
    closes = TODAY - timedelta(days=late_days)
    return [
        each.kind for each in breaches(found, limits, stage_closes_on=closes, in_evaluation=in_evaluation, today=TODAY)
    ]


def test_a_year_within_its_bounds_raises_nothing():
    assert kinds(FINE, late_days=14) == []


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        (replace(FINE, voters=99), AlertKind.TURNOUT_LOW),
        (replace(FINE, late=2), AlertKind.PROJECTS_LATE),
        (replace(FINE, silent=2), AlertKind.PROJECTS_SILENT),
        (replace(FINE, paid_won=59), AlertKind.PAID_LOW),
        (replace(FINE, women=19, men=11), AlertKind.ONE_SEX),
    ],
)
def test_one_step_past_a_threshold_raises_exactly_its_alert(found: Figures, kind: AlertKind):
    assert kinds(found) == [kind]


def test_a_stage_is_late_the_day_after_its_grace():
    assert kinds(FINE, late_days=15) == [AlertKind.STAGE_LATE]


def test_money_is_asked_after_in_the_evaluation_only():
    assert kinds(replace(FINE, paid_won=0), in_evaluation=False) == []


def test_a_limit_of_no_projects_is_never_called_out():
    silent = replace(LIMITS, late_projects=0, silent_projects=0)
    assert kinds(replace(FINE, late=40, silent=40), limits=silent) == []


def test_an_uncounted_assembly_is_no_low_turnout():
    assert kinds(replace(FINE, assemblies=0, electors=0, voters=0)) == []


def test_without_a_whole_there_is_no_share():
    assert (
        Figures().turnout is Figures().adopted_share is Figures().paid_share is Figures().proposals_per_thousand is None
    )


@pytest.mark.parametrize("state", list(FindingState))
@pytest.mark.parametrize("to", list(FindingState))
def test_a_finding_moves_as_the_table_says(state: FindingState, to: FindingState):
    if to in FINDING_MOVES[state]:
        require_move(state, to)
    else:
        with pytest.raises(RuleViolation):
            require_move(state, to)


def test_a_list_with_a_question_left_out_is_refused():
    marks = dict.fromkeys(CHECKLIST, Mark.GOOD.value)
    require_checked(marks)
    for question in CHECKLIST:
        with pytest.raises(InvalidInput) as refused:
            require_checked({**marks, question: "perhaps"})
        assert refused.value.field == question


def test_a_workbook_written_in_pieces_reads_back_as_it_was():
    rows = [["한글 & <꺾쇠>", 10_000_000_000, None], ["=1+1", -5, "\x07삑"]]
    book = load_workbook(io.BytesIO(b"".join(xlsx_pieces(["이름", "금액", "말"], rows))))
    assert [list(row) for row in book["1"].iter_rows(values_only=True)] == [
        ["이름", "금액", "말"],
        ["한글 & <꺾쇠>", 10_000_000_000, None],
        ["=1+1", -5, "삑"],
    ]
    assert book["1"]["A3"].data_type != "f"


def test_a_workbook_names_its_sheet_keeps_its_head_in_sight_and_shows_whole_names():
    sheet = load_workbook(io.BytesIO(b"".join(xlsx_pieces(["document_sha256"], [["x"]], name="ledger"))))["ledger"]
    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["A"].width > len("document_sha256")


def test_a_sheet_that_is_full_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tables, "MAX_ROWS", 3)
    content = b"".join(xlsx_pieces(["n"], [[n] for n in range(5)]))
    book = load_workbook(io.BytesIO(content))
    assert [[cell for (cell,) in sheet.iter_rows(values_only=True)] for sheet in book] == [
        ["n", 0, 1],
        ["n", 2, 3],
        ["n", 4],
    ]
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None


@pytest.mark.parametrize("write", [csv_pieces, xlsx_pieces])
def test_a_large_table_leaves_in_pieces_before_it_is_read_to_its_end(write):
    read = 0

    def rows():
        nonlocal read
        for n in range(200_000):
            read += 1
            yield [n, f"{n * 7919 % 1_000_003:x}" * 6]

    pieces = write(["n", "text"], rows())
    first = next(pieces)
    assert read < 20_000
    assert len(first) < 8 * tables.PIECE


def test_a_table_without_rows_is_still_a_table():
    assert b"".join(csv_pieces(["a", "b"], [])).decode() == "\ufeffa,b\r\n"
    assert load_workbook(io.BytesIO(b"".join(xlsx_pieces(["a"], []))))["1"]["A1"].value == "a"
