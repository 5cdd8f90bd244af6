"""Rules of opinion rounds."""

import itertools
import unicodedata
from datetime import timedelta

import pytest

from app.deliberation.rules import (
    ANSWERS_TO_SEE,
    REASON_NAMES,
    ROUND_MOVES,
    STATEMENT_MOVES,
    Answer,
    Reason,
    RoundState,
    StatementState,
    Visibility,
    hides_text,
    is_hard_to_understand,
    is_taking_answers,
    may_see_numbers,
    plain_text,
    read_numbers,
    require_conclusion,
    require_future,
    require_may_close,
    require_round_move,
    require_statement,
    require_statement_move,
    same_text,
    short_numbers,
)
from app.errors import InvalidInput, RuleViolation
from tests.conftest import NOW
from voting.opinions import Vote, VoteTable, agreement, count_votes


@pytest.mark.parametrize(("state", "to"), list(itertools.product(RoundState, RoundState)))
def test_a_round_moves_only_as_the_table_says(state: RoundState, to: RoundState):
    if to in ROUND_MOVES[state]:
        require_round_move(state, to)
    else:
        with pytest.raises(RuleViolation):
            require_round_move(state, to)


@pytest.mark.parametrize(("state", "to"), list(itertools.product(StatementState, StatementState)))
def test_a_statement_moves_only_as_the_table_says(state: StatementState, to: StatementState):
    if to in STATEMENT_MOVES[state]:
        require_statement_move(state, to)
    else:
        with pytest.raises(RuleViolation):
            require_statement_move(state, to)


def test_a_round_only_goes_forward():
    def reachable(state: RoundState) -> set[RoundState]:
        return set().union(*({to} | reachable(to) for to in ROUND_MOVES[state])) if ROUND_MOVES[state] else set()

    assert all(state not in reachable(state) for state in RoundState)


def test_every_reason_is_published_in_words():
    assert set(REASON_NAMES) == set(Reason)


@pytest.mark.parametrize(
    ("text", "is_taken"),
    [
        ("의자를 놓자", True),
        ("가" * 140, True),
        ("가" * 141, False),
        ("의자", False),
        ("의자를 놓을까요?", False),
        ("의자를 놓을까요？", False),
        ("의자를 놓을까요?.", False),
        ("“왜?”라는 물음에 답하는 안내판을 세우자.", True),
    ],
)
def test_a_statement_is_one_short_idea_and_no_question(text: str, is_taken: bool):
    if is_taken:
        require_statement(text)
    else:
        with pytest.raises(InvalidInput):
            require_statement(text)


def test_decomposed_letters_count_as_one_each_and_line_breaks_become_spaces():
    typed = unicodedata.normalize("NFD", "가" * 140)
    require_statement(plain_text(typed))
    assert plain_text(" 의자를\n\n 놓자 ") == "의자를 놓자"


def test_the_same_words_are_the_same_however_they_are_written():
    assert same_text("의자를 놓자.") == same_text(unicodedata.normalize("NFD", "의자를놓자!"))
    assert same_text("의자를 놓자") != same_text("의자를 놓지 말자")


@pytest.mark.parametrize("state", RoundState)
def test_answers_are_taken_while_open_and_not_an_instant_longer(state: RoundState):
    before, end = NOW - timedelta(microseconds=1), NOW
    assert is_taking_answers(state, closes_at=end, at=before) is (state is RoundState.OPEN)
    assert not is_taking_answers(state, closes_at=end, at=end)


@pytest.mark.parametrize(
    ("visibility", "state", "has_final_run", "answered"),
    list(itertools.product(Visibility, RoundState, [True, False], [0, 1, ANSWERS_TO_SEE - 1, ANSWERS_TO_SEE])),
)
def test_numbers_are_seen_exactly_when_promised(
    visibility: Visibility, state: RoundState, has_final_run: bool, answered: int
):
    seen = may_see_numbers(visibility, state, has_final_run=has_final_run, answered=answered, answerable=20)
    over = state in {RoundState.CLOSED, RoundState.CONCLUDED} and has_final_run
    running = state is RoundState.OPEN and (
        visibility is Visibility.OPEN or (visibility is Visibility.AFTER_ANSWERS and answered >= ANSWERS_TO_SEE)
    )
    assert seen is (over or running)


def test_whoever_answered_all_there_is_sees_the_numbers_though_it_is_little():
    for answered, answerable, seen in ((3, 3, True), (2, 3, False), (0, 0, False)):
        assert seen is may_see_numbers(
            Visibility.AFTER_ANSWERS, RoundState.OPEN, has_final_run=False, answered=answered, answerable=answerable
        )


def test_a_promised_period_is_kept_but_a_led_round_ends_with_its_meeting():
    require_may_close(is_led=True, closes_at=NOW, at=NOW - timedelta(days=1))
    require_may_close(is_led=False, closes_at=NOW, at=NOW)
    with pytest.raises(RuleViolation):
        require_may_close(is_led=False, closes_at=NOW, at=NOW - timedelta(seconds=1))
    with pytest.raises(InvalidInput):
        require_future(NOW, NOW)


def test_a_conclusion_says_something():
    require_conclusion("그늘 쉼터를 먼저 만들고, 등은 부서 검토를 거쳐 내년 계획에 담겠습니다.")
    for text in ("고맙습니다.", "가" * 4001):
        with pytest.raises(InvalidInput):
            require_conclusion(text)


def test_hard_to_understand_is_what_the_kernel_says():
    for passes, others in itertools.product(range(25), range(25)):
        votes = [(f"p{n}", 1, 0, n) for n in range(passes)] + [(f"a{n}", 1, 1, n) for n in range(others)]
        if not votes:
            continue
        table = VoteTable.from_events(votes)
        kernel = agreement(table, count_votes(table))[0].is_hard_to_understand()
        assert kernel is is_hard_to_understand(passes=passes, seen=passes + others)


def test_answers_have_the_kernel_s_signs():
    assert {answer.value for answer in Answer} == {vote.value for vote in Vote}
    assert (Answer.AGREE, Answer.UNSURE, Answer.WORRY) == (Vote.AGREE, Vote.PASS, Vote.DISAGREE)


def test_the_log_does_not_repeat_what_hurts():
    assert hides_text(Reason.INSULT)
    assert hides_text(Reason.PERSONAL)
    assert not hides_text(Reason.DUPLICATE)
    assert not hides_text(None)


@pytest.mark.parametrize("typed", ["1-3, 5", "1~3,5", "1 2 3 5", "１－３、５".replace("、", ","), "1-3번, 5번"])
def test_the_numbers_on_a_sheet_are_read_in_any_spelling(typed: str):
    assert read_numbers(typed, range(1, 9)) == [1, 2, 3, 5]


@pytest.mark.parametrize("typed", ["", ",", "x", "1-", "1-3-5", "2, 1-3", "0", "9", "5-2", "1-99999"])
def test_what_is_no_number_of_a_statement_is_refused(typed: str):
    with pytest.raises(InvalidInput) as refusal:
        read_numbers(typed, range(1, 9))
    assert refusal.value.field == "numbers"


@pytest.mark.parametrize("numbers", [[1], [1, 2, 3], [1, 2, 3, 5], [4, 2, 3, 9]])
def test_short_numbers_are_read_back_to_the_same(numbers: list[int]):
    assert read_numbers(short_numbers(numbers), range(1, 10)) == numbers
