"""Answers go their steps, traces of people are found, copies are told from words of one's own."""

import itertools
from datetime import timedelta
from fractions import Fraction
from time import perf_counter

import pytest

from app.errors import InvalidInput, RuleViolation
from app.inspection.comparing import Kind, compare, pieces, substantial
from app.inspection.rules import (
    ANSWER_MOVES,
    AnswerState,
    fingerprint,
    identical,
    masked,
    personal_traces,
    require_answer_move,
    require_longer,
)
from app.plan.rules import FundSource, ItemText
from tests.conftest import NOW


@pytest.mark.parametrize(("state", "to"), list(itertools.product(AnswerState, AnswerState)))
def test_an_answer_takes_the_steps_of_the_table_and_no_others(state, to):
    if to in ANSWER_MOVES[state]:
        require_answer_move(state, to)
    else:
        with pytest.raises(RuleViolation):
            require_answer_move(state, to)


@pytest.mark.parametrize(
    "trace", ["010-1234-5678", "01012345678", "02-123-4567", "hong@example.kr", "101동 1203호", "110-234-567890"]
)
def test_what_looks_like_personal_data_is_found_and_masked(trace):
    text = f"연락은 {trace} 로 주세요. 3천만원은 너무 큽니다."
    assert trace in personal_traces(text)
    assert trace not in masked(text)
    assert "3천만원" in masked(text)


@pytest.mark.parametrize("text", ["2026년 7월 1일에 열어 주세요.", "30,000,000원은 큽니다.", "1번과 2번을 바꿔요."])
def test_ordinary_numbers_are_no_personal_data(text):
    assert personal_traces(text) == []
    assert masked(text) == text


def test_copies_differ_in_signs_and_spaces_only():
    assert fingerprint("버스가 닿는 곳!\n열어 주세요.") == fingerprint("버스가  닿는 곳 열어주세요")
    assert fingerprint("버스가 닿는 곳") != fingerprint("버스가 안 닿는 곳")


def test_copies_about_other_sections_are_not_the_same():
    said = [(1, 1, "열어 주세요."), (2, 1, "열어주세요"), (3, 2, "열어 주세요."), (4, None, "다른 말입니다.")]
    assert identical(said) == [[1, 2]]


@pytest.mark.parametrize(("days", "reason"), [(0, "더 듣기로 했습니다."), (-1, "더 듣기로 했습니다."), (1, "더")])
def test_an_inspection_is_prolonged_forward_with_a_reason(days, reason):
    with pytest.raises(InvalidInput):
        require_longer(NOW, to=NOW + timedelta(days=days), reason=reason)
    require_longer(NOW, to=NOW + timedelta(days=1), reason="더 듣기로 했습니다.")


def text(number: int, item: int, body: str = "꽃을 심습니다.", cost: int = 1_000_000) -> ItemText:
    return ItemText(number, item, f"사업 {item}", body, cost, FundSource.OTHER, "분과", None)


def test_a_comparison_gives_both_texts_back():
    before, after = "봄에 꽃을 심고\n모두 돌봅니다.", "6월에 꽃을 심고\n모두 함께 돌봅니다."
    found = pieces(before, after)
    assert "".join(p.text for p in found if p.kind is not Kind.ADDED) == before
    assert "".join(p.text for p in found if p.kind is not Kind.REMOVED) == after


def test_sections_are_followed_by_their_item_not_by_their_number():
    changes = compare([text(1, 7), text(2, 8), text(3, 9)], [text(1, 8, "다르게 합니다."), text(2, 9), text(3, 10)])
    assert [(c.kind, c.item_id, c.old, c.new) for c in changes] == [
        (Kind.REMOVED, 7, 1, None),
        (Kind.CHANGED, 8, 2, 1),
        (Kind.SAME, 9, 3, 2),
        (Kind.ADDED, 10, None, 3),
    ]


@pytest.mark.parametrize(
    ("cost", "is_much"), [(1_200_000, False), (1_200_001, True), (799_999, True), (800_000, False)]
)
def test_a_change_is_substantial_beyond_the_share(cost, is_much):
    changes = compare([text(1, 7)], [text(1, 7, cost=cost)])
    assert bool(substantial(changes, share=Fraction(1, 5))) is is_much


def test_a_section_that_comes_or_goes_is_substantial():
    changes = compare([text(1, 7)], [text(1, 8)])
    assert len(substantial(changes, share=Fraction(1))) == 2


@pytest.mark.parametrize("letter", ["a", "0", "가", "a.", "1-"])
def test_an_opinion_is_searched_in_no_time_however_it_is_written(letter: str):
    """The clerk's list searches every opinion: one that takes a second each time would close the page for good."""
    began = perf_counter()
    personal_traces(letter * 20_000)
    assert perf_counter() - began < 1


def test_an_address_of_mail_is_found_wherever_it_begins():
    assert personal_traces("답은 minji+k@example.co.kr로, 또는(a.b@c.kr)") == ["minji+k@example.co.kr로", "a.b@c.kr"]
