"""How codes and sheets of paper are read."""

import pytest

from app.deliberation.rules import Answer, read_sheets
from app.discussion.codes import fresh_code
from app.discussion.rules.live import CODE_LENGTH, CODE_LETTERS, normal_code
from app.errors import InvalidInput


@pytest.mark.parametrize("typed", ["acd efh", "ACD-EFH", " acdefh ", "ＡＣＤＥＦＨ"])
def test_a_code_is_read_in_any_spelling(typed: str):
    assert normal_code(typed) == "ACDEFH"


def test_codes_have_no_letters_that_are_taken_for_others():
    code = fresh_code()
    assert len(code) == CODE_LENGTH
    assert set(code) <= set(CODE_LETTERS)
    assert not set("01OIQ5SUZGB9") & set(CODE_LETTERS) - {"5"}
    assert len({fresh_code() for _ in range(50)}) == 50


def test_a_sheet_is_read_mark_by_mark():
    agree, worry, unsure = Answer.AGREE, Answer.WORRY, Answer.UNSURE
    assert read_sheets("o x ?\n\nㅇ, ., -\nＯＸ？", [3, 5, 8]) == [
        {3: agree, 5: worry, 8: unsure},
        {3: agree, 8: worry},
        {3: agree, 5: worry, 8: unsure},
    ]
    assert read_sheets("...", [1, 2, 3]) == [{}]


@pytest.mark.parametrize("typed", ["", "\n \n", "ox", "oxo?", "oza", "o\n" * 201])
def test_what_is_no_sheet_is_refused_with_its_line(typed: str):
    with pytest.raises(InvalidInput) as refusal:
        read_sheets(typed, [1] if typed.startswith("o\n") else [1, 2, 3])
    assert refusal.value.field == "sheets"
