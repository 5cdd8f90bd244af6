"""What the kernel is given, what is stored of it, and what the next card follows from it."""

import itertools
from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask

from app.db.session import session, transaction
from app.deliberation.models import OpinionRound, Participant, RoundRun, StatementAnswer
from app.deliberation.queries import cards, exports, results, rounds, signposts
from app.deliberation.rules import Answer, Reason, RoundState, StatementState, Visibility
from app.deliberation.services import analysing, closing, live, moderating, stating
from app.deliberation.voice import Voice
from app.errors import InvalidInput, NotAllowed, RuleViolation
from app.people.models import Verification
from app.people.rules import Role
from app.people.services.account import close as close_account
from app.record.queries import chain
from app.record.rules import verify_chain
from tests.conftest import NOW
from tests.factories import make_holder, make_person, make_resident
from tests.factories_rounds import add, answer_many, device, make_round, member_of, say, statements_of
from voting.opinions import VoteTable, analyse, draw_statement

pytestmark = pytest.mark.usefixtures("_no_jobs")
SEEDS = [f"골목 {n}곳에 나무를 심자." for n in range(1, 13)]


def camps(found: OpinionRound, sizes: tuple[int, int] = (20, 20), *, statements: int = 12) -> None:
    """Let two camps answer: the first half of the statements unites them, the second divides them without a doubt."""
    answer_many(
        found,
        [
            {
                number: Answer.AGREE if number <= statements // 2 or index < sizes[0] else Answer.WORRY
                for number in range(1, statements + 1)
            }
            for index in range(sum(sizes))
        ],
    )


def run_live(found: OpinionRound) -> RoundRun:
    given = analysing.read_live(found.id)
    analysis = analysing.compute(given)
    with transaction():
        analysing.store_live(found.id, given, analysis, at=NOW)
    return session().get_one(RoundRun, (found.id, False))


def run_final(found: OpinionRound) -> RoundRun:
    with transaction():
        closing.close_due_rounds(found.closes_at)
    with transaction():
        analysing.prepare_final(found.id, at=found.closes_at)
    given = analysing.read_final(found.id)
    analysis = analysing.compute(given)
    with transaction():
        analysing.store_final(found.id, given, analysis, at=found.closes_at)
    return session().get_one(RoundRun, (found.id, True))


@pytest.fixture
def _no_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.jobs.services.push_jobs", lambda ids: None)


@pytest.mark.slow
def test_groups_are_shown_where_the_gate_opens_and_each_sees_only_their_own_place(app: Flask):
    found = make_round(seeds=SEEDS, visibility=Visibility.OPEN)
    camps(found)
    run = run_live(found)
    me = session().query(Participant).order_by(Participant.id).first()
    shown = results.results_of(found, run, me)
    assert sorted(group.size for group in shown.groups) == [20, 20]
    assert shown.own is not None
    assert results.results_of(found, run, None).own is None
    other = session().query(Participant).order_by(Participant.id.desc()).first()
    theirs = results.results_of(found, run, other).own
    assert theirs is not None
    assert theirs.group != shown.own.group
    assert all(each.is_nearly_all for each in shown.together)
    assert {each.statement.number for each in shown.together} == set(range(1, 7))
    assert {each.statement.number for each in shown.divided} == set(range(7, 13))
    assert {each.least_percent for each in shown.together} == {90}
    assert "members" not in str(run.view)


@pytest.mark.slow
def test_a_village_of_one_mind_gets_a_sentence_instead_of_groups(app: Flask):
    found = make_round(seeds=SEEDS, visibility=Visibility.OPEN)
    camps(found, (12, 0))
    run = run_live(found)
    shown = results.results_of(found, run, session().query(Participant).first())
    assert not shown.groups
    assert shown.own is None
    assert (results.REFUSALS[results.Refusal.TOO_FEW_PEOPLE], {"n": 12}) in shown.why_no_groups
    assert run.positions == {}


@pytest.mark.slow
def test_the_final_run_is_frozen_once_and_says_what_the_public_file_gives(app: Flask):
    found = make_round(seeds=SEEDS)
    camps(found, (8, 7))
    first = run_final(found)
    digest, numbers = first.sha256, {row.id: row.public_number for row in session().query(Participant)}
    again = run_final(found)
    assert (again.sha256, {row.id: row.public_number for row in session().query(Participant)}) == (digest, numbers)
    assert sorted(number for number in numbers.values() if number) == list(range(1, 16))
    frozen = [entry for entry, _hash in chain(found.place) if entry.act == "deliberation.frozen"]
    assert [entry.document_hash for entry in frozen] == [digest]
    assert verify_chain(chain(found.place))
    votes = exports.file_of(found, "votes.csv", url="x").decode().splitlines()
    assert len(votes) == 1 + 15 * 12
    assert found.state is RoundState.CLOSED


@pytest.mark.slow
def test_what_is_taken_down_leaves_the_analysis_but_not_the_public_count_of_answers(app: Flask):
    found = make_round(seeds=SEEDS)
    camps(found, (6, 6))
    row = statements_of(found)[0]
    with transaction():
        moderating.reject(row.id, reason=Reason.OFF_TOPIC, note="", version=row.version, by=member_of(found), at=NOW)
    run = run_final(found)
    assert "1" not in run.view["statements"]
    assert "1" not in run.priorities
    assert exports.file_of(found, "votes.csv", url="x").decode().count(",1,") >= 12


def test_a_withdrawn_verification_is_not_counted_in_the_end(app: Flask):
    found = make_round()
    stays, leaves = make_resident(found.place), make_resident(found.place)
    for person in (stays, leaves):
        say(found, 1, Answer.AGREE, Voice(person))
    assert statements_of(found)[0].verified_agree == 2
    with transaction() as current:
        current.query(Verification).filter_by(person_id=leaves.id).delete()
    session().expire_all()
    run = run_final(found)
    assert (run.participants, run.verified) == (2, 1)
    one = statements_of(found)[0]
    assert (one.agree, one.verified_agree) == (2, 1)


@pytest.mark.slow
def test_cards_come_seeds_first_and_then_as_the_kernel_weighs_them(app: Flask):
    found = make_round(visibility=Visibility.OPEN)
    me = device("me")
    texts = [f"{word} 곁에 쉬는 자리를 만들자." for word in ("냇물", "학교", "시장", "도서관")]
    for text in texts:
        made = add(found, text, device(text))
        with transaction():
            moderating.publish(made.id, version=made.version, by=member_of(found), at=NOW)
    # The fourth divides, the fifth is liked, the sixth is not understood, the seventh is new.
    sheet = dict.fromkeys((1, 2, 3, 5), Answer.AGREE) | {6: Answer.UNSURE}
    answer_many(found, [sheet | {4: Answer.AGREE if index % 2 else Answer.WORRY} for index in range(12)])
    run_live(found)
    fresh = rounds.visible_round(found.place, found.id, None, NOW)
    first = Counter(_drawn(fresh, None, trial) for trial in range(200))
    assert set(first) == {1, 2, 3}
    for number in (1, 2, 3):
        say(found, number, Answer.AGREE, me)
    participant = rounds.participant_of(fresh, me)
    drawn = Counter(_drawn(fresh, participant, trial) for trial in range(2000))
    weights = cards.priorities_of(fresh)
    total = sum(weights.get(number, 1.0) for number in (4, 5, 6, 7))
    for number in (4, 5, 6, 7):
        expected = 2000 * weights.get(number, 1.0) / total
        assert abs(drawn[number] - expected) < 5 * (expected**0.5 + 1)
    assert drawn[7] > drawn[6]


def _drawn(found: OpinionRound, participant: Participant | None, trial: int) -> int:
    card = cards.deck(found, participant, chance=f"visitor {trial}".encode()).card
    assert card is not None
    return card.number


def test_every_visitor_sees_every_statement_once_and_then_none(app: Flask):
    found = make_round(seeds=SEEDS)
    me, seen = device("a"), []
    for _ in SEEDS:
        deck = cards.deck(found, rounds.participant_of(found, me), chance=b"me")
        assert deck.card is not None
        seen.append(deck.card.number)
        say(found, deck.card.number, Answer.AGREE, me)
    assert sorted(seen) == list(range(1, 13))
    assert seen != sorted(seen)
    done = cards.deck(found, rounds.participant_of(found, me), chance=b"me")
    assert (done.card, done.answered, done.total) == (None, 12, 12)


def test_the_kernel_draws_what_the_page_draws():
    weights = {1: 4.0, 2: 1.0}
    counted = Counter(draw_statement([1, 2], weights, uniform=n / 1000) for n in range(1000))
    assert counted == {1: 800, 2: 200}


def test_a_led_round_takes_answers_only_to_what_the_facilitator_opens(app: Flask):
    found = make_round(is_led=True)
    member = member_of(found)
    one = statements_of(found)[0]
    with pytest.raises(RuleViolation):
        say(found, 1, Answer.AGREE, device("a"))
    session().rollback()
    for stranger in (make_resident(found.place), make_holder(Role.COUNCIL_MEMBER, make_round().place)):
        with pytest.raises(NotAllowed), transaction():
            live.open_statement(one.id, by=stranger, at=NOW)
    for _ in range(2):
        with transaction():
            live.open_statement(one.id, by=member, at=NOW)
    say(found, 1, Answer.AGREE, device("a"))
    with transaction():
        live.close_statement(one.id, by=member, at=NOW)
    with pytest.raises(RuleViolation):
        say(found, 1, Answer.WORRY, device("a"))
    session().rollback()
    with transaction():
        closing.close_round(found.id, by=member, at=NOW + timedelta(hours=2))
    assert statements_of(found)[0].agree == 1


def test_sheets_of_paper_are_entered_once_and_never_counted_as_verified(app: Flask):
    found = make_round()
    member = member_of(found)
    sheets = [{1: Answer.AGREE, 2: Answer.WORRY}, {}, {1: Answer.AGREE, 3: Answer.UNSURE}]
    with transaction():
        assert live.enter_sheets(found.id, sheets, once="k", by=member, at=NOW) == 2
    with transaction():
        assert live.enter_sheets(found.id, sheets, once="k", by=member, at=NOW) == 0
    with pytest.raises(InvalidInput), transaction():
        live.enter_sheets(found.id, [{9: Answer.AGREE}], once="l", by=member, at=NOW)
    stranger = make_person()
    with pytest.raises(NotAllowed), transaction():
        live.enter_sheets(found.id, sheets, once="m", by=stranger, at=NOW)
    one, two, three = statements_of(found)
    assert [(each.agree, each.worry, each.unsure) for each in (one, two, three)] == [(2, 0, 0), (0, 1, 0), (0, 0, 1)]
    assert one.verified_agree == 0


def test_what_is_said_aloud_is_entered_and_shown_at_once(app: Flask):
    found = make_round()
    member = member_of(found)
    for _ in range(2):
        with transaction():
            made = stating.add_for_others(
                found.id, "골목에 물 마실 곳을 만들자.", once="k", is_published=True, by=member, at=NOW
            )
    assert (made.state, made.is_open, len(statements_of(found))) == (StatementState.PUBLISHED, True, 4)
    stranger = make_person()
    with pytest.raises(NotAllowed), transaction():
        stating.add_for_others(found.id, "다른 의견을 적어 봅니다.", once="l", is_published=True, by=stranger, at=NOW)


def test_a_stage_does_not_close_over_a_round_without_a_conclusion(app: Flask):
    found = make_round()
    assert [duty.values for duty in signposts.unconcluded(found.cycle)] == [{"n": 1}]
    member = member_of(found)
    titles = [todo.title for todo in signposts.todos(member, NOW)]
    assert titles == []
    add(found, "바닥의 돌을 고르게 하자.", device("a"))
    assert [todo.values for todo in signposts.todos(member, NOW)] == [{"n": 1}]
    assert signposts.todos(make_resident(found.place), NOW) == []
    other = make_holder(Role.COUNCIL_MEMBER, make_round().place)
    assert signposts.todos(other, NOW) == []


def test_closing_an_account_cuts_it_from_its_answers_which_still_count(app: Flask):
    found = make_round()
    person = make_resident(found.place)
    say(found, 1, Answer.AGREE, Voice(person, device="device-a"))
    with transaction():
        close_account(person.id, at=NOW)
    participant = session().query(Participant).one()
    assert (participant.person_id, participant.device_index) == (None, None)
    assert session().query(StatementAnswer).count() == 1
    assert statements_of(found)[0].agree == 1


def test_an_analysis_that_was_overtaken_changes_nothing(app: Flask):
    found = make_round(visibility=Visibility.OPEN)
    answer_many(found, [{1: Answer.AGREE}] * 6)
    old = analysing.read_live(found.id)
    say(found, 2, Answer.AGREE, device(0))
    newest = run_live(found).last_event_id
    with transaction():
        analysing.store_live(found.id, old, analysing.compute(old), at=NOW)
    session().expire_all()
    assert session().get_one(RoundRun, (found.id, False)).last_event_id == newest
    with transaction():
        closing.close_due_rounds(found.closes_at)
    with transaction():
        analysing.store_live(found.id, old, analysing.compute(old), at=NOW)
    assert session().query(RoundRun).count() == 1


@pytest.mark.slow
def test_the_shown_numbers_are_the_kernel_s(app: Flask):
    found = make_round(seeds=SEEDS[:4], visibility=Visibility.OPEN)
    pattern = list(
        itertools.islice(itertools.cycle([Answer.AGREE, Answer.WORRY, Answer.AGREE, Answer.UNSURE, Answer.AGREE]), 40)
    )
    answer_many(found, [{n: pattern[index * 4 + n - 1] for n in range(1, 5)} for index in range(10)])
    shown = {each.statement.number: each for each in results.results_of(found, run_live(found), None).all}
    votes = [(index, number, pattern[index * 4 + number - 1], 0) for index in range(10) for number in range(1, 5)]
    for each in analyse(VoteTable.from_events(votes)).agreement:
        mine = shown[int(each.statement)]
        assert (mine.agree, mine.unsure, mine.worry) == (each.agree, each.passes, each.disagree)
        assert each.agree_interval is not None
        assert mine.low <= each.agree_interval.low * 100 < mine.low + 1
        assert mine.high - 1 < each.agree_interval.high * 100 <= mine.high
