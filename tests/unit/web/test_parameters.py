"""What a request says is clean before anything reads it."""

import pytest
from werkzeug.exceptions import RequestEntityTooLarge

from app.web import parameters
from app.web.languages import local_path
from app.web.parameters import GREATEST, Parameters, row_number

TEXTS = [
    ("마을\x00 쉼터", "마을 쉼터"),
    ("종\x07소리\x1b[31m", "종소리[31m"),
    ("반쪽\ud83d", "반쪽"),
    ("끝\uffff\ufffe\ufdd0", "끝"),
    ("줄\r\n바꿈\t칸", "줄\r\n바꿈\t칸"),
    ("한글 🌳 é", "한글 🌳 é"),
]


@pytest.mark.parametrize(("typed", "read"), TEXTS)
def test_letters_that_no_text_has_do_not_arrive(typed: str, read: str):
    fields = Parameters([("a", typed), ("a", typed), ("b", "-")])
    assert fields.getlist("a") == [read, read]
    assert fields["a"] == fields.get("a") == read
    assert fields.to_dict() == {"a": read, "b": "-"}


@pytest.mark.parametrize(
    ("typed", "read"),
    [("7", 7), ("-7", -7), (str(GREATEST), GREATEST), (str(GREATEST + 1), 0), ("9" * 20, 0), ("9" * 5000, 0), ("x", 0)],
)
def test_a_number_that_no_column_holds_is_none(typed: str, read: int):
    fields = Parameters([("page", typed)])
    assert fields.get("page", 0, type=int) == read
    assert fields.getlist("page", type=int) == ([read] if read else [])


@pytest.mark.parametrize(
    ("typed", "read"),
    [("7", 7), ("007", 7), (str(GREATEST + 1), None), ("9" * 5000, None), ("٣", None), ("²", None), ("-1", None), (" 1", None), ("", None), (None, None)],
)  # fmt: skip
def test_the_number_of_a_row_is_written_in_ordinary_digits(typed: str | None, read: int | None):
    assert row_number(typed) == read


def test_a_form_of_endless_fields_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(parameters, "MOST_FIELDS", 10)
    assert len(Parameters([(str(n), "") for n in range(10)])) == 10
    with pytest.raises(RequestEntityTooLarge):
        Parameters([(str(n), "") for n in range(11)])
    with pytest.raises(RequestEntityTooLarge):
        Parameters([("a", "")] * 11)


@pytest.mark.parametrize(
    "target", ["//[", "//evil[", "http://[", "//evil", "/\\evil", "https:evil", "\\\\evil", "/a\nb"]
)
def test_what_is_no_address_of_this_site_leads_to_its_beginning(target: str):
    assert local_path(target) == "/"
