"""The ballot as the ordinance wants it: what can be asked, and as which questions."""

from dataclasses import replace

import pytest

from app.assembly.rules.ballots import (
    MOST_SHUFFLED_ITEMS,
    BallotForm,
    BallotLine,
    ChoiceOrder,
    Preference,
    default_form,
    questions_of,
    require_form,
)
from app.errors import InvalidInput
from voting import HomomorphicQuestion, NonHomomorphicQuestion

LINES = [BallotLine(n, n, f"사업 {n}", n * 1_000_000, "환경" if n < 4 else "복지") for n in range(1, 6)]
CHOOSE = BallotForm(Preference.APPROVAL, at_most=3)


@pytest.mark.parametrize("preference", Preference)
def test_a_form_is_read_as_it_was_written(preference: Preference):
    form = BallotForm(preference, 3, 2, majority=True, order=ChoiceOrder.RANDOM, shuffled=True)
    assert BallotForm.from_json(form.to_json()) == form


@pytest.mark.parametrize("rule_needs", [False, True])
@pytest.mark.parametrize("preference", Preference)
def test_whole_ballots_are_opened_only_where_sums_do_not_suffice(preference: Preference, rule_needs: bool):
    shuffled = BallotForm(preference).carried(needs_ballots=rule_needs).shuffled
    if preference is Preference.NONE:
        assert not shuffled
    else:
        assert shuffled is (rule_needs or preference in {Preference.RANKING, Preference.KNAPSACK})


def test_the_usual_ballot_never_asks_for_more_than_there_is():
    assert default_form(LINES, 3).at_most == 3
    assert default_form(LINES[:2], 3).at_most == 2


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (replace(CHOOSE, at_most=0), "at_most"),
        (replace(CHOOSE, at_most=6), "at_most"),
        (BallotForm(Preference.RANKING, at_most=6, shuffled=True), "at_most"),
        (BallotForm(Preference.CATEGORIES, at_most=3), "at_most"),
        (BallotForm(Preference.POINTS, at_most=61, per_item=3), "at_most"),
        (BallotForm(Preference.POINTS, at_most=10, per_item=0), "per_item"),
        (BallotForm(Preference.POINTS, at_most=10, per_item=11), "per_item"),
        (BallotForm(Preference.POINTS, at_most=60, per_item=60), "per_item"),
        (BallotForm(Preference.NONE), "majority"),
    ],
)
def test_a_ballot_that_nobody_can_answer_is_refused(form: BallotForm, field: str):
    with pytest.raises(InvalidInput) as refused:
        require_form(form, LINES)
    assert refused.value.field == field


def test_categories_need_two_of_them():
    alike = [replace(line, category="환경") for line in LINES]
    with pytest.raises(InvalidInput):
        require_form(BallotForm(Preference.CATEGORIES, at_most=1), alike)
    require_form(BallotForm(Preference.CATEGORIES, at_most=2), LINES)


def test_a_shuffled_ballot_must_fit_into_one_element():
    many = [BallotLine(n, n, f"사업 {n}", 1) for n in range(1, MOST_SHUFFLED_ITEMS + 2)]
    require_form(BallotForm(Preference.KNAPSACK, shuffled=True), many[:-1])
    with pytest.raises(InvalidInput):
        require_form(BallotForm(Preference.KNAPSACK, shuffled=True), many)


def test_sums_are_asked_for_with_marks():
    (question,) = questions_of(CHOOSE, LINES)
    assert isinstance(question, HomomorphicQuestion)
    assert (question.minimum, question.maximum, len(question.answers)) == (0, 3, 5)

    both = questions_of(BallotForm(Preference.CATEGORIES, at_most=2), LINES)
    assert [question.answers for question in both] == [
        ("1. 사업 1", "2. 사업 2", "3. 사업 3"),
        ("4. 사업 4", "5. 사업 5"),
    ]

    (points,) = questions_of(BallotForm(Preference.POINTS, at_most=10, per_item=4), LINES)
    assert isinstance(points, HomomorphicQuestion)
    assert len(points.answers) == 20
    assert points.maximum == 10
    (few,) = questions_of(BallotForm(Preference.POINTS, at_most=10, per_item=1), LINES[:2])
    assert isinstance(few, HomomorphicQuestion)
    assert few.maximum == 2, "no more points than there are places for them"


@pytest.mark.parametrize("preference", [each for each in Preference if each is not Preference.NONE])
def test_whole_ballots_are_one_question_with_a_number_per_item(preference: Preference):
    (question,) = questions_of(BallotForm(preference, at_most=2, per_item=2, shuffled=True), LINES)
    assert isinstance(question, NonHomomorphicQuestion)
    assert question.answers == tuple(line.label for line in LINES)


def test_a_majority_asks_every_item_after_the_preference():
    questions = questions_of(replace(CHOOSE, majority=True), LINES)
    assert len(questions) == 6
    for line, question in zip(LINES, questions[1:], strict=True):
        assert isinstance(question, HomomorphicQuestion)
        assert line.label in question.question
        assert question.answers == ("찬성", "반대")
        assert (question.minimum, question.maximum, question.blank) == (1, 1, True)
    assert len(questions_of(BallotForm(Preference.NONE, majority=True), LINES)) == 5
