"""Answering: the last word counts, exactly once, and the counters equal the words."""

import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from app.db.session import session, transaction
from app.deliberation.models import AnswerEvent, OpinionRound, Participant, Statement, StatementAnswer
from app.deliberation.queries import rounds
from app.deliberation.rules import Access, Answer
from app.deliberation.services import answering, live, taking_part
from app.deliberation.voice import Voice
from app.errors import NotAllowed, NotFound, RuleViolation, SignInRequired
from app.people.models import Verification
from app.people.rules import VerificationMethod
from tests.at_once import at_once
from tests.conftest import NOW
from tests.factories import make_person, make_resident
from tests.factories_rounds import device, make_round, member_of, say, statements_of


def words(found: OpinionRound) -> Counter[tuple[int, int]]:
    """Count the last words by statement number and value."""
    session().rollback()
    rows = (
        session()
        .query(Statement.number, StatementAnswer.value)
        .join(StatementAnswer, StatementAnswer.statement_id == Statement.id)
        .filter(Statement.round_id == found.id)
    )
    return Counter((number, value) for number, value in rows)


def require_counters_equal_words(found: OpinionRound) -> None:
    counted = words(found)
    for statement in statements_of(found):
        assert (statement.agree, statement.unsure, statement.worry) == tuple(
            counted[statement.number, value] for value in (1, 0, -1)
        )


def test_the_last_word_counts_and_every_word_is_kept(app: Flask):
    found = make_round()
    me = device("a")
    for answer in (Answer.AGREE, Answer.WORRY, Answer.UNSURE, Answer.UNSURE, Answer.AGREE):
        say(found, 1, answer, me)
    assert words(found) == Counter({(1, 1): 1})
    assert [event.value for event in session().query(AnswerEvent).order_by(AnswerEvent.id)] == [1, -1, 0, 1]
    require_counters_equal_words(found)


def test_a_device_is_one_participant_and_another_device_another(app: Flask):
    found = make_round()
    for me in (device("a"), device("a"), device("b")):
        say(found, 1, Answer.AGREE, me)
    assert session().query(Participant).count() == 2
    assert words(found) == Counter({(1, 1): 2})


def test_a_device_in_two_rounds_cannot_be_joined(app: Flask):
    first, second = make_round(), make_round()
    say(first, 1, Answer.AGREE, device("a"))
    say(second, 1, Answer.AGREE, device("a"))
    indexes = {participant.device_index for participant in session().query(Participant)}
    assert len(indexes) == 2
    assert all(b"device-a" not in (index or b"") for index in indexes)


def test_a_browser_that_keeps_no_cookie_cannot_answer_over_and_over(app: Flask):
    found = make_round()
    with pytest.raises(NotAllowed):
        say(found, 1, Answer.AGREE, Voice(address="203.0.113.7"))
    session().rollback()
    assert session().query(Participant).count() == 0


def test_machines_that_invent_devices_are_slowed_down(app: Flask, monkeypatch: pytest.MonkeyPatch):
    few = replace(taking_part.NEW_DEVICE_FROM_ADDRESS, most=6)
    monkeypatch.setattr(taking_part, "NEW_DEVICE_FROM_ADDRESS", few)
    found = make_round()
    statement = statements_of(found)[0]
    taken = 0
    for number in range(9):
        try:
            with transaction():
                answering.answer(found.id, statement.id, Answer.AGREE, voice=device(number), at=NOW)
            taken += 1
        except RuleViolation:
            continue
    assert taken == 6
    say(found, 1, Answer.WORRY, device(0))  # who is in already goes on
    require_counters_equal_words(found)


def test_a_device_that_changes_its_mind_without_end_is_slowed_down(app: Flask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(answering, "CHANGES_OF_DEVICE", replace(taking_part.CHANGES_OF_DEVICE, most=3))
    found = make_round()
    say(found, 1, Answer.AGREE, device("a"))
    for answer in (Answer.WORRY, Answer.AGREE, Answer.WORRY):
        say(found, 1, answer, device("a"))
    with pytest.raises(RuleViolation):
        say(found, 1, Answer.AGREE, device("a"))
    session().rollback()
    say(found, 1, Answer.WORRY, device("a"))  # the same word again is no change
    say(found, 2, Answer.AGREE, device("a"))  # nor is a first word
    assert session().query(AnswerEvent).count() == 5
    require_counters_equal_words(found)


@pytest.mark.slow
@pytest.mark.parametrize("access", Access)
def test_a_round_admits_whom_it_says(app: Flask, access: Access):
    found = make_round(access=access)
    resident, other = make_resident(found.place), make_person()
    admitted = []
    for name, voice in (("guest", device("a")), ("account", Voice(other)), ("resident", Voice(resident))):
        try:
            say(found, 1, Answer.AGREE, voice)
            admitted.append(name)
        except SignInRequired:
            assert name == "guest"
            session().rollback()
        except NotAllowed:
            assert (name, access) == ("account", Access.RESIDENTS) or (name, access) == ("guest", Access.RESIDENTS)
            session().rollback()
    expected = {Access.ANYONE: 3, Access.ACCOUNT: 2, Access.RESIDENTS: 1}[access]
    assert len(admitted) == expected


def test_verified_residents_are_counted_once_more_apart(app: Flask):
    found = make_round()
    say(found, 1, Answer.AGREE, Voice(make_resident(found.place)))
    say(found, 1, Answer.WORRY, Voice(make_person()))
    say(found, 1, Answer.AGREE, device("a"))
    one = statements_of(found)[0]
    assert (one.agree, one.worry, one.verified_agree, one.verified_worry) == (2, 1, 1, 0)


def test_who_is_verified_later_is_counted_from_then_on_with_everything_said(app: Flask):
    found = make_round()
    person = make_person()
    say(found, 1, Answer.AGREE, Voice(person))
    with transaction() as current:
        current.add(
            Verification(person_id=person.id, place_id=found.place_id, method=VerificationMethod.ROLL, verified_at=NOW)
        )
    session().refresh(person)
    say(found, 2, Answer.WORRY, Voice(person))
    say(found, 1, Answer.WORRY, Voice(person))
    one, two, _ = statements_of(found)
    assert (one.verified_agree, one.verified_worry, one.agree, one.worry) == (0, 1, 0, 1)
    assert (two.verified_worry, two.worry) == (1, 1)


def test_what_was_said_without_an_account_becomes_the_person_s(app: Flask):
    found = make_round()
    person = make_resident(found.place)
    say(found, 1, Answer.AGREE, device("a"))
    say(found, 2, Answer.AGREE, Voice(person, device="device-a"))
    assert session().query(Participant).count() == 1
    one = statements_of(found)[0]
    assert (one.agree, one.verified_agree) == (1, 1)
    with pytest.raises(SignInRequired):
        say(found, 1, Answer.WORRY, device("a"))
    session().rollback()
    assert rounds.participant_of(found, device("a")) is None
    assert rounds.is_claimed_device(found, device("a"))


def test_nothing_is_answered_before_after_or_elsewhere(app: Flask):
    draft, found, other = make_round(is_open=False), make_round(), make_round()
    with pytest.raises(RuleViolation):
        say(draft, 1, Answer.AGREE, device("a"))
    session().rollback()
    say(found, 1, Answer.AGREE, device("a"), at=found.closes_at - timedelta(microseconds=1))
    with pytest.raises(RuleViolation):
        say(found, 1, Answer.WORRY, device("a"), at=found.closes_at)
    session().rollback()
    elsewhere = statements_of(other)[0].id
    with pytest.raises(NotFound), transaction():
        answering.answer(found.id, elsewhere, Answer.AGREE, voice=device("a"), at=NOW)


def test_two_devices_and_double_taps_leave_exactly_one_last_word_each(app: Flask):
    found = make_round()
    round_id, statement_id = found.id, statements_of(found)[0].id
    person = make_resident(found.place)
    person_id = person.id
    session().close()

    def tap(voice: Callable[[], Voice], answer: Answer) -> Callable[[], None]:
        return lambda: answering.answer(round_id, statement_id, answer, voice=voice(), at=NOW)

    def me() -> Voice:
        return Voice(session().get(type(person), person_id))

    answers = [Answer.AGREE, Answer.WORRY, Answer.UNSURE, Answer.AGREE]
    acts = [tap(me, answer) for answer in answers] + [
        tap(lambda name=name: device(name), answer)  # type: ignore[misc]
        for name, answer in itertools.product("ab", (Answer.AGREE, Answer.WORRY))
    ]
    assert at_once(app, *acts) == []
    found = session().get_one(OpinionRound, round_id)
    assert session().query(Participant).count() == 3
    assert sum(words(found).values()) == 3
    require_counters_equal_words(found)
    one = statements_of(found)[0]
    assert one.verified_agree + one.verified_unsure + one.verified_worry == 1


def test_an_answer_taken_back_leaves_nothing_but_its_trace(app: Flask):
    found = make_round()
    me, other = Voice(make_resident(found.place)), device("a")
    first = statements_of(found)[0].id
    for voice in (me, other):
        say(found, 1, Answer.AGREE, voice)
    for _ in range(2):
        with transaction():
            answering.take_back(found.id, first, voice=me, at=NOW)
    require_counters_equal_words(found)
    one = statements_of(found)[0]
    assert (one.seen, one.verified_agree) == (1, 0)
    assert [event.value for event in session().query(AnswerEvent).order_by(AnswerEvent.id)] == [1, 1, None]
    say(found, 1, Answer.WORRY, me)
    require_counters_equal_words(found)
    with transaction():
        assert answering.take_back(found.id, first, voice=device("stranger"), at=NOW) is None
    assert session().query(Participant).count() == 2


def test_what_was_said_to_a_closed_statement_stays(app: Flask):
    found = make_round(is_led=True)
    member, statement_id = member_of(found), statements_of(found)[0].id
    with transaction():
        live.open_statement(statement_id, by=member, at=NOW)
    say(found, 1, Answer.AGREE, device("a"))
    with transaction():
        live.close_statement(statement_id, by=member, at=NOW)
    with pytest.raises(RuleViolation), transaction():
        answering.take_back(found.id, statement_id, voice=device("a"), at=NOW)
    assert statements_of(found)[0].agree == 1
